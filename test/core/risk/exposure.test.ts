import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costRoundedUp, proceedsRoundedDown } from '../../../core/model/money.ts';
import type { Outcome } from '../../../core/model/window.ts';
import { cashNeededMicro, type Holdings, type OpenExposure, worstLossMicro } from '../../../core/risk/exposure.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { anExposure, UNIT } from '../../support/builders.ts';

const NOTHING: Holdings = { upMicro: 0, downMicro: 0, netPaidMicro: 0 };

/** Every subset of the orders fills whole, and each outcome wins once: the largest loss of all of these. */
function bruteForce(holdings: Holdings, open: readonly OpenExposure[]): number {
  let worst = 0;
  for (let subset = 0; subset < 2 ** open.length; subset++) {
    const filled = open.filter((_, index) => (subset >> index) & 1);
    for (const winner of ['up', 'down'] as const) worst = Math.max(worst, lossOf(holdings, filled, winner));
  }
  return worst;
}

function lossOf(holdings: Holdings, filled: readonly OpenExposure[], winner: Outcome): number {
  let { upMicro, downMicro, netPaidMicro } = holdings;
  for (const { intent, remainingMicro, maxFeeMicro } of filled) {
    const buys = intent.side === 'buy';
    // Money buys at least this many shares; fewer are worth less, so this is the worst of it.
    const spends = intent.amount.unit === 'pusd';
    const shares = spends ? Math.floor((remainingMicro * 10_000) / intent.priceTicks) : remainingMicro;
    const paid = spends ? remainingMicro : costRoundedUp(intent.priceTicks, shares);
    netPaidMicro += maxFeeMicro + (buys ? paid : -proceedsRoundedDown(intent.priceTicks, shares));
    if (intent.outcome === 'up') upMicro += buys ? shares : -shares;
    else downMicro += buys ? shares : -shares;
  }
  return netPaidMicro - (winner === 'up' ? upMicro : downMicro);
}

const exposure = fc
  .record({
    outcome: fc.constantFrom<Outcome>('up', 'down'),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    priceTicks: fc.integer({ min: 1, max: 9_999 }),
    sizeMicro: fc.integer({ min: 1, max: 50 * UNIT }),
    fee: fc.constantFrom(0, 0, 17_500),
    spends: fc.boolean(),
  })
  .map(({ sizeMicro, fee, spends, side, ...intent }) =>
    anExposure(
      {
        ...intent,
        side,
        amount: spends && side === 'buy' ? { unit: 'pusd', spendMicro: sizeMicro } : { unit: 'shares', sizeMicro },
      },
      fee,
    ),
  );
const holdings = fc.record({
  upMicro: fc.nat({ max: 100 * UNIT }),
  downMicro: fc.nat({ max: 100 * UNIT }),
  netPaidMicro: fc.integer({ min: -50 * UNIT, max: 100 * UNIT }),
});

describe('worstLossMicro', () => {
  test.each<[string, Holdings, OpenExposure[], number]>([
    ['nothing', NOTHING, [], 0],
    ['a bid: its whole cost', NOTHING, [anExposure()], 4_800_000],
    ['two bids on one token', NOTHING, [anExposure(), anExposure({ priceTicks: 3_000 })], 7_800_000],
    [
      'a bid on each token: one of them at the most is lost',
      NOTHING,
      [anExposure(), anExposure({ outcome: 'down' })],
      4_800_000,
    ],
    ['a complete set that cost 0.96 loses nothing', { upMicro: UNIT, downMicro: UNIT, netPaidMicro: 960_000 }, [], 0],
    ['a complete set that cost 1.04', { upMicro: UNIT, downMicro: UNIT, netPaidMicro: 1_040_000 }, [], 40_000],
    ['a position', { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 }, [], 4_800_000],
    [
      'a position and the bid that would complete it',
      { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 },
      [anExposure({ outcome: 'down' })],
      4_800_000,
    ],
    ['an offer of a share gives up what it could pay', NOTHING, [anExposure({ side: 'sell' })], 5_200_000],
    ['a fee on top', NOTHING, [anExposure({}, 17_500)], 4_817_500],
    ['money to spend', NOTHING, [anExposure({ amount: { unit: 'pusd', spendMicro: 3_000_000 } })], 3_000_000],
  ])('default: %s', (_, held, open, loss) => {
    expect(worstLossMicro(held, open)).toBe(loss);
  });

  test('args: without fees it is the worst over every subset of fills and both outcomes, to the millionth', () => {
    assertProperty(
      fc.property(holdings, fc.array(exposure, { maxLength: 6 }), (held, orders) => {
        const open = orders.map((order) => ({ ...order, maxFeeMicro: 0 }));
        expect(worstLossMicro(held, open)).toBe(bruteForce(held, open));
      }),
    );
  });

  test('args: with fees it is never less than the worst, and more by the fees at the most', () => {
    assertProperty(
      fc.property(holdings, fc.array(exposure, { maxLength: 6 }), (held, open) => {
        const loss = worstLossMicro(held, open);
        const worst = bruteForce(held, open);
        const fees = open.reduce((sum, { maxFeeMicro }) => sum + maxFeeMicro, 0);
        expect(loss).toBeGreaterThanOrEqual(worst);
        expect(loss).toBeLessThanOrEqual(worst + fees);
      }),
    );
  });

  test('behavior: one order more never lowers it', () => {
    assertProperty(
      fc.property(holdings, fc.array(exposure, { maxLength: 5 }), exposure, (held, open, more) => {
        expect(worstLossMicro(held, [...open, more])).toBeGreaterThanOrEqual(worstLossMicro(held, open));
      }),
    );
  });
});

describe('cashNeededMicro', () => {
  test.each([
    ['a bid: its cost and its fee', anExposure({}, 17_500), 4_817_500],
    [
      'a bid of a price that does not divide: rounded up',
      anExposure({ priceTicks: 3_333, amount: { unit: 'shares', sizeMicro: 1_000_001 } }),
      333_301,
    ],
    ['money to spend', anExposure({ amount: { unit: 'pusd', spendMicro: 3_000_000 } }, 100), 3_000_100],
    ['an offer: its fee', anExposure({ side: 'sell' }, 17_500), 17_500],
  ])('default: %s', (_, open, needed) => {
    expect(cashNeededMicro(open)).toBe(needed);
  });
});
