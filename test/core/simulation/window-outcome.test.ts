import { describe, expect, test } from 'vitest';
import { createMarketGenerator } from '../../../core/simulation/market-generator.ts';
import { createRecordedPricePath } from '../../../core/simulation/recorded-price-path.ts';
import { createWindowResults } from '../../../core/simulation/window-outcome.ts';

const ORIGIN = 1_795_405_200_000;
const DURATION = 300_000;
const E18 = 10n ** 18n;

describe('createWindowResults', () => {
  test('default: strike and final are the means at both ends, neighbours share one', () => {
    const path = createMarketGenerator({ seed: 3, originMs: ORIGIN, startPriceUsd: 84_000 });
    const results = createWindowResults(path, DURATION);
    results.advanceTo(ORIGIN + 2 * DURATION);
    const first = results.resultOf(ORIGIN);
    const second = results.resultOf(ORIGIN + DURATION);
    expect(first?.strikeE18).toBe(path.twapAt(ORIGIN, 60));
    expect(first?.finalE18).toBe(second?.strikeE18);
    expect(first?.outcome).toBe((first?.finalE18 ?? 0n) >= (first?.strikeE18 ?? 0n) ? 'up' : 'down');
  });

  test.each([
    ['a tie is Up', 0n, 'up'],
    ['1e-18 below is Down', -60n, 'down'],
    ['1e-18 above is Up', 60n, 'up'],
  ])('behavior: %s', (_name, change, outcome) => {
    const second = (offset: number, priceE18: bigint) => ({
      observedMs: ORIGIN + offset * 1_000,
      priceE18,
      publishedMs: ORIGIN + offset * 1_000 + 1_500,
    });
    const path = createRecordedPricePath([second(-60, 84_000n * E18), second(300, 84_000n * E18 + change)], 1);
    const results = createWindowResults(path, DURATION);
    results.advanceTo(ORIGIN + DURATION);
    expect(results.resultOf(ORIGIN)?.outcome).toBe(outcome);
  });

  test('behavior: nothing is known of a window that runs, and results outlive the memory of the path', () => {
    const path = createMarketGenerator({ seed: 3, originMs: ORIGIN, startPriceUsd: 84_000 });
    const results = createWindowResults(path, DURATION);
    results.advanceTo(ORIGIN + DURATION - 1);
    expect(results.resultOf(ORIGIN)).toBeNull();
    results.advanceTo(ORIGIN + DURATION);
    const result = results.resultOf(ORIGIN);
    expect(result).not.toBeNull();
    for (let hours = 1; hours <= 4; hours++) results.advanceTo(ORIGIN + hours * 3_600_000);
    expect(results.resultOf(ORIGIN)).toEqual(result);
  });
});
