import { describe, expect, test } from 'vitest';
import {
  createFeedHealth,
  forgetSequences,
  noteEvent,
  receiveAgeMs,
  sourceAgeMs,
  staleStreams,
  streamAgeMs,
} from '../../../core/market-data/feed-health.ts';
import { referenceTwapLimitMs, streamLimitMs } from '../../../core/market-data/stream-limits.ts';
import type { HeartbeatReceived } from '../../../core/model/market-data.ts';
import { STREAMS } from '../../../core/model/source.ts';
import { bookTrade, changed, depth, reference, ticker, trade } from './market-events.ts';

const heartbeat = (counter: number): HeartbeatReceived => ({
  seq: 0,
  tsEvent: 0,
  tsInit: 0,
  type: 'heartbeat-received',
  source: 'coinbase',
  counter,
});

describe('noteEvent', () => {
  test('default', () => {
    const health = createFeedHealth();
    expect(noteEvent(health, { ...depth(1, 100), tsInit: 150 })).toBe('fresh');
    expect(health['binance-depth']).toMatchObject({ received: 1, lastReceivedMs: 150, lastSourceMs: 100, lagMs: 50 });
    expect(health['binance-trade'].received).toBe(0);
  });

  test('behavior: a repeated or older frame is dropped and makes nothing younger', () => {
    const health = createFeedHealth();
    noteEvent(health, depth(5, 100));
    expect(noteEvent(health, depth(5, 300))).toBe('dropped');
    expect(noteEvent(health, depth(4, 400))).toBe('dropped');
    expect(noteEvent(health, depth(6, 500))).toBe('fresh');
    expect(health['binance-depth']).toMatchObject({ received: 2, dropped: 2, lastReceivedMs: 500 });
    noteEvent(health, ticker(9, 1, 2));
    expect(noteEvent(health, ticker(9, 1, 3))).toBe('dropped');
  });

  test('behavior: jumps in aggregate trade ids are gaps, in plain ones they are not', () => {
    const health = createFeedHealth();
    for (const id of [10, 11, 15]) noteEvent(health, trade(id, id));
    expect(health['binance-trade']).toMatchObject({ gaps: 1, missed: 3, dropped: 0 });
    for (const id of [10, 15]) noteEvent(health, trade(id, id, 1, { source: 'coinbase', aggregated: false }));
    expect(health['coinbase-trade']).toMatchObject({ gaps: 0, missed: 0, received: 2 });
  });

  test('behavior: heartbeats count by one', () => {
    const health = createFeedHealth();
    for (const counter of [1, 2, 4]) noteEvent(health, heartbeat(counter));
    expect(health['coinbase-heartbeat']).toMatchObject({ gaps: 1, missed: 1 });
  });

  test('behavior: a broken chain of diffs is a gap', () => {
    const health = createFeedHealth();
    const diff = { ...depth(0), type: 'depth-changed', firstUpdateId: 0 } as const;
    noteEvent(health, { ...diff, updateId: 10, previousUpdateId: 5 });
    noteEvent(health, { ...diff, updateId: 12, previousUpdateId: 10 });
    expect(health['binance-depth'].gaps).toBe(0);
    noteEvent(health, { ...diff, updateId: 20, previousUpdateId: 15 });
    expect(health['binance-depth'].gaps).toBe(1);
  });

  test('behavior: another source starts its own sequence', () => {
    const health = createFeedHealth();
    noteEvent(health, trade(500, 1));
    expect(noteEvent(health, trade(3, 2, 1, { source: 'binance-spot' }))).toBe('fresh');
    expect(health['binance-trade'].gaps).toBe(0);
  });

  test('behavior: a source clock that runs ahead does not hide silence', () => {
    const health = createFeedHealth();
    noteEvent(health, { ...reference(9_000_000, 1n), tsInit: 1_000 });
    expect(sourceAgeMs(health, 'reference-twap', 6_000)).toBe(5_000);
  });

  test('behavior: history does not count as lag', () => {
    const health = createFeedHealth();
    noteEvent(health, { ...reference(1_000, 1n, { snapshot: true }), tsInit: 100_000 });
    expect(health['reference-twap'].lagMs).toBe(0);
  });

  test('args: only the settlement provider is a reference', () => {
    const health = createFeedHealth();
    noteEvent(health, reference(1_000, 1n, { provider: 'binance', lookbackSeconds: 0 }));
    noteEvent(health, reference(1_000, 1n, { provider: 'pyth' }));
    expect([health['reference-spot'].received, health['reference-twap'].received]).toEqual([0, 0]);
    noteEvent(health, reference(1_000, 1n, { lookbackSeconds: 0 }));
    expect([health['reference-spot'].received, health['reference-twap'].received]).toEqual([1, 0]);
  });

  test('behavior: all that is said of a token is the book', () => {
    const health = createFeedHealth();
    noteEvent(health, changed([]));
    noteEvent(health, bookTrade(5000));
    expect(health.book.received).toBe(2);
  });

  test('behavior: the state is plain data', () => {
    const health = createFeedHealth();
    noteEvent(health, trade(1, 5));
    expect(JSON.parse(JSON.stringify(health))).toEqual(health);
  });
});

