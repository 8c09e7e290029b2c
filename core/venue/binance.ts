/**
 * Frames of Binance, USDⓈ-M futures and spot: combined envelopes `{"stream","data"}`, raw single-stream messages, and the
 * answers to SUBSCRIBE. Source: notes on market data of 2026-11-23 §1; unknown fields are accepted, four were added in a year.
 */
import { handleDepth, handleWholeBook } from './binance-depth.ts';
import { handleBookTicker, handleMarkPrice } from './binance-prices.ts';
import { handleAggTrade, handleForceOrder, handleTrade } from './binance-trades.ts';
import {
  control,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  parseJsonFrame,
  reject,
} from './frame-collector.ts';
import type { FrameParser } from './parsed-frame.ts';

export type BinanceSource = 'binance-futures' | 'binance-spot';

/** Makes the parser of one source's frames. Messages of another symbol are ignored: events carry none. */
export function parseBinanceFrame(source: BinanceSource, symbol = 'BTCUSDT'): FrameParser {
  return (frame) =>
    parseJsonFrame(frame, (message, into) => {
      if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
      const stream = message['stream'];
      if (typeof stream === 'string') {
        const data = message['data'];
        if (isRecord(data)) return handleEvent(source, symbol, stream, data, into);
        return reject(into, 'unknown-message', `data of ${label(stream)}`);
      }
      if ('e' in message || 'u' in message || 'lastUpdateId' in message) {
        return handleEvent(source, symbol, '', message, into);
      }
      return handleAnswer(message, into);
    });
}

/** Subscribing is answered with `{"result":null,"id":1}`, also for names that stay silent; errors come in two shapes. */
function handleAnswer(message: JsonRecord, into: FrameCollector): FrameCollector {
  const { result, error } = message;
  const failure = isRecord(error) ? error : message;
  if ('code' in failure) {
    const code = typeof failure['code'] === 'number' ? String(failure['code']) : label(failure['code']);
    return control(into, { type: 'error', code, detail: label(failure['msg']) });
  }
  if (result === null) return control(into, { type: 'subscribed', channels: [] });
  if (isArray(result)) {
    return control(into, { type: 'subscribed', channels: result.filter((name) => typeof name === 'string') });
  }
  return reject(into, 'unknown-message', 'neither an event nor an answer');
}

function handleEvent(
  source: BinanceSource,
  symbol: string,
  stream: string,
  data: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  const kind = data['e'];
  if (kind !== undefined && typeof kind !== 'string') return reject(into, 'unknown-message', 'e is not a string');
  const stated = symbolOf(kind, stream, data) ?? (isWholeBook(kind, data) ? symbol : undefined);
  if (typeof stated !== 'string') return reject(into, 'missing-field', `${label(kind ?? 'bookTicker')}.s`);
  if (stated !== symbol) return ignore(into, `${label(kind ?? 'message')} of ${label(stated)}`);
  switch (kind) {
    case 'depthUpdate':
      return handleDepth(source, stream, data, into);
    case 'bookTicker':
      return handleBookTicker(source, data, into);
    case undefined:
      // Spot writes no `e` on these two.
      return isWholeBook(kind, data) ? handleWholeBook(source, data, into) : handleBookTicker(source, data, into);
    case 'aggTrade':
      return handleAggTrade(source, data, into);
    case 'trade':
      return handleTrade(source, data, into);
    case 'markPriceUpdate':
      return handleMarkPrice(source, data, into);
    case 'forceOrder':
      return handleForceOrder(source, data['o'], into);
    default:
      return ignore(into, label(kind));
  }
}

/** A book without an event name: spot's partial book, or the answer of REST or the WebSocket API to a request for depth. */
function isWholeBook(kind: string | undefined, data: JsonRecord): boolean {
  return kind === undefined && 'lastUpdateId' in data;
}

/**
 * Where a message names its symbol: `s`, a liquidation within its order, a whole book in its stream alone. The answer to our own
 * request names it nowhere.
 */
function symbolOf(kind: string | undefined, stream: string, data: JsonRecord): unknown {
  if (kind === 'forceOrder') {
    const order = data['o'];
    return isRecord(order) ? order['s'] : undefined;
  }
  if (isWholeBook(kind, data) && stream !== '') return stream.replace(/@.*$/, '').toUpperCase();
  return data['s'];
}
