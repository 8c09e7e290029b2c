import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../../core/model/math.ts';
import type { PricePath } from '../../../core/simulation/price-path.ts';
import { createWindowProbability } from '../../../core/simulation/window-probability.ts';

const START = 1_795_405_200_000;
const WINDOW = { startMs: START, endMs: START + 300_000 };
const SIGMA = 0.0001;
const E18 = 10n ** 18n;

/** A path with a given price and constant volatility; means are of whole seconds as in the contract. */
function pathOf(priceAt: (atMs: number) => number): PricePath {
  const spot = (secondMs: number): bigint => BigInt(Math.round(priceAt(secondMs) * 1e6)) * 10n ** 12n;
  return {
    seed: 1,
    originMs: START - 3_600_000,
    advanceTo: () => undefined,
    priceAt,
    volatilityAt: () => SIGMA,
    referenceAt: (secondMs) => ({
      observedMs: secondMs,
      spotE18: spot(secondMs),
      publishedMs: secondMs,
      missing: false,
    }),
    twapAt: (secondMs, lookback) => {
      let sum = 0n;
      for (let back = 0; back < lookback; back++) sum += spot(secondMs - back * 1_000);
      return sum / BigInt(lookback);
    },
    impliedVolatilityAt: () => 40,
  };
}

/** 80,000 until the start, then another price. */
const stepped = (after: number): PricePath => pathOf((atMs) => (atMs <= START ? 80_000 : after));

describe('createWindowProbability', () => {
  test.each([
    [100_000, 200],
    [240_000, 60],
  ])('default: %d ms after the start the variance is sigma² (tau − 40)', (afterMs, left) => {
    const probability = createWindowProbability(stepped(80_020), WINDOW)(START + afterMs);
    expect(probability).toBeCloseTo(normalCdf(20 / (SIGMA * 80_020 * Math.sqrt(left - 40))), 12);
  });

  test('behavior: in the last minute the observed seconds are known', () => {
    // 30 s to go: 30 seconds at 80,000, the price now 80,030; what is left of the mean is expected there.
    const path = pathOf((atMs) => (atMs <= START + 270_000 - 1 ? 80_000 : 80_030));
    const lead = (29 * 80_000 + 80_030 + 30 * 80_030) / 60 - 80_000;
    const probability = createWindowProbability(path, WINDOW)(START + 270_000);
    expect(probability).toBeCloseTo(normalCdf(lead / (SIGMA * 80_030 * Math.sqrt(30 ** 3 / 10_800))), 12);
  });

  test('behavior: both sides of the last minute agree', () => {
    const probability = createWindowProbability(stepped(80_015), WINDOW);
    expect(probability(START + 240_000)).toBeCloseTo(probability(START + 240_001), 4);
  });

  test('behavior: before the start it is even odds, until the first minute is partly known', () => {
    const risen = pathOf((atMs) => (atMs <= START - 30_000 ? 80_000 : 80_050));
    const probability = createWindowProbability(risen, WINDOW);
    expect(probability(START - 61_000)).toBe(0.5);
    // Half of the first mean was observed at 80,000, so the strike is 80,025 and the price is 25 above it.
    expect(probability(START)).toBeCloseTo(normalCdf(25 / (SIGMA * 80_050 * Math.sqrt(260))), 12);
    expect(probability(START - 1)).toBeCloseTo(probability(START), 3);
  });

  test.each([
    ['a tie is Up', 80_000, 1],
    ['above is Up', 80_001, 1],
    ['below is Down', 79_999, 0],
  ])('behavior: at the end %s', (_name, price, expected) => {
    expect(createWindowProbability(stepped(price), WINDOW)(WINDOW.endMs)).toBe(expected);
    expect(stepped(price).twapAt(WINDOW.endMs, 60)).toBe(BigInt(price) * E18);
  });
});
