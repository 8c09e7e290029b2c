/**
 * Bodies of the CLOB's answers about orders and matches. Each reader takes the JSON value of an answer that `readClobAnswer` accepted.
 * One row that cannot be read makes a whole listing unreadable: half a listing would be taken for all there is. Source: venue notes of
 * 2026-11-23, polymarket §3.2.
 */
import type { VenueOrderId } from '../model/identifiers.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import { readOrderHash, readTradeIds, type UnreadableRow } from './account-fields.ts';
import type { CancelAnswer, PlacedOrder } from './clob-account.ts';
import { accepted, type Outcome, unreadable } from './clob-outcome.ts';
import { isArray, isRecord, type JsonRecord, label } from './frame-collector.ts';
import { classifyErrorText } from './polymarket-error.ts';

/** The cursor of the first page, and the one that says that there is no further page. */
export const FIRST_CURSOR = 'MA==';
export const LAST_CURSOR = 'LTE=';

const PLACED: ReadonlyMap<string, PlacedOrder['status']> = new Map([
  ['LIVE', 'live'],
  ['MATCHED', 'matched'],
  ['DELAYED', 'delayed'],
  ['UNMATCHED', 'unmatched'],
]);

/**
 * The answer to one order, alone or as an item of a batch. A refused item of a batch says `success: true` all the same, so that the
 * error and the order's id decide (§3.2). Anything that says neither is ambiguous.
 */
export function readPlacedOrder(value: unknown, nowMs: UnixMs): Outcome<PlacedOrder> {
  if (!isRecord(value)) return unreadable('the order answer is not an object');
  const hasOrder = value['orderID'] !== undefined && value['orderID'] !== null && value['orderID'] !== '';
  const refusal = firstText(value, ['errorMsg', 'error', 'error_msg']);
  if (refusal !== null) {
    if (hasOrder && value['success'] === true)
      return unreadable(`the answer states an order and an error: ${label(refusal)}`);
    return classifyErrorText(refusal, nowMs);
  }
  if (value['success'] === false) return unreadable('the order was not taken, without a reason');
  const orderHash = readOrderHash(value['orderID']);
  if (orderHash === null) return unreadable('the order answer has no order id');
  const status = PLACED.get(
    String(value['status'])
      .toUpperCase()
      .replace(/^ORDER_STATUS_/, ''),
  );
  if (status === undefined) return unreadable(`the order answer has the status ${label(value['status'])}`);
  const tradeIds = readTradeIds(value['tradeIDs']);
  if (tradeIds === null) return unreadable('the order answer has unreadable trade ids');
  return accepted({ orderHash, status, tradeIds });
}

/** The answers to a batch, one for each order and in their order; `null` when their number differs, so that none can be told apart. */
export function readPlacedOrders(value: unknown, count: number, nowMs: UnixMs): readonly Outcome<PlacedOrder>[] | null {
  if (!isArray(value) || value.length !== count) return null;
  return value.map((item) => readPlacedOrder(item, nowMs));
}

/** The answer to any cancel. */
export function readCancelAnswer(value: unknown): Outcome<CancelAnswer> {
  if (!isRecord(value)) return unreadable('the cancel answer is not an object');
  const listed = value['canceled'];
  const refused = value['not_canceled'] ?? {};
  if (!isArray(listed) || !isRecord(refused)) return unreadable('the cancel answer has no lists');
  const canceled: VenueOrderId[] = [];
  for (const element of listed) {
    const orderHash = readOrderHash(element);
    if (orderHash === null) return unreadable('the cancel answer has an unreadable order id');
    canceled.push(orderHash);
  }
  const notCanceled: { readonly orderHash: VenueOrderId; readonly reason: string }[] = [];
  for (const [id, reason] of Object.entries(refused)) {
    const orderHash = readOrderHash(id);
    if (orderHash === null) return unreadable('the cancel answer has an unreadable order id');
    notCanceled.push({ orderHash, reason: typeof reason === 'string' ? reason : label(reason) });
  }
  return accepted({ canceled, notCanceled });
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string;
}

/** One page of a listing. No cursor is no end: it is a page that was cut off. */
export function readPage<Row>(
  value: unknown,
  readRow: (row: JsonRecord) => Result<Row, UnreadableRow>,
): Result<Page<Row>, string> {
  if (!isRecord(value)) return err('the page is not an object');
  const data = value['data'];
  const nextCursor = value['next_cursor'];
  if (!isArray(data)) return err('the page has no data');
  if (typeof nextCursor !== 'string' || nextCursor === '') return err('the page has no next_cursor');
  const rows: Row[] = [];
  for (const element of data) {
    if (!isRecord(element)) return err('a row is not an object');
    const row = readRow(element);
    if (!row.ok) return err(`a row cannot be read: ${row.error.reason} in ${row.error.detail}`);
    rows.push(row.value);
  }
  return ok({ rows, nextCursor });
}

function firstText(value: JsonRecord, keys: readonly string[]): string | null {
  for (const key of keys) {
    const text = value[key];
    if (typeof text === 'string' && text !== '') return text;
  }
  return null;
}
