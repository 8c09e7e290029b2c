/**
 * Frames of Coinbase Advanced Trade, the stand-in where Binance cannot be reached. Source: Coinbase docs, notes on market data
 * of 2026-11-23 §4; 1,038 frames recorded 2026-08-09.
 */
import { parseIsoMs } from '../model/iso-time.ts';
import type { UnixMs } from '../model/time.ts';
import { handleL2Event } from './coinbase-levels.ts';
import { handleTicker, handleTrades } from './coinbase-prices.ts';
import { readCount, readCountText } from './field-readers.ts';
import {
  control,
  emit,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  parseJsonFrame,
  reject,
  rejectFields,
} from './frame-collector.ts';
import type { FrameParser } from './parsed-frame.ts';

const SEQUENCE_KEY = '"sequence_num":';

/**
 * The frame's place in its socket's sequence, which all channels share: one more for each frame, else something was lost and
 * the feed has to subscribe anew. `null` where the frame states none.
 */
export function readCoinbaseSequence(frame: string): number | null {
  const at = frame.indexOf(SEQUENCE_KEY);
  if (at < 0) return null;
  const digits = /^\s*(\d{1,15})(?![\d.eE])/.exec(frame.slice(at + SEQUENCE_KEY.length, at + SEQUENCE_KEY.length + 20));
  return digits === null ? null : Number(digits[1]);
}

/** Makes the parser of one product, e.g. "BTC-USD"; other products and channels are ignored. */
export function parseCoinbaseFrame(product: string): FrameParser {
  return (frame) =>
    parseJsonFrame(frame, (message, into) => {
      if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
      const { type, channel, events } = message;
      if (type === 'error') return control(into, { type: 'error', code: 'error', detail: label(message['message']) });
      if (typeof channel !== 'string') return reject(into, 'missing-field', 'channel');
      const tsEvent = parseIsoMs(message['timestamp']);
      const sequence = readCount(message['sequence_num']);
      if (tsEvent === null || sequence === null || !isArray(events)) {
        return rejectFields(into, label(channel), [
          ['timestamp', message['timestamp'], tsEvent !== null],
          ['sequence_num', message['sequence_num'], sequence !== null],
          ['events', events, false],
        ]);
      }
      if (events.length === 0) return ignore(into, `empty ${label(channel)}`);
      for (const event of events) {
        if (isRecord(event)) handleEvent(product, channel, tsEvent, sequence, event, into);
        else reject(into, 'unknown-message', `${label(channel)} event`);
      }
      return into;
    });
}

function handleEvent(
  product: string,
  channel: string,
  tsEvent: UnixMs,
  sequence: number,
  event: JsonRecord,
  into: FrameCollector,
): FrameCollector {
  switch (channel) {
    case 'market_trades':
      return handleTrades(product, event, into);
    case 'ticker':
      return handleTicker(product, tsEvent, sequence, event, into);
    case 'heartbeats':
      return handleHeartbeat(tsEvent, event, into);
    case 'l2_data':
      return handleL2Event(product, tsEvent, sequence, event, into);
    case 'subscriptions': {
      const channels = event['subscriptions'];
      if (!isRecord(channels)) return reject(into, 'missing-field', 'subscriptions.subscriptions');
      return control(into, { type: 'subscribed', channels: Object.keys(channels) });
    }
    default:
      return ignore(into, label(channel));
  }
}

/** One a second on every socket; the counter is a number in recordings and a string in the documents. */
function handleHeartbeat(tsEvent: UnixMs, event: JsonRecord, into: FrameCollector): FrameCollector {
  const raw = event['heartbeat_counter'];
  const counter = typeof raw === 'string' ? readCountText(raw) : readCount(raw);
  if (counter === null) return rejectFields(into, 'heartbeats', [['heartbeat_counter', raw, false]]);
  return emit(into, { type: 'heartbeat-received', seq: 0, tsEvent, tsInit: 0, source: 'coinbase', counter });
}
