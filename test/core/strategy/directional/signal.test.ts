import { describe, expect, test } from 'vitest';
import { marketProbability, signalOf } from '../../../../core/strategy/directional/signal.ts';
import { aBookPair, aFairValue } from './directional-view.ts';

const WHOLE = { modelWeightPpm: 1_000_000 };
const HALF = { modelWeightPpm: 500_000 };

function signal(up: number, market: number, more: Parameters<typeof aFairValue>[1] = {}, config = WHOLE) {
  const result = signalOf(aFairValue(up, more), market, config);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('signalOf', () => {
  test('default: Up is sized on the low end of the error bar', () => {
    const { outcome, probability, cautiousProbability } = signal(0.8, 0.7, {
      lowProbability: 0.75,
      highProbability: 0.82,
    });
    expect(outcome).toBe('up');
    expect(probability).toBeCloseTo(0.8, 12);
    expect(cautiousProbability).toBeCloseTo(0.75, 12);
  });

  test('default: Down is sized on the high end, seen from the other side', () => {
    const { outcome, probability, cautiousProbability } = signal(0.2, 0.3, {
      lowProbability: 0.18,
      highProbability: 0.25,
    });
    expect(outcome).toBe('down');
    expect(probability).toBeCloseTo(0.8, 12);
    expect(cautiousProbability).toBeCloseTo(0.75, 12);
  });

  test('behavior: the ends are blended as their middle is: all lie between model and market', () => {
    const { blended, cautiousProbability } = signal(0.8, 0.6, { lowProbability: 0.75 }, HALF);
    expect(blended).toBeCloseTo(Math.sqrt(4 * 1.5) / (1 + Math.sqrt(4 * 1.5)), 12);
    expect(cautiousProbability).toBeCloseTo(Math.sqrt(3 * 1.5) / (1 + Math.sqrt(3 * 1.5)), 12);
  });

  test('behavior: an error bar that does not contain its own value never makes a bet larger', () => {
    expect(signal(0.8, 0.7, { lowProbability: 0.9 }).cautiousProbability).toBeCloseTo(0.8, 12);
    expect(signal(0.2, 0.3, { highProbability: 0.1 }).cautiousProbability).toBeCloseTo(0.8, 12);
  });

  test.each(['upProbability', 'lowProbability', 'highProbability', 'secondsLeft'] as const)(
    'error: %s that is no number',
    (field) => {
      expect(signalOf(aFairValue(0.8, { [field]: Number.NaN }), 0.7, WHOLE)).toEqual({
        ok: false,
        error: 'not-finite',
      });
    },
  );
});

describe('marketProbability', () => {
  test.each([
    ['the middle', aBookPair([6_900, 1], [7_200, 1]), 0.705],
    ['no bid', aBookPair([], [7_200, 1]), null],
    ['no ask', aBookPair([6_900, 1], []), null],
    ['locked', aBookPair([7_000, 1], [7_000, 1]), null],
    ['crossed', aBookPair([7_100, 1], [7_000, 1]), null],
  ])('default: %s', (_, { up }, expected) => {
    expect(marketProbability(up)).toBe(expected);
  });
});
