/**
 * The parsers on what the venues really sent. Nothing of the recordings is in this repository: without them these tests say that
 * they were skipped.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import { readBalanceAllowance } from '../../core/venue/clob-account-answers.ts';
import { readCancelAnswer, readPage, readPlacedOrder } from '../../core/venue/clob-answers.ts';
import { parseCoinbaseFrame, readCoinbaseSequence } from '../../core/venue/coinbase.ts';
import { parseDeribitFrame } from '../../core/venue/deribit.ts';
import { isRecord } from '../../core/venue/frame-collector.ts';
import { parseGammaBody } from '../../core/venue/gamma.ts';
import type { FrameParser, FrameRejection, ParsedFrame } from '../../core/venue/parsed-frame.ts';
import { parsePolymarketBookResponse, parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import { readVenueOrder } from '../../core/venue/polymarket-order.ts';
import { readVenueTrade } from '../../core/venue/polymarket-trade.ts';
import { type ParsedUserFrame, parsePolymarketUserFrame } from '../../core/venue/polymarket-user.ts';
import { parseRtdsFrame } from '../../core/venue/rtds.ts';
import { hasSharedData, sharedDataPath } from '../support/shared-data.ts';

const SLOW_MS = 60_000;

const futures = parseBinanceFrame('binance-futures');
const gamma = parseGammaBody({ slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 });

const textOf = (...path: string[]) => readFileSync(sharedDataPath(...path), 'utf8');
const linesOf = (data: Buffer) => data.toString('utf8').trimEnd().split('\n');
const gzipLines = (...path: string[]) => linesOf(gunzipSync(readFileSync(sharedDataPath(...path))));
const zstdLines = (...path: string[]) => linesOf(zstdDecompressSync(readFileSync(sharedDataPath(...path))));

/** Counts what came of frames: events by kind, controls by kind, refusals by reason. */
function createTally() {
  const counts: Record<string, number> = {};
  const add = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  const count = ({ events, controls, rejected }: ParsedFrame) => {
    for (const { type } of events) add(type);
    for (const { type } of controls) add(type);
    for (const { reason } of rejected) add(`rejected ${reason}`);
  };
  return { counts, count };
}

/** What one frame became, in one word each. */
function summary({ events, controls, rejected }: ParsedFrame): string[] {
  return [
    ...events.map(({ type }) => type),
    ...controls.map(({ type }) => type),
    ...rejected.map(({ reason }) => `rejected ${reason}`),
  ];
}

const UNKNOWN: `rejected ${FrameRejection}` = 'rejected unknown-message';

/** Each recorded message, who reads it, and what has to come of it. */
const MESSAGES: readonly (readonly [parse: FrameParser, files: Readonly<Record<string, readonly string[]>>])[] = [
  [
    futures,
    {
      binance_futures_market_data_json_agg_trade_stream: ['trade-received'],
      // Of BNBUSDT: another symbol than ours.
      binance_futures_market_data_json_book_ticker_stream: ['ignored'],
      binance_futures_market_data_json_depth_update_stream: ['depth-changed'],
      binance_futures_market_data_json_kline_stream_closed: ['ignored'],
      binance_futures_market_data_json_kline_stream_open: ['ignored'],
      binance_futures_market_data_json_liquidation_stream: ['liquidation-received'],
      binance_futures_market_data_json_mark_price_stream: ['mark-price-received'],
      binance_futures_market_data_json_ticker_stream: ['ignored'],
      binance_futures_market_data_json_trade_stream: ['trade-received'],
    },
  ],
  [
    parseDeribitFrame('btc_usd'),
    {
      deribit_http_test: ['pong'],
      deribit_ws_error: ['error'],
      deribit_ws_subscribe_response: ['subscribed'],
      deribit_ws_test_request: ['test-request'],
      deribit_ws_volatility_index: ['volatility-index-received'],
    },
  ],
  [parsePolymarketBookResponse, { polymarket_clob_book_response: ['book-received'] }],
  [
    parsePolymarketMarketFrame,
    {
      polymarket_ws_book_snapshot: ['book-received'],
      polymarket_ws_last_trade: ['book-trade-received'],
      polymarket_ws_market_best_bid_ask_msg: ['book-touch-received'],
      polymarket_ws_market_book_msg: ['book-received'],
      polymarket_ws_market_last_trade_msg: ['book-trade-received'],
      polymarket_ws_market_new_market_msg: ['ignored'],
      polymarket_ws_market_price_change_msg: ['book-changed'],
      polymarket_ws_market_resolved_msg: ['official-result-published'],
      polymarket_ws_market_tick_size_msg: ['tick-size-changed'],
      polymarket_ws_quotes: ['book-changed', 'book-changed'],
      polymarket_ws_tick_size_change: ['tick-size-changed'],
      py_polymarket_ws_book: ['book-received'],
      py_polymarket_ws_last_trade_price: ['book-trade-received'],
      py_polymarket_ws_price_change: ['book-changed'],
      py_polymarket_ws_price_change_v2: ['book-changed'],
      py_polymarket_ws_tick_size_change: ['tick-size-changed'],
    },
  ],
  [
    parseRtdsFrame,
    {
      polymarket_rtds_crypto_prices_subscribe: [
        'reference-price-received',
        'reference-price-received',
        'reference-price-received',
      ],
      polymarket_rtds_crypto_prices_update: ['reference-price-received'],
      polymarket_rtds_equity_prices_subscribe: ['ignored'],
      polymarket_rtds_equity_prices_update: ['ignored'],
    },
  ],
  [
    gamma,
    {
      polymarket_gamma_market: ['market-listed'],
      polymarket_gamma_market_closed_binary_accepting_false: ['ignored'],
      polymarket_gamma_market_closed_binary_accepting_true: ['ignored'],
      polymarket_gamma_market_closed_nonbinary_legacy: ['ignored'],
      polymarket_gamma_market_closed_zero_zero_legacy: ['ignored'],
      polymarket_gamma_market_sports_market_map_handicap: ['ignored'],
      polymarket_gamma_market_sports_market_money_line: ['ignored'],
      // Tags are no markets, and the rows of the CLOB's own market list are not Gamma's.
      polymarket_gamma_tags: [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN],
      polymarket_clob_market_closed_binary_accepting_false: [UNKNOWN],
      polymarket_clob_market_closed_binary_accepting_true: [UNKNOWN],
    },
  ],
];

