import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import { e18ToNumber } from '../../../core/model/reference-price.ts';
import { createMarketGenerator } from '../../../core/simulation/market-generator.ts';
import type { PricePath } from '../../../core/simulation/price-path.ts';

const ORIGIN_MS = 1_795_405_180_000;
const DAY_SECONDS = 86_400;
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

const generator = (seed: number, originMs = ORIGIN_MS): PricePath =>
  createMarketGenerator({ seed, originMs, startPriceUsd: 84_500 });

interface Day {
  readonly minutes: number[];
  readonly fiveMinutes: number[];
  readonly missing: number;
  readonly lagsMs: number[];
  readonly referenceErrors: number[];
}

function dayOf(seed: number): Day {
  const path = generator(seed);
  const day = {
    minutes: [] as number[],
    fiveMinutes: [] as number[],
    lagsMs: [] as number[],
    referenceErrors: [] as number[],
  };
  let missing = 0;
  const last = { minute: path.priceAt(ORIGIN_MS), fiveMinutes: path.priceAt(ORIGIN_MS) };
  for (let second = 1; second <= DAY_SECONDS; second++) {
    const atMs = ORIGIN_MS + second * 1_000;
    path.advanceTo(atMs);
    const price = path.priceAt(atMs);
    const reference = path.referenceAt(atMs);
    if (reference.missing) missing++;
    day.lagsMs.push(reference.publishedMs - reference.observedMs);
    day.referenceErrors.push(e18ToNumber(reference.spotE18) / price - 1);
    if (second % 60 === 0) {
      day.minutes.push(Math.log(price / last.minute));
      last.minute = price;
    }
    if (second % 300 === 0) {
      day.fiveMinutes.push(Math.log(price / last.fiveMinutes));
      last.fiveMinutes = price;
    }
  }
  return { ...day, missing };
}

const days = SEEDS.map(dayOf);

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/** Autocorrelation of the absolute values at one lag. */
function absoluteCorrelation(values: readonly number[], lag: number): number {
  const absolute = values.map(Math.abs);
  const mean = absolute.reduce((sum, value) => sum + value, 0) / absolute.length;
  const deviations = absolute.map((value) => value - mean);
  const variance = deviations.reduce((sum, value) => sum + value * value, 0);
  return deviations.slice(lag).reduce((sum, value, index) => sum + value * (deviations[index] ?? 0), 0) / variance;
}

