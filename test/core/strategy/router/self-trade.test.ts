import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canMatch, ownOrderInTheWay, type PricedSide } from '../../../../core/strategy/router/self-trade.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { anOwnOrder } from '../directional/directional-view.ts';

const aSide = (outcome: 'up' | 'down', side: 'buy' | 'sell', priceTicks: number): PricedSide => ({
  outcome,
  side,
  priceTicks,
});

describe('canMatch', () => {
  test.each<[string, PricedSide, PricedSide, boolean]>([
    ['a bid and an offer at its price', aSide('up', 'buy', 5_000), aSide('up', 'sell', 5_000), true],
    ['a bid below the offer', aSide('up', 'buy', 4_900), aSide('up', 'sell', 5_000), false],
    [
      'bids for both that make 1: the venue mints the pair',
      aSide('up', 'buy', 5_500),
      aSide('down', 'buy', 4_500),
      true,
    ],
    ['bids for both that make less', aSide('up', 'buy', 5_500), aSide('down', 'buy', 4_400), false],
    [
      'sales of both that make 1: the venue merges the pair',
      aSide('up', 'sell', 5_500),
      aSide('down', 'sell', 4_500),
      true,
    ],
    ['sales of both that make more', aSide('up', 'sell', 5_500), aSide('down', 'sell', 4_600), false],
    ['two bids for one outcome', aSide('up', 'buy', 5_500), aSide('up', 'buy', 4_600), false],
    [
      'buying one and selling the other are one direction',
      aSide('up', 'buy', 9_000),
      aSide('down', 'sell', 100),
      false,
    ],
  ])('default: %s', (_, one, other, expected) => {
    expect(canMatch(one, other)).toBe(expected);
    expect(canMatch(other, one)).toBe(expected);
  });

  test('behavior: a sale of one outcome is a bid for the other at the complement', () => {
    const outcome = fc.constantFrom<'up' | 'down'>('up', 'down');
    const side = fc.constantFrom<'buy' | 'sell'>('buy', 'sell');
    const order = fc.record({ outcome, side, priceTicks: fc.integer({ min: 1, max: 9_999 }) });
    const mirrored = (one: PricedSide): PricedSide => ({
      outcome: one.outcome === 'up' ? 'down' : 'up',
      side: one.side === 'buy' ? 'sell' : 'buy',
      priceTicks: 10_000 - one.priceTicks,
    });
    assertProperty(
      fc.property(order, order, (one, other) => {
        expect(canMatch(mirrored(one), other)).toBe(canMatch(one, other));
      }),
    );
  });
});

describe('ownOrderInTheWay', () => {
  test('default: whatever may still trade is in the way, be it on its way out or unknown', () => {
    const wish = aSide('down', 'buy', 3_000);
    for (const status of ['in-flight', 'resting', 'cancel-pending', 'unknown'] as const) {
      const order = anOwnOrder({ status });
      expect(ownOrderInTheWay(wish, [anOwnOrder({ priceTicks: 6_900 }), order])).toBe(order);
    }
    expect(ownOrderInTheWay(wish, [anOwnOrder({ priceTicks: 6_900 })])).toBeNull();
  });
});