/** The account of the recorded user channel: the owner of some messages, the wallet of others. */
const account = {
  apiKey: '00000000-0000-0000-0000-000000000001',
  funderAddress: '0xa3D82Ed56F4c68d2328Fb8c29e568Ba2cAF7d7c8',
};
const userChannel = parsePolymarketUserFrame(account);

/** Invented messages carry order ids that are no hashes (66 digits, "0x78xx"): refused by name, as a broken real one would be. */
const NO_ORDER_HASH = ['rejected order.id'];
const NO_TAKER_HASH = ['rejected trade.taker_order_id'];

/** What came of a recorded frame of the user channel. */
const USER_FRAMES: Readonly<Record<string, readonly string[]>> = {
  polymarket_ws_user_order_cancellation: NO_ORDER_HASH,
  polymarket_ws_user_order_fok_killed: NO_ORDER_HASH,
  polymarket_ws_user_order_matched: NO_ORDER_HASH,
  polymarket_ws_user_order_msg: NO_ORDER_HASH,
  polymarket_ws_user_order_placement: NO_ORDER_HASH,
  polymarket_ws_user_order_update: NO_ORDER_HASH,
  polymarket_ws_user_order_venue_cancel: NO_ORDER_HASH,
  polymarket_ws_user_trade: NO_TAKER_HASH,
  polymarket_ws_user_trade_msg: NO_TAKER_HASH,
  py_polymarket_ws_order_cancel: ['cancellation canceled sell 5130 5000000/5000000'],
  py_polymarket_ws_order_placement: ['placement live buy 5130 0/5000000'],
  py_polymarket_ws_trades: ['taker confirmed buy 4890 5000000'],
  py_polymarket_ws_user_trade1: ['maker mined sell 5180 5000000'],
  py_polymarket_ws_user_trade2: ['taker matched buy 5200 5000000'],
  py_polymarket_ws_user_trade3: ['maker confirmed buy 5130 5000000'],
  py_polymarket_ws_user_trade4: ['maker confirmed buy 4000 5000000', 'maker confirmed buy 3000 5000000'],
};

function userSummary({ messages, rejected }: ParsedUserFrame): string[] {
  const words = messages.map((message) => {
    if (message.kind === 'fill') {
      const { liquidity, settlement, side, priceTicks, sizeMicro } = message.fill;
      return `${liquidity} ${settlement} ${side} ${priceTicks} ${sizeMicro}`;
    }
    const { status, side, priceTicks, matchedMicro, originalMicro } = message.order;
    return `${message.change} ${status} ${side} ${priceTicks} ${matchedMicro}/${originalMicro}`;
  });
  return [...words, ...rejected.map(({ detail }) => `rejected ${detail}`)];
}

