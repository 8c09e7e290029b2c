import { describe, expect, test } from 'vitest';
import type { VenueOrderId } from '../../../core/model/identifiers.ts';
import { PUBLIC_ACCOUNT, VENUE_ACCOUNT } from '../../../embedded-venue/trading/house-accounts.ts';
import {
  ALICE,
  BOB,
  CAROL,
  noticesInShort,
  START_MS,
  type TradingFloor,
  tradingFloor,
} from '../../support/trading-floor.ts';

const stateOf = (floor: TradingFloor, orderHash: VenueOrderId) => floor.exchange.order(orderHash)?.state;
/** Both sides are on the chain. */
const settle = (floor: TradingFloor): void => floor.passTo(floor.now + 20_000);

describe('matchOrder: who trades with whom', () => {
  test('default: a buyer of Up and its seller trade directly, at the price of who rested', () => {
    const floor = tradingFloor();
    const ask = floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    const bid = floor.place({ maker: ALICE, price: 5_500, amount: 10 });
    expect(bid).toMatchObject({ status: 'matched', makingMicro: 5_000_000, takingMicro: 10_000_000 });
    expect([stateOf(floor, ask.orderHash), stateOf(floor, bid.orderHash)]).toEqual(['MATCHED', 'MATCHED']);
    const [trade] = floor.exchange.trades(BOB);
    expect(trade).toMatchObject({
      kind: 'direct',
      state: 'MATCHED',
      // 10 × 0.07 × 0.5 × 0.5
      taker: { orderHash: bid.orderHash, maker: ALICE, side: 'buy', priceTicks: 5_000, feeMicro: 175_000 },
      makers: [{ orderHash: ask.orderHash, maker: BOB, side: 'sell', priceTicks: 5_000, feeMicro: 0 }],
    });
    settle(floor);
    expect(floor.pusd(ALICE)).toBe(1_000 - 5 - 0.175);
    expect(floor.pusd(BOB)).toBe(1_005);
    expect(floor.pusd(VENUE_ACCOUNT)).toBe(0.175);
    expect([floor.shares(ALICE, 'up'), floor.shares(BOB, 'up')]).toEqual([110, 90]);
  });

  test('behavior: a buyer of Up and a buyer of Down mint', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, outcome: 'down', price: 4_200, amount: 10 });
    const bid = floor.place({ maker: ALICE, price: 6_000, amount: 10 });
    expect(bid).toMatchObject({ status: 'matched', makingMicro: 5_800_000 });
    expect(floor.exchange.trades(ALICE)[0]).toMatchObject({
      kind: 'mint',
      taker: { outcome: 'up', priceTicks: 5_800 },
      makers: [{ outcome: 'down', side: 'buy', priceTicks: 4_200 }],
    });
    settle(floor);
    expect([floor.shares(ALICE, 'up'), floor.shares(ALICE, 'down')]).toEqual([110, 100]);
    expect([floor.shares(BOB, 'up'), floor.shares(BOB, 'down')]).toEqual([100, 110]);
    expect(floor.pusd(BOB)).toBe(1_000 - 4.2);
  });

  test('behavior: a seller of Up and a seller of Down merge; the fee is taken from the proceeds', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', outcome: 'down', price: 4_200, amount: 10 });
    const ask = floor.place({ maker: ALICE, side: 'sell', price: 5_500, amount: 10 });
    expect(ask).toMatchObject({ status: 'matched', makingMicro: 10_000_000, takingMicro: 5_800_000 });
    expect(floor.exchange.trades(ALICE)[0]?.kind).toBe('merge');
    settle(floor);
    expect([floor.shares(ALICE, 'up'), floor.shares(BOB, 'down')]).toEqual([90, 90]);
    expect(floor.pusd(BOB)).toBe(1_004.2);
    // 10 × 0.07 × 0.58 × 0.42 = 0.17052
    expect(floor.pusd(ALICE)).toBe(1_000 + 5.8 - 0.17052);
  });

  test('behavior: a queue of both kinds at one price is one mixed trade, in order of time', () => {
    const floor = tradingFloor();
    const first = floor.place({ maker: BOB, outcome: 'down', price: 4_000, amount: 6 });
    const second = floor.place({ maker: CAROL, side: 'sell', price: 6_000, amount: 6 });
    floor.place({ maker: ALICE, price: 6_000, amount: 10 });
    const [trade] = floor.exchange.trades(ALICE);
    expect(trade?.kind).toBe('mixed');
    expect(trade?.makers.map(({ orderHash, sizeMicro }) => [orderHash, sizeMicro])).toEqual([
      [first.orderHash, 6_000_000],
      [second.orderHash, 4_000_000],
    ]);
    expect(stateOf(floor, second.orderHash)).toBe('LIVE');
  });

  test('behavior: each price is a trade of its own, the better first; what is left rests', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', price: 5_200, amount: 10 });
    floor.place({ maker: BOB, side: 'sell', price: 5_100, amount: 10 });
    floor.place({ maker: BOB, side: 'sell', price: 5_300, amount: 10 });
    const bid = floor.place({ maker: ALICE, price: 5_200, amount: 25 });
    expect(bid).toMatchObject({ status: 'matched', makingMicro: 10_300_000, takingMicro: 20_000_000 });
    expect(floor.exchange.trades(ALICE).map(({ taker }) => taker.priceTicks)).toEqual([5_200, 5_100]);
    expect(floor.exchange.order(bid.orderHash)).toMatchObject({ state: 'LIVE', matchedMicro: 20_000_000 });
    expect(floor.exchange.holdings(ALICE).reservedMicro).toBe(2_600_000);
    expect(floor.world.books.bookOf(START_MS, 'up')).toMatchObject({
      bids: [5_200, 5_000_000],
      asks: [5_300, 10_000_000],
    });
  });
});

