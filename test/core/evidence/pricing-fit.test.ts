import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING } from '../../../core/config/pricing-config.ts';
import {
  FITTED_PARAMETERS,
  fitFeedLag,
  fitHourFactors,
  fitPricing,
  leastPoint,
  meanLogLoss,
} from '../../../core/evidence/pricing-fit.ts';
import { holdSeconds, type RecordedPrice, windowsOf } from '../../../core/evidence/pricing-replay.ts';
import { judgedConfig } from '../../../core/evidence/pricing-variants.ts';
import { createRng } from '../../../core/simulation/rng.ts';

/** A walk of so many seconds; the settlement source shows `lag` of the last change only afterwards. */
function walk(seconds: number, startMs: number, lag = 0): RecordedPrice[] {
  const rng = createRng(21);
  const prices: RecordedPrice[] = [];
  let usd = 80_000;
  let shown = usd;
  for (let second = 0; second < seconds; second++) {
    usd += 5 * rng.normal();
    shown += (usd - shown) * (1 - lag);
    const observedMs = startMs + second * 1_000;
    prices.push({ observedMs, knownMs: observedMs, usd: shown });
  }
  return prices;
}

const START_MS = 1_790_000_100_000;

describe('leastPoint', () => {
  test('default: the bottom of a valley', () => {
    const [x, y] = leastPoint(([a = 0, b = 0]) => (a - 3) ** 2 + 10 * (b + a * a - 7) ** 2, [0, 0], 300);
    expect(x).toBeCloseTo(3, 2);
    expect(y).toBeCloseTo(-2, 2);
  });
});

describe('fitFeedLag', () => {
  test('default: what a smoothed feed still owes', () => {
    // With a half shown at once, changes fade by half each second, and as much again is owed.
    expect(fitFeedLag(walk(20_000, START_MS, 0.5))).toBeCloseTo(1, 0);
  });
  test('behavior: nothing, where nothing is late', () => {
    expect(fitFeedLag(walk(20_000, START_MS))).toBeLessThan(0.15);
    expect(fitFeedLag([])).toBe(0);
  });
});

describe('fitHourFactors', () => {
  test('default: each hour as a part of the whole, hours seldom seen near 1', () => {
    const prices: RecordedPrice[] = [];
    const rng = createRng(8);
    let usd = 80_000;
    for (let minute = 0; minute < 40 * 1_440; minute++) {
      const observedMs = minute * 60_000;
      prices.push({ observedMs, knownMs: observedMs, usd });
      usd += (Math.floor(minute / 60) % 24 === 14 ? 60 : 30) * rng.normal();
    }
    const factors = fitHourFactors(prices);
    expect((factors[14] as number) / (factors[3] as number)).toBeGreaterThan(1.7);
    expect((factors[14] as number) / (factors[3] as number)).toBeLessThan(2.05);
    expect(fitHourFactors(prices.slice(0, 30)).every((factor) => Math.abs(factor - 1) < 0.15)).toBe(true);
  });
});

describe('fitPricing', () => {
  test('default: a volatility that was set wrongly is found again', () => {
    const prices = walk(14_400, START_MS);
    const windows = windowsOf(holdSeconds(prices), {
      durationSeconds: 300,
      lookbackSeconds: 60,
      stepSeconds: 20,
      fromSecond: 0,
    });
    const data = { prices, windows, horizons: [240, 120, 60], maxPriceAgeMs: 5_000 };
    const off = { ...DEFAULT_PRICING.components, fatTails: false, feedLag: false, hourOfDay: false };
    const start = { ...judgedConfig(DEFAULT_PRICING), components: off, varianceScale: 0.2 };
    const fitted = fitPricing(data, start, [FITTED_PARAMETERS.varianceScale], 25);
    expect(fitted.varianceScale).toBeGreaterThan(0.7);
    expect(fitted.varianceScale).toBeLessThan(1.4);
    expect(meanLogLoss(data, fitted)).toBeLessThan(meanLogLoss(data, start));
  });
});
