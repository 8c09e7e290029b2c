import { describe, expect, test } from 'vitest';
import type { TokenId, VenueOrderId } from '../../../core/model/identifiers.ts';
import { STANDARD_EXCHANGE } from '../../../embedded-venue/clob/chain-contracts.ts';
import type { IncomingOrder } from '../../../embedded-venue/trading/venue-exchange.ts';
import { ALICE, BOB, END_MS, type ShortOrder, START_MS, tradingFloor } from '../../support/trading-floor.ts';

const seconds = (ms: number): number => Math.floor(ms / 1_000);
/** What a refusal says, with the order's own hash left out. */
const wordsOf = (result: ReturnType<ReturnType<typeof tradingFloor>['send']>): string =>
  result.kind === 'refused' ? `${result.status} ${result.error.replace(/0x[0-9a-f]{64}/, 'ID')}` : result.status;

describe('placeOrder: what the venue refuses (venue notes of 2026-11-23 §2, §3.4)', () => {
  test.each<[string, Partial<IncomingOrder>, string]>([
    ['an unknown token', { tokenId: '5' as TokenId }, '404 No orderbook exists for the requested token id'],
    ['an amount of nothing', { makerAmountMicro: 0 }, '400 Invalid order payload'],
    [
      'a price off the grid',
      { makerAmountMicro: 5_350_000, takerAmountMicro: 10_000_000 },
      '400 order ID is invalid. Price (0.535) breaks minimum tick size rule: 0.01',
    ],
    [
      'a price of 1',
      { makerAmountMicro: 10_000_000, takerAmountMicro: 10_000_000 },
      '400 order ID is invalid. Price (1) breaks minimum tick size rule: 0.01',
    ],
    [
      'fewer than 5 shares',
      { makerAmountMicro: 2_450_000, takerAmountMicro: 4_900_000 },
      '400 order ID is invalid. Size (4.9) lower than the minimum: 5',
    ],
    [
      'a market BUY of 3 decimals',
      { timeInForce: 'FAK', makerAmountMicro: 5_001_000, takerAmountMicro: 10_002_000 },
      '400 invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
    ],
    [
      'a market BUY for 5 decimals of shares',
      { timeInForce: 'FOK', makerAmountMicro: 5_000_000, takerAmountMicro: 10_000_010 },
      '400 invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
    ],
    ['a post-only FOK', { timeInForce: 'FOK', postOnly: true }, '400 Invalid order payload'],
    ['a GTC with an expiration', { expirationSeconds: seconds(END_MS) }, '400 invalid expiration'],
    [
      'a GTD of less than a minute',
      { timeInForce: 'GTD', expirationSeconds: seconds(START_MS) + 59 },
      '400 invalid expiration',
    ],
    [
      'a FOK that finds nothing',
      { timeInForce: 'FOK' },
      "400 order couldn't be fully filled. FOK orders are fully filled or killed.",
    ],
    [
      'a FAK that finds nothing',
      { timeInForce: 'FAK' },
      '400 no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
    ],
    [
      'more than the balance',
      { makerAmountMicro: 1_000_500_000, takerAmountMicro: 2_001_000_000 },
      '400 not enough balance / allowance',
    ],
    [
      'a SELL of more than is held',
      { side: 'sell', makerAmountMicro: 100_010_000, takerAmountMicro: 50_005_000 },
      '400 not enough balance / allowance',
    ],
  ])('error: %s', (_name, order, words) => {
    expect(wordsOf(tradingFloor().send(order))).toBe(words);
  });

  test('error: the same order twice, even when it has ended', () => {
    const floor = tradingFloor();
    const { orderHash } = floor.place({ price: 4_000, amount: 10 });
    expect(wordsOf(floor.send({ orderHash }))).toBe('400 order ID is invalid. Duplicated.');
    expect(floor.cancel(orderHash)).toBeNull();
    expect(wordsOf(floor.send({ orderHash }))).toBe('400 order ID is invalid. Duplicated.');
  });

  test('error: a market that is not quoted yet, and one that takes no more orders', () => {
    const floor = tradingFloor();
    const later = floor.world.directory.bySlug(`btc-updown-5m-${START_MS / 1_000 + 3_000}`, START_MS);
    expect(wordsOf(floor.send({ tokenId: later?.tokens.up as TokenId }))).toBe(
      '400 the market is not yet ready to process new orders',
    );
    floor.passTo(floor.market.schedule.acceptsUntilMs - START_MS - 1);
    expect(wordsOf(floor.send({}))).toBe('live');
    floor.passTo(floor.market.schedule.acceptsUntilMs - START_MS);
    expect(wordsOf(floor.send({}))).toBe('404 No orderbook exists for the requested token id');
  });

  test.each<[string, ShortOrder, string]>([
    [
      'a post-only order at the offer',
      { price: 5_000, amount: 10, postOnly: true },
      'invalid post-only order: order crosses book',
    ],
    [
      'a marketable BUY below 1 pUSD',
      { price: 1_900, amount: 5, outcome: 'down' },
      'invalid amount for a marketable BUY order ($0.95), min size: $1',
    ],
    [
      'a FOK for more than is there',
      { price: 5_000, amount: 10.01, timeInForce: 'FOK' },
      "order couldn't be fully filled. FOK orders are fully filled or killed.",
    ],
  ])('error: %s', (_name, order, words) => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', outcome: order.outcome ?? 'up', price: order.price, amount: 10 });
    const result = floor.place(order);
    expect(result).toMatchObject({ kind: 'refused', status: 400, error: words });
  });

  test('error: no allowance of the exchange', () => {
    const floor = tradingFloor();
    floor.exchange.approve(ALICE, STANDARD_EXCHANGE, 4_999_999);
    expect(wordsOf(floor.send({}))).toBe('400 not enough balance / allowance');
    floor.exchange.approve(ALICE, STANDARD_EXCHANGE, 5_000_000);
    expect(wordsOf(floor.send({}))).toBe('live');
    expect(wordsOf(floor.send({}))).toBe('400 not enough balance / allowance');
    floor.exchange.approveConditional(ALICE, STANDARD_EXCHANGE, false);
    expect(wordsOf(floor.send({ side: 'sell', makerAmountMicro: 10_000_000, takerAmountMicro: 9_000_000 }))).toBe(
      '400 not enough balance / allowance',
    );
  });

  test('behavior: open orders reserve, a taker needs its fee as well', () => {
    const floor = tradingFloor();
    floor.place({ maker: BOB, side: 'sell', price: 5_000, amount: 100 });
    expect(floor.place({ price: 4_000, amount: 2_375 }).kind).toBe('placed');
    expect(floor.exchange.holdings(ALICE).reservedMicro).toBe(950_000_000);
    // 100 at 0.50 cost 50 pUSD and a fee of 1.75.
    expect(floor.place({ price: 5_000, amount: 100 })).toMatchObject({ error: 'not enough balance / allowance' });
    expect(floor.place({ price: 5_000, amount: 96 })).toMatchObject({ status: 'matched' });
  });

  test('behavior: a finer grid takes prices of a tenth of a cent at once', () => {
    const floor = tradingFloor();
    expect(floor.place({ price: 9_650, amount: 10 })).toMatchObject({ kind: 'refused' });
    floor.place({ price: 9_700, amount: 10 });
    expect(floor.place({ price: 9_650, amount: 10 })).toMatchObject({ kind: 'placed', status: 'live' });
  });

  test('behavior: an address in another case is the same account', () => {
    const floor = tradingFloor();
    const { orderHash } = floor.place({ maker: ALICE.toUpperCase().replace('0X', '0x'), price: 4_000, amount: 10 });
    expect(floor.exchange.openOrders(ALICE).map((order) => order.orderHash)).toEqual([orderHash]);
    expect(floor.exchange.order('0x00' as VenueOrderId)).toBeNull();
  });
});
