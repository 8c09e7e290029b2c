/** The closed form against simulated prices: seconds drawn one by one, means taken of them, and nothing else in common with it. */
import { describe, expect, test } from 'vitest';
import { type FairValueRequest, fairValue } from '../../../core/pricing/fair-value.ts';
import { noteReferenceSpot, type Pricing } from '../../../core/pricing/pricing.ts';
import { createRng, type Rng } from '../../../core/simulation/rng.ts';
import { END_MS, PLAIN, SPOT_USD, START_MS, walkedPricing } from '../../support/pricing-world.ts';

const LOOKBACK = 60;
/** Pairs of a path and its mirror image: a standard error below 0.0006. */
const PAIRS = 220_000;
const TOLERANCE = 0.002;

interface World {
  /** Newest price, the seconds from it to strike and end, and the sums of the seconds that are behind it. */
  readonly spotUsd: number;
  readonly toStart: number;
  readonly toEnd: number;
  readonly strikeSeen: number;
  readonly finalSeen: number;
  /** Known strike; `null`: the mean of the seconds that are seen and to come. */
  readonly strikeUsd: number | null;
  readonly stepUsd: number;
}

/** Log volatility at the nodes of the mixture that the model states, with their weights out of six. */
function widths(spread: number): readonly number[] {
  const ratio = Math.exp(Math.sqrt(3) * spread);
  const unit = 1 / Math.sqrt(2 / 3 + (ratio ** 2 + ratio ** -2) / 6);
  return [unit / ratio, unit, unit, unit, unit, unit * ratio];
}

/** Part of the paths, and of their mirror images, in which the last mean is at or above the first. */
function simulate(world: World, spread: number, rng: Rng): number {
  const { spotUsd, toStart, toEnd, stepUsd } = world;
  const scales = widths(spread);
  let ups = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    const scale = stepUsd * (scales[pair % scales.length] as number);
    let moved = 0;
    let strikeMoves = 0;
    let finalMoves = 0;
    let second = 0;
    while (second < toEnd) {
      // Seconds that are in no mean pass in one step.
      const inStrike = toStart > 0 && second + 1 > toStart - LOOKBACK && second + 1 <= toStart;
      const next = inStrike
        ? second + 1
        : second < toStart - LOOKBACK
          ? toStart - LOOKBACK
          : Math.max(second + 1, toEnd - LOOKBACK);
      moved += scale * Math.sqrt(next - second) * rng.normal();
      second = next;
      if (toStart > 0 && second > toStart - LOOKBACK && second <= toStart) strikeMoves += moved;
      if (second > toEnd - LOOKBACK) finalMoves += moved;
    }
    const strikeAhead = Math.min(LOOKBACK, Math.max(0, toStart));
    const finalAhead = Math.min(LOOKBACK, toEnd);
    const base = (world.finalSeen + finalAhead * spotUsd) / LOOKBACK;
    const strike = world.strikeUsd ?? (world.strikeSeen + strikeAhead * spotUsd) / LOOKBACK;
    const change = (finalMoves - (world.strikeUsd === null ? strikeMoves : 0)) / LOOKBACK;
    if (base + change >= strike) ups++;
    if (base - change >= strike) ups++;
  }
  return ups / (2 * PAIRS);
}

/** Sum of the last seconds of a mean that ends `ahead` seconds from now, from the prices that were noted. */
function seenSum(pricing: Pricing, nowMs: number, endMs: number): number {
  const { prices } = pricing.reference;
  let sum = 0;
  for (let atMs = endMs - (LOOKBACK - 1) * 1_000; atMs <= Math.min(nowMs, endMs); atMs += 1_000) {
    sum += prices[(atMs / 1_000) % prices.length] as number;
  }
  return sum;
}

/** Spread of log volatility that the model states for so much variance to come. */
function spreadAt(seconds: number): number {
  return Math.sqrt(PLAIN.tailSpread ** 2 + (PLAIN.shortTailSpread ** 2 * 60) / (60 + seconds));
}

