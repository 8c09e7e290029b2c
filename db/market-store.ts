/** Discovered markets in D1, for people: written by cron, and only where something changed (a row written costs money). */
import { inArray } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { MarketSlug, SeriesSlug } from '../core/model/identifiers.ts';
import type { Market } from '../core/model/market.ts';
import type { DurationMs, UnixMs } from '../core/model/time.ts';
import { openDatabase } from './database.ts';
import { markets, series } from './schema.ts';

export interface MarketStore {
  /** Notes that a series exists; nothing is written when it is known. */
  register(slug: SeriesSlug, durationMs: DurationMs, nowMs: UnixMs): Promise<void>;
  /** Which of these markets are stored. */
  known(slugs: readonly MarketSlug[]): Promise<ReadonlySet<string>>;
  /** Stores the markets that are new or have changed and says how many those were. */
  save(found: readonly Market[], nowMs: UnixMs): Promise<number>;
}

type MarketRow = typeof markets.$inferSelect;

/** The markets of one D1 database. Everything rejects when D1 does. */
export function createMarketStore(d1: D1Database): MarketStore {
  const database = openDatabase(d1);
  return {
    async register(slug, durationMs, nowMs) {
      await database.insert(series).values({ slug, durationMs, firstSeenMs: nowMs }).onConflictDoNothing();
    },
    async known(slugs) {
      const rows = await database
        .select({ slug: markets.slug })
        .from(markets)
        .where(inArray(markets.slug, [...slugs]));
      return new Set(rows.map((row) => row.slug));
    },
    async save(found, nowMs) {
      const slugs = found.map((market) => market.slug);
      const stored = await database.select().from(markets).where(inArray(markets.slug, slugs));
      const before = new Map(stored.map((row) => [row.slug, row]));
      const changed = found.map((market) => rowOf(market, nowMs)).filter((row) => differs(row, before.get(row.slug)));
      const upserts: BatchItem<'sqlite'>[] = changed.map((row) => {
        const { slug: _, ...set } = row;
        return database.insert(markets).values(row).onConflictDoUpdate({ target: markets.slug, set });
      });
      const [first, ...others] = upserts;
      if (first !== undefined) await database.batch([first, ...others]);
      return changed.length;
    },
  };
}

function differs(row: MarketRow, stored: MarketRow | undefined): boolean {
  if (stored === undefined) return true;
  const columns = Object.keys(row) as (keyof MarketRow)[];
  return columns.some((column) => column !== 'updatedMs' && row[column] !== stored[column]);
}

function rowOf(market: Market, updatedMs: UnixMs): MarketRow {
  return {
    slug: market.slug,
    series: market.series,
    windowStartMs: market.window.startMs,
    windowEndMs: market.window.endMs,
    conditionId: market.conditionId,
    upTokenId: market.tokens.up,
    downTokenId: market.tokens.down,
    tickSizeTicks: market.tickSizeTicks,
    minSizeMicro: market.minSizeMicro,
    feeRatePpm: market.fees?.ratePpm ?? null,
    feeExponent: market.fees?.exponent ?? null,
    feeTakerOnly: market.fees?.takerOnly ?? null,
    feeRebatePpm: market.fees?.rebatePpm ?? null,
    resolutionSource: market.rule.resolutionSource,
    twapLookbackSeconds: market.rule.twapLookbackSeconds,
    configId: market.rule.configId,
    takerDelayMs: market.takerDelayMs,
    negRisk: market.negRisk,
    protocolVersion: market.protocolVersion,
    acceptingOrders: market.acceptingOrders,
    updatedMs,
  };
}
