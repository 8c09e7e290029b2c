import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import { createRecordedPricePath, type RecordedTick } from '../../../core/simulation/recorded-price-path.ts';

const START = 1_784_851_200_000;
const E18 = 10n ** 18n;
const tick = (second: number, dollars: bigint): RecordedTick => ({
  observedMs: START + second * 1_000,
  priceE18: dollars * E18,
  publishedMs: START + second * 1_000 + 1_500,
});

describe('createRecordedPricePath', () => {
  test('default: the last observation stands until the next', () => {
    const path = createRecordedPricePath([tick(0, 100n), tick(1, 110n)], 1);
    expect(path.priceAt(START + 999)).toBe(100);
    expect(path.priceAt(START + 1_000)).toBe(110);
    expect(path.originMs).toBe(START);
  });

  test('behavior: a second without a tick is missing and holds the last known price', () => {
    const path = createRecordedPricePath([tick(0, 100n), tick(3, 130n)], 1);
    expect(path.referenceAt(START + 2_000)).toMatchObject({ missing: true, spotE18: 100n * E18 });
    expect(path.referenceAt(START + 3_000)).toEqual({
      observedMs: START + 3_000,
      spotE18: 130n * E18,
      publishedMs: START + 4_500,
      missing: false,
    });
    expect(path.twapAt(START + 3_000, 4)).toBe((430n * E18) / 4n);
  });

  test('behavior: the mean divides towards zero, and stands still beyond both ends', () => {
    const path = createRecordedPricePath([tick(0, 100n), { ...tick(1, 0n), priceE18: 100n * E18 + 1n }], 1);
    expect(path.twapAt(START + 1_000, 2)).toBe(100n * E18);
    expect(path.twapAt(START - 10_000, 60)).toBe(100n * E18);
    expect(path.twapAt(START + 100_000, 60)).toBe(100n * E18 + 1n);
    expect(path.twapAt(START + 2_000, 3)).toBe((300n * E18 + 2n) / 3n);
  });

  test('behavior: a tick that repeats or jumps back is left out', () => {
    const path = createRecordedPricePath([tick(0, 100n), tick(1, 110n), tick(1, 999n), tick(0, 999n)], 1);
    expect(path.priceAt(START + 60_000)).toBe(110);
  });

  test('behavior: volatility follows the size of the moves', () => {
    const quiet = Array.from({ length: 1_200 }, (_value, second) => tick(second, 80_000n + BigInt(second % 2)));
    const wild = Array.from({ length: 1_200 }, (_value, second) => tick(second, 80_000n + BigInt((second % 2) * 100)));
    const at = START + 1_199_000;
    const quietVolatility = createRecordedPricePath(quiet, 1).volatilityAt(at);
    const wildVolatility = createRecordedPricePath(wild, 1).volatilityAt(at);
    // Returns over an odd number of steps are ±100 of 80,000 each: 0.00125² / 5 in a second.
    expect(wildVolatility).toBeGreaterThan(0.9 * Math.sqrt(0.00125 ** 2 / 5));
    expect(wildVolatility).toBeLessThan(1.2 * Math.sqrt(0.00125 ** 2 / 5));
    expect(quietVolatility).toBeLessThan(wildVolatility / 5);
  });

  test('error: no ticks', () => {
    expect(() => createRecordedPricePath([], 1)).toThrow(InvariantError);
  });
});
