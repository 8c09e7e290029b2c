/**
 * Bodies of Gamma, the venue's catalogue: an event (`/events/slug/<slug>`), lists of events or markets, a market. Each market of
 * our series becomes what is listed, and what is official of it so far. Source: Gamma docs and observations, notes of
 * 2026-11-23 §6.
 */
import { isMarketSlug, type SeriesSlug } from '../model/identifiers.ts';
import type { DurationMs } from '../model/time.ts';
import { windowStartOf } from '../model/window.ts';
import {
  type FrameCollector,
  ignore,
  isArray,
  isRecord,
  type JsonRecord,
  label,
  parseJsonFrame,
  reject,
} from './frame-collector.ts';
import { handleListing } from './gamma-market.ts';
import { handleResult } from './gamma-result.ts';
import type { FrameParser } from './parsed-frame.ts';

export interface GammaSeries {
  readonly slug: SeriesSlug;
  /** Length of a window: an end that does not fit it is refused. */
  readonly durationMs: DurationMs;
}

/** Makes the parser for one series: the markets of others are ignored, whatever they hold. */
export function parseGammaBody(series: GammaSeries): FrameParser {
  return (body) =>
    parseJsonFrame(body, (message, into) => {
      // Search and some lists wrap their rows.
      const rows = isRecord(message) && !('slug' in message) ? (message['events'] ?? message['markets']) : message;
      if (!isArray(rows)) return handleRow(series, rows, into);
      if (rows.length === 0) return ignore(into, 'empty list');
      for (const row of rows) handleRow(series, row, into);
      return into;
    });
}

/** An event holds its markets; a market may name its event. */
function handleRow(series: GammaSeries, row: unknown, into: FrameCollector): FrameCollector {
  if (!isRecord(row)) return reject(into, 'unknown-message', 'not an object');
  const markets = row['markets'];
  if (isArray(markets)) {
    if (markets.length === 0) return ignore(into, 'event without markets');
    for (const market of markets) {
      if (isRecord(market)) handleMarket(series, market, row, into);
      else reject(into, 'unknown-message', 'market of an event');
    }
    return into;
  }
  if (!('conditionId' in row)) return reject(into, 'unknown-message', 'neither an event nor a market');
  const parents = row['events'];
  const parent = isArray(parents) ? parents[0] : undefined;
  return handleMarket(series, row, isRecord(parent) ? parent : null, into);
}

function handleMarket(
  series: GammaSeries,
  market: JsonRecord,
  event: JsonRecord | null,
  into: FrameCollector,
): FrameCollector {
  const slug = market['slug'];
  if (typeof slug !== 'string') return reject(into, 'missing-field', 'market.slug');
  const startMs = isMarketSlug(slug) ? windowStartOf(series.slug, slug) : null;
  if (startMs === null || !isMarketSlug(slug)) return ignore(into, `market ${label(slug)}`);
  const window = { startMs, endMs: startMs + series.durationMs };
  handleListing({ series: series.slug, slug, window }, market, event, into);
  return handleResult(market, event, into);
}
