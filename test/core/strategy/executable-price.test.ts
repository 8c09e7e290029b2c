import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeeSchedule } from '../../../core/model/market.ts';
import { takerFeeMicro } from '../../../core/pricing/fees.ts';
import {
  executableBuy,
  slippedTicks,
  takerCostPerShare,
  type WalkTerms,
} from '../../../core/strategy/executable-price.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

/** Crypto markets since 2026 (venue notes §4, 2026-11-23). */
const FEES: FeeSchedule = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
const PLAIN: WalkTerms = { fees: FEES, tickSizeTicks: 100, slippageTicks: 0, depthSharePpm: 1_000_000 };
const walked = (asks: readonly number[], spendMicro: number, more: Partial<WalkTerms> = {}) => {
  const result = executableBuy(asks, spendMicro, { ...PLAIN, ...more });
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

describe('executableBuy', () => {
  test('default: 5 pUSD at a half buy 10 shares for a fee of 10 × 0.07 × 0.25', () => {
    expect(walked([5_000, 100 * UNIT], 5 * UNIT)).toEqual({
      limitTicks: 5_000,
      sharesMicro: 10 * UNIT,
      spendMicro: 5 * UNIT,
      feeMicro: 175_000,
      costPerShare: 0.5175,
    });
  });

  test('behavior: walks on where a level is used up: 5 at 0.50 and 6 at 0.60 for 20 shares', () => {
    const price = walked([5_000, 10 * UNIT, 6_000, 100 * UNIT], 11 * UNIT);
    expect(price).toMatchObject({ limitTicks: 6_000, sharesMicro: 20 * UNIT, feeMicro: 175_000 + 168_000 });
    expect(price.costPerShare).toBeCloseTo((11 + 0.343) / 20, 12);
  });

  test('behavior: slippage makes every level dearer, up to the grid', () => {
    expect(walked([5_050, 100 * UNIT], 5.2 * UNIT, { slippageTicks: 100 })).toMatchObject({
      limitTicks: 5_200,
      sharesMicro: 10 * UNIT,
    });
  });

  test('behavior: only a part of what is displayed is counted upon', () => {
    expect(walked([5_000, 10 * UNIT, 6_000, 100 * UNIT], 5 * UNIT, { depthSharePpm: 500_000 }).limitTicks).toBe(6_000);
  });

  test.each<[string, readonly number[], Partial<WalkTerms>]>([
    ['an empty book', [], {}],
    ['too few shares', [5_000, 9 * UNIT], {}],
    ['enough, but for the part that is counted upon', [5_000, 19 * UNIT], { depthSharePpm: 500_000 }],
    ['a price that slippage carries off the grid', [9_900, 100 * UNIT], { slippageTicks: 100 }],
  ])('error: book-too-thin: %s', (_, asks, more) => {
    expect(executableBuy(asks, 5 * UNIT, { ...PLAIN, ...more })).toEqual({ ok: false, error: 'book-too-thin' });
  });

  test('behavior: never cheaper than the best ask with its fee, never dearer than the limit with its own, and dearer for more', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 5 * UNIT, max: 500 * UNIT }));
    const book = fc.uniqueArray(level, { selector: ([price]) => price, minLength: 1, maxLength: 8 });
    const spend = fc.integer({ min: 101, max: 10_000 }).map((cents) => cents * 10_000);
    assertProperty(
      fc.property(book, spend, spend, fc.constantFrom(0, 100), (levels, a, b, slippageTicks) => {
        const asks = levels.sort(([x], [y]) => x - y).flatMap(([cents, size]) => [cents * 100, size]);
        const terms = { ...PLAIN, slippageTicks };
        const less = executableBuy(asks, Math.min(a, b), terms);
        const more = executableBuy(asks, Math.max(a, b), terms);
        if (!less.ok) {
          expect(more.ok).toBe(false);
          return;
        }
        const { sharesMicro, feeMicro, costPerShare, limitTicks } = less.value;
        expect(Number.isInteger(sharesMicro) && Number.isInteger(feeMicro)).toBe(true);
        const best = slippedTicks(asks[0] as number, terms) as number;
        // A fee is rounded to 1e-5 at each level, for a share of one or more.
        expect(costPerShare).toBeGreaterThanOrEqual(
          best / 10_000 + takerFeeMicro(FEES, best, 100 * UNIT) / (100 * UNIT) - 1e-5 * levels.length,
        );
        expect(limitTicks).toBeGreaterThanOrEqual(best);
        expect(costPerShare).toBeLessThanOrEqual(takerCostPerShare(FEES, limitTicks) + 2e-5 * levels.length);
        if (more.ok) expect(more.value.limitTicks).toBeGreaterThanOrEqual(limitTicks);
      }),
    );
  });
});

describe('takerCostPerShare', () => {
  test('default: never below price and fee of an order of five shares or more, and above by a millionth at most', () => {
    const size = fc.integer({ min: 5 * UNIT, max: 10_000 * UNIT });
    const fees = fc.record({ ratePpm: fc.integer({ min: 0, max: 300_000 }), exponent: fc.integer({ min: 0, max: 4 }) });
    assertProperty(
      fc.property(fc.integer({ min: 1, max: 9_999 }), size, fees, (ticks, sizeMicro, { ratePpm, exponent }) => {
        const schedule = { ...FEES, ratePpm, exponent };
        const exact = ticks / 10_000 + takerFeeMicro(schedule, ticks, sizeMicro) / sizeMicro;
        const cost = takerCostPerShare(schedule, ticks);
        expect(cost).toBeGreaterThanOrEqual(exact - 1e-12);
        expect(cost).toBeLessThanOrEqual(exact + 3.1e-6);
      }),
    );
  });
});
