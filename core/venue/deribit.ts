/**
 * Frames of Deribit: JSON-RPC, of which we use the volatility index (DVOL). Its values are floats: a pricing input, never
 * money. Source: Deribit docs, notes on market data of 2026-11-23 §2.
 */
import { readUnixMs } from './field-readers.ts';
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

/** Makes the parser of one index; pushes of other channels are ignored. A `test-request` has to be answered at once. */
export function parseDeribitFrame(indexName: string): FrameParser {
  const channel = `deribit_volatility_index.${indexName}`;
  return (frame) =>
    parseJsonFrame(frame, (message, into) => {
      if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
      const { method, params } = message;
      if (method === undefined) return handleAnswer(message, into);
      if (!isRecord(params)) return reject(into, 'missing-field', `${label(method)}.params`);
      if (method === 'heartbeat') return handleHeartbeat(params, into);
      if (method !== 'subscription') return reject(into, 'unknown-message', `method ${label(method)}`);
      if (typeof params['channel'] !== 'string') return reject(into, 'missing-field', 'subscription.channel');
      if (params['channel'] !== channel) return ignore(into, label(params['channel']));
      return handleVolatility(params['data'], into);
    });
}

function handleHeartbeat(params: JsonRecord, into: FrameCollector): FrameCollector {
  if (params['type'] === 'test_request') return control(into, { type: 'test-request' });
  if (params['type'] === 'heartbeat') return control(into, { type: 'heartbeat' });
  return reject(into, 'unknown-message', `heartbeat ${label(params['type'])}`);
}

/** The channels that were accepted, the version that `public/test` answers with, "ok" for `set_heartbeat`, or an error. */
function handleAnswer(message: JsonRecord, into: FrameCollector): FrameCollector {
  const { result, error } = message;
  if (isRecord(error)) {
    const code = typeof error['code'] === 'number' ? String(error['code']) : label(error['code']);
    return control(into, { type: 'error', code, detail: label(error['message']) });
  }
  if (isArray(result)) {
    return control(into, { type: 'subscribed', channels: result.filter((name) => typeof name === 'string') });
  }
  if (isRecord(result) && 'version' in result) return control(into, { type: 'pong' });
  if (result === 'ok') return ignore(into, 'ok');
  return reject(into, 'unknown-message', 'neither a method nor an answer');
}

function handleVolatility(data: unknown, into: FrameCollector): FrameCollector {
  if (!isRecord(data)) return reject(into, 'missing-field', 'deribit_volatility_index.data');
  const tsEvent = readUnixMs(data['timestamp']);
  const volatilityPercent = data['volatility'];
  const isPositive = typeof volatilityPercent === 'number' && volatilityPercent > 0;
  if (tsEvent === null || !isPositive) {
    return rejectFields(into, 'deribit_volatility_index', [
      ['timestamp', data['timestamp'], tsEvent !== null],
      ['volatility', volatilityPercent, isPositive],
    ]);
  }
  return emit(into, {
    type: 'volatility-index-received',
    seq: 0,
    tsEvent,
    tsInit: 0,
    source: 'deribit',
    volatilityPercent,
  });
}
