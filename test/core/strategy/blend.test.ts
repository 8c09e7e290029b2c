import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blendProbability } from '../../../core/strategy/blend.ts';
import { assertProperty } from '../../support/assert-property.ts';

const blended = (model: number, market: number, weight: number) => {
  const result = blendProbability(model, market, weight);
  return result.ok ? result.value : Number.NaN;
};
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('blendProbability', () => {
  test.each([
    ['no weight: the market', 0.9, 0.6, 0, 0.6],
    ['whole weight: the model', 0.9, 0.6, 1, 0.9],
    ['half of each is half way in log-odds: √(9 · 1.5) to 1', 0.9, 0.6, 0.5, Math.sqrt(13.5) / (1 + Math.sqrt(13.5))],
    ['opposite beliefs cancel out', 0.8, 0.2, 0.5, 0.5],
    ['a certain model counts as sure as a price can be', 1, 0.5, 1, 0.9999],
    ['and with little weight moves little', 0, 0.5, 0.1, 1 / (1 + 9_999 ** 0.1)],
  ])('default: %s', (_, model, market, weight, expected) => {
    expect(blended(model, market, weight)).toBeCloseTo(expected, 12);
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['below 0', -0.01],
    ['above 1', 1.01],
  ])('error: a probability or weight that is %s is no number to trade on', (_, bad) => {
    const error = { ok: false, error: 'not-finite' };
    expect(blendProbability(bad, 0.5, 0.5)).toEqual(error);
    expect(blendProbability(0.5, bad, 0.5)).toEqual(error);
    expect(blendProbability(0.5, 0.5, bad)).toEqual(error);
  });

  test('behavior: lies between its two parts, and both outcomes add up to 1', () => {
    assertProperty(
      fc.property(probability, probability, probability, (model, market, weight) => {
        const up = blended(model, market, weight);
        const slack = 0.0001 + 1e-12;
        expect(up).toBeGreaterThanOrEqual(Math.min(model, market) - slack);
        expect(up).toBeLessThanOrEqual(Math.max(model, market) + slack);
        expect(up + blended(1 - model, 1 - market, weight)).toBeCloseTo(1, 9);
      }),
    );
  });
});
