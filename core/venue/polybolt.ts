/**
 * Frames of PolyBolt, the venue's price feed. The TWAP comes from Chainlink alone; the spot channel's provider changed from Pyth
 * to Chainlink on 2026-10-02 and is read from `source`. Source: PolyBolt docs, notes of 2026-11-23 §5.3.
 */

import { readCount, readUnixMs } from './field-readers.ts';
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
  rejectFields,
} from './frame-collector.ts';
import type { ParsedFrame } from './parsed-frame.ts';
import { readReferencePrice } from './reference-fields.ts';

const SPOT_CHANNEL = 'price.crypto';
const TWAP_CHANNEL = 'price.crypto.twap';
const SYMBOL = /^[a-z0-9]{2,20}$/;

/** Parses one frame: an acknowledgement (`op`), or prices (`channel`), single or as the two minutes before. */
export function parsePolyBoltFrame(frame: string): ParsedFrame {
  return parseJsonFrame(frame, (message, into) => {
    if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
    if ('op' in message) return handleOperation(message, into);
    if ('channel' in message) return handlePrices(message, into);
    return reject(into, 'unknown-message', 'neither op nor channel');
  });
}

function handleOperation(message: JsonRecord, into: FrameCollector): FrameCollector {
  const { op, channel, code } = message;
  switch (op) {
    case 'authed':
      return control(into, { type: 'authenticated' });
    case 'subscribed':
      return control(into, { type: 'subscribed', channels: typeof channel === 'string' ? [channel] : [] });
    case 'pong':
      return control(into, { type: 'pong' });
    case 'error':
      return control(into, { type: 'error', code: label(code), detail: label(channel ?? message['message'] ?? '') });
    case 'unsubscribed':
    case 'challenge':
      return ignore(into, op);
    default:
      return reject(into, 'unknown-message', `op ${label(op)}`);
  }
}

function handlePrices(message: JsonRecord, into: FrameCollector): FrameCollector {
  const channel = message['channel'];
  // Frames that the server left out because we read too slowly: a hole in the prices, which the feed has to know of.
  const dropped = readCount(message['dropped']);
  if (dropped !== null && dropped > 0) {
    control(into, { type: 'error', code: 'dropped', detail: `${dropped} on ${label(channel)}` });
  }
  if (channel !== SPOT_CHANNEL && channel !== TWAP_CHANNEL) return ignore(into, label(channel));
  const payload = message['payload'];
  if (!isRecord(payload)) return reject(into, 'missing-field', `${channel}.payload`);
  const data = payload['data'];
  if (data === undefined) return handleObservation(channel, payload, payload, message['snapshot'] === true, into);
  if (!isArray(data)) return reject(into, 'unknown-message', `${channel}.data`);
  if (data.length === 0) return ignore(into, `empty snapshot of ${channel}`);
  for (const observation of data) {
    if (isRecord(observation)) handleObservation(channel, payload, observation, true, into);
    else reject(into, 'unknown-message', `${channel}.data element`);
  }
  return into;
}

/** One price. What an element of a snapshot does not say itself, its payload says. */
function handleObservation(
  channel: typeof SPOT_CHANNEL | typeof TWAP_CHANNEL,
  payload: JsonRecord,
  observation: JsonRecord,
  snapshot: boolean,
  into: FrameCollector,
): FrameCollector {
  const isTwap = channel === TWAP_CHANNEL;
  const symbol = observation['symbol'] ?? payload['symbol'];
  if (typeof symbol !== 'string' || !SYMBOL.test(symbol)) return reject(into, 'bad-identifier', `${channel}.symbol`);
  const provider = observation['source'] ?? payload['source'] ?? (isTwap ? 'chainlink' : undefined);
  if (provider === undefined) return reject(into, 'missing-field', `${channel}.source`);
  if (provider !== 'chainlink' && (provider !== 'pyth' || isTwap)) {
    return reject(into, 'unknown-message', `${channel}.source ${label(provider)}`);
  }
  const rawWindow = observation['window_seconds'] ?? payload['window_seconds'];
  const lookbackSeconds = isTwap ? readCount(rawWindow) : 0;
  const tsEvent = readUnixMs(observation['timestamp']);
  if (tsEvent === null || lookbackSeconds === null || (isTwap && lookbackSeconds === 0)) {
    return rejectFields(into, channel, [
      ['timestamp', observation['timestamp'], tsEvent !== null],
      ['window_seconds', rawWindow, false],
    ]);
  }
  const priceE18 = readReferencePrice(observation, { exact: 'decimal', valueAlone: !isTwap });
  if (typeof priceE18 === 'string') return reject(into, priceE18, `${channel}.full_accuracy_value`);
  into.events.push({
    type: 'reference-price-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source: 'polybolt',
    provider,
    symbol,
    lookbackSeconds,
    priceE18,
    snapshot,
  });
  return into;
}
