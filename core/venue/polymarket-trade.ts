/**
 * Our part in a match. A trade names one taker and the makers that it met; its top level is the taker's. Where an order of ours was
 * the maker, side, price and size are those of its own entry: in a match of complementary tokens (mint, merge) the entry's token and
 * side differ from the taker's. One trade can hold several orders of ours. Source: venue notes of 2026-11-23, polymarket §3.2, §5.2.
 */
import { parseDecimalBig } from '../model/decimal.ts';
import { isTokenId, type TokenId, type TradeId, type VenueOrderId } from '../model/identifiers.ts';
import type { Side } from '../model/order.ts';
import { PRICE_DECIMALS, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import {
  readOrderHash,
  readSide,
  readTradeId,
  readTradeStatus,
  readVenueTime,
  type UnreadableRow,
} from './account-fields.ts';
import type { AccountIdentity, VenueFill } from './clob-account.ts';
import { readSizeMicro } from './field-readers.ts';
import { isArray, isRecord, type JsonRecord } from './frame-collector.ts';

/** Prices of a taker that met several makers are averages: read with this many decimals, then rounded against us. */
const AVERAGE_DECIMALS = 18;
const SCALE = 10n ** BigInt(AVERAGE_DECIMALS - PRICE_DECIMALS);

/** What all parts of one trade share. */
interface TradeHead {
  readonly tradeId: TradeId;
  readonly settlement: VenueFill['settlement'];
  readonly transactionHash: string | null;
  readonly matchedMs: UnixMs;
}

/**
 * Reads the orders of ours in one trade: at least one, or why not. A trade in which nothing is ours is refused and not skipped: the
 * venue sends an account its own matches, so that it means that we do not know ourselves.
 */
export function readVenueTrade(row: JsonRecord, self: AccountIdentity): Result<readonly VenueFill[], UnreadableRow> {
  const head = readHead(row);
  if (!head.ok) return head;
  const fills: VenueFill[] = [];
  if (isTakerOurs(row, self)) {
    const taker = readPart(row, 'trade', ['taker_order_id', 'size'], head.value, 'taker', readSide(row['side']));
    if (!taker.ok) return taker;
    fills.push(taker.value);
  }
  const makers = row['maker_orders'] ?? [];
  if (!isArray(makers)) return unreadable(row, 'trade', 'maker_orders');
  for (const entry of makers) {
    if (!isRecord(entry)) return err({ reason: 'missing-field', detail: 'trade.maker_orders' });
    if (!isMakerOurs(entry, self)) continue;
    const side = readSide(entry['side']) ?? sideAgainst(entry, row);
    const maker = readPart(entry, 'maker_order', ['order_id', 'matched_amount'], head.value, 'maker', side);
    if (!maker.ok) return maker;
    fills.push(maker.value);
  }
  return fills.length === 0 ? err({ reason: 'not-ours', detail: 'trade' }) : ok(fills);
}

function readHead(row: JsonRecord): Result<TradeHead, UnreadableRow> {
  const tradeId = readTradeId(row['id']);
  if (tradeId === null) return err({ reason: 'bad-identifier', detail: 'trade.id' });
  const status = row['status'];
  if (typeof status !== 'string' || status === '') return unreadable(row, 'trade', 'status');
  const matchedMs = firstTime(row['match_time'], row['matchtime'], row['last_update'], row['timestamp']);
  if (matchedMs === null) return unreadable(row, 'trade', 'match_time');
  const hash = row['transaction_hash'];
  return ok({
    tradeId,
    settlement: readTradeStatus(status),
    transactionHash: typeof hash === 'string' && hash !== '' ? hash : null,
    matchedMs,
  });
}

/** The first that is there has to be readable: a later one is another moment. */
function firstTime(...values: readonly unknown[]): UnixMs | null {
  const stated = values.find((value) => value !== undefined && value !== null && value !== '');
  return readVenueTime(stated);
}

/**
 * `trader_side` says which we are. It is absent in older messages: then the top level's owner decides. With a match between two orders
 * of our own it names one side, and the other is found by its hash.
 */
function isTakerOurs(row: JsonRecord, self: AccountIdentity): boolean {
  const hash = readOrderHash(row['taker_order_id']);
  if (hash !== null && self.isOurOrder?.(hash) === true) return true;
  const stated = row['trader_side'];
  if (stated === 'TAKER') return true;
  if (stated === 'MAKER') return false;
  return isOurs(row['maker_address'], row['trade_owner'] ?? row['owner'], self);
}

function isMakerOurs(entry: JsonRecord, self: AccountIdentity): boolean {
  const hash = readOrderHash(entry['order_id']);
  if (hash !== null && self.isOurOrder?.(hash) === true) return true;
  return isOurs(entry['maker_address'], entry['owner'], self);
}

function isOurs(address: unknown, owner: unknown, self: AccountIdentity): boolean {
  if (typeof address === 'string' && address.toLowerCase() === self.funderAddress.toLowerCase()) return true;
  return typeof owner === 'string' && owner !== '' && owner === self.apiKey;
}

/** Entries of older messages have no side: of the taker's own token they are the other side, of the complement the same. */
function sideAgainst(entry: JsonRecord, row: JsonRecord): Side | null {
  if (entry['side'] !== undefined && entry['side'] !== '') return null;
  const taker = readSide(row['side']);
  if (taker === null || typeof row['asset_id'] !== 'string') return null;
  if (entry['asset_id'] !== row['asset_id']) return taker;
  return taker === 'buy' ? 'sell' : 'buy';
}

function readPart(
  part: JsonRecord,
  what: string,
  [hashField, sizeField]: readonly [string, string],
  head: TradeHead,
  liquidity: VenueFill['liquidity'],
  side: Side | null,
): Result<VenueFill, UnreadableRow> {
  const orderHash: VenueOrderId | null = readOrderHash(part[hashField]);
  if (orderHash === null) return err({ reason: 'bad-identifier', detail: `${what}.${hashField}` });
  const tokenId: unknown = part['asset_id'];
  if (!isTokenId(tokenId)) return err({ reason: 'bad-identifier', detail: `${what}.asset_id` });
  if (side === null) return unreadable(part, what, 'side');
  const priceTicks = readMatchPrice(part['price'], side);
  if (priceTicks === null) return unreadable(part, what, 'price');
  const sizeMicro = readSizeMicro(part[sizeField]);
  if (sizeMicro === null || sizeMicro === 0) return unreadable(part, what, sizeField);
  const token: TokenId = tokenId;
  return ok({ ...head, orderHash, tokenId: token, side, priceTicks, sizeMicro, liquidity });
}

/** A match's price in ticks; an average between ticks is rounded against us: up for a BUY, down for a SELL. */
function readMatchPrice(value: unknown, side: Side): PriceTicks | null {
  const exact = parseDecimalBig(value, AVERAGE_DECIMALS);
  if (exact === null || exact <= 0n) return null;
  const ticks = Number(side === 'buy' ? (exact + SCALE - 1n) / SCALE : exact / SCALE);
  return ticks > 0 && ticks < TICKS_PER_PUSD ? ticks : null;
}

function unreadable(row: JsonRecord, what: string, field: string): Result<never, UnreadableRow> {
  const value = row[field];
  const absent = value === undefined || value === null || value === '';
  return err({ reason: absent ? 'missing-field' : 'bad-number', detail: `${what}.${field}` });
}
