import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planQuotes, type StandingQuote } from '../../../core/execution/order-manager.ts';
import type { ClientOrderId } from '../../../core/model/identifiers.ts';
import type { Outcome } from '../../../core/model/window.ts';
import type { DesiredQuote } from '../../../core/strategy/strategy.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { aConfig, UNIT } from '../../support/builders.ts';

const { marketMaker: config } = aConfig();
const NOW_MS = 1_000_000;
const standing = (outcome: Outcome, priceTicks: number, more: Partial<StandingQuote> = {}): StandingQuote => ({
  clientOrderId: `${outcome}-${priceTicks}` as ClientOrderId,
  outcome,
  priceTicks,
  createdMs: NOW_MS - 10_000,
  leaving: false,
  ...more,
});
const wanted = (outcome: Outcome, priceTicks: number): DesiredQuote => ({ outcome, priceTicks, sizeMicro: 10 * UNIT });
const plan = (orders: StandingQuote[], quotes: DesiredQuote[]) => planQuotes(orders, quotes, NOW_MS, config);

describe('planQuotes', () => {
  test('default: what is wanted and does not stand is placed', () => {
    const quotes = [wanted('up', 4_800), wanted('down', 4_800)];
    expect(plan([], quotes)).toEqual({ cancel: [], place: quotes });
  });

  test('behavior: what stands where it should is left alone', () => {
    const orders = [standing('up', 4_800), standing('down', 4_800)];
    expect(plan(orders, [wanted('up', 4_900), wanted('down', 4_700)])).toEqual({ cancel: [], place: [] });
  });

  test.each([
    ['moved', standing('up', 4_800), [wanted('up', 4_600)]],
    ['moved', standing('up', 4_800), [wanted('up', 5_000)]],
    ['aged', standing('up', 4_800, { createdMs: NOW_MS - 30_000 }), [wanted('up', 4_800)]],
    ['not-wanted', standing('up', 4_800), []],
  ])('behavior: cancelled because %s, and not replaced before it is gone', (reason, order, quotes) => {
    expect(plan([order], quotes)).toEqual({ cancel: [{ clientOrderId: order.clientOrderId, reason }], place: [] });
  });

  test('behavior: 1.5 cents is a move, one tick less is not', () => {
    const order = standing('up', 4_800);
    expect(plan([order], [wanted('up', 4_650)]).cancel).toHaveLength(1);
    expect(plan([order], [wanted('up', 4_651)]).cancel).toEqual([]);
  });

  test('behavior: a bid that has become too high goes at once, one that is too cautious not before it has stood a while', () => {
    const young = standing('up', 4_800, { createdMs: NOW_MS - 100 });
    expect(plan([young], [wanted('up', 4_600)]).cancel).toHaveLength(1);
    expect(plan([young], [wanted('up', 5_000)]).cancel).toEqual([]);
  });

  test('behavior: an order on its way out is not cancelled again, and still counts as standing', () => {
    const order = standing('up', 4_800, { leaving: true });
    expect(plan([order], [wanted('up', 4_000)])).toEqual({ cancel: [], place: [] });
  });

  test('behavior: no bid that would make 1 with one of ours on the other token, though it is leaving', () => {
    const order = standing('up', 5_500, { leaving: true });
    expect(plan([order], [wanted('down', 4_500)]).place).toEqual([]);
    expect(plan([order], [wanted('down', 4_499)]).place).toHaveLength(1);
  });

  test('behavior: never more orders than the limit, with those that leave', () => {
    const full = [1, 2, 3, 4].map((price) => standing('up', price, { leaving: true }));
    expect(plan(full, [wanted('down', 4_000)]).place).toEqual([]);
  });

  test('args: whatever stands and is wanted, one order a side and no pair that locks a loss', () => {
    const side = fc.constantFrom<Outcome>('up', 'down');
    const price = fc.integer({ min: 1, max: 9_999 });
    assertProperty(
      fc.property(
        fc.array(fc.tuple(side, price, fc.boolean()), { maxLength: 5 }),
        fc.uniqueArray(fc.tuple(side, price), { maxLength: 2, selector: ([outcome]) => outcome }),
        (orders, quotes) => {
          const quotesStanding = orders.map(([outcome, ticks, leaving], index) =>
            standing(outcome, ticks, { leaving, clientOrderId: `o${index}` as ClientOrderId }),
          );
          const { place, cancel } = plan(
            quotesStanding,
            quotes.map(([outcome, ticks]) => wanted(outcome, ticks)),
          );
          for (const quote of place) {
            expect(quotesStanding.some(({ outcome }) => outcome === quote.outcome)).toBe(false);
            for (const other of [...quotesStanding, ...place]) {
              if (other.outcome !== quote.outcome) expect(other.priceTicks + quote.priceTicks).toBeLessThan(10_000);
            }
          }
          for (const { clientOrderId } of cancel) {
            expect(quotesStanding.find((quote) => quote.clientOrderId === clientOrderId)?.leaving).toBe(false);
          }
        },
      ),
    );
  });
});
