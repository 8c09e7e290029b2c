/** Questions to the CLOB: single ones and listings. A listing is whole or a failure. */
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { Result } from '../../core/model/result.ts';
import type { UnreadableRow } from '../../core/venue/account-fields.ts';
import type { VenueOrder } from '../../core/venue/clob-account.ts';
import { FIRST_CURSOR, LAST_CURSOR, readPage } from '../../core/venue/clob-answers.ts';
import { accepted, type ClobFailure, type Outcome, unreadable } from '../../core/venue/clob-outcome.ts';
import { isRecord, type JsonRecord } from '../../core/venue/frame-collector.ts';
import type { VenueAnswer } from '../../core/venue/polymarket-error.ts';
import { readVenueOrder } from '../../core/venue/polymarket-order.ts';
import type { ClobRequest } from './clob-requests.ts';
import type { LimitName } from './request-limits.ts';
import type { CallRules, VenueCalls } from './venue-calls.ts';

/** How long a question waits for its turn, and for its answer. Wall time. */
const QUERY_WAIT_MS = 5_000;
export const QUERY_TIMEOUT_MS = 5_000;
/** A listing that goes on for longer is one that goes in circles: some hundred rows a page are usual. */
const MAX_PAGES = 1_000;

/** The rules of a question: last in the queue, under its own limits and the general one. */
export const query = (...limits: readonly LimitName[]): CallRules => ({
  requestClass: 'query',
  limits: [...limits, 'general'],
  maxWaitMs: QUERY_WAIT_MS,
  timeoutMs: QUERY_TIMEOUT_MS,
});

/** Asks, and reads the answer; a body that `readValue` refuses is ambiguous. */
export async function ask<T>(
  calls: VenueCalls,
  request: ClobRequest,
  rules: CallRules,
  readValue: (value: unknown) => T | null,
): Promise<Outcome<T>> {
  return readAs(await calls.value(request, rules), readValue);
}

/** Reads an accepted answer. */
export function readAs<T>(outcome: Outcome<unknown>, readValue: (value: unknown) => T | null): Outcome<T> {
  if (outcome.kind !== 'accepted') return outcome;
  const value = readValue(outcome.value);
  return value === null ? unreadable('the answer has not the documented form') : accepted(value);
}

/** All pages, or none. Rows can move between pages while we read: the newest of each name is kept. */
export async function listAll<Row>(
  calls: VenueCalls,
  requestOf: (cursor: string) => ClobRequest,
  readRow: (row: JsonRecord) => Result<Row, UnreadableRow>,
  nameOf: (row: Row) => string,
): Promise<Outcome<readonly Row[]>> {
  const rows = new Map<string, Row>();
  const seen = new Set<string>();
  for (let cursor = FIRST_CURSOR; cursor !== LAST_CURSOR; ) {
    if (seen.has(cursor) || seen.size >= MAX_PAGES) return unreadable('the listing goes in circles');
    seen.add(cursor);
    const outcome = await calls.value(requestOf(cursor), query('data'));
    if (outcome.kind !== 'accepted') return outcome;
    const page = readPage(outcome.value, readRow);
    if (!page.ok) return unreadable(page.error);
    for (const row of page.value.rows) rows.set(nameOf(row), row);
    cursor = page.value.nextCursor;
  }
  return accepted([...rows.values()]);
}

/** `null` only where the venue itself says that it knows no such order: a missing route or page says nothing of orders. */
export function readLookup(
  calls: VenueCalls,
  answer: VenueAnswer,
  orderHash: VenueOrderId,
): Outcome<VenueOrder | null> {
  const body = jsonOf(answer.body);
  if (answer.status === 200 && body === null) return accepted(null);
  if (answer.status === 404 && isRecord(body) && /^order\b.*not found/i.test(String(body['error'])))
    return accepted(null);
  const outcome = calls.read(answer);
  if (outcome.kind !== 'accepted') return outcome;
  if (!isRecord(outcome.value)) return unreadable('the order is not an object');
  const order = readVenueOrder(outcome.value);
  if (!order.ok) return unreadable(`the order cannot be read: ${order.error.reason} in ${order.error.detail}`);
  if (order.value.orderHash !== orderHash.toLowerCase()) return unreadable('the answer is about another order');
  return accepted(order.value);
}

/** Why an answer whose body does not matter was refused; `null` when it was not. */
export function refusalOf(calls: VenueCalls, answer: VenueAnswer): ClobFailure | null {
  if (answer.status >= 200 && answer.status < 300 && jsonOf(answer.body) === undefined) return null;
  const outcome = calls.read(answer);
  return outcome.kind === 'accepted' ? null : outcome;
}

/** `undefined` where it is no JSON, which no JSON is. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
