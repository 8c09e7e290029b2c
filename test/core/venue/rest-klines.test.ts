import { describe, expect, test } from 'vitest';
import { parseBinanceKlines, parseCoinbaseCandles } from '../../../core/venue/rest-klines.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const body = loadFrames('rest-candles');
const nowMs = 1_795_405_230_000;
const closed = [
  [1_795_405_080_000, 8_450_000_000_000, 8_452_000_000_000, 8_449_000_000_000, 8_451_000_000_000, 1_250_000_000],
  [1_795_405_140_000, 8_451_000_000_000, 8_453_000_000_000, 8_450_500_000_000, 8_452_500_000_000, 812_500_000],
];

describe('parseBinanceKlines', () => {
  test('default: the closed candles', () => {
    expect(parseBinanceKlines('binance-spot', nowMs)(body('binance'))).toEqual({
      events: [
        {
          type: 'candle-history-received',
          seq: 0,
          tsEvent: 1_795_405_200_000,
          tsInit: 0,
          source: 'binance-spot',
          candles: closed,
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('args: nowMs at the very end of a candle closes it', () => {
    const parsed = parseBinanceKlines('binance-spot', 1_795_405_260_000)(body('binance'));
    expect(parsed.events).toMatchObject([{ candles: { length: 3 } }]);
  });

  test('behavior: a bad candle leaves a hole', () => {
    const parsed = parseBinanceKlines('binance-spot', nowMs)(body('binance').replace('"84500.00"', '"x"'));
    expect(parsed.events).toMatchObject([{ candles: [closed[1]] }]);
    expect(parsed.rejected).toEqual([{ reason: 'bad-number', detail: 'candle' }]);
  });

  test.each([
    ['[[1795405080000,"2","1","2","2","0"]]', 'crossed-levels'],
    ['[[1795405080001,"2","2","2","2","0"]]', 'bad-number'],
    ['[[1795405080000,2,2,2,2,0]]', 'bad-number'],
    ['[7]', 'unknown-message'],
    ['{"code":-1121,"msg":"Invalid symbol."}', 'unknown-message'],
  ])('error: %s', (text, reason) => {
    const parsed = parseBinanceKlines('binance-spot', nowMs)(text);
    expect(parsed.events).toEqual([]);
    expect(parsed.rejected).toMatchObject([{ reason }]);
  });

  test('behavior: an empty history is no event', () => {
    expect(parseBinanceKlines('binance-futures', nowMs)('[]').controls).toEqual([
      { type: 'ignored', what: 'no closed candle' },
    ]);
  });
});

describe('parseCoinbaseCandles', () => {
  test('default: seconds, and newest first, come out like the others', () => {
    expect(parseCoinbaseCandles(nowMs)(body('coinbase')).events).toMatchObject([
      { source: 'coinbase', tsEvent: 1_795_405_200_000, candles: closed },
    ]);
  });

  test.each([
    ['{}', 'missing-field'],
    ['{"candles":[1]}', 'unknown-message'],
    ['{"candles":[{"start":1795405200}]}', 'bad-number'],
  ])('error: %s', (text, reason) => {
    expect(parseCoinbaseCandles(nowMs)(text).rejected).toMatchObject([{ reason }]);
  });
});