describe('forgetSequences', () => {
  test('default', () => {
    const health = createFeedHealth();
    noteEvent(health, depth(500, 1));
    noteEvent(health, trade(700, 1));
    forgetSequences(health, 'binance-futures');
    expect(noteEvent(health, depth(2, 2))).toBe('fresh');
    expect(noteEvent(health, trade(3, 2))).toBe('fresh');
    expect(health['binance-trade'].gaps).toBe(0);
  });
});

describe('streamAgeMs', () => {
  test('default: by receive time, and by source time for reference prices', () => {
    const health = createFeedHealth();
    noteEvent(health, { ...depth(1, 100), tsInit: 150 });
    noteEvent(health, reference(1_000, 1n));
    expect(streamAgeMs(health, 'binance-depth', 200)).toBe(50);
    expect(streamAgeMs(health, 'reference-twap', 3_000)).toBe(2_000);
    expect(receiveAgeMs(health, 'reference-twap', 3_000)).toBe(400);
  });

  test('args: never received, and a now before the receipt', () => {
    const health = createFeedHealth();
    expect(streamAgeMs(health, 'book', 5)).toBe(null);
    expect(sourceAgeMs(health, 'book', 5)).toBe(null);
    noteEvent(health, depth(1, 100));
    expect(streamAgeMs(health, 'binance-depth', 50)).toBe(0);
  });
});

describe('staleStreams', () => {
  test('default', () => {
    const health = createFeedHealth();
    noteEvent(health, depth(1, 1_000));
    noteEvent(health, trade(1, 1_000));
    const limits = [
      { stream: 'binance-depth', limitMs: 2_000 },
      { stream: 'binance-trade', limitMs: 10_000 },
      { stream: 'book', limitMs: 10_000 },
    ] as const;
    expect(staleStreams(health, 3_001, limits)).toEqual([
      { stream: 'binance-depth', limitMs: 2_000, ageMs: 2_001 },
      { stream: 'book', limitMs: 10_000, ageMs: null },
    ]);
    expect(staleStreams(health, 3_000, limits).map(({ stream }) => stream)).toEqual(['book']);
  });
});

describe('streamLimitMs', () => {
  test('default: receive times run with the clock, source times do not', () => {
    expect([streamLimitMs('binance-depth', 1), streamLimitMs('binance-depth', 20)]).toEqual([2_000, 40_000]);
    expect([streamLimitMs('reference-twap', 1), streamLimitMs('reference-twap', 20)]).toEqual([5_000, 5_000]);
  });

  test('behavior: only liquidations may be silent for ever', () => {
    expect(STREAMS.filter((stream) => streamLimitMs(stream, 1) === null)).toEqual(['binance-liquidation']);
  });
});

describe('referenceTwapLimitMs', () => {
  // Source: market-data notes of 2026-11-23, §5: min(5 s, max(3 s, τ/10)) on top of the fitted lag.
  test.each([
    [300_000, 0, 5_000],
    [40_000, 0, 4_000],
    [10_000, 0, 3_000],
    [40_000, 1_600, 5_600],
  ])('default: %d ms left, lag %d', (msToEnd, lagMs, expected) => {
    expect(referenceTwapLimitMs(msToEnd, lagMs)).toBe(expected);
  });
});