/** Answers about orders and balances, read as the client reads them. */
const REST_ANSWERS: Readonly<Record<string, readonly [read: (value: unknown) => unknown, expected: unknown]>> = {
  polymarket_http_balance_allowance_collateral: [
    readBalanceAllowance,
    { balanceMicro: 1_000_000_000, allowancesMicro: {} },
  ],
  // An amount with decimals is not one of millionths.
  polymarket_http_balance_allowance_no_allowance: [readBalanceAllowance, null],
  polymarket_http_batch_cancel_response: [readCancelAnswer, { value: { canceled: { length: 2 } } }],
  polymarket_http_cancel_response_failed: [
    readCancelAnswer,
    { value: { notCanceled: [{ reason: 'already canceled or matched' }] } },
  ],
  polymarket_http_cancel_response_ok: [readCancelAnswer, { value: { canceled: { length: 1 }, notCanceled: [] } }],
  polymarket_http_open_order: [readOrder, { ok: false, error: { detail: 'order.id' } }],
  polymarket_http_open_order_sell_fok: [readOrder, { ok: true, value: { side: 'sell', status: 'matched' } }],
  polymarket_http_open_orders_page: [
    (value) => readPage(value, readVenueOrder),
    { ok: true, value: { nextCursor: 'LTE=', rows: { length: 2 } } },
  ],
  polymarket_http_order_response_error_500: [(value) => readPlacedOrder(value, 0), { kind: 'rejected', code: 'other' }],
  polymarket_http_order_response_failed: [
    (value) => readPlacedOrder(value, 0),
    { kind: 'rejected', code: 'insufficient-balance' },
  ],
  polymarket_http_order_response_ok: [(value) => readPlacedOrder(value, 0), { kind: 'ambiguous' }],
  polymarket_http_trade_report: [readTrade, { ok: false, error: { detail: 'trade.taker_order_id' } }],
  polymarket_http_trades_page: [(value) => readPage(value, (row) => readVenueTrade(row, account)), { ok: false }],
};

function readOrder(value: unknown): unknown {
  return isRecord(value) ? readVenueOrder(value) : value;
}

function readTrade(value: unknown): unknown {
  return isRecord(value) ? readVenueTrade(value, account) : value;
}

/** Of no use to the runner, which knows its own orders and asks neither the data API nor the legacy fee end-point. */
const UNREAD = [
  'polymarket_clob_fee_rate_response_nonzero',
  'polymarket_clob_fee_rate_response_zero',
  'polymarket_data_api_positions_response',
  'polymarket_data_api_trades_response',
  'polymarket_http_signed_order',
] as const;

/** Lists whose rows are all of other series: that many are ignored. */
const FOREIGN_LISTS = ['polymarket_gamma_event', 'polymarket_search_response'] as const;

