import { describe, expect, test } from 'vitest';
import { parsePolymarketBookResponse, parsePolymarketMarketFrame } from '../../../core/venue/polymarket-market.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const frame = loadFrames('polymarket-market');
const header = { seq: 0, tsInit: 0 };
const up = '40760009000000000000000000000000000000000000000000000000000000000000000002829';
const down = '51234567000000000000000000000000000000000000000000000000000000000000000001117';
const condition = `0x6e50${'0'.repeat(56)}975f`;

type Book = { bids: { price: unknown; size: unknown }[]; asks: { price: unknown; size: unknown }[] };

const [firstBook] = JSON.parse(frame('book')) as [Book];
const bookWith = (fields: object) => JSON.stringify({ ...firstBook, ...fields });
const changed = (name: string, fields: object) => JSON.stringify({ ...(JSON.parse(frame(name)) as object), ...fields });

describe('parsePolymarketMarketFrame', () => {
  test('default: a book, best level first', () => {
    expect(parsePolymarketMarketFrame(frame('book'))).toEqual({
      events: [
        {
          ...header,
          type: 'book-received',
          tsEvent: 1_795_405_201_123,
          tokenId: up,
          bids: [5_300, 118_500_000, 100, 5_200_000_000],
          asks: [5_400, 75_000_000, 9_900, 4_100_000_000],
          tickSizeTicks: 100,
          lastTradeTicks: 5_400,
          hash: '0xab12',
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('behavior: a book that comes the other way round, or in no order, is sorted', () => {
    const bids = [
      { price: '0.40', size: '1' },
      { price: '0.53', size: '2' },
      { price: '0.10', size: '3' },
    ];
    const asks = [
      { price: '0.54', size: '1' },
      { price: '0.60', size: '2' },
    ];
    expect(parsePolymarketMarketFrame(bookWith({ bids, asks })).events).toMatchObject([
      {
        bids: [5_300, 2_000_000, 4_000, 1_000_000, 1_000, 3_000_000],
        asks: [5_400, 1_000_000, 6_000, 2_000_000],
      },
    ]);
  });

  test('behavior: empty sides, absent tick size, empty last price', () => {
    const text = bookWith({ bids: [], asks: [], tick_size: undefined, last_trade_price: '', hash: undefined });
    expect(parsePolymarketMarketFrame(text).events).toMatchObject([
      { bids: [], asks: [], tickSizeTicks: null, lastTradeTicks: null, hash: '' },
    ]);
  });

  test('behavior: a size of millions of shares stays exact, a level of size 0 is no level', () => {
    const asks = [
      { price: '0.999', size: '10500100.000001' },
      { price: '0.99', size: '0' },
    ];
    expect(parsePolymarketMarketFrame(bookWith({ asks })).events).toMatchObject([
      { asks: [9_990, 10_500_100_000_001] },
    ]);
  });

  test('behavior: one event for each token that a price change names, in order', () => {
    expect(parsePolymarketMarketFrame(frame('priceChange')).events).toEqual([
      {
        ...header,
        type: 'book-changed',
        tsEvent: 1_795_405_201_190,
        tokenId: up,
        changes: [0, 5_300, 0, 1, 5_500, 10_000_000],
        bestBidTicks: 5_200,
        bestAskTicks: null,
      },
      {
        ...header,
        type: 'book-changed',
        tsEvent: 1_795_405_201_190,
        tokenId: down,
        changes: [1, 4_700, 12_500_000],
        bestBidTicks: 4_600,
        bestAskTicks: 4_700,
      },
    ]);
  });

  test('behavior: the older shapes of a price change', () => {
    expect(parsePolymarketMarketFrame(frame('priceChangeOld')).events).toMatchObject([
      { tokenId: up, changes: [1, 4_000, 3_300_000_000, 0, 5_000, 0], bestBidTicks: null, bestAskTicks: null },
    ]);
    expect(parsePolymarketMarketFrame(frame('priceChangeFlat')).events).toMatchObject([
      { tokenId: up, changes: [1, 5_140, 21_574_080_000] },
    ]);
  });

  test('behavior: a bad change costs its own token whole, and no other', () => {
    const whole = JSON.parse(frame('priceChange')) as { price_changes: object[] };
    whole.price_changes[2] = { ...whole.price_changes[2], size: 'many' };
    const parsed = parsePolymarketMarketFrame(JSON.stringify(whole));
    expect(parsed.events).toMatchObject([{ tokenId: down }]);
    expect(parsed.rejected).toEqual([{ reason: 'bad-number', detail: 'price_change.size' }]);
  });

  test('behavior: trade, tick size, touch', () => {
    expect(parsePolymarketMarketFrame(frame('lastTradePrice')).events).toMatchObject([
      { type: 'book-trade-received', tokenId: up, priceTicks: 5_400, sizeMicro: 25_000_000, takerSide: 'buy' },
    ]);
    expect(parsePolymarketMarketFrame(frame('tickSizeChange')).events).toMatchObject([
      { type: 'tick-size-changed', tokenId: up, oldTickSizeTicks: 100, newTickSizeTicks: 10 },
    ]);
    expect(parsePolymarketMarketFrame(frame('bestBidAsk')).events).toMatchObject([
      { type: 'book-touch-received', bestBidTicks: 5_300, bestAskTicks: 5_400 },
    ]);
    expect(parsePolymarketMarketFrame(frame('bestBidAskEmpty')).events).toMatchObject([
      { bestBidTicks: 5_300, bestAskTicks: null },
    ]);
  });

  test('behavior: markets that appear and are resolved', () => {
    expect(parsePolymarketMarketFrame(frame('newMarket')).events).toMatchObject([
      { type: 'market-announced', slug: 'btc-updown-5m-1795491600', conditionId: condition },
    ]);
    expect(parsePolymarketMarketFrame(frame('newOtherMarket')).controls).toMatchObject([{ type: 'ignored' }]);
    expect(parsePolymarketMarketFrame(frame('marketResolved')).events).toEqual([
      {
        ...header,
        type: 'official-result-published',
        source: 'polymarket-clob',
        tsEvent: 1_795_405_569_000,
        conditionId: condition,
        strikeE18: null,
        finalE18: null,
        outcome: 'down',
        winningTokenId: down,
      },
    ]);
    expect(parsePolymarketMarketFrame(changed('marketResolved', { winning_outcome: 'Yes' })).events).toMatchObject([
      { outcome: null, winningTokenId: down },
    ]);
  });

  test('behavior: the protocol around the messages', () => {
    expect(parsePolymarketMarketFrame('PONG').controls).toEqual([{ type: 'pong' }]);
    expect(parsePolymarketMarketFrame('[]').controls).toEqual([{ type: 'ignored', what: 'empty array' }]);
    expect(parsePolymarketMarketFrame(frame('unknown')).controls).toEqual([{ type: 'ignored', what: 'something_new' }]);
  });

  test('behavior: a bad message does not cost its neighbours in the array', () => {
    const text = `[7,${frame('bestBidAsk')},${bookWith({ asset_id: 'x' })}]`;
    const parsed = parsePolymarketMarketFrame(text);
    expect(parsed.events).toHaveLength(1);
    expect(parsed.rejected.map(({ reason }) => reason)).toEqual(['unknown-message', 'bad-identifier']);
  });

  test.each([
    [{ timestamp: 1_795_405_201_123 }, 'bad-number', 'book.timestamp'],
    [{ timestamp: '1795405201' }, 'bad-number', 'book.timestamp'],
    [{ timestamp: undefined }, 'missing-field', 'book.timestamp'],
    [{ asset_id: '0x12' }, 'bad-identifier', 'book.asset_id'],
    [{ bids: undefined }, 'missing-field', 'book.bids'],
    [{ bids: [{ price: 0.5, size: '1' }] }, 'bad-number', 'book.bids'],
    [{ asks: [{ price: '0.54', size: '' }] }, 'bad-number', 'book.asks'],
    [{ asks: [{ price: '1', size: '1' }] }, 'bad-number', 'book.asks'],
    [{ asks: [{ price: '0.54', size: '-1' }] }, 'bad-number', 'book.asks'],
    [{ asks: [{ price: '0.53', size: '1' }] }, 'crossed-levels', 'book'],
    [
      {
        bids: [
          { price: '0.5', size: '1' },
          { price: '0.50', size: '2' },
        ],
      },
      'crossed-levels',
      'book.bids',
    ],
    [{ tick_size: 'fine' }, 'bad-number', 'book.tick_size'],
    [{ event_type: 4 }, 'unknown-message', 'event_type'],
  ])('error: a book with %o', (fields, reason, detail) => {
    expect(parsePolymarketMarketFrame(bookWith(fields))).toEqual({
      events: [],
      controls: [],
      rejected: [{ reason, detail }],
    });
  });

  test.each([
    ['lastTradePrice', { side: 'buy' }, 'unknown-message'],
    ['lastTradePrice', { size: '0' }, 'bad-number'],
    ['tickSizeChange', { new_tick_size: '' }, 'bad-number'],
    ['bestBidAsk', { best_bid: '0.54' }, 'crossed-levels'],
    ['bestBidAsk', { best_bid: 0.5 }, 'bad-number'],
    ['newMarket', { condition_id: 'x' }, 'bad-identifier'],
    ['marketResolved', { winning_asset_id: undefined }, 'bad-identifier'],
    ['priceChange', { price_changes: 7 }, 'unknown-message'],
    ['priceChange', { timestamp: '' }, 'bad-number'],
  ])('error: %s with %o', (name, fields, reason) => {
    const parsed = parsePolymarketMarketFrame(changed(name, fields));
    expect(parsed.events).toEqual([]);
    expect(parsed.rejected).toMatchObject([{ reason }]);
  });
});

describe('parsePolymarketBookResponse', () => {
  test('default: the REST body is a book', () => {
    const text = bookWith({ event_type: undefined, min_order_size: '5', neg_risk: false });
    expect(parsePolymarketBookResponse(text).events).toMatchObject([{ type: 'book-received', tokenId: up }]);
  });

  test('error: an error body', () => {
    expect(parsePolymarketBookResponse('{"error":"No orderbook exists"}').rejected).toMatchObject([
      { reason: 'bad-identifier' },
    ]);
  });
});
