/**
 * The user channel and the answers about orders. They are recognised and counted as refused with `no-parser-yet`: the order path
 * is not built, and a fill that nobody can read must show, not vanish. Source: notes of 2026-11-23 §3.2, §5.2.
 */
import {
  controlFrame,
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  parseJsonFrame,
  reject,
} from './frame-collector.ts';
import type { ParsedFrame } from './parsed-frame.ts';

/** Keys that tell what an account's message is, in the order in which they are asked. */
const ACCOUNT_MESSAGES: readonly (readonly [key: string, what: string])[] = [
  ['taker_order_id', 'trade'],
  ['original_size', 'order'],
  ['next_cursor', 'page'],
  ['not_canceled', 'cancel answer'],
  ['orderID', 'order answer'],
  ['makerAmount', 'signed order'],
  ['balance', 'balance'],
  ['proxyWallet', 'data-api row'],
];

/** Parses one frame of the user channel, or the body of an answer about our own orders, trades and balances. */
export function parsePolymarketUserFrame(frame: string): ParsedFrame {
  if (frame === 'PONG') return controlFrame({ type: 'pong' });
  return parseJsonFrame(frame, (message, into) => {
    if (!isArray(message)) return handleMessage(message, into);
    if (message.length === 0) return ignore(into, 'empty array');
    for (const element of message) handleMessage(element, into);
    return into;
  });
}

function handleMessage(message: unknown, into: FrameCollector): FrameCollector {
  if (!isRecord(message)) return reject(into, 'unknown-message', 'not an object');
  const what = whatIs(message);
  return what === null ? reject(into, 'unknown-message', 'account message') : reject(into, 'no-parser-yet', what);
}

function whatIs(message: JsonRecord): string | null {
  const stated = message['event_type'];
  if (typeof stated === 'string') return label(stated);
  for (const [key, what] of ACCOUNT_MESSAGES) if (key in message) return what;
  return null;
}
