/**
 * Technical indicators over closed 1-minute candles, updated candle by candle and never started again each minute (a 120-candle
 * window restarted moves RSI 30 by up to 0.93). Definitions and start values are TA-Lib 0.8.2's, which is the judge in tests.
 * State is plain numbers.
 */
import type { UnixMs } from '../model/time.ts';
import {
  averageOf,
  createRollingWindow,
  createSmoothedAverage,
  isFull,
  isWarm,
  pushExponential,
  pushRolling,
  pushWilder,
  type RollingWindow,
  type SmoothedAverage,
} from './averages.ts';
import type { Candle } from './candle.ts';

/** Relative strength: smoothed gains and losses of the close. */
interface RsiState {
  readonly gain: SmoothedAverage;
  readonly loss: SmoothedAverage;
}

export interface Indicators {
  /** Candles taken since the last start. */
  candles: number;
  lastStartMs: UnixMs | null;
  lastClose: number;
  readonly rsi: Readonly<Record<'7' | '14' | '30', RsiState>>;
  readonly macdFast: SmoothedAverage;
  readonly macdSlow: SmoothedAverage;
  readonly macdSignal: SmoothedAverage;
  readonly highs: RollingWindow;
  readonly lows: RollingWindow;
  readonly closes: RollingWindow;
  readonly atr: SmoothedAverage;
  readonly ema9: SmoothedAverage;
  readonly ema21: SmoothedAverage;
}

/** The TA snapshot: the bus's seventh kind of market data. `null` while a value warms up. Prices are USD. */
export interface TaSnapshot {
  /** Start of the last closed candle. */
  readonly candleStartMs: UnixMs | null;
  readonly close: number | null;
  readonly rsi7: number | null;
  readonly rsi14: number | null;
  readonly rsi30: number | null;
  readonly macd: number | null;
  readonly macdSignal: number | null;
  readonly macdHistogram: number | null;
  readonly stochK: number | null;
  readonly bollingerUpper: number | null;
  readonly bollingerMiddle: number | null;
  readonly bollingerLower: number | null;
  readonly bollingerPctB: number | null;
  readonly atr14: number | null;
  readonly ema9: number | null;
  readonly ema21: number | null;
}

const MACD_FAST = 12;
const MACD_SLOW = 26;
const MACD_SIGNAL = 9;
const STOCHASTIC = 14;
const BOLLINGER = 20;
/** Width of the bands in standard deviations. */
const BOLLINGER_DEVIATIONS = 2;
const E8 = 100_000_000;

/** Indicators that have seen nothing. */
export function createIndicators(): Indicators {
  return {
    candles: 0,
    lastStartMs: null,
    lastClose: 0,
    rsi: { '7': createRsi(7), '14': createRsi(14), '30': createRsi(30) },
    macdFast: createSmoothedAverage(MACD_FAST),
    macdSlow: createSmoothedAverage(MACD_SLOW),
    macdSignal: createSmoothedAverage(MACD_SIGNAL),
    highs: createRollingWindow(STOCHASTIC),
    lows: createRollingWindow(STOCHASTIC),
    closes: createRollingWindow(BOLLINGER),
    atr: createSmoothedAverage(14),
    ema9: createSmoothedAverage(9),
    ema21: createSmoothedAverage(21),
  };
}

function createRsi(length: number): RsiState {
  return { gain: createSmoothedAverage(length), loss: createSmoothedAverage(length) };
}

/** Takes the next closed candle. The caller sees to it that no minute is left out. */
export function pushCandle(state: Indicators, candle: Candle): void {
  const high = candle.highE8 / E8;
  const low = candle.lowE8 / E8;
  const close = candle.closeE8 / E8;
  if (state.candles > 0) {
    const change = close - state.lastClose;
    pushRsi(state.rsi['7'], change);
    pushRsi(state.rsi['14'], change);
    pushRsi(state.rsi['30'], change);
    pushWilder(state.atr, trueRange(high, low, state.lastClose));
  }
  pushMacd(state, close);
  pushRolling(state.highs, high);
  pushRolling(state.lows, low);
  pushRolling(state.closes, close);
  pushExponential(state.ema9, close);
  pushExponential(state.ema21, close);
  state.candles++;
  state.lastStartMs = candle.startMs;
  state.lastClose = close;
}

function pushRsi(state: RsiState, change: number): void {
  pushWilder(state.gain, Math.max(change, 0));
  pushWilder(state.loss, Math.max(-change, 0));
}

function trueRange(high: number, low: number, lastClose: number): number {
  return Math.max(high - low, Math.abs(lastClose - high), Math.abs(lastClose - low));
}

/** The fast average starts late, so that both averages have their first value at the same candle (TA-Lib). */
function pushMacd(state: Indicators, close: number): void {
  pushExponential(state.macdSlow, close);
  if (state.candles >= MACD_SLOW - MACD_FAST) pushExponential(state.macdFast, close);
  if (isWarm(state.macdSlow)) pushExponential(state.macdSignal, state.macdFast.value - state.macdSlow.value);
}

/** All values after the last closed candle. */
export function taSnapshot(state: Indicators): TaSnapshot {
  const signal = averageOf(state.macdSignal);
  const macd = signal === null ? null : state.macdFast.value - state.macdSlow.value;
  return {
    candleStartMs: state.lastStartMs,
    close: state.candles === 0 ? null : state.lastClose,
    rsi7: rsiOf(state.rsi['7']),
    rsi14: rsiOf(state.rsi['14']),
    rsi30: rsiOf(state.rsi['30']),
    macd,
    macdSignal: signal,
    macdHistogram: signal === null || macd === null ? null : macd - signal,
    stochK: stochasticOf(state),
    ...bollingerOf(state),
    atr14: averageOf(state.atr),
    ema9: averageOf(state.ema9),
    ema21: averageOf(state.ema21),
  };
}

/** A series that never moved has no strength in either direction; TA-Lib states 0 for it, and so does this. */
function rsiOf({ gain, loss }: RsiState): number | null {
  if (!isWarm(gain)) return null;
  const sum = gain.value + loss.value;
  return sum === 0 ? 0 : 100 * (gain.value / sum);
}

/** Where the close stands between the lowest low and the highest high of 14 candles; 0 where they are equal (TA-Lib). */
function stochasticOf(state: Indicators): number | null {
  if (!isFull(state.highs)) return null;
  let highest = state.highs.values[0] as number;
  let lowest = state.lows.values[0] as number;
  for (const high of state.highs.values) if (high > highest) highest = high;
  for (const low of state.lows.values) if (low < lowest) lowest = low;
  return highest === lowest ? 0 : (100 * (state.lastClose - lowest)) / (highest - lowest);
}

/** Mean of 20 closes and two population standard deviations to each side, the deviation in two passes; %B is `null` without a width. */
function bollingerOf(state: Indicators) {
  if (!isFull(state.closes)) {
    return { bollingerUpper: null, bollingerMiddle: null, bollingerLower: null, bollingerPctB: null };
  }
  let sum = 0;
  for (const close of state.closes.values) sum += close;
  const middle = sum / BOLLINGER;
  let squares = 0;
  for (const close of state.closes.values) squares += (close - middle) * (close - middle);
  const width = BOLLINGER_DEVIATIONS * Math.sqrt(squares / BOLLINGER);
  return {
    bollingerUpper: middle + width,
    bollingerMiddle: middle,
    bollingerLower: middle - width,
    bollingerPctB: width === 0 ? null : (state.lastClose - (middle - width)) / (2 * width),
  };
}
