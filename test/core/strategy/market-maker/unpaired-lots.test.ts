import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dearestTicks, ownMicro, pairFills } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { UNIT } from '../../../support/builders.ts';
import { aFill } from './strategy-view.ts';

const lots = (found: ReturnType<typeof pairFills>['unpaired']) => ({
  up: found.up.map(({ costTicks, sizeMicro }) => [costTicks, sizeMicro / UNIT]),
  down: found.down.map(({ costTicks, sizeMicro }) => [costTicks, sizeMicro / UNIT]),
});

describe('pairFills', () => {
  test('default: an Up and a Down share make a pair that gains what they cost less than 1', () => {
    const found = pairFills([aFill('up', 4_700), aFill('down', 4_900)]);
    expect(found).toEqual({ unpaired: { up: [], down: [] }, pairedMicro: 5 * UNIT, gainMicro: 0.04 * 5 * UNIT });
  });

  test('behavior: what is left is the dearest', () => {
    const found = pairFills([aFill('up', 4_700), aFill('up', 4_300), aFill('up', 4_500), aFill('down', 5_000, 7)]);
    expect(lots(found.unpaired)).toEqual({
      up: [
        [4_500, 3],
        [4_700, 5],
      ],
      down: [],
    });
    expect(dearestTicks(found.unpaired.up)).toBe(4_700);
  });

  test('behavior: a sale of Up at 0.60 is a purchase of Down at 0.40', () => {
    expect(lots(pairFills([aFill('up', 6_000, 5, { side: 'sell' })]).unpaired)).toEqual({ up: [], down: [[4_000, 5]] });
    const closed = pairFills([aFill('up', 5_500), aFill('up', 6_000, 5, { side: 'sell' })]);
    expect(closed).toEqual({ unpaired: { up: [], down: [] }, pairedMicro: 5 * UNIT, gainMicro: 0.05 * 5 * UNIT });
  });

  test('behavior: a fee is a part of the cost, a part of a tick counts as a whole one', () => {
    expect(lots(pairFills([aFill('up', 5_000, 5, { feeMicro: 87_501 })]).unpaired).up).toEqual([[5_176, 5]]);
  });

  test('behavior: own shares are told from those of other strategies', () => {
    const { unpaired } = pairFills([aFill('up', 4_000, 5, { own: false }), aFill('up', 4_700)]);
    expect(ownMicro(unpaired.up)).toBe(5 * UNIT);
    expect(dearestTicks(unpaired.up)).toBe(4_700);
    expect(dearestTicks(unpaired.down)).toBeNull();
  });

  test('behavior: the mark of a share that was sold short is that of the other outcome', () => {
    const { unpaired } = pairFills([aFill('up', 6_000, 5, { side: 'sell', markTicks: 7_000 })]);
    expect(unpaired.down[0]?.markTicks).toBe(3_000);
  });

  test('args: shares are neither lost nor made, and one side at most waits', () => {
    const fill = fc.record({
      outcome: fc.constantFrom('up' as const, 'down' as const),
      priceTicks: fc.integer({ min: 1, max: 9_999 }),
      shares: fc.integer({ min: 1, max: 50 }),
    });
    assertProperty(
      fc.property(fc.array(fill, { maxLength: 30 }), (fills) => {
        const made = fills.map(({ outcome, priceTicks, shares }) => aFill(outcome, priceTicks, shares));
        const { unpaired, pairedMicro } = pairFills(made);
        const sum = (all: readonly { sizeMicro: number }[]) =>
          all.reduce((total, { sizeMicro }) => total + sizeMicro, 0);
        for (const outcome of ['up', 'down'] as const) {
          expect(sum(unpaired[outcome]) + pairedMicro).toBe(sum(made.filter((one) => one.outcome === outcome)));
        }
        expect(Math.min(unpaired.up.length, unpaired.down.length)).toBe(0);
      }),
    );
  });
});
