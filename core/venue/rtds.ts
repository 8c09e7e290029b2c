/**
 * Frames of RTDS, the venue's older price feed and our fallback. Topics: Binance spot, Chainlink spot, Chainlink TWAP over 30
 * and 60 s. `type:"subscribe"` brings the minute before as a snapshot. Source: notes of 2026-11-23, polymarket §5.4, market
 * data §3; frames captured 2026-09-05.
 */
import { readUnixMs } from './field-readers.ts';
import {
  control,
  controlFrame,
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
import type { ParsedFrame } from './parsed-frame.ts';
import { type PriceForm, readReferencePrice } from './reference-fields.ts';

interface Topic extends PriceForm {
  readonly name: string;
  readonly provider: 'binance' | 'chainlink';
  readonly lookbackSeconds: number;
}

const TOPICS: readonly Topic[] = [
  { name: 'crypto_prices', provider: 'binance', lookbackSeconds: 0, exact: 'decimal', valueAlone: true },
  { name: 'crypto_prices_chainlink', provider: 'chainlink', lookbackSeconds: 0, exact: 'e18', valueAlone: true },
  { name: 'crypto_prices_twap_thirty', provider: 'chainlink', lookbackSeconds: 30, exact: 'e18', valueAlone: false },
  { name: 'crypto_prices_twap_sixty', provider: 'chainlink', lookbackSeconds: 60, exact: 'e18', valueAlone: false },
];

const SYMBOL = /^[a-z0-9]{2,12}\/?[a-z0-9]{2,12}$/;

/** Parses one frame. An empty one acknowledges a subscription; PING is never answered. */
export function parseRtdsFrame(frame: string): ParsedFrame {
  if (frame === '') return controlFrame({ type: 'subscribed', channels: [] });
  return parseJsonFrame(frame, (message, into) => {
    if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
    if ('topic' in message) return handleTopic(message, into);
    if ('statusCode' in message) return handleError(message, into);
    return reject(into, 'unknown-message', 'neither topic nor statusCode');
  });
}

/** `{"body":{"message"},"statusCode":401}`: one unknown topic, and the whole batch of subscriptions is refused. */
function handleError(message: JsonRecord, into: FrameCollector): FrameCollector {
  const { body, statusCode } = message;
  const code = typeof statusCode === 'number' ? String(statusCode) : label(statusCode);
  return control(into, { type: 'error', code, detail: label(isRecord(body) ? body['message'] : body) });
}

function handleTopic(message: JsonRecord, into: FrameCollector): FrameCollector {
  const topic = TOPICS.find(({ name }) => name === message['topic']);
  if (topic === undefined) return ignore(into, label(message['topic']));
  const payload = message['payload'];
  if (!isRecord(payload)) return reject(into, 'missing-field', `${topic.name}.payload`);
  switch (message['type']) {
    case 'update':
      return handleObservation(topic, payload, payload, false, into);
    case 'subscribe':
      return handleHistory(topic, payload, into);
    default:
      return reject(into, 'unknown-message', `${topic.name}.type ${label(message['type'])}`);
  }
}

function handleHistory(topic: Topic, payload: JsonRecord, into: FrameCollector): FrameCollector {
  const data = payload['data'];
  if (!isArray(data)) return reject(into, 'missing-field', `${topic.name}.data`);
  if (data.length === 0) return ignore(into, `empty snapshot of ${topic.name}`);
  for (const observation of data) {
    if (isRecord(observation)) handleObservation(topic, payload, observation, true, into);
    else reject(into, 'unknown-message', `${topic.name}.data element`);
  }
  return into;
}

/** One price, its symbol in PolyBolt's spelling: "btc/usd" is "btcusd", Binance's "btcusdt" stays. */
function handleObservation(
  topic: Topic,
  payload: JsonRecord,
  observation: JsonRecord,
  snapshot: boolean,
  into: FrameCollector,
): FrameCollector {
  const stated = payload['symbol'];
  if (typeof stated !== 'string' || !SYMBOL.test(stated)) return reject(into, 'bad-identifier', `${topic.name}.symbol`);
  const tsEvent = readUnixMs(observation['timestamp']);
  const window = payload['window_s'];
  // A topic whose window is not the one of its name has changed its meaning.
  const windowIsKnown = window === undefined || window === topic.lookbackSeconds;
  if (tsEvent === null || !windowIsKnown) {
    return rejectFields(into, topic.name, [
      ['timestamp', observation['timestamp'], tsEvent !== null],
      ['window_s', window, windowIsKnown],
    ]);
  }
  const priceE18 = readReferencePrice(observation, topic);
  if (typeof priceE18 === 'string') return reject(into, priceE18, `${topic.name}.full_accuracy_value`);
  return emit(into, {
    type: 'reference-price-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source: 'rtds',
    provider: topic.provider,
    symbol: stated.replace('/', ''),
    lookbackSeconds: topic.lookbackSeconds,
    priceE18,
    snapshot,
  });
}