describe('createMarketGenerator', () => {
  test('default', () => {
    const path = generator(1);
    expect(path.priceAt(ORIGIN_MS)).toBeCloseTo(84_500, 6);
    expect(path.referenceAt(ORIGIN_MS).observedMs).toBe(ORIGIN_MS);
    expect(path.volatilityAt(ORIGIN_MS)).toBeGreaterThan(0);
    expect(path.impliedVolatilityAt(ORIGIN_MS)).toBeGreaterThan(20);
    expect(path.impliedVolatilityAt(ORIGIN_MS)).toBeLessThan(120);
  });

  test('behavior: returns have the size of real ones', () => {
    const all = rootMeanSquare(days.flatMap((day) => day.fiveMinutes));
    expect(all).toBeGreaterThan(0.001);
    expect(all).toBeLessThan(0.00175);
  });

  test('behavior: volatility clusters and tails are fat', () => {
    const mean = (lag: number): number =>
      days.reduce((sum, day) => sum + absoluteCorrelation(day.minutes, lag), 0) / days.length;
    expect(mean(1)).toBeGreaterThan(0.08);
    expect(mean(10)).toBeGreaterThan(0.03);
    const minutes = days.flatMap((day) => day.minutes);
    const scale = rootMeanSquare(minutes);
    const kurtosis = minutes.reduce((sum, value) => sum + (value / scale) ** 4, 0) / minutes.length;
    expect(kurtosis).toBeGreaterThan(4);
  });

  test('behavior: signed returns are not correlated', () => {
    const correlations = days.map(({ minutes }) => {
      const variance = minutes.reduce((sum, value) => sum + value * value, 0);
      return minutes.slice(1).reduce((sum, value, index) => sum + value * (minutes[index] ?? 0), 0) / variance;
    });
    expect(Math.abs(correlations.reduce((sum, value) => sum + value, 0) / correlations.length)).toBeLessThan(0.03);
  });

  test('behavior: volatilityAt is the size of the next second', () => {
    const path = generator(1);
    const normed: number[] = [];
    for (let second = 0; second < 20_000; second++) {
      const atMs = ORIGIN_MS + second * 1_000;
      path.advanceTo(atMs + 1_000);
      normed.push(Math.log(path.priceAt(atMs + 1_000) / path.priceAt(atMs)) / path.volatilityAt(atMs));
    }
    expect(rootMeanSquare(normed)).toBeGreaterThan(0.9);
    expect(rootMeanSquare(normed)).toBeLessThan(1.1);
  });

  test('behavior: the settlement source leaves out about one second in 200 and publishes 1.6 s later', () => {
    const share = days.reduce((sum, day) => sum + day.missing, 0) / (days.length * DAY_SECONDS);
    expect(share).toBeGreaterThan(0.004);
    expect(share).toBeLessThan(0.007);
    const lags = days.flatMap((day) => day.lagsMs).sort((left, right) => left - right);
    expect(lags[Math.floor(lags.length * 0.5)]).toBeGreaterThan(1_550);
    expect(lags[Math.floor(lags.length * 0.5)]).toBeLessThan(1_650);
    expect(lags[Math.floor(lags.length * 0.95)]).toBeGreaterThan(2_100);
    expect(lags[Math.floor(lags.length * 0.95)]).toBeLessThan(2_300);
  });

  test('behavior: the settlement source stays within a few basis points of the price', () => {
    expect(rootMeanSquare(days.flatMap((day) => day.referenceErrors))).toBeLessThan(0.0002);
  });

  test('behavior: publications are in order', () => {
    const path = generator(2);
    let last = 0;
    for (let second = 0; second < 5_000; second++) {
      path.advanceTo(ORIGIN_MS + second * 1_000);
      const { publishedMs } = path.referenceAt(ORIGIN_MS + second * 1_000);
      expect(publishedMs).toBeGreaterThan(last);
      last = publishedMs;
    }
  });

  test('behavior: the same seed and origin give the same world, however it was advanced', () => {
    const [steady, restarted] = [generator(5), generator(5)];
    const endMs = ORIGIN_MS + 3 * 3_600_000;
    for (let atMs = ORIGIN_MS; atMs <= endMs; atMs += 137) {
      steady.advanceTo(atMs);
      steady.priceAt(atMs);
    }
    steady.advanceTo(endMs);
    restarted.advanceTo(endMs);
    for (let second = 0; second < 7_000; second += 13) {
      const atMs = endMs - second * 1_000;
      expect(restarted.priceAt(atMs - 411)).toBe(steady.priceAt(atMs - 411));
      expect(restarted.referenceAt(atMs)).toEqual(steady.referenceAt(atMs));
      expect(restarted.volatilityAt(atMs)).toBe(steady.volatilityAt(atMs));
      expect(restarted.impliedVolatilityAt(atMs)).toBe(steady.impliedVolatilityAt(atMs));
    }
    expect(restarted.twapAt(endMs, 60)).toBe(steady.twapAt(endMs, 60));
  });

  test('behavior: another seed is another world', () => {
    const [left, right] = [generator(1), generator(2)];
    left.advanceTo(ORIGIN_MS + 60_000);
    right.advanceTo(ORIGIN_MS + 60_000);
    expect(left.priceAt(ORIGIN_MS + 60_000)).not.toBe(right.priceAt(ORIGIN_MS + 60_000));
  });

  test('behavior: the price is continuous over the ends of seconds, and moves within them', () => {
    const path = generator(3);
    path.advanceTo(ORIGIN_MS + 10_000);
    for (let second = 1; second < 10; second++) {
      const atMs = ORIGIN_MS + second * 1_000;
      const moved = path.priceAt(atMs) * path.volatilityAt(atMs);
      expect(Math.abs(path.priceAt(atMs) - path.priceAt(atMs - 1))).toBeLessThan(moved);
      const straight = (path.priceAt(atMs) + path.priceAt(atMs + 1_000)) / 2;
      expect(path.priceAt(atMs + 500)).not.toBe(straight);
    }
  });

  test('behavior: the TWAP is the mean of its seconds, missing ones carried forward', () => {
    const path = createMarketGenerator({
      seed: 6,
      originMs: ORIGIN_MS,
      startPriceUsd: 84_500,
      missing: { isolatedShare: 0.2, gapsPerDay: 500, meanGapSeconds: 5 },
    });
    path.advanceTo(ORIGIN_MS + 1_000_000);
    let seenMissing = 0;
    for (let second = 100; second < 1_000; second++) {
      const atMs = ORIGIN_MS + second * 1_000;
      let carriedFromMs = atMs - 59_000;
      while (path.referenceAt(carriedFromMs).missing) carriedFromMs -= 1_000;
      let carried = path.referenceAt(carriedFromMs).spotE18;
      let sum = 0n;
      for (let back = 59; back >= 0; back--) {
        const reference = path.referenceAt(atMs - back * 1_000);
        if (reference.missing) seenMissing++;
        else carried = reference.spotE18;
        sum += carried;
      }
      expect(path.twapAt(atMs, 60)).toBe(sum / 60n);
    }
    expect(seenMissing).toBeGreaterThan(1_000);
  });

  test('behavior: two hours are kept', () => {
    const path = generator(1);
    path.advanceTo(ORIGIN_MS + DAY_SECONDS * 1_000);
    expect(path.priceAt(ORIGIN_MS + (DAY_SECONDS - 7_200) * 1_000)).toBeGreaterThan(0);
  });

  test.each([
    ['beyond what was generated', 60_000],
    ['before what is kept', -8_000_000],
  ])('error: %s', (_, offsetMs) => {
    expect(() => generator(1).priceAt(ORIGIN_MS + offsetMs)).toThrow(InvariantError);
    expect(() => generator(1).referenceAt(ORIGIN_MS + offsetMs)).toThrow(InvariantError);
  });

  test('error: an observation between two seconds', () => {
    expect(() => generator(1).referenceAt(ORIGIN_MS + 500)).toThrow(InvariantError);
  });
});
