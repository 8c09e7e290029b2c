import { describe, expect, test } from 'vitest';
import { parseCoinbaseFrame, readCoinbaseSequence } from '../../../core/venue/coinbase.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const frame = loadFrames('coinbase');
const parse = parseCoinbaseFrame('BTC-USD');

describe('parseCoinbaseFrame', () => {
  test('default: trades of our product, oldest first, the aggressor against the maker', () => {
    expect(parse(frame('trades'))).toEqual({
      events: [
        {
          type: 'trade-received',
          seq: 0,
          tsEvent: 1_795_405_201_167,
          tsInit: 0,
          source: 'coinbase',
          tradeId: 1_068_572_091,
          aggregated: false,
          priceE8: 8_451_000_000_000,
          quantityE8: 1_034_361,
          aggressor: 'buy',
        },
        {
          type: 'trade-received',
          seq: 0,
          tsEvent: 1_795_405_201_168,
          tsInit: 0,
          source: 'coinbase',
          tradeId: 1_068_572_092,
          aggregated: false,
          priceE8: 8_451_001_000_000,
          quantityE8: 2_000_000,
          aggressor: 'sell',
        },
      ],
      controls: [{ type: 'ignored', what: 'market_trades of ETH-USD' }],
      rejected: [],
    });
  });

  test('behavior: ticker and heartbeat', () => {
    expect(parse(frame('ticker')).events).toMatchObject([
      { type: 'ticker-received', updateId: 10, bidE8: 8_450_999_000_000, askQuantityE8: 24_290_402 },
    ]);
    expect(parse(frame('heartbeat')).events).toMatchObject([
      { type: 'heartbeat-received', source: 'coinbase', counter: 41_691, tsEvent: 1_795_405_202_000 },
    ]);
    expect(parse(frame('heartbeat').replace('41691', '"41692"')).events).toMatchObject([{ counter: 41_692 }]);
  });

  test('behavior: a snapshot of levels replaces, an update changes', () => {
    expect(parse(frame('levelsSnapshot')).events).toMatchObject([
      {
        type: 'depth-received',
        updateId: 13,
        bidsE8: [8_450_999_000_000, 20_000_000, 8_450_900_000_000, 100_000_000],
        asksE8: [8_451_002_000_000, 30_000_000],
      },
    ]);
    expect(parse(frame('levelsUpdate')).events).toMatchObject([
      { type: 'depth-changed', firstUpdateId: 14, updateId: 14, bidsE8: [8_450_900_000_000, 0], asksE8: [] },
    ]);
  });

  test.each([
    ['subscribed', { type: 'subscribed', channels: ['market_trades', 'heartbeats'] }],
    ['candles', { type: 'ignored', what: 'candles' }],
    ['error', { type: 'error', code: 'error', detail: 'authentication failure' }],
  ])('behavior: %s', (name, control) => {
    expect(parse(frame(name))).toEqual({ events: [], controls: [control], rejected: [] });
  });

  test.each([
    ['trades', '"84510.00"', '""', 'bad-number'],
    ['trades', '"SELL"', '"sell"', 'unknown-message'],
    ['trades', '"2026-11-23T03:40:01.167634Z"', '"yesterday"', 'bad-number'],
    ['ticker', '"84509.99"', '"84510.02"', 'crossed-levels'],
    ['ticker', '"best_bid"', '"worst_bid"', 'missing-field'],
    ['ticker', '"sequence_num":10', '"sequence_num":"10"', 'bad-number'],
    ['heartbeat', '41691', '-1', 'bad-number'],
    ['levelsSnapshot', '"84510.02"', '"84509.00"', 'crossed-levels'],
    ['levelsUpdate', '"bid"', '"left"', 'unknown-message'],
    ['levelsUpdate', '"update"', '"other"', 'unknown-message'],
  ])('error: %s where %s is %s', (name, part, other, reason) => {
    const text = frame(name);
    expect(text).toContain(part);
    expect(parse(text.replace(part, other)).rejected).toMatchObject([{ reason }]);
  });
});

describe('readCoinbaseSequence', () => {
  test('default', () => {
    expect(readCoinbaseSequence(frame('ticker'))).toBe(10);
  });

  test.each([
    ['{"channel":"ticker"}', null],
    ['{"sequence_num": 42}', 42],
    ['{"sequence_num":"42"}', null],
    ['{"sequence_num":4.2}', null],
    ['{"sequence_num":-1}', null],
    ['', null],
  ])('behavior: %s', (text, expected) => {
    expect(readCoinbaseSequence(text)).toBe(expected);
  });
});
