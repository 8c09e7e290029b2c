import { describe, expect, test } from 'vitest';
import { parseBinanceFrame } from '../../../core/venue/binance.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const frame = loadFrames('binance');
const futures = parseBinanceFrame('binance-futures');
const spot = parseBinanceFrame('binance-spot');
const header = { seq: 0, tsInit: 0 };

/** A fixture with one of its message's fields replaced, or left out where the value is undefined. */
function changed(name: string, fields: Record<string, unknown>): string {
  const whole = JSON.parse(frame(name)) as { stream?: string; data?: object };
  if (whole.data === undefined) return JSON.stringify({ ...whole, ...fields });
  return JSON.stringify({ ...whole, data: { ...whole.data, ...fields } });
}

describe('parseBinanceFrame', () => {
  test('default: a trade by its aggressor', () => {
    expect(futures(frame('aggTrade'))).toEqual({
      events: [
        {
          ...header,
          type: 'trade-received',
          source: 'binance-futures',
          tsEvent: 1_795_405_200_718,
          tradeId: 300_238_285,
          aggregated: true,
          priceE8: 8_451_010_000_000,
          quantityE8: 2_000_000,
          aggressor: 'buy',
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('behavior: a maker who buys means an aggressor who sells', () => {
    expect(futures(frame('aggTradeSell')).events).toMatchObject([{ aggressor: 'sell', tradeId: 300_238_286 }]);
  });

  test('behavior: a raw message without an envelope is read by its own name', () => {
    expect(futures(frame('trade')).events).toMatchObject([
      { type: 'trade-received', aggregated: false, tradeId: 5_266_583_935, tsEvent: 1_795_405_200_320 },
    ]);
  });

  test('behavior: a trade that did not come off the book is accepted and says nothing', () => {
    expect(futures(frame('tradeOffBook'))).toEqual({
      events: [],
      controls: [{ type: 'ignored', what: 'trade of kind NA' }],
      rejected: [],
    });
  });

  test('behavior: a partial book is complete', () => {
    expect(futures(frame('depth20')).events).toEqual([
      {
        ...header,
        type: 'depth-received',
        source: 'binance-futures',
        tsEvent: 1_795_405_201_050,
        updateId: 120,
        bidsE8: [8_451_010_000_000, 125_000_000, 8_451_000_000_000, 400_000],
        asksE8: [8_451_020_000_000, 200_000_000, 8_451_090_000_000, 10_000_000],
      },
    ]);
  });

  test('behavior: a diff keeps its deletions and its chain', () => {
    expect(futures(frame('depthDiff')).events).toEqual([
      {
        ...header,
        type: 'depth-changed',
        source: 'binance-futures',
        tsEvent: 1_795_405_201_150,
        firstUpdateId: 121,
        updateId: 130,
        previousUpdateId: 120,
        bidsE8: [8_450_900_000_000, 0, 8_451_010_000_000, 300_000_000],
        asksE8: [],
      },
    ]);
  });

  test('behavior: the same message is a diff without an envelope', () => {
    const { data } = JSON.parse(frame('depth20')) as { data: unknown };
    expect(futures(JSON.stringify(data)).events).toMatchObject([{ type: 'depth-changed' }]);
  });

  test.each([
    ['btcusdt@depth5', 'depth-received'],
    ['btcusdt@depth10@500ms', 'depth-received'],
    ['btcusdt@depth', 'depth-changed'],
    ['btcusdt@depth@0ms', 'depth-changed'],
  ])('behavior: the stream %s holds %s', (stream, type) => {
    const whole = JSON.parse(frame('depth20')) as object;
    expect(futures(JSON.stringify({ ...whole, stream })).events).toMatchObject([{ type }]);
  });

  test('behavior: spot diffs have neither T nor pu', () => {
    expect(spot(frame('spotDepthDiff')).events).toMatchObject([
      { type: 'depth-changed', source: 'binance-spot', tsEvent: 1_795_405_201_193, previousUpdateId: null },
    ]);
  });

  test('behavior: spot partial books and tickers state no time', () => {
    expect(spot(frame('spotPartialDepth')).events).toMatchObject([
      { type: 'depth-received', tsEvent: 0, updateId: 77 },
    ]);
    expect(spot(frame('spotBookTicker')).events).toMatchObject([
      { type: 'ticker-received', tsEvent: 0, bidE8: 8_450_063_000_000, bidQuantityE8: 378_826_000 },
    ]);
  });

  test('behavior: the answer to a request for depth is a whole book of the symbol that was asked for', () => {
    const text = '{"lastUpdateId":9,"E":1795405201500,"T":1795405201493,"bids":[["84500.2","2.9"]],"asks":[]}';
    expect(futures(text).events).toMatchObject([{ type: 'depth-received', tsEvent: 1_795_405_201_493, updateId: 9 }]);
  });

  test('behavior: ticker, mark price and liquidation', () => {
    expect(futures(frame('bookTicker')).events).toMatchObject([
      { type: 'ticker-received', updateId: 359_220_650_272, askE8: 8_451_020_000_000, askQuantityE8: 58_980_260_000 },
    ]);
    expect(futures(frame('markPrice')).events).toMatchObject([
      {
        type: 'mark-price-received',
        tsEvent: 1_795_405_203_000,
        markE8: 8_451_070_000_000,
        indexE8: 8_456_361_608_696,
        fundingRateE8: -5_301,
        nextFundingMs: 1_795_420_800_000,
      },
    ]);
    expect(futures(frame('forceOrder')).events).toMatchObject([
      { type: 'liquidation-received', side: 'sell', priceE8: 8_432_125_000_000, quantityE8: 1_400_000 },
    ]);
  });

  test('behavior: a liquidation that has not traded yet has its own price', () => {
    const whole = JSON.parse(frame('forceOrder')) as { data: { o: object } };
    const text = JSON.stringify({ ...whole, data: { ...whole.data, o: { ...whole.data.o, ap: '0' } } });
    expect(futures(text).events).toMatchObject([{ priceE8: 8_410_000_000_000 }]);
  });

  test.each([
    ['kline', 'kline'],
    ['otherSymbol', 'aggTrade of ETHUSDT'],
  ])('behavior: %s is accepted and ignored', (name, what) => {
    expect(futures(frame(name))).toEqual({ events: [], controls: [{ type: 'ignored', what }], rejected: [] });
  });

  test('behavior: answers are controls', () => {
    expect(futures(frame('subscribed')).controls).toEqual([{ type: 'subscribed', channels: [] }]);
    expect(futures(frame('listed')).controls).toEqual([{ type: 'subscribed', channels: ['btcusdt@aggTrade'] }]);
    expect(futures(frame('error')).controls).toEqual([
      { type: 'error', code: '2', detail: 'Invalid request: unknown variant' },
    ]);
  });

  test('args: another symbol', () => {
    expect(parseBinanceFrame('binance-futures', 'ETHUSDT')(frame('otherSymbol')).events).toHaveLength(1);
  });

  test.each([
    ['aggTrade', { p: undefined }, 'missing-field', 'aggTrade.p'],
    ['aggTrade', { p: '' }, 'bad-number', 'aggTrade.p'],
    ['aggTrade', { p: '0' }, 'bad-number', 'aggTrade.p'],
    ['aggTrade', { p: 84_510.1 }, 'bad-number', 'aggTrade.p'],
    ['aggTrade', { q: 'NaN' }, 'bad-number', 'aggTrade.q'],
    ['aggTrade', { q: '1e5' }, 'bad-number', 'aggTrade.q'],
    ['aggTrade', { q: '0.123456789' }, 'bad-number', 'aggTrade.q'],
    ['aggTrade', { T: '1795405200718' }, 'bad-number', 'aggTrade.T'],
    ['aggTrade', { m: undefined }, 'missing-field', 'aggTrade.m'],
    ['aggTrade', { s: undefined }, 'missing-field', 'aggTrade.s'],
    ['aggTrade', { e: 7 }, 'unknown-message', 'e is not a string'],
    ['depth20', { b: null }, 'missing-field', 'depthUpdate.b'],
    ['depth20', { a: [['84510.20']] }, 'bad-number', 'depthUpdate.a'],
    ['depth20', { b: [['84510.30', '1']] }, 'crossed-levels', 'depth'],
    ['depthDiff', { pu: 'x' }, 'bad-number', 'depthUpdate.pu'],
    ['depthDiff', { U: undefined }, 'missing-field', 'depthUpdate.U'],
    ['bookTicker', { a: '84510.10' }, 'crossed-levels', 'bookTicker'],
    ['markPrice', { r: '' }, 'bad-number', 'markPriceUpdate.r'],
    ['forceOrder', { o: undefined }, 'missing-field', 'forceOrder.s'],
  ])('error: %s with %o', (name, fields, reason, detail) => {
    expect(futures(changed(name, fields))).toEqual({ events: [], controls: [], rejected: [{ reason, detail }] });
  });

  test.each([
    ['{"stream":', 'not-json'],
    ['', 'not-json'],
    ['[]', 'unknown-message'],
    ['null', 'unknown-message'],
    ['{}', 'unknown-message'],
    ['{"stream":"btcusdt@aggTrade","data":[]}', 'unknown-message'],
    [' '.repeat(1_000_001), 'oversized'],
  ])('error: %.30s', (text, reason) => {
    expect(futures(text).rejected).toMatchObject([{ reason }]);
  });
});
