import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planQuoteOrders, type StandingOrder } from '../../../core/execution/quote-plan.ts';
import type { ClientOrderId, StrategyId } from '../../../core/model/identifiers.ts';
import type { Outcome } from '../../../core/model/window.ts';
import type { DesiredQuote } from '../../../core/strategy/view.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

const FEES = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
const MAKER = 'market-maker' as StrategyId;
const DIRECTIONAL = 'directional' as StrategyId;

const standing = (outcome: Outcome, priceTicks: number, more: Partial<StandingOrder> = {}): StandingOrder => ({
  clientOrderId: `${outcome}-${priceTicks}` as ClientOrderId,
  strategy: MAKER,
  outcome,
  side: 'buy',
  priceTicks,
  remainingMicro: 5 * UNIT,
  status: 'resting',
  postOnly: true,
  createdMs: 0,
  leaving: false,
  ...more,
});
const wanted = (outcome: Outcome, priceTicks: number, shares = 5): DesiredQuote => ({
  outcome,
  priceTicks,
  sizeMicro: shares * UNIT,
});
const plan = (orders: readonly StandingOrder[], quotes: readonly DesiredQuote[], maxOrders = 4) =>
  planQuoteOrders(orders, quotes, MAKER, maxOrders, FEES);

describe('planQuoteOrders', () => {
  test('default: what is wanted and does not stand is placed', () => {
    const quotes = [wanted('up', 4_800), wanted('down', 4_800)];
    expect(plan([], quotes)).toEqual({ cancel: [], place: quotes });
  });

  test('behavior: what is named as it stands stays, with what is left of it', () => {
    const orders = [standing('up', 4_800, { remainingMicro: UNIT }), standing('down', 4_700, { status: 'in-flight' })];
    expect(plan(orders, [wanted('up', 4_800), wanted('down', 4_700)])).toEqual({ cancel: [], place: [] });
  });

  test.each([
    ['named at another price', standing('up', 4_800), [wanted('up', 4_700)]],
    ['larger than named', standing('up', 4_800), [wanted('up', 4_800, 4)]],
    ['not named', standing('up', 4_800), []],
    ['of which nothing is known, not named', standing('up', 4_800, { status: 'unknown' }), []],
  ])('behavior: cancelled, and not replaced before it is gone: %s', (_, order, quotes) => {
    expect(plan([order], quotes)).toEqual({
      cancel: [{ clientOrderId: order.clientOrderId, reason: 'not-wanted' }],
      place: [],
    });
  });

  test('behavior: of two on one side one goes', () => {
    const orders = [standing('up', 4_800), standing('up', 4_800, { clientOrderId: 'second' as ClientOrderId })];
    expect(plan(orders, [wanted('up', 4_800)]).cancel).toEqual([{ clientOrderId: 'second', reason: 'twice' }]);
  });

  test.each([{ leaving: true }, { status: 'cancel-pending' as const }, { status: 'unknown' as const, leaving: true }])(
    'behavior: what is on its way out is not cancelled again, and still stands: %j',
    (more) => {
      expect(plan([standing('up', 4_800, more)], [wanted('up', 4_800)])).toEqual({ cancel: [], place: [] });
    },
  );

  test('behavior: nothing that would cost 1 with an order of ours, of any strategy, though it is leaving', () => {
    for (const more of [{ leaving: true }, { strategy: DIRECTIONAL }, { status: 'unknown' as const }]) {
      const order = standing('up', 5_500, more);
      expect(plan([order], [wanted('down', 4_500)]).place).toEqual([]);
      expect(plan([order], [wanted('down', 4_499)]).place).toHaveLength(1);
    }
    expect(plan([], [wanted('up', 5_500), wanted('down', 4_500)]).place).toHaveLength(1);
  });

  test("behavior: another strategy's orders, takers and sales are not its to cancel", () => {
    const orders = [
      standing('up', 3_000, { strategy: DIRECTIONAL }),
      standing('up', 3_000, { postOnly: false }),
      standing('up', 9_000, { side: 'sell' }),
    ];
    expect(plan(orders, []).cancel).toEqual([]);
    expect(plan(orders, [wanted('up', 4_800)]).place).toHaveLength(1);
  });

  test('behavior: never more orders than the limit, with those that leave', () => {
    const full = [1, 2, 3, 4].map((priceTicks) => standing('up', priceTicks, { leaving: true }));
    expect(plan(full, [wanted('down', 4_000)]).place).toEqual([]);
    expect(plan(full.slice(1), [wanted('down', 4_000)]).place).toHaveLength(1);
  });

  test('args: whatever stands and is wanted, one new order a side where none stands, and no pair that loses', () => {
    const outcome = fc.constantFrom('up' as const, 'down' as const);
    const price = fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100);
    const order = fc
      .tuple(outcome, price, fc.boolean(), fc.boolean(), fc.constantFrom(MAKER, DIRECTIONAL))
      .map(([side, ticks, leaving, postOnly, strategy]) => standing(side, ticks, { leaving, postOnly, strategy }));
    const quote = fc.tuple(outcome, price).map(([side, ticks]) => wanted(side, ticks));
    assertProperty(
      fc.property(fc.array(order, { maxLength: 6 }), fc.array(quote, { maxLength: 4 }), (orders, quotes) => {
        const { place } = plan(orders, quotes);
        for (const one of place) {
          for (const other of [...orders, ...place]) {
            if (other.outcome !== one.outcome) expect(other.priceTicks + one.priceTicks).toBeLessThan(10_000);
          }
          expect(orders.some((o) => o.outcome === one.outcome && o.strategy === MAKER && o.postOnly)).toBe(false);
        }
        expect(new Set(place.map((one) => one.outcome)).size).toBe(place.length);
      }),
    );
  });
});
