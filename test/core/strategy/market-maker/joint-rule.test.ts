import { describe, expect, test } from 'vitest';
import type { StrategyId } from '../../../../core/model/identifiers.ts';
import { heldOtherTicks, locksInLoss, otherHalfTicks } from '../../../../core/strategy/market-maker/joint-rule.ts';
import { NO_LOTS, pairFills } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import { aFill, aQuote, held } from './strategy-view.ts';

const FEES = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };

describe('locksInLoss', () => {
  test.each([
    ['a pair of 0.9999 gains', 4_999, aQuote('down', 5_000), false],
    ['a pair of exactly 1 gains nothing, so it is none', 5_000, aQuote('down', 5_000), true],
    ['one on its way out still counts', 5_000, aQuote('down', 5_000, { status: 'cancel-pending' }), true],
    ['one of which nothing is known counts', 5_000, aQuote('down', 5_000, { status: 'unknown' }), true],
    ['of another strategy', 5_000, aQuote('down', 5_000, { strategy: 'directional' as StrategyId }), true],
    ['a bid on the same outcome is no pair', 5_000, aQuote('up', 9_000), false],
    ['a taker pays its fee besides: 0.48 + 0.50 + 0.0175', 4_826, aQuote('down', 5_000, { postOnly: false }), true],
    ['a taker pays its fee besides: one tick below', 4_824, aQuote('down', 5_000, { postOnly: false }), false],
    ['our own sale of the outcome below the bid', 5_100, aQuote('up', 5_000, { side: 'sell' }), true],
    ['our own sale of the outcome above the bid', 4_900, aQuote('up', 5_000, { side: 'sell' }), false],
    ['a sale of the other outcome is no pair', 5_100, aQuote('down', 5_000, { side: 'sell' }), false],
  ])('behavior: %s', (_, priceTicks, order, expected) => {
    expect(locksInLoss({ outcome: 'up', priceTicks }, order, FEES)).toBe(expected);
  });

  test('behavior: two bids lose together or not, whichever is asked', () => {
    for (const [up, down] of [
      [4_999, 5_000],
      [5_000, 5_000],
    ] as const) {
      expect(locksInLoss({ outcome: 'up', priceTicks: up }, aQuote('down', down), FEES)).toBe(
        locksInLoss({ outcome: 'down', priceTicks: down }, aQuote('up', up), FEES),
      );
    }
  });
});

describe('otherHalfTicks', () => {
  test('default: the price of the other outcome, the complement for a sale', () => {
    expect(otherHalfTicks(aQuote('down', 4_700), 'up', FEES)).toBe(4_700);
    expect(otherHalfTicks(aQuote('up', 4_700, { side: 'sell' }), 'up', FEES)).toBe(5_300);
    expect(otherHalfTicks(aQuote('up', 4_700), 'up', FEES)).toBeNull();
  });
});

describe('heldOtherTicks', () => {
  const nothing = { sizeMicro: 0, costMicro: 0 };

  test('default: the average of what waits on the other side, rounded up', () => {
    expect(heldOtherTicks('down', { up: { sizeMicro: 3, costMicro: 1 }, down: nothing }, NO_LOTS)).toBe(3_334);
  });

  test('behavior: the dearest lot where that is more', () => {
    const { unpaired } = pairFills([aFill('up', 4_000), aFill('up', 5_000)]);
    expect(heldOtherTicks('down', held('up', 10, 4_500), unpaired)).toBe(5_000);
  });

  test('behavior: complete sets wait for nothing', () => {
    const sets = { up: { sizeMicro: 5, costMicro: 4 }, down: { sizeMicro: 5, costMicro: 1 } };
    expect(heldOtherTicks('down', sets, NO_LOTS)).toBeNull();
    expect(heldOtherTicks('up', sets, NO_LOTS)).toBeNull();
    expect(heldOtherTicks('up', held('up', 5, 4_000), NO_LOTS)).toBeNull();
  });
});
