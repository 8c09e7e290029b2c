/** An order of ours as the venue states it, the same on REST and on the user channel (venue notes of 2026-11-23, polymarket §3.2, §5.2). */
import { isConditionId, isTokenId } from '../model/identifiers.ts';
import type { SizeMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';
import {
  readOrderHash,
  readOrderStatus,
  readSide,
  readTimeInForce,
  readTradeIds,
  type UnreadableRow,
} from './account-fields.ts';
import type { VenueOrder } from './clob-account.ts';
import { readSizeMicro, readTicks } from './field-readers.ts';
import type { JsonRecord } from './frame-collector.ts';

/** Longest status that is repeated: killed orders carry a sentence in it. */
const MAX_STATUS_CHARS = 120;

/** Reads one order. A status that nobody knows is kept as `unknown-status`; any other field that cannot be read refuses the row. */
export function readVenueOrder(row: JsonRecord): Result<VenueOrder, UnreadableRow> {
  const orderHash = readOrderHash(row['id']);
  if (orderHash === null) return err({ reason: 'bad-identifier', detail: 'order.id' });
  const conditionId = row['market'];
  if (!isConditionId(conditionId)) return err({ reason: 'bad-identifier', detail: 'order.market' });
  const tokenId = row['asset_id'];
  if (!isTokenId(tokenId)) return err({ reason: 'bad-identifier', detail: 'order.asset_id' });
  const statusText = row['status'];
  if (typeof statusText !== 'string' || statusText === '') return unreadable(row, 'status');
  const tradeIds = readTradeIds(row['associate_trades']);
  if (tradeIds === null) return unreadable(row, 'associate_trades');
  const side = readSide(row['side']);
  if (side === null) return unreadable(row, 'side');
  const priceTicks = readTicks(row['price']);
  if (priceTicks === null) return unreadable(row, 'price');
  const originalMicro = readSizeMicro(row['original_size']);
  if (originalMicro === null) return unreadable(row, 'original_size');
  const matchedMicro = readMatched(row['size_matched'], tradeIds.length);
  if (matchedMicro === null) return unreadable(row, 'size_matched');
  const timeInForce = readTimeInForce(row['order_type']);
  if (timeInForce === null) return unreadable(row, 'order_type');
  return ok({
    orderHash,
    status: readOrderStatus(statusText),
    statusText: statusText.slice(0, MAX_STATUS_CHARS),
    conditionId,
    tokenId,
    side,
    priceTicks,
    originalMicro,
    matchedMicro,
    timeInForce,
    tradeIds,
  });
}

/** A killed order comes with an empty matched size: nothing, where it lists no trade either. */
function readMatched(value: unknown, trades: number): SizeMicro | null {
  if (value === '' && trades === 0) return 0;
  return readSizeMicro(value);
}

function unreadable(row: JsonRecord, field: string): Result<never, UnreadableRow> {
  const value = row[field];
  const absent = value === undefined || value === null || value === '';
  return err({ reason: absent ? 'missing-field' : 'bad-number', detail: `order.${field}` });
}
