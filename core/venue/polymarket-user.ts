/**
 * The user channel: our orders and our parts in matches. A message that cannot be read is refused with its reason and never vanishes:
 * the account holds what it concerns as unknown. Source: venue notes of 2026-11-23, polymarket §3.2, §5.2.
 */
import type { UnreadableRow } from './account-fields.ts';
import type { AccountIdentity, UserChannelMessage } from './clob-account.ts';
import { isArray, isRecord, type JsonRecord, label } from './frame-collector.ts';
import { MAX_FRAME_CHARS, type RejectedMessage, type VenueControl } from './parsed-frame.ts';
import { readVenueOrder } from './polymarket-order.ts';
import { readVenueTrade } from './polymarket-trade.ts';

/** What one frame of the user channel holds. */
export interface ParsedUserFrame {
  readonly messages: readonly UserChannelMessage[];
  readonly controls: readonly VenueControl[];
  readonly rejected: readonly RejectedMessage[];
}

interface UserCollector {
  readonly messages: UserChannelMessage[];
  readonly controls: VenueControl[];
  readonly rejected: UnreadableRow[];
}

const CHANGES: ReadonlyMap<unknown, 'placement' | 'update' | 'cancellation'> = new Map([
  ['PLACEMENT', 'placement'],
  ['UPDATE', 'update'],
  ['CANCELLATION', 'cancellation'],
]);

/** A parser of one account's user channel: a frame is the text PONG, a message, or an array of them. It never throws on data. */
export function parsePolymarketUserFrame(self: AccountIdentity): (frame: string) => ParsedUserFrame {
  return (frame) => {
    const into: UserCollector = { messages: [], controls: [], rejected: [] };
    if (frame === 'PONG') {
      into.controls.push({ type: 'pong' });
      return into;
    }
    const message = parseFrame(frame, into);
    if (message === undefined) return into;
    if (!isArray(message)) readMessage(message, self, into);
    else if (message.length === 0) into.controls.push({ type: 'ignored', what: 'empty array' });
    else for (const element of message) readMessage(element, self, into);
    return into;
  };
}

/** `undefined` when it was refused. */
function parseFrame(frame: string, into: UserCollector): unknown {
  if (frame.length > MAX_FRAME_CHARS) {
    into.rejected.push({ reason: 'oversized', detail: `frame of ${frame.length} characters` });
    return undefined;
  }
  try {
    return JSON.parse(frame);
  } catch {
    into.rejected.push({ reason: 'not-json', detail: `frame of ${frame.length} characters` });
    return undefined;
  }
}

function readMessage(message: unknown, self: AccountIdentity, into: UserCollector): void {
  if (!isRecord(message)) {
    into.rejected.push({ reason: 'unknown-message', detail: 'not an object' });
    return;
  }
  const kind = kindOf(message);
  if (kind === 'order') readOrderMessage(message, into);
  else if (kind === 'trade') readTradeMessage(message, self, into);
  else if (typeof message['error'] === 'string') {
    into.controls.push({ type: 'error', code: 'error', detail: label(message['error']) });
  } else {
    const detail = kind === undefined ? 'event_type' : `event_type ${label(kind)}`;
    into.rejected.push({ reason: 'unknown-message', detail });
  }
}

/** The message's own name, or what its keys leave no doubt about. */
function kindOf(message: JsonRecord): unknown {
  const stated = message['event_type'];
  if (stated !== undefined) return stated;
  if ('taker_order_id' in message) return 'trade';
  return 'original_size' in message ? 'order' : undefined;
}

function readOrderMessage(message: JsonRecord, into: UserCollector): void {
  const change = CHANGES.get(message['type']);
  const order = readVenueOrder(message);
  if (!order.ok) into.rejected.push(order.error);
  else if (change === undefined) into.rejected.push({ reason: 'unknown-message', detail: 'order.type' });
  else into.messages.push({ kind: 'order', change, order: order.value });
}

function readTradeMessage(message: JsonRecord, self: AccountIdentity, into: UserCollector): void {
  const fills = readVenueTrade(message, self);
  if (!fills.ok) into.rejected.push(fills.error);
  else for (const fill of fills.value) into.messages.push({ kind: 'fill', fill });
}
