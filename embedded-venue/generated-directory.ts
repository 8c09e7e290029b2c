/** The markets of a generated series: every window from the past two hours to a day ahead, with its result when it is out. */
import { HOUR_MS, type UnixMs } from '../core/model/time.ts';
import type { WindowResults } from '../core/simulation/window-outcome.ts';
import {
  createVenueMarket,
  LISTED_AHEAD_MS,
  type MarketDirectory,
  type VenueMarket,
  type VenueSeries,
} from './venue-market.ts';

/** Ended markets are still answered for this long: results of older windows are not reproducible after a restart. */
const KNOWN_AFTER_END_MS = 2 * HOUR_MS;

/** A directory in which a market exists from its listing until two hours after its end. */
export function createGeneratedDirectory(series: VenueSeries, seed: number, results: WindowResults): MarketDirectory {
  const byStart = new Map<UnixMs, VenueMarket>();
  const byIdentity = new Map<string, VenueMarket>();
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = Number.NEGATIVE_INFINITY;
  const { durationMs } = series;

  const add = (startMs: UnixMs): void => {
    if (byStart.has(startMs)) return;
    const market = createVenueMarket(series, startMs, seed);
    byStart.set(startMs, market);
    for (const identity of [market.slug, market.conditionId, market.tokens.up, market.tokens.down]) {
      byIdentity.set(identity, market);
    }
  };
  const extend = (nowMs: UnixMs): void => {
    const firstMs = Math.floor((nowMs - KNOWN_AFTER_END_MS) / durationMs) * durationMs;
    const lastMs = Math.floor((nowMs + LISTED_AHEAD_MS) / durationMs) * durationMs;
    if (firstMs >= oldestMs && lastMs <= newestMs) return;
    for (let startMs = firstMs; startMs <= lastMs; startMs += durationMs) add(startMs);
    oldestMs = Math.min(oldestMs, firstMs);
    newestMs = Math.max(newestMs, lastMs);
  };
  const find = (identity: string, nowMs: UnixMs): VenueMarket | null => {
    extend(nowMs);
    const market = byIdentity.get(identity);
    return market !== undefined && market.schedule.listedMs <= nowMs ? market : null;
  };

  return {
    bySlug: find,
    byToken: find,
    byCondition: find,
    endingBetween: (minMs, maxMs, nowMs) => {
      extend(nowMs);
      const found: VenueMarket[] = [];
      const firstMs = Math.ceil(Math.max(minMs, oldestMs) / durationMs) * durationMs - durationMs;
      for (let startMs = firstMs; startMs + durationMs <= maxMs && startMs <= newestMs; startMs += durationMs) {
        const market = byStart.get(startMs);
        if (market !== undefined && market.schedule.listedMs <= nowMs) found.push(market);
      }
      return found;
    },
    publishedResult: (market, nowMs) => {
      results.advanceTo(nowMs);
      const result = results.resultOf(market.window.startMs);
      const { schedule } = market;
      return {
        strikeE18: result !== null && nowMs >= schedule.strikeShownMs ? result.strikeE18 : null,
        finalE18: result !== null && nowMs >= schedule.finalShownMs ? result.finalE18 : null,
        outcome: result !== null && nowMs >= schedule.resolvedMs ? result.outcome : null,
      };
    },
  };
}
