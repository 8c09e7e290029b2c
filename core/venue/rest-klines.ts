/**
 * One-minute candles from an exchange's REST history, for warming up look-backs after a start. Both venues include the minute
 * that is still running: it is left out, so the time has to be given. Source: Binance `/api/v3/klines`, `/fapi/v1/klines` and
 * Coinbase Advanced Trade `products/{id}/candles` docs, notes on market data of 2026-11-23.
 */
import type { CandleHistoryReceived, ExchangeSource } from '../model/market-data.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { BinanceSource } from './binance.ts';
import { readCountText, readMs, readPriceE8, readQuantityE8 } from './field-readers.ts';
import { emit, type FrameCollector, ignore, isArray, isRecord, parseJsonFrame, reject } from './frame-collector.ts';
import type { FrameParser, FrameRejection } from './parsed-frame.ts';

type Candle = CandleHistoryReceived['candles'][number];

/** Binance: rows `[openMs, "open", "high", "low", "close", "volume", …]`, oldest first. */
export function parseBinanceKlines(source: BinanceSource, nowMs: UnixMs): FrameParser {
  return (body) =>
    parseJsonFrame(body, (message, into) => {
      if (!isArray(message)) return reject(into, 'unknown-message', 'klines are not an array');
      const candles = message.map((row) => {
        if (!isArray(row)) return 'unknown-message';
        return readCandle(readMs(row[0]), row[1], row[2], row[3], row[4], row[5]);
      });
      return emitHistory(source, candles, nowMs, into);
    });
}

/** Coinbase: `{"candles":[{start (seconds), low, high, open, close, volume}]}`, all strings, newest first. */
export function parseCoinbaseCandles(nowMs: UnixMs): FrameParser {
  return (body) =>
    parseJsonFrame(body, (message, into) => {
      const rows = isRecord(message) ? message['candles'] : undefined;
      if (!isArray(rows)) return reject(into, 'missing-field', 'candles');
      const candles = rows.map((row) => {
        if (!isRecord(row)) return 'unknown-message';
        const seconds = readCountText(row['start']);
        const startMs = seconds === null ? null : seconds * SECOND_MS;
        return readCandle(startMs, row['open'], row['high'], row['low'], row['close'], row['volume']);
      });
      return emitHistory('coinbase', candles, nowMs, into);
    });
}

/** One candle, or why it is refused: a start off the minute, a price that is none, a body outside its own range. */
function readCandle(
  startMs: UnixMs | null,
  rawOpen: unknown,
  rawHigh: unknown,
  rawLow: unknown,
  rawClose: unknown,
  rawVolume: unknown,
): Candle | FrameRejection {
  const open = readPriceE8(rawOpen);
  const high = readPriceE8(rawHigh);
  const low = readPriceE8(rawLow);
  const close = readPriceE8(rawClose);
  const volume = readQuantityE8(rawVolume);
  if (startMs === null || startMs <= 0 || startMs % MINUTE_MS !== 0) return 'bad-number';
  if (open === null || high === null || low === null || close === null || volume === null) return 'bad-number';
  if (low > open || low > close || high < open || high < close) return 'crossed-levels';
  return [startMs, open, high, low, close, volume];
}

/** Gives out the good candles, closed and oldest first. Refused ones leave a hole, which their neighbours' times show. */
function emitHistory(
  source: ExchangeSource,
  rows: readonly (Candle | FrameRejection)[],
  nowMs: UnixMs,
  into: FrameCollector,
): FrameCollector {
  const candles: Candle[] = [];
  for (const row of rows) {
    if (typeof row === 'string') reject(into, row, 'candle');
    else if (row[0] + MINUTE_MS <= nowMs) candles.push(row);
  }
  candles.sort(([left], [right]) => left - right);
  const last = candles.at(-1);
  if (last === undefined) return ignore(into, 'no closed candle');
  return emit(into, {
    type: 'candle-history-received',
    seq: 0,
    tsEvent: last[0] + MINUTE_MS,
    tsInit: 0,
    source,
    candles,
  });
}
