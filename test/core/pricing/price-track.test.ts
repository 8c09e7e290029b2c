import { describe, expect, test } from 'vitest';
import {
  createPriceTrack,
  lastPriceSecond,
  notePrice,
  observedSum,
  type PriceTrack,
} from '../../../core/pricing/price-track.ts';

/** A track of 20 seconds that has seen these prices, `[second, usd]`. */
function trackOf(...prices: readonly (readonly [number, number])[]): PriceTrack {
  const track = createPriceTrack(20);
  for (const [second, usd] of prices) notePrice(track, second * 1_000, usd);
  return track;
}

describe('observedSum', () => {
  test('default: the seconds up to the newest price, a missing one held at the one before', () => {
    const track = trackOf([100, 10], [101, 11], [104, 20]);
    // 101, then 11 for 102 and 103, then 20; the fifth second is still to come.
    expect(observedSum(track, 105, 5)).toEqual({ sumUsd: 53, seconds: 4, missing: 2, gapVariance: 27 / 12 });
  });

  test('behavior: what lies before the first price is held at it, and missing', () => {
    expect(observedSum(trackOf([103, 10], [104, 11]), 104, 4)).toMatchObject({ sumUsd: 41, seconds: 4, missing: 2 });
  });

  test('behavior: a mean that has not begun, or nothing seen', () => {
    const nothing = { sumUsd: 0, seconds: 0, missing: 0, gapVariance: 0 };
    expect(observedSum(trackOf([100, 10]), 200, 60)).toEqual(nothing);
    expect(observedSum(createPriceTrack(20), 100, 5)).toEqual(nothing);
  });

  test('behavior: forgotten seconds are missing, never those of a turn before', () => {
    const track = trackOf([100, 10], [101, 11], [121, 31], [122, 32]);
    expect(observedSum(track, 103, 3)).toMatchObject({ seconds: 3, missing: 3 });
  });
});

describe('notePrice', () => {
  test('behavior: a late second fills its hole and changes nothing else', () => {
    const track = trackOf([100, 10], [102, 12]);
    notePrice(track, 101_000, 11);
    notePrice(track, 100_000, 99);
    expect(track.newestUsd).toBe(12);
    expect(observedSum(track, 102, 3)).toMatchObject({ sumUsd: 33, missing: 0 });
    notePrice(track, 50_000, 5);
    expect(lastPriceSecond(track, 60)).toBe(-1);
  });

  test('behavior: within a second the last price counts, by its own time', () => {
    const track = createPriceTrack(20);
    notePrice(track, 100_200, 10);
    notePrice(track, 100_900, 12);
    notePrice(track, 100_500, 11);
    expect(track.newestUsd).toBe(12);
    expect(observedSum(track, 100, 1).sumUsd).toBe(12);
  });

  test('behavior: changes fade by half each second, and a gap forgets them', () => {
    const track = trackOf([100, 10], [101, 14], [102, 14]);
    expect(track.momentumUsd).toBe(2);
    notePrice(track, 109_000, 20);
    expect(track.momentumUsd).toBe(0);
  });

  test('behavior: a jump over more than is remembered leaves nothing behind', () => {
    const track = trackOf([100, 10], [101, 11], [500, 12]);
    expect(lastPriceSecond(track, 499)).toBe(-1);
    expect(observedSum(track, 500, 10)).toMatchObject({ sumUsd: 120, missing: 9 });
  });
});
