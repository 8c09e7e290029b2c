/**
 * Fields of account messages: order hashes, sides, statuses with and without prefix, times in seconds or milliseconds. An empty
 * string means absent. `null` is "not readable", never a default. Source: venue notes of 2026-11-23, polymarket §3.2, §5.2.
 */
import { parseDecimal } from '../model/decimal.ts';
import type { TradeId, VenueOrderId } from '../model/identifiers.ts';
import { parseIsoMs } from '../model/iso-time.ts';
import type { Side, TimeInForce } from '../model/order.ts';
import type { SettlementStatus } from '../model/report.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import type { VenueOrderStatus } from './clob-account.ts';
import { isArray } from './frame-collector.ts';
import type { FrameRejection } from './parsed-frame.ts';

/** Why a row of the venue could not be read: the reason to count, and which field. */
export interface UnreadableRow {
  readonly reason: FrameRejection;
  readonly detail: string;
}

const BYTES32 = /^0x[0-9a-f]{64}$/;
/** Trade ids are UUIDs; other short words were seen, so that only the length is checked. */
const MAX_TRADE_ID_CHARS = 100;
/** Numbers from here on are milliseconds, smaller ones seconds (§5.2). */
const LEAST_UNIX_MS = 100_000_000_000;
/** Seconds before this (2001) are a counter or a mistake. */
const LEAST_UNIX_SECONDS = 1_000_000_000;

/** The hash of an order, in lower case. */
export function readOrderHash(value: unknown): VenueOrderId | null {
  if (typeof value !== 'string') return null;
  const hash = value.toLowerCase();
  return BYTES32.test(hash) ? (hash as VenueOrderId) : null;
}

export function readTradeId(value: unknown): TradeId | null {
  if (typeof value !== 'string' || value === '' || value.length > MAX_TRADE_ID_CHARS) return null;
  return value as TradeId;
}

/** A list of trade ids; absent and `null` are the empty list. `null` when an element is none. */
export function readTradeIds(value: unknown): readonly TradeId[] | null {
  if (value === undefined || value === null) return [];
  if (!isArray(value)) return null;
  const ids: TradeId[] = [];
  for (const element of value) {
    const id = readTradeId(element);
    if (id === null) return null;
    ids.push(id);
  }
  return ids;
}

export function readSide(value: unknown): Side | null {
  if (value === 'BUY') return 'buy';
  return value === 'SELL' ? 'sell' : null;
}

export function readTimeInForce(value: unknown): TimeInForce | null {
  return value === 'GTC' || value === 'GTD' || value === 'FOK' || value === 'FAK' ? value : null;
}

/** A time as seconds or milliseconds, as text or number, or as ISO 8601: all three are seen. */
export function readVenueTime(value: unknown): UnixMs | null {
  const number = typeof value === 'number' ? value : parseDecimal(value, 0);
  if (number === null) return parseIsoMs(value);
  if (!Number.isSafeInteger(number) || number < LEAST_UNIX_SECONDS) return null;
  return number >= LEAST_UNIX_MS ? number : number * SECOND_MS;
}

const ORDER_STATUSES: ReadonlyMap<string, VenueOrderStatus> = new Map([
  ['LIVE', 'live'],
  ['MATCHED', 'matched'],
  ['DELAYED', 'delayed'],
  ['UNMATCHED', 'unmatched'],
  ['CANCELED', 'canceled'],
  ['CANCELLED', 'canceled'],
  ['CANCELED_MARKET_RESOLVED', 'canceled-market-resolved'],
  ['CANCELED_EXPIRED_ORDER', 'canceled-expired'],
  ['CANCELED_NOT_ENOUGH_BALANCE', 'canceled-no-balance'],
  ['CANCELED_MARKET_NOT_FOUND', 'canceled'],
  ['CANCELED_ORDER_TIMED_OUT', 'canceled'],
  ['INVALID', 'invalid'],
]);

/** A killed FOK or FAK carries its sentence in place of a word: "CANCELED_order couldn't be fully filled. …". */
const KILLED = /^CANCELED_.*(FULLY FILLED|NO ORDERS FOUND TO MATCH)/;

/** REST writes `ORDER_STATUS_LIVE`, the user channel `LIVE`; the case differs too. */
export function readOrderStatus(text: string): VenueOrderStatus {
  const word = text.toUpperCase().replace(/^ORDER_STATUS_/, '');
  return ORDER_STATUSES.get(word) ?? (KILLED.test(word) ? 'canceled' : 'unknown-status');
}

const TRADE_STATUSES: ReadonlyMap<string, SettlementStatus> = new Map([
  ['MATCHED', 'matched'],
  ['MATCHED_NOT_BROADCASTED', 'matched'],
  ['MINED', 'mined'],
  ['CONFIRMED', 'confirmed'],
  ['RETRYING', 'retrying'],
  ['FAILED', 'failed'],
]);

export function readTradeStatus(text: string): SettlementStatus | 'unknown-status' {
  return TRADE_STATUSES.get(text.toUpperCase().replace(/^TRADE_STATUS_/, '')) ?? 'unknown-status';
}
