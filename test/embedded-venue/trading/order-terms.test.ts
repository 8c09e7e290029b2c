import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TokenId, VenueOrderId } from '../../../core/model/identifiers.ts';
import type { Side, TimeInForce } from '../../../core/model/order.ts';
import { termsOf } from '../../../embedded-venue/trading/order-terms.ts';
import type { IncomingOrder } from '../../../embedded-venue/trading/venue-exchange.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';

const orderOf = (
  side: Side,
  timeInForce: TimeInForce,
  makerAmountMicro: number,
  takerAmountMicro: number,
): IncomingOrder => ({
  orderHash: '0x1' as VenueOrderId,
  maker: '0x2',
  tokenId: '3' as TokenId,
  side,
  makerAmountMicro,
  takerAmountMicro,
  timeInForce,
  postOnly: false,
  expirationSeconds: 0,
});

describe('termsOf', () => {
  test('behavior: a limit order on the grid states its price exactly, off it none', () => {
    const tick = fc.constantFrom(10, 100);
    assertProperty(
      fc.property(
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 500, max: 1_000_000 }),
        tick,
        fc.constantFrom<Side>('buy', 'sell'),
        (price, hundredths, tickTicks, side) => {
          const sizeMicro = hundredths * 10_000;
          const pusdMicro = hundredths * price;
          const order =
            side === 'buy' ? orderOf(side, 'GTC', pusdMicro, sizeMicro) : orderOf(side, 'GTC', sizeMicro, pusdMicro);
          const terms = termsOf(order, tickTicks);
          const isOnGrid = price % tickTicks === 0 && price >= tickTicks && price <= 10_000 - tickTicks;
          expect(terms.ok).toBe(isOnGrid);
          if (terms.ok) expect(terms.value).toEqual({ priceTicks: price, sizeMicro, budgetMicro: null });
        },
      ),
    );
  });

  test('behavior: a market order whose other leg is rounded down keeps its limit, on either grid', () => {
    assertProperty(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 100, max: 100_000 }),
        fc.constantFrom(10, 100),
        (cents, hundredths, tickTicks) => {
          const price = cents * 100;
          const makerMicro = hundredths * 10_000;
          const shares = Math.floor((makerMicro * 10_000) / price / 100) * 100;
          const bought = termsOf(orderOf('buy', 'FAK', makerMicro, shares), tickTicks);
          expect(bought).toMatchObject({ ok: true, value: { priceTicks: price, budgetMicro: makerMicro } });
          const proceeds = Math.floor((makerMicro * price) / 10_000 / 100) * 100;
          const sold = termsOf(orderOf('sell', 'FOK', makerMicro, proceeds), tickTicks);
          expect(sold).toMatchObject({
            ok: true,
            value: { priceTicks: price, sizeMicro: makerMicro, budgetMicro: null },
          });
        },
      ),
    );
  });
});

interface Vector {
  readonly id: string;
  readonly input: {
    readonly price: number;
    readonly tickSize: string;
    readonly side: string;
    readonly orderType: string;
  };
  readonly order: { readonly makerAmount: string; readonly takerAmount: string };
  readonly serverWarnings: readonly string[];
}

describe.skipIf(!hasSharedData)('termsOf, vectors of the official client', () => {
  const read = (): readonly Vector[] =>
    JSON.parse(readFileSync(sharedVectorPath('polymarket', 'orders-v2.json'), 'utf8')).cases;
  /** Off the grid and not marked (082, 089, 090), and one of more shares than are counted exactly (020). */
  const OTHERS: ReadonlySet<string> = new Set(['v2-020', 'v2-082', 'v2-089', 'v2-090']);
  const terms = ({ input, order }: Vector) =>
    termsOf(
      orderOf(
        input.side === 'BUY' ? 'buy' : 'sell',
        input.orderType as TimeInForce,
        Number(order.makerAmount),
        Number(order.takerAmount),
      ),
      Math.round(Number(input.tickSize) * 10_000),
    );

  test('behavior: amounts that the client signed state the price that was asked for', () => {
    const sound = read().filter(({ id, serverWarnings }) => serverWarnings.length === 0 && !OTHERS.has(id));
    expect(sound.length).toBeGreaterThan(70);
    for (const vector of sound) {
      expect([vector.id, terms(vector)]).toMatchObject([
        vector.id,
        { ok: true, value: { priceTicks: Math.round(vector.input.price * 10_000) } },
      ]);
    }
  });

  test('error: market amounts of more than 4 decimals', () => {
    const fine = read().filter(({ serverWarnings }) => serverWarnings.some((text) => text.includes('>4 dp')));
    expect(fine).toHaveLength(6);
    for (const vector of fine) {
      expect(terms(vector)).toMatchObject({ ok: false, error: { error: expect.stringContaining('invalid amounts') } });
    }
  });
});
