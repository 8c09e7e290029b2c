/**
 * Closed 1-minute candles, made from trades and filled from a source's history. A minute that we did not see whole is a gap, never
 * an invented candle: indicators then start again from what is known without a gap, which a history makes longer.
 */

import type { CandleHistoryReceived, ExchangeSource, TradeReceived } from '../model/market-data.ts';
import { MINUTE_MS, type UnixMs } from '../model/time.ts';
import type { Candle } from './candle.ts';
import { createIndicators, type Indicators, pushCandle } from './indicators.ts';

export interface CandleBuilder {
  /** Whose trades these are; another source starts everything anew. */
  source: ExchangeSource | null;
  /** The minute that is being made. */
  current: Candle | null;
  /** Trades were seen from before this minute's start, without a loss since. */
  currentWhole: boolean;
  lastTradeId: number | null;
  /** Closed candles, oldest first, gaps left out. */
  readonly closed: Candle[];
  /** Minutes that were not seen whole. */
  gaps: number;
  /** Trades of a minute that was closed already. */
  lateTrades: number;
}

/** Closed candles kept: three hours, an hour more than the longest look-back that a feature has to be warm. */
export const CLOSED_CANDLES_KEPT = 180;

/** No trades yet. */
export function createCandleBuilder(): CandleBuilder {
  return { source: null, current: null, currentWhole: false, lastTradeId: null, closed: [], gaps: 0, lateTrades: 0 };
}

/** Takes one trade. When it opens a new minute, the one before is closed and given to the indicators. */
export function addTrade(builder: CandleBuilder, indicators: Indicators, trade: TradeReceived): void {
  if (builder.source !== trade.source) startAnew(builder, indicators, trade.source);
  const startMs = Math.floor(trade.tsEvent / MINUTE_MS) * MINUTE_MS;
  const { current } = builder;
  if (current !== null && startMs < current.startMs) {
    builder.lateTrades++;
    return;
  }
  const lost = trade.aggregated && builder.lastTradeId !== null && trade.tradeId > builder.lastTradeId + 1;
  builder.lastTradeId = trade.tradeId;
  // What was lost may belong to the minute that is closing as well as to the one that opens.
  if (lost) builder.currentWhole = false;
  if (current !== null && startMs === current.startMs) {
    extend(current, trade);
    return;
  }
  if (current !== null) close(builder, indicators, current);
  builder.currentWhole = !lost && current !== null && startMs === current.startMs + MINUTE_MS;
  if (current !== null) builder.gaps += (startMs - current.startMs) / MINUTE_MS - 1;
  builder.current = open(startMs, trade);
}

/** Trades may have been lost (a connection ended): the minute that is being made is not seen whole. */
export function noteTradesLost(builder: CandleBuilder): void {
  builder.currentWhole = false;
}

function startAnew(builder: CandleBuilder, indicators: Indicators, source: ExchangeSource): void {
  builder.source = source;
  builder.current = null;
  builder.currentWhole = false;
  builder.lastTradeId = null;
  builder.closed.length = 0;
  Object.assign(indicators, createIndicators());
}

function open(startMs: UnixMs, trade: TradeReceived): Candle {
  const { priceE8, quantityE8 } = trade;
  return {
    startMs,
    openE8: priceE8,
    highE8: priceE8,
    lowE8: priceE8,
    closeE8: priceE8,
    volumeE8: quantityE8,
  };
}

function extend(candle: Candle, trade: TradeReceived): void {
  const { priceE8 } = trade;
  if (priceE8 > candle.highE8) candle.highE8 = priceE8;
  if (priceE8 < candle.lowE8) candle.lowE8 = priceE8;
  candle.closeE8 = priceE8;
  candle.volumeE8 += trade.quantityE8;
}

function close(builder: CandleBuilder, indicators: Indicators, candle: Candle): void {
  if (!builder.currentWhole) {
    builder.gaps++;
    return;
  }
  const last = builder.closed.at(-1);
  if (last !== undefined && candle.startMs <= last.startMs) return;
  if (last !== undefined && candle.startMs !== last.startMs + MINUTE_MS) Object.assign(indicators, createIndicators());
  builder.closed.push(candle);
  if (builder.closed.length > CLOSED_CANDLES_KEPT) builder.closed.shift();
  pushCandle(indicators, candle);
}

/**
 * Fills in a source's own closed candles: where both have a minute, the source's counts. If that changes anything, the indicators
 * are computed again over the longest run without a gap that ends at the newest candle.
 */
export function addCandleHistory(builder: CandleBuilder, indicators: Indicators, event: CandleHistoryReceived): void {
  if (builder.source !== event.source) startAnew(builder, indicators, event.source);
  const merged = new Map<UnixMs, Candle>(builder.closed.map((candle) => [candle.startMs, candle]));
  let changed = false;
  for (const [startMs, openE8, highE8, lowE8, closeE8, volumeE8] of event.candles) {
    const candle: Candle = { startMs, openE8, highE8, lowE8, closeE8, volumeE8 };
    changed ||= !isSame(merged.get(startMs), candle);
    merged.set(startMs, candle);
  }
  if (!changed) return;
  const sorted = [...merged.values()].sort((a, b) => a.startMs - b.startMs).slice(-CLOSED_CANDLES_KEPT);
  builder.closed.splice(0, builder.closed.length, ...sorted);
  Object.assign(indicators, createIndicators());
  for (const candle of contiguousEnd(sorted)) pushCandle(indicators, candle);
}

function isSame(a: Candle | undefined, b: Candle): boolean {
  return (
    a !== undefined &&
    a.openE8 === b.openE8 &&
    a.highE8 === b.highE8 &&
    a.lowE8 === b.lowE8 &&
    a.closeE8 === b.closeE8 &&
    a.volumeE8 === b.volumeE8
  );
}

/**
 * How many candles the indicators stand on: those without a gap up to the newest closed one. Fewer than they need is the reason to
 * ask for history; the minute in which trades began is always such a gap until a history brings it.
 */
export function contiguousCount(builder: CandleBuilder): number {
  return contiguousEnd(builder.closed).length;
}

/** The candles after the last gap. */
function contiguousEnd(candles: readonly Candle[]): readonly Candle[] {
  let first = candles.length - 1;
  while (first > 0 && (candles[first - 1] as Candle).startMs === (candles[first] as Candle).startMs - MINUTE_MS)
    first--;
  return candles.slice(Math.max(0, first));
}