describe.skipIf(!hasSharedData)('recorded messages', () => {
  const single = MESSAGES.flatMap(([parse, files]) =>
    Object.entries(files).map(([file, expected]) => [file, parse, expected] as const),
  );

  test('default: every file has its expectation', () => {
    const files = readdirSync(sharedDataPath('messages', 'nautilus'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.replace('.json', ''));
    expect(files).toHaveLength(81);
    const account = [...Object.keys(USER_FRAMES), ...Object.keys(REST_ANSWERS), ...UNREAD];
    expect([...single.map(([file]) => file), ...account, ...FOREIGN_LISTS].sort()).toEqual(files.sort());
  });

  test.each(single)('default: %s', (file, parse, expected) => {
    expect(summary(parse(textOf('messages', 'nautilus', `${file}.json`)))).toEqual(expected);
  });

  test.each(Object.entries(USER_FRAMES))('default: %s', (file, expected) => {
    expect(userSummary(userChannel(textOf('messages', 'nautilus', `${file}.json`)))).toEqual(expected);
  });

  test.each(Object.entries(REST_ANSWERS))('default: %s', (file, [read, expected]) => {
    const value = read(JSON.parse(textOf('messages', 'nautilus', `${file}.json`)));
    if (expected === null) expect(value).toBeNull();
    else expect(value).toMatchObject(expected as object);
  });

  test.each(FOREIGN_LISTS.map((file) => [file]))('default: %s holds no market of ours', (file) => {
    const words = summary(gamma(textOf('messages', 'nautilus', `${file}.json`)));
    expect(words.length).toBeGreaterThan(0);
    expect(new Set(words)).toEqual(new Set(['ignored']));
  });

  test('behavior: another symbol is read by its own parser', () => {
    const file = textOf('messages', 'nautilus', 'binance_futures_market_data_json_book_ticker_stream.json');
    expect(summary(parseBinanceFrame('binance-futures', 'BNBUSDT')(file))).toEqual(['ticker-received']);
  });

  test('default: Binance frames captured with the fields of 2026', () => {
    const lines = textOf('messages', 'binance_futures_testnet_captured_20260726.jsonl').trimEnd().split('\n');
    expect(lines.map((line) => summary(futures(line)))).toEqual([
      ['depth-received'],
      ['depth-changed'],
      ['trade-received'],
      ['ignored'],
      ['ticker-received'],
      ['mark-price-received'],
      ['ignored'],
    ]);
  });

  test('default: RTDS frames captured in 2026', () => {
    const lines = textOf('messages', 'polymarket_rtds_captured_20260905.jsonl').trimEnd().split('\n');
    const price = 'reference-price-received';
    const parsed = lines.map((line) => parseRtdsFrame(line));
    expect(parsed.map(summary)).toEqual([
      [price],
      [price],
      [price],
      [price],
      [price, price, price],
      [price, price, price],
      ['error'],
    ]);
    expect(parsed[3]?.events).toMatchObject([
      { lookbackSeconds: 60, symbol: 'btcusd', priceE18: 79_697_575_317_474_428_059_648n },
    ]);
  });
});

describe.skipIf(!hasSharedData)('recorded Binance streams', () => {
  test.each([
    [
      'binance-futures',
      'hftbacktest_usdm_btcusdt_20240808.gz',
      93_954,
      { 'ticker-received': 66_089, 'depth-changed': 6_551, 'depth-received': 1, 'trade-received': 21_313 },
    ],
    [
      'binance-spot',
      'hftbacktest_spot_btcusdt_20240808.gz',
      41_249,
      { 'ticker-received': 28_040, 'depth-changed': 3_451, 'depth-received': 1, 'trade-received': 9_757 },
    ],
  ] as const)(
    'default: every frame of %s in %s is accepted',
    (source, file, frames, expected) => {
      const lines = gzipLines('binance', file);
      const parse = parseBinanceFrame(source);
      const { counts, count } = createTally();
      for (const line of lines) count(parse(line.slice(line.indexOf(' ') + 1)));
      console.log(file, counts);
      expect(lines).toHaveLength(frames);
      expect(counts).toEqual(expected);
    },
    SLOW_MS,
  );
});

interface RawBook {
  readonly asset_id: string;
  readonly bids: readonly { price: string; size: string }[];
  readonly asks: readonly { price: string; size: string }[];
}

/** The best prices by the numbers of the message alone, whatever its order; ticks, `undefined` for an empty side. */
function touchOf({ bids, asks }: RawBook): readonly (number | undefined)[] {
  const ticks = (levels: RawBook['bids']) => levels.map(({ price }) => Math.round(Number(price) * 10_000));
  return [
    bids.length === 0 ? undefined : Math.max(...ticks(bids)),
    asks.length === 0 ? undefined : Math.min(...ticks(asks)),
  ];
}

describe.skipIf(!hasSharedData)('recorded Polymarket books', () => {
  test(
    'default: every book is accepted, with every level and the right touch',
    async () => {
      const folder = sharedDataPath('polymarket', 'books_20260416');
      const { counts, count } = createTally();
      let books = 0;
      for (const name of readdirSync(folder)) {
        const file = await asyncBufferFromFile(`${folder}/${name}`);
        const rows = await parquetReadObjects({ file, columns: ['raw_data'] });
        for (const { raw_data } of rows) {
          const text = String(raw_data);
          const parsed = parsePolymarketMarketFrame(text);
          count(parsed);
          books++;
          const raw = JSON.parse(text) as RawBook;
          const book = parsed.events[0];
          if (book?.type !== 'book-received') throw new Error(`no book in ${name}`);
          expect([book.bids[0], book.asks[0]]).toEqual(touchOf(raw));
          expect([book.bids.length, book.asks.length]).toEqual([raw.bids.length * 2, raw.asks.length * 2]);
        }
      }
      console.log('books_20260416', counts);
      expect(books).toBe(18_220);
      expect(counts).toEqual({ 'book-received': 18_220 });
    },
    SLOW_MS,
  );
});

interface Capture {
  readonly t: string;
  readonly data?: string;
}

const received = (lines: readonly string[]) =>
  lines
    .map((line) => JSON.parse(line) as Capture)
    .filter(({ t, data }) => t === 'recv' && data !== undefined)
    .map(({ data }) => data ?? '');

describe.skipIf(!hasSharedData)('recorded Coinbase and Deribit sockets', () => {
  test('default: every frame of Coinbase is accepted but two snapshots of 2.5 and 5 MB', () => {
    const lines = zstdLines('coinbase', 'cryptofeed_COINBASE_20260809.jsonl.zst');
    expect(lines).toHaveLength(1_038);
    const parse = parseCoinbaseFrame('BTC-USD');
    const { counts, count } = createTally();
    const events: MarketDataEvent[] = [];
    for (const frame of received(lines)) {
      const parsed = parse(frame);
      count(parsed);
      events.push(...parsed.events);
    }
    console.log('cryptofeed_COINBASE', counts);
    expect(Object.keys(counts).filter((key) => key.startsWith('rejected'))).toEqual(['rejected oversized']);
    expect(counts).toMatchObject({ 'rejected oversized': 2, 'heartbeat-received': 25, subscribed: 5 });
    const tradeIds = events.flatMap((event) => (event.type === 'trade-received' ? [event.tradeId] : []));
    expect(tradeIds.length).toBeGreaterThan(50);
    expect(tradeIds).toEqual(tradeIds.toSorted((left, right) => left - right));
  });

  test('default: the sequence of a Coinbase socket has no gap', () => {
    const frames = received(zstdLines('coinbase', 'cryptofeed_COINBASE_20260809.jsonl.zst'));
    expect(frames.map(readCoinbaseSequence)).toEqual(frames.map((_frame, index) => index));
  });

  test('default: every frame of Deribit is accepted, none is the index', () => {
    const lines = zstdLines('deribit', 'cryptofeed_DERIBIT_20210722.jsonl.zst');
    expect(lines).toHaveLength(143);
    const frames = received(lines);
    const parse = parseDeribitFrame('btc_usd');
    const { counts, count } = createTally();
    for (const frame of frames) count(parse(frame));
    console.log('cryptofeed_DERIBIT', counts);
    expect(counts).toEqual({ subscribed: 1, ignored: frames.length - 1 });
  });
});

interface RecordedMarket {
  readonly raw: unknown;
  readonly condition_id: string;
  readonly token_ids: readonly string[];
  readonly outcome_prices: readonly string[];
  readonly start_sec: number;
}

describe.skipIf(!hasSharedData)('recorded markets and prices', () => {
  test('default: every market is listed with its tokens, window, fees and outcome', () => {
    const rows = gzipLines('polymarket', 'Ligengxin96_btc_5m_markets_20260724_h00_h12.jsonl.gz');
    expect(rows).toHaveLength(145);
    for (const line of rows) {
      const row = JSON.parse(line) as RecordedMarket;
      const { events, rejected } = gamma(JSON.stringify(row.raw));
      expect(rejected).toEqual([]);
      expect(events).toMatchObject([
        {
          type: 'market-listed',
          market: {
            conditionId: row.condition_id,
            tokens: { up: row.token_ids[0], down: row.token_ids[1] },
            window: { startMs: row.start_sec * 1_000, endMs: (row.start_sec + 300) * 1_000 },
            fees: { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 },
            rule: { resolutionSource: 'https://data.chain.link/streams/btc-usd', twapLookbackSeconds: null },
          },
        },
        { type: 'official-result-published', outcome: row.outcome_prices[0] === '1' ? 'up' : 'down' },
      ]);
    }
  });

  test(
    'default: every Chainlink tick, as RTDS sends it, keeps its exact price',
    () => {
      const [, ...rows] = gzipLines('chainlink', 'Ligengxin96_btcusd_ticks_20260724_h00_h12.csv.gz');
      expect(rows.length).toBeGreaterThan(38_000);
      for (const row of rows) {
        const [timestamp, value, exact] = row.trim().split(',');
        const payload = {
          symbol: 'btc/usd',
          timestamp: Number(timestamp),
          value: Number(value),
          full_accuracy_value: exact,
        };
        const frame = JSON.stringify({ topic: 'crypto_prices_chainlink', type: 'update', payload });
        const [event] = parseRtdsFrame(frame).events;
        if (event?.type !== 'reference-price-received') throw new Error(`no price in ${row}`);
        expect(event.priceE18.toString()).toBe(exact);
      }
    },
    SLOW_MS,
  );
});