/** How far apart the closed form and the simulation are, and whether the case is one that can tell. */
function compare(request: FairValueRequest, pricing: Pricing, seed: number): { apart: number; stated: number } {
  const { nowMs, strike } = request;
  const priced = fairValue(pricing, request, PLAIN);
  if (!priced.ok) throw new Error(priced.error);
  const { upProbability, sigmaPerRootSecond, varianceSeconds } = priced.value;
  const world: World = {
    spotUsd: pricing.reference.newestUsd,
    toStart: (START_MS - nowMs) / 1_000,
    toEnd: (END_MS - nowMs) / 1_000,
    strikeSeen: seenSum(pricing, nowMs, START_MS),
    finalSeen: seenSum(pricing, nowMs, END_MS),
    strikeUsd: strike.kind === 'known' ? strike.usd : null,
    stepUsd: sigmaPerRootSecond * pricing.reference.newestUsd,
  };
  const simulated = simulate(world, spreadAt(varianceSeconds), createRng(seed));
  return { apart: Math.abs(simulated - upProbability), stated: upProbability };
}

/** The seconds of the present mean stand a little off the newest price, so that the answer is not a half. */
function leaningPricing(nowMs: number, leanUsd: number): Pricing {
  const pricing = walkedPricing(nowMs - 61_000, SPOT_USD - leanUsd);
  for (let back = 60; back > 0; back--) noteReferenceSpot(pricing, nowMs - back * 1_000, SPOT_USD - leanUsd);
  noteReferenceSpot(pricing, nowMs, SPOT_USD);
  return pricing;
}

describe('fairValue', () => {
  test.each([290, 240, 180, 120, 90, 60, 45, 30, 20, 10, 5])('behavior: as simulated, known, %i s left', (left) => {
    const nowMs = END_MS - left * 1_000;
    const pricing = walkedPricing(nowMs);
    const ahead = Math.min(LOOKBACK, left);
    const expectedUsd = (seenSum(pricing, nowMs, END_MS) + ahead * SPOT_USD) / LOOKBACK;
    // A lead of about two thirds of what may still happen.
    const leanUsd = 3.5 * Math.sqrt(left >= 60 ? left - 40 : left ** 3 / 10_800);
    const request: FairValueRequest = {
      nowMs,
      startMs: START_MS,
      endMs: END_MS,
      lookbackSeconds: LOOKBACK,
      strike: { kind: 'known', usd: expectedUsd - leanUsd },
    };
    const { apart, stated } = compare(request, pricing, left);
    expect(stated).toBeGreaterThan(0.01);
    expect(stated).toBeLessThan(0.99);
    expect(apart).toBeLessThan(TOLERANCE);
  });

  test.each([299, 270, 240, 200, 150, 100, 60, 40, 25, 10, 5])(
    'behavior: as simulated, strike pending, %i s left',
    (left) => {
      const nowMs = END_MS - left * 1_000;
      const request: FairValueRequest = {
        nowMs,
        startMs: START_MS,
        endMs: END_MS,
        lookbackSeconds: LOOKBACK,
        strike: { kind: 'pending' },
      };
      const leanUsd = left >= 60 ? 40 : 2;
      // The strike's own seconds below the newest price, then the walk to it.
      const pricing = walkedPricing(START_MS - 61_000, SPOT_USD - leanUsd);
      for (let atMs = START_MS - 60_000; atMs <= nowMs; atMs += 1_000) {
        noteReferenceSpot(pricing, atMs, atMs <= START_MS ? SPOT_USD - leanUsd : SPOT_USD);
      }
      const { apart, stated } = compare(request, pricing, 1_000 + left);
      expect(stated).toBeGreaterThan(0.5);
      expect(apart).toBeLessThan(TOLERANCE);
    },
  );

  test.each([200, 90, 60, 50, 40, 30, 20, 15, 10, 5, 1])('behavior: as simulated, %i s before the start', (before) => {
    const nowMs = START_MS - before * 1_000;
    const request: FairValueRequest = {
      nowMs,
      startMs: START_MS,
      endMs: END_MS,
      lookbackSeconds: LOOKBACK,
      strike: { kind: 'pending' },
    };
    const { apart, stated } = compare(request, leaningPricing(nowMs, 70), 2_000 + before);
    expect(stated).toBeGreaterThanOrEqual(0.5);
    expect(apart).toBeLessThan(TOLERANCE);
  });
});