describe('matchOrder: market orders', () => {
  test('behavior: a market BUY spends its amount, however many shares that is', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', price: 4_000, amount: 10 });
    floor.place({ maker: BOB, side: 'sell', price: 4_500, amount: 50 });
    const bought = floor.place({ price: 5_000, amount: 10, timeInForce: 'FOK' });
    // 4 pUSD for 10, 6 pUSD for 13.333333 at 0.45.
    expect(bought).toMatchObject({ status: 'matched', makingMicro: 10_000_000, takingMicro: 23_333_333 });
    expect(stateOf(floor, bought.orderHash)).toBe('MATCHED');
  });

  test('behavior: a FAK takes what is there and never rests', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, price: 5_000, amount: 10 });
    const sold = floor.place({ side: 'sell', price: 4_900, amount: 30, timeInForce: 'FAK' });
    expect(sold).toMatchObject({ status: 'matched', makingMicro: 10_000_000, takingMicro: 5_000_000 });
    expect(stateOf(floor, sold.orderHash)).toBe('MATCHED');
    expect(floor.exchange.openOrders(ALICE)).toEqual([]);
  });

  test('behavior: shares rounded down leave the limit where it was, rounded up they miss the offer (py-sdk#291)', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', price: 5_300, amount: 50 });
    const amounts = { timeInForce: 'FAK' as const, makerAmountMicro: 10_000_000 };
    expect(floor.send({ ...amounts, takerAmountMicro: 18_868_000 })).toMatchObject({ kind: 'refused' });
    expect(floor.send({ ...amounts, takerAmountMicro: 18_867_900 })).toMatchObject({ status: 'matched' });
  });
});

