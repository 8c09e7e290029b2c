import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Candle } from '../../../core/market-data/candle.ts';
import {
  createIndicators,
  type Indicators,
  pushCandle,
  type TaSnapshot,
  taSnapshot,
} from '../../../core/market-data/indicators.ts';
import { sharedVectorPath } from '../../support/shared-data.ts';

/** Prices in whole USD. */
function candle(close: number, high = close, low = close): Candle {
  const e8 = (price: number) => Math.round(price * 1e8);
  return { startMs: 0, openE8: e8(close), highE8: e8(high), lowE8: e8(low), closeE8: e8(close), volumeE8: 0 };
}

function indicatorsAfter(closes: readonly number[]): Indicators {
  const state = createIndicators();
  for (const close of closes) pushCandle(state, candle(close));
  return state;
}

const wave = (length: number) => Array.from({ length }, (_, index) => 100 + ((index * 7) % 13) - ((index * 3) % 5));

describe('taSnapshot', () => {
  test('default: small cases by hand', () => {
    // Seven changes of +1 and −1 in turn, four up: gains 4/7, losses 3/7.
    expect(taSnapshot(indicatorsAfter([10, 11, 10, 11, 10, 11, 10, 11])).rsi7).toBeCloseTo((100 * 4) / 7, 12);
    // EMA 9 starts as the mean of 1 … 9, then moves a fifth of the way to 10.
    expect(taSnapshot(indicatorsAfter([1, 2, 3, 4, 5, 6, 7, 8, 9])).ema9).toBe(5);
    expect(taSnapshot(indicatorsAfter([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).ema9).toBe(6);
    // Twenty closes, half 1 and half 3: mean 2, deviation 1, so the bands are 0 and 4 and a close of 3 stands at 3/4.
    const bands = taSnapshot(indicatorsAfter(Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? 1 : 3))));
    expect(bands).toMatchObject({ bollingerUpper: 4, bollingerMiddle: 2, bollingerLower: 0, bollingerPctB: 0.75 });
  });

  test.each([
    ['rsi7', 8],
    ['rsi14', 15],
    ['rsi30', 31],
    ['macd', 34],
    ['macdSignal', 34],
    ['macdHistogram', 34],
    ['stochK', 14],
    ['bollingerUpper', 20],
    ['bollingerPctB', 20],
    ['atr14', 15],
    ['ema9', 9],
    ['ema21', 21],
  ] as const)('behavior: %s is null before candle %d', (field, first) => {
    expect(taSnapshot(indicatorsAfter(wave(first - 1)))[field]).toBe(null);
    expect(taSnapshot(indicatorsAfter(wave(first)))[field]).not.toBe(null);
  });

  test('args: no candle', () => {
    expect(Object.values(taSnapshot(createIndicators())).every((value) => value === null)).toBe(true);
  });

  test('args: a price that never moves', () => {
    const snapshot = taSnapshot(indicatorsAfter(new Array<number>(40).fill(50)));
    expect(snapshot).toMatchObject({ rsi14: 0, stochK: 0, macd: 0, atr14: 0, bollingerPctB: null, ema21: 50 });
  });
});

describe('pushCandle', () => {
  test('default: true range spans the gap from the last close', () => {
    const state = createIndicators();
    pushCandle(state, candle(100));
    for (let index = 0; index < 14; index++) pushCandle(state, candle(100, 103, 99));
    expect(taSnapshot(state).atr14).toBe(4);
    pushCandle(state, candle(120, 121, 119));
    // |121 − 100| = 21 is the widest: (4 · 13 + 21) / 14.
    expect(taSnapshot(state).atr14).toBeCloseTo(73 / 14, 12);
    // The highest high of 14 candles is 121, the lowest low 99.
    expect(taSnapshot(state).stochK).toBeCloseTo((100 * 21) / 22, 12);
  });

  test('behavior: restored from JSON anywhere, it goes on bit for bit', () => {
    const closes = wave(80).map((close) => close + 1 / 3);
    const whole = indicatorsAfter(closes);
    for (let cut = 0; cut < closes.length; cut++) {
      const restored = JSON.parse(JSON.stringify(indicatorsAfter(closes.slice(0, cut)))) as Indicators;
      for (const close of closes.slice(cut)) pushCandle(restored, candle(close));
      expect(restored).toEqual(whole);
    }
  });
});

const VECTORS = sharedVectorPath('indicators', 'talib_btcusdt_1m.json');

describe.skipIf(!existsSync(VECTORS))(
  'against TA-Lib 0.8.2 on 3,000 real candles (skipped without ../shared/vectors)',
  () => {
    const FIELDS: Readonly<Record<string, keyof TaSnapshot>> = {
      rsi_7: 'rsi7',
      rsi_14: 'rsi14',
      rsi_30: 'rsi30',
      macd: 'macd',
      macd_signal: 'macdSignal',
      macd_hist: 'macdHistogram',
      stoch_k_14: 'stochK',
      bb_upper: 'bollingerUpper',
      bb_middle: 'bollingerMiddle',
      bb_lower: 'bollingerLower',
      bb_pct_b: 'bollingerPctB',
      atr_14: 'atr14',
      ema_9: 'ema9',
      ema_21: 'ema21',
    };

    test('behavior: every value is within 1e-9 of it, and warms up at the same candle', () => {
      const { candles, indicators } = JSON.parse(readFileSync(VECTORS, 'utf8')) as {
        candles: [number, number, number, number, number, number][];
        indicators: Record<string, (number | null)[]>;
      };
      expect(Object.keys(indicators).sort()).toEqual(Object.keys(FIELDS).sort());
      const state = createIndicators();
      const worst: Record<string, number> = {};
      for (const [index, [startMs, , high, low, close]] of candles.entries()) {
        pushCandle(state, { ...candle(close, high, low), startMs });
        const snapshot = taSnapshot(state);
        for (const [name, field] of Object.entries(FIELDS)) {
          const expected = indicators[name]?.[index] ?? null;
          const actual = snapshot[field];
          if (expected === null || actual === null) {
            expect({ index, name, actual }).toEqual({ index, name, actual: expected });
            continue;
          }
          const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
          worst[name] = Math.max(worst[name] ?? 0, error);
        }
      }
      for (const name of Object.keys(FIELDS)) expect(worst[name], name).toBeLessThanOrEqual(1e-9);
    });
  },
);
