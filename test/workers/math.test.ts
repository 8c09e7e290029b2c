import { describe, expect, inject, test } from 'vitest';
import { hashMathResults } from '../../core/model/math.ts';
import { MATH_RESULTS, MATH_SEED } from './support/node-math.ts';

describe('hashMathResults', () => {
  test('behavior: workerd and Node compute the same bits', () => {
    expect(hashMathResults(MATH_RESULTS, MATH_SEED)).toBe(inject('mathHash'));
  });
});