describe('matchOrder: the taker delay', () => {
  test('behavior: a marketable order is held, cannot be cancelled meanwhile, and matches then', () => {
    const floor = tradingFloor({ takerDelayMs: 150 });
    floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    const bid = floor.place({ price: 5_000, amount: 10 });
    expect(bid).toMatchObject({ status: 'delayed', tradeIds: [] });
    floor.passTo(149);
    expect(stateOf(floor, bid.orderHash)).toBe('DELAYED');
    expect(floor.cancel(bid.orderHash)).toBe('order is inside the taker delay and cannot be canceled');
    floor.passTo(150);
    expect(stateOf(floor, bid.orderHash)).toBe('MATCHED');
    expect(noticesInShort(floor.exchange)).toEqual([
      '0 PLACEMENT 1 LIVE 0',
      '0 PLACEMENT 2 DELAYED 0',
      '150 trade direct MATCHED',
      '150 UPDATE 1 MATCHED 10',
      '150 UPDATE 2 MATCHED 10',
    ]);
  });

  test('behavior: post-only and resting orders are not held', () => {
    const floor = tradingFloor({ takerDelayMs: 150 });
    expect(floor.place({ price: 5_000, amount: 10, postOnly: true })).toMatchObject({ status: 'live' });
    expect(floor.place({ price: 4_000, amount: 10 })).toMatchObject({ status: 'live' });
  });

  test('behavior: what was there and left in time makes a limit order rest and kills a market order', () => {
    const floor = tradingFloor({ takerDelayMs: 150 });
    const ask = floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    const limit = floor.place({ price: 5_000, amount: 10 });
    const market = floor.place({ maker: CAROL, price: 5_000, amount: 5, timeInForce: 'FOK' });
    floor.passTo(100);
    expect(floor.cancel(ask.orderHash, BOB)).toBeNull();
    floor.passTo(150);
    expect(floor.exchange.order(limit.orderHash)).toMatchObject({ state: 'LIVE', matchedMicro: 0 });
    expect(stateOf(floor, market.orderHash)).toBe('UNMATCHED');
    expect(floor.cancel(limit.orderHash)).toBeNull();
  });

  test('behavior: who can no longer pay ends without a match', () => {
    const floor = tradingFloor({ takerDelayMs: 150 });
    floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    const bid = floor.place({ price: 5_000, amount: 10 });
    floor.exchange.transferPusd(ALICE, CAROL, 999_000_000);
    floor.passTo(150);
    expect(stateOf(floor, bid.orderHash)).toBe('CANCELED_NOT_ENOUGH_BALANCE');
    expect(floor.exchange.trades(BOB)).toEqual([]);
  });
});

describe('orders that end by themselves', () => {
  test('behavior: a GTD order ends a minute before its expiration', () => {
    const floor = tradingFloor();
    const gtd = floor.place({
      price: 4_000,
      amount: 10,
      timeInForce: 'GTD',
      expirationSeconds: START_MS / 1_000 + 90,
    });
    floor.passTo(29_999);
    expect(stateOf(floor, gtd.orderHash)).toBe('LIVE');
    floor.passTo(40_000);
    expect(noticesInShort(floor.exchange).at(-1)).toBe('30000 CANCELLATION 1 CANCELED_EXPIRED_ORDER 0');
    expect(floor.world.books.bookOf(START_MS, 'up').bids).toEqual([]);
  });

  test('behavior: orders that the balance no longer covers are cancelled, the latest first', () => {
    const floor = tradingFloor();
    const first = floor.place({ price: 4_000, amount: 1_000 });
    const second = floor.place({ price: 4_000, amount: 1_000 });
    floor.exchange.transferPusd(ALICE, BOB, 300_000_000);
    expect(stateOf(floor, first.orderHash)).toBe('LIVE');
    expect(stateOf(floor, second.orderHash)).toBe('CANCELED_NOT_ENOUGH_BALANCE');
  });

  test('behavior: resolution cancels what rests, pays the winners, and nothing is left over', () => {
    const floor = tradingFloor();
    const { exchange, market } = floor;
    const rested = floor.place({ price: 1_000, amount: 10 });
    floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 10 });
    floor.place({ maker: ALICE, price: 5_000, amount: 10 });
    const resolvedMs = market.schedule.resolvedMs - START_MS;
    floor.passTo(resolvedMs - 1);
    expect(exchange.payouts(market.conditionId, START_MS + floor.now)).toBeNull();
    expect(exchange.redeem(ALICE, market.conditionId, START_MS + floor.now)).toBe(
      'result for condition not received yet',
    );
    floor.passTo(resolvedMs);
    expect(stateOf(floor, rested.orderHash)).toBe('CANCELED_MARKET_RESOLVED');
    const payouts = exchange.payouts(market.conditionId, START_MS + floor.now);
    const up = payouts?.[0] === 1;
    expect(payouts).toEqual(up ? [1, 0] : [0, 1]);
    for (const owner of [ALICE, BOB, CAROL]) {
      expect(exchange.redeem(owner, market.conditionId, START_MS + floor.now)).toBeNull();
      expect(exchange.holdings(owner).shares.size).toBe(0);
    }
    expect(floor.pusd(ALICE)).toBe(1_000 - 5.175 + (up ? 110 : 100));
    expect(floor.pusd(BOB)).toBe(1_005 + (up ? 90 : 100));
    const everything = [ALICE, BOB, CAROL, PUBLIC_ACCOUNT, VENUE_ACCOUNT].map((owner) => floor.pusd(owner));
    expect(everything.reduce((sum, pusd) => sum + pusd, 0)).toBe(3_300);
  });
});
