import { describe, expect, test } from 'vitest';
import { planCompletion, setsToMerge } from '../../../../core/strategy/market-maker/completion.ts';
import type { StrategyView } from '../../../../core/strategy/view.ts';
import { aMarket, UNIT } from '../../../support/builders.ts';
import { aJointBook, aMaker, aQuote, aView } from './strategy-view.ts';

const config = aMaker();
const fees = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 0 };
/** Down is offered where others bid for Up. */
const downAt = (...levels: number[]) =>
  aJointBook(
    levels.map((value, at) => (at % 2 === 0 ? 10_000 - value : value)),
    [9_000, 100],
  );
const plan = (book: StrategyView['book'], maxCostTicks: number, shares = 10, more: Partial<StrategyView> = {}) =>
  planCompletion({ outcome: 'down', sizeMicro: shares * UNIT, maxCostTicks }, aView({ book, ...more }), fees, config);

describe('planCompletion', () => {
  test('default: money for as many shares as are missing, all or nothing', () => {
    expect(plan(downAt(4_800, 100), 5_000)).toEqual({
      outcome: 'down',
      side: 'buy',
      priceTicks: 4_800,
      amount: { unit: 'pusd', spendMicro: 4.8 * UNIT },
      timeInForce: 'FOK',
    });
  });

  test('behavior: price and fee together are within what it may cost: 0.48 and 0.0175', () => {
    expect(plan(downAt(4_800, 100), 4_975)).not.toBeNull();
    expect(plan(downAt(4_800, 100), 4_974)).toBeNull();
  });

  test('behavior: takes the levels that are cheap enough, and no more than these', () => {
    expect(plan(downAt(4_700, 6, 4_800, 2, 4_900, 100), 5_000)).toMatchObject({
      priceTicks: 4_800,
      amount: { spendMicro: (47 * 6 + 48 * 2) * 10_000 },
    });
  });

  test('behavior: a leg under the minimum of 5 shares cannot be ordered, and is not rounded up', () => {
    expect(plan(downAt(4_800, 4.99), 5_000)).toBeNull();
    expect(plan(downAt(4_800, 5), 5_000)).not.toBeNull();
    expect(plan(downAt(4_800, 100), 5_000, 4.99)).toBeNull();
    expect(plan(downAt(4_800, 100), 5_000, 9, { market: aMarket({ minSizeMicro: 10 * UNIT }) })).toBeNull();
  });

  test('behavior: nor can one for less than the venue takes of a purchase at once', () => {
    expect(plan(downAt(2_000, 100), 5_000, 5)).toBeNull();
    expect(plan(downAt(2_100, 100), 5_000, 5)).not.toBeNull();
  });

  test('behavior: money is sent in whole hundredths, rounded down', () => {
    expect(plan(downAt(4_800, 100), 5_000, 5.51)).toMatchObject({ amount: { spendMicro: 2.64 * UNIT } });
  });

  test('behavior: the fee is a part of what may be spent', () => {
    expect(plan(downAt(4_800, 100), 5_000, 10, { stakeMicro: 5.136 * UNIT })).not.toBeNull();
    expect(plan(downAt(4_800, 100), 5_000, 10, { stakeMicro: 5.135 * UNIT })).toBeNull();
  });

  test('behavior: nobody sells', () => {
    expect(plan(aJointBook([], [9_000, 100]), 9_999)).toBeNull();
  });

  test('behavior: a gain that is asked for', () => {
    const greedy = aMaker({ completion: { enabled: true, minGainTicks: 26 } });
    const missing = { outcome: 'down', sizeMicro: 10 * UNIT, maxCostTicks: 5_000 } as const;
    const view = aView({ book: downAt(4_800, 100) });
    expect(planCompletion(missing, view, fees, greedy)).not.toBeNull();
    expect(planCompletion({ ...missing, maxCostTicks: 4_999 }, view, fees, greedy)).toBeNull();
  });
});

describe('setsToMerge', () => {
  const sets = (up: number, down: number, more: Partial<StrategyView> = {}) =>
    setsToMerge(
      aView({
        holdings: { up: { sizeMicro: up, costMicro: 0 }, down: { sizeMicro: down, costMicro: 0 } },
        ...more,
      }),
      config,
    );

  test('default: the smaller of both', () => {
    expect(sets(12 * UNIT, 7 * UNIT)).toBe(7 * UNIT);
  });

  test('behavior: whole hundredths, from a minimum on', () => {
    expect(sets(5_019_999, 9 * UNIT)).toBe(5_010_000);
    expect(sets(4_999_999, 9 * UNIT)).toBe(0);
    expect(sets(-1, 9 * UNIT)).toBe(0);
  });

  test('behavior: shares that a sale has promised are not merged', () => {
    const orders = [aQuote('down', 6_000, { side: 'sell', remainingMicro: 2 * UNIT })];
    expect(sets(12 * UNIT, 7 * UNIT, { orders })).toBe(5 * UNIT);
  });
});
