/**
 * Reads of the projection for people: newest windows first, a page at a time, by the key of the last row seen (no OFFSET, which
 * reads everything it skips). `from` and `to` are window starts, [from, to).
 */
import { and, desc, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { AnySQLiteColumn } from 'drizzle-orm/sqlite-core';
import { type CursorKey, decodeCursor, encodeCursor } from './cursor.ts';
import { openDatabase } from './database.ts';
import { fills, ledgerEntries, markouts, orders, positions, strategyPnl, windows } from './schema.ts';

export interface ListRequest {
  /** At least one; several are merged by time. */
  readonly series: readonly string[];
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  readonly nextCursor: string | null;
}

export type WindowRow = typeof windows.$inferSelect;
export type OrderRow = typeof orders.$inferSelect;
export type FillRow = typeof fills.$inferSelect;
export type PositionRow = typeof positions.$inferSelect;
export type MarkoutRow = typeof markouts.$inferSelect;
export type StrategyPnlRow = typeof strategyPnl.$inferSelect;
export type LedgerEntryRow = typeof ledgerEntries.$inferSelect;

/** Each listing answers `null` for a cursor that is not its own. */
export interface Queries {
  windows(request: ListRequest): Promise<Page<WindowRow> | null>;
  orders(request: ListRequest): Promise<Page<OrderRow> | null>;
  fills(request: ListRequest): Promise<Page<FillRow> | null>;
  positions(request: ListRequest): Promise<Page<PositionRow> | null>;
  markouts(request: ListRequest): Promise<Page<MarkoutRow> | null>;
  strategyPnl(request: ListRequest): Promise<Page<StrategyPnlRow> | null>;
  /** By the time of the entry, where the others go by the start of the window. */
  ledgerEntries(request: ListRequest): Promise<Page<LedgerEntryRow> | null>;
}

/** The reads of one D1 database. They reject when D1 does. */
export function createQueries(d1: D1Database): Queries {
  const database = openDatabase(d1);
  return {
    windows: (request) =>
      listPage(request, {
        start: windows.windowStartMs,
        series: windows.series,
        tiebreaks: [windows.series],
        select: (where, order, limit) =>
          database
            .select()
            .from(windows)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.series],
      }),
    orders: (request) =>
      listPage(request, {
        start: orders.windowStartMs,
        series: orders.series,
        tiebreaks: [orders.clientOrderId],
        select: (where, order, limit) =>
          database
            .select()
            .from(orders)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.clientOrderId],
      }),
    fills: (request) =>
      listPage(request, {
        start: fills.windowStartMs,
        series: fills.series,
        tiebreaks: [fills.tradeId, fills.clientOrderId],
        select: (where, order, limit) =>
          database
            .select()
            .from(fills)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.tradeId, row.clientOrderId],
      }),
    positions: (request) =>
      listPage(request, {
        start: positions.windowStartMs,
        series: positions.series,
        tiebreaks: [positions.series, positions.outcome],
        select: (where, order, limit) =>
          database
            .select()
            .from(positions)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.series, row.outcome],
      }),
    markouts: (request) =>
      listPage(request, {
        start: markouts.windowStartMs,
        series: markouts.series,
        tiebreaks: [markouts.tradeId, markouts.clientOrderId],
        select: (where, order, limit) =>
          database
            .select()
            .from(markouts)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.tradeId, row.clientOrderId],
      }),
    strategyPnl: (request) =>
      listPage(request, {
        start: strategyPnl.windowStartMs,
        series: strategyPnl.series,
        tiebreaks: [strategyPnl.series, strategyPnl.ledger, strategyPnl.strategy],
        select: (where, order, limit) =>
          database
            .select()
            .from(strategyPnl)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.windowStartMs, row.series, row.ledger, row.strategy],
      }),
    ledgerEntries: (request) =>
      listPage(request, {
        start: ledgerEntries.atMs,
        series: ledgerEntries.series,
        tiebreaks: [ledgerEntries.series, ledgerEntries.id],
        select: (where, order, limit) =>
          database
            .select()
            .from(ledgerEntries)
            .where(where)
            .orderBy(...order)
            .limit(limit),
        keyOf: (row) => [row.atMs, row.series, row.id],
      }),
  };
}

interface Listing<Row> {
  readonly start: AnySQLiteColumn;
  readonly series: AnySQLiteColumn;
  /** What orders rows of the same window; with `start` it names one row. */
  readonly tiebreaks: readonly AnySQLiteColumn[];
  select(where: SQL | undefined, order: readonly SQL[], limit: number): Promise<Row[]>;
  keyOf(row: Row): CursorKey;
}

async function listPage<Row>(request: ListRequest, listing: Listing<Row>): Promise<Page<Row> | null> {
  const after = request.cursor === null ? null : decodeCursor(request.cursor, listing.tiebreaks.length);
  if (request.cursor !== null && after === null) return null;
  const key = [listing.start, ...listing.tiebreaks];
  const where = and(
    inArray(listing.series, [...request.series]),
    request.fromMs === null ? undefined : gte(listing.start, request.fromMs),
    request.toMs === null ? undefined : lt(listing.start, request.toMs),
    after === null ? undefined : sql`(${joined(key)}) < (${joined(after)})`,
  );
  // One row more than asked for tells whether there is a next page.
  const rows = await listing.select(
    where,
    key.map((column) => desc(column)),
    request.limit + 1,
  );
  const items = rows.slice(0, request.limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > items.length && last !== undefined ? encodeCursor(listing.keyOf(last)) : null,
  };
}

function joined(parts: readonly (AnySQLiteColumn | string | number)[]): SQL {
  return sql.join(
    parts.map((part) => sql`${part}`),
    sql`, `,
  );
}
