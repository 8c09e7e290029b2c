import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import { ALICE, BOB, END_MS, START_MS, type TradingFloor, tradingFloor } from '../../support/trading-floor.ts';

/** A venue that was killed and started again at a later time, on the same run folder. */
function restarted(
  before: TradingFloor,
  offsetMs: number,
  options: Parameters<typeof tradingFloor>[0] = {},
): TradingFloor {
  const after = tradingFloor(options);
  after.exchange.restore(before.exchange.dump());
  after.passTo(offsetMs);
  return after;
}

describe('restoreExchange', () => {
  test('default: a dump of what was restored is the same text', () => {
    const floor = tradingFloor({ takerDelayMs: 150 });
    floor.exchange.fund(BOB, { polWei: 3n * 10n ** 18n, usdceMicro: 5 });
    floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    floor.place({ price: 5_000, amount: 4 });
    floor.passTo(1_000);
    floor.place({ price: 5_000, amount: 3 });
    const text = floor.exchange.dump();
    const other = tradingFloor();
    other.exchange.restore(text);
    const again: unknown = JSON.parse(other.exchange.dump());
    // Where an order stood in the old book is forgotten: the books are made anew.
    const sameBooks = text.replaceAll(/"bookId":\d+/g, '"bookId":null');
    expect(again).toEqual(JSON.parse(sameBooks));
  });

  test('behavior: orders rest again, delays end, matches settle, duplicates are still known', () => {
    const before = tradingFloor({ takerDelayMs: 150 });
    const ask = before.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    const bid = before.place({ price: 4_000, amount: 10 });
    const taker = before.place({ price: 5_000, amount: 6 });
    const after = restarted(before, 3_000, { takerDelayMs: 150 });
    expect(after.world.books.bookOf(START_MS, 'up')).toMatchObject({
      bids: [4_000, 10_000_000],
      asks: [5_000, 4_000_000],
    });
    expect(after.exchange.order(taker.orderHash)?.state).toBe('MATCHED');
    expect(after.send({ orderHash: bid.orderHash })).toMatchObject({ kind: 'refused' });
    expect(after.cancel(ask.orderHash, BOB)).toBeNull();
    after.passTo(30_000);
    expect(after.exchange.trades(ALICE).map(({ state }) => state)).toEqual(['CONFIRMED']);
    expect(after.shares(ALICE, 'up')).toBe(106);
    expect(after.pusd(ALICE)).toBe(1_000 - 3 - 0.105);
  });

  test('behavior: orders of a window that ended meanwhile are cancelled, and its winner is known', () => {
    const before = tradingFloor();
    const bid = before.place({ price: 4_000, amount: 10 });
    const closed = restarted(before, END_MS - START_MS + 10_000);
    expect(closed.exchange.order(bid.orderHash)?.state).toBe('CANCELED');
    const resolved = restarted(before, END_MS - START_MS + 100_000);
    expect(resolved.exchange.order(bid.orderHash)?.state).toBe('CANCELED_MARKET_RESOLVED');
    expect(resolved.exchange.payouts(before.market.conditionId, START_MS + resolved.now)).not.toBeNull();
  });

  test('behavior: what ran out meanwhile ran out', () => {
    const before = tradingFloor();
    const gtd = before.place({
      price: 4_000,
      amount: 10,
      timeInForce: 'GTD',
      expirationSeconds: START_MS / 1_000 + 90,
    });
    const after = restarted(before, 60_000);
    expect(after.exchange.order(gtd.orderHash)?.state).toBe('CANCELED_EXPIRED_ORDER');
  });

  test('behavior: an order that the public has passed meanwhile is filled at its own price', () => {
    const before = tradingFloor({ participants: 'none' });
    // Offered far below what the window is worth, which nobody took in books without a public.
    const ask = before.place({ side: 'sell', price: 2_000, amount: 20 });
    const after = restarted(before, 2_000, { participants: 'simulated' });
    expect(after.exchange.order(ask.orderHash)).toMatchObject({ state: 'MATCHED', matchedMicro: 20_000_000 });
    expect(after.exchange.trades(ALICE)[0]).toMatchObject({
      taker: { orderHash: null, side: 'buy' },
      makers: [{ orderHash: ask.orderHash, priceTicks: 2_000, feeMicro: 0 }],
    });
    after.passTo(30_000);
    expect(after.pusd(ALICE)).toBe(1_004);
    expect(() => tradingFloor().exchange.restore(after.exchange.dump())).not.toThrow();
  });

  test.each([
    ['another version', (text: string) => text.replace('"version":1', '"version":2')],
    ['money that was not given out', (text: string) => text.replace('"fundedMicro":', '"fundedMicro":1')],
  ])('error: %s', (_name, damage) => {
    const floor = tradingFloor();
    expect(() => tradingFloor().exchange.restore(damage(floor.exchange.dump()))).toThrow(InvariantError);
  });
});
