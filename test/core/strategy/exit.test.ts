import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeeSchedule } from '../../../core/model/market.ts';
import { takerFeeMicro } from '../../../core/pricing/fees.ts';
import { type ExitMarket, planExits } from '../../../core/strategy/exit.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

const FEES: FeeSchedule = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 0 };
const TEN = 10 * UNIT;
const market = (more: Partial<ExitMarket> = {}): ExitMarket => ({
  outcome: 'up',
  tickSizeTicks: 100,
  fairTwiceTicks: 10_000,
  bidTicks: 4_900,
  otherAskTicks: 5_100,
  ...more,
});
const named = (exits: ReturnType<typeof planExits>) => exits.map(({ side, outcome }) => `${side} ${outcome}`);

describe('planExits', () => {
  test('default: both ways, the sale first where they are worth the same', () => {
    expect(planExits(market(), FEES, TEN, 100_000)).toEqual([
      { outcome: 'up', side: 'sell', priceTicks: 4_700, amount: { unit: 'shares', sizeMicro: TEN } },
      { outcome: 'down', side: 'buy', priceTicks: 5_100, amount: { unit: 'pusd', spendMicro: 5_100_000 } },
    ]);
  });

  test.each<[string, Partial<ExitMarket>, string[]]>([
    ['the other outcome is cheaper than our bid says', { otherAskTicks: 5_000 }, ['buy down', 'sell up']],
    ['the other outcome is dearer', { otherAskTicks: 5_200 }, ['sell up', 'buy down']],
    ['nobody bids', { bidTicks: null }, ['buy down']],
    ['nobody offers the other', { otherAskTicks: null }, ['sell up']],
    ['both are empty', { bidTicks: null, otherAskTicks: null }, []],
    ['both are too dear', { bidTicks: 4_600, otherAskTicks: 5_400 }, []],
    ['Down is held', { outcome: 'down' }, ['sell down', 'buy up']],
  ])('behavior: %s', (_, more, expected) => {
    expect(named(planExits(market(more), FEES, TEN, 100_000))).toEqual(expected);
  });

  test('behavior: on a fine grid the money is cut to whole cents, so that no more than the position is bought', () => {
    const [exit] = planExits(
      market({ bidTicks: null, otherAskTicks: 463, fairTwiceTicks: 19_000, tickSizeTicks: 10 }),
      FEES,
      7 * UNIT,
      100_000,
    );
    expect(exit?.amount).toEqual({ unit: 'pusd', spendMicro: 320_000 });
  });

  test('behavior: no way out costs more of the fair value than it may, and the limit of a sale neither', () => {
    const ticks = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
    assertProperty(
      fc.property(
        ticks,
        ticks,
        ticks,
        fc.integer({ min: 5, max: 500 }),
        fc.integer({ min: 0, max: 300_000 }),
        (fair, bid, ask, shares, costPpm) => {
          const sizeMicro = shares * UNIT;
          const found = planExits(
            market({ fairTwiceTicks: 2 * fair, bidTicks: bid, otherAskTicks: ask }),
            FEES,
            sizeMicro,
            costPpm,
          );
          const leastMicro = (fair / 10_000) * sizeMicro * (1 - costPpm / 1e6);
          for (const { side, priceTicks, amount } of found) {
            const feeMicro = takerFeeMicro(FEES, priceTicks, sizeMicro);
            const gross = side === 'sell' ? priceTicks : 10_000 - priceTicks;
            expect((gross * sizeMicro) / 10_000 - feeMicro).toBeGreaterThanOrEqual(leastMicro - 1);
            if (side === 'sell') expect(priceTicks).toBeLessThanOrEqual(bid);
            else if (amount.unit === 'pusd')
              expect(amount.spendMicro).toBeLessThanOrEqual((priceTicks * sizeMicro) / 10_000);
          }
        },
      ),
    );
  });
});
