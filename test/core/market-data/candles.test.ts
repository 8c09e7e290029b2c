import { describe, expect, test } from 'vitest';
import {
  addCandleHistory,
  addTrade,
  CLOSED_CANDLES_KEPT,
  contiguousCount,
  createCandleBuilder,
  noteTradesLost,
} from '../../../core/market-data/candles.ts';
import { createIndicators, taSnapshot } from '../../../core/market-data/indicators.ts';
import type { CandleHistoryReceived } from '../../../core/model/market-data.ts';
import { trade } from './market-events.ts';

const MINUTE = 60_000;
const T0 = 1_795_405_200_000;

function building() {
  const builder = createCandleBuilder();
  const indicators = createIndicators();
  let id = 0;
  return {
    builder,
    indicators,
    trade: (atMs: number, priceE8: number, more = {}) =>
      addTrade(builder, indicators, trade(++id, T0 + atMs, priceE8, more)),
    skipIds: () => {
      id += 5;
    },
    history: (...candles: CandleHistoryReceived['candles'][number][]) =>
      addCandleHistory(builder, indicators, {
        seq: 0,
        tsEvent: 0,
        tsInit: 0,
        type: 'candle-history-received',
        source: 'binance-futures',
        candles,
      }),
  };
}

const flat = (minute: number, price: number) => [T0 + minute * MINUTE, price, price, price, price, 1] as const;
const minutesOf = (candles: readonly { startMs: number }[]) => candles.map(({ startMs }) => (startMs - T0) / MINUTE);

describe('addTrade', () => {
  test('default', () => {
    const made = building();
    made.trade(30_000, 5);
    made.trade(MINUTE, 10);
    made.trade(MINUTE + 10, 14);
    made.trade(MINUTE + 20, 8);
    made.trade(2 * MINUTE - 1, 11);
    expect(made.builder.closed).toEqual([]);
    made.trade(2 * MINUTE, 12);
    expect(made.builder.closed).toEqual([
      { startMs: T0 + MINUTE, openE8: 10, highE8: 14, lowE8: 8, closeE8: 11, volumeE8: 4 },
    ]);
    expect(taSnapshot(made.indicators)).toMatchObject({ candleStartMs: T0 + MINUTE, close: 11 / 1e8 });
  });

  test('behavior: the minute in which trades began is a gap', () => {
    const made = building();
    made.trade(0, 5);
    made.trade(MINUTE, 6);
    expect([made.builder.closed.length, made.builder.gaps]).toEqual([0, 1]);
  });

  test('behavior: minutes without trades are gaps, and indicators start again after them', () => {
    const made = building();
    for (const minute of [0, 1, 2, 5, 6, 7]) made.trade(minute * MINUTE, 10 + minute);
    // 0 had no whole beginning, 3 and 4 had no trades, and nothing shows that 5 was seen from its start.
    expect(minutesOf(made.builder.closed)).toEqual([1, 2, 6]);
    expect(made.builder.gaps).toBe(1 + 2 + 1);
    expect(made.indicators.candles).toBe(1);
  });

  test('behavior: lost trades spoil the minutes they may belong to', () => {
    const made = building();
    for (const minute of [0, 1]) made.trade(minute * MINUTE, 10);
    made.skipIds();
    for (const minute of [2, 3, 4]) made.trade(minute * MINUTE, 10);
    expect(minutesOf(made.builder.closed)).toEqual([3]);
    expect(made.builder.gaps).toBe(3);
  });

  test('behavior: a late trade changes nothing', () => {
    const made = building();
    made.trade(MINUTE, 10);
    made.trade(MINUTE - 1, 99);
    expect(made.builder.current).toMatchObject({ startMs: T0 + MINUTE, highE8: 10 });
    expect(made.builder.lateTrades).toBe(1);
  });

  test('behavior: another source is another series', () => {
    const made = building();
    for (const minute of [0, 1, 2]) made.trade(minute * MINUTE, 10);
    made.trade(3 * MINUTE, 20, { source: 'coinbase' });
    expect(made.builder).toMatchObject({ source: 'coinbase', closed: [], currentWhole: false });
    expect(made.indicators).toEqual(createIndicators());
  });

  test('behavior: three hours are kept', () => {
    const made = building();
    for (let minute = 0; minute < CLOSED_CANDLES_KEPT + 10; minute++) made.trade(minute * MINUTE, 10);
    expect(made.builder.closed).toHaveLength(CLOSED_CANDLES_KEPT);
    expect(made.indicators.candles).toBe(CLOSED_CANDLES_KEPT + 8);
  });
});

describe('noteTradesLost', () => {
  test('default', () => {
    const made = building();
    for (const minute of [0, 1]) made.trade(minute * MINUTE, 10);
    noteTradesLost(made.builder);
    made.trade(2 * MINUTE, 10);
    expect(made.builder.closed).toEqual([]);
  });
});

describe('addCandleHistory', () => {
  test('default: warms the indicators', () => {
    const made = building();
    made.history(...Array.from({ length: 40 }, (_, minute) => flat(minute, 100 + minute)));
    expect([contiguousCount(made.builder), made.indicators.candles]).toEqual([40, 40]);
    expect(taSnapshot(made.indicators).macdSignal).not.toBe(null);
  });

  test('behavior: fills a gap, and the indicators stand on the whole run', () => {
    const made = building();
    made.history(flat(0, 10), flat(1, 11));
    for (const minute of [2, 3, 4]) made.trade(minute * MINUTE, 10 + minute);
    // Minute 2 began before our trades did.
    expect([minutesOf(made.builder.closed), contiguousCount(made.builder)]).toEqual([[0, 1, 3], 1]);
    made.history(flat(1, 11), flat(2, 12));
    expect([minutesOf(made.builder.closed), contiguousCount(made.builder)]).toEqual([[0, 1, 2, 3], 4]);
    expect(made.indicators.candles).toBe(4);
    made.trade(5 * MINUTE, 15);
    expect([contiguousCount(made.builder), made.indicators.candles]).toEqual([5, 5]);
  });

  test('behavior: the same history again changes nothing', () => {
    const made = building();
    made.history(flat(0, 10), flat(1, 11));
    const before = structuredClone(made.indicators);
    made.history(flat(1, 11));
    expect(made.indicators).toEqual(before);
  });

  test('behavior: a minute that the history closed is not closed again from trades', () => {
    const made = building();
    for (const minute of [0, 1]) made.trade(minute * MINUTE, 10);
    made.history(flat(1, 77));
    made.trade(2 * MINUTE, 10);
    expect(made.builder.closed).toHaveLength(1);
    expect(made.builder.closed[0]?.closeE8).toBe(77);
  });

  test('args: no candles', () => {
    const made = building();
    made.history();
    expect([made.builder.closed, contiguousCount(made.builder)]).toEqual([[], 0]);
  });
});
