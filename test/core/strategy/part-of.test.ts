import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partOf } from '../../../core/strategy/part-of.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

describe('partOf', () => {
  test('default: as exact arithmetic has it, rounded down', () => {
    const micro = fc.integer({ min: 0, max: 1_000_000_000 * UNIT });
    assertProperty(
      fc.property(micro, fc.integer({ min: 0, max: 1_000_000 }), (sum, ppm) => {
        expect(BigInt(partOf(sum, ppm))).toBe((BigInt(sum) * BigInt(ppm)) / 1_000_000n);
      }),
    );
  });

  test('behavior: nothing of a debt', () => {
    expect(partOf(-UNIT, 500_000)).toBe(0);
  });

  test.each([[0.5], [Number.NaN], [Number.POSITIVE_INFINITY]])('error: %s is no sum of money', (bad) => {
    expect(() => partOf(bad, 1)).toThrow('whole millionths');
  });
});
