/**
 * Gamma, the venue's market directory: events and markets by slug, and the list by end date. Strike, result and final price appear
 * in their own time after a window's end. Source: venue notes of 2026-11-23 §6 and recorded market objects of 2026-07-24.
 */
import { DAY_MS, type UnixMs } from '../core/model/time.ts';
import type { VenueRequest, VenueResponse, VenueRoutes } from './connection.ts';
import { type GammaBooks, gammaEvent, gammaMarket } from './gamma-objects.ts';
import { json, wholeNumber } from './http.ts';
import type { MarketDirectory, VenueMarket } from './venue-market.ts';

const PREFIX = '/gamma';
/** Largest page. */
const MAX_LIMIT = 100;
const UP_OR_DOWN_TAG = 'up-or-down';

/** The routes below `/gamma`. */
export function createGamma(directory: MarketDirectory, books: GammaBooks): VenueRoutes {
  const event = (market: VenueMarket, nowMs: UnixMs): object => gammaEvent(market, directory, books, nowMs);
  return {
    handle: (request, nowMs) => {
      if (request.method !== 'GET' || !request.path.startsWith(`${PREFIX}/`)) return null;
      const path = request.path.slice(PREFIX.length);
      if (path.startsWith('/events/slug/')) {
        const market = directory.bySlug(decodeURIComponent(path.slice('/events/slug/'.length)), nowMs);
        return market === null ? notFound('event') : json(200, event(market, nowMs));
      }
      if (path === '/events') {
        return json(
          200,
          selected(directory, request, nowMs).map((market) => event(market, nowMs)),
        );
      }
      if (path.startsWith('/markets/slug/')) {
        const market = directory.bySlug(decodeURIComponent(path.slice('/markets/slug/'.length)), nowMs);
        return market === null ? notFound('market') : json(200, gammaMarket(market, directory, books, nowMs, true));
      }
      if (path === '/markets') {
        return json(
          200,
          selected(directory, request, nowMs).map((market) => gammaMarket(market, directory, books, nowMs, true)),
        );
      }
      return notFound('route');
    },
  };
}

function notFound(what: string): VenueResponse {
  return json(404, { type: 'not found error', error: `${what} not found` });
}

/** The markets that a list's query names: by slug, or of the tag within its end dates. */
function selected(directory: MarketDirectory, request: VenueRequest, nowMs: UnixMs): VenueMarket[] {
  const { query } = request;
  const slugs = query.getAll('slug');
  if (slugs.length > 0) {
    const found = slugs.map((slug) => directory.bySlug(slug, nowMs)).filter((market) => market !== null);
    return found.filter((market) => wanted(market, query.get('closed'), directory, nowMs));
  }
  const conditions = query.getAll('condition_ids');
  if (conditions.length > 0) {
    return conditions.map((id) => directory.byCondition(id, nowMs)).filter((market) => market !== null);
  }
  const tag = query.get('tag_slug');
  if (tag !== null && tag !== UP_OR_DOWN_TAG) return [];
  const minMs = timeOf(query.get('end_date_min'), nowMs);
  const maxMs = timeOf(query.get('end_date_max'), nowMs + DAY_MS);
  const limit = Math.min(MAX_LIMIT, wholeNumber(query.get('limit')) ?? 20);
  const offset = wholeNumber(query.get('offset')) ?? 0;
  return directory
    .endingBetween(minMs, maxMs, nowMs)
    .filter((market) => wanted(market, query.get('closed') ?? 'false', directory, nowMs))
    .slice(offset, offset + limit);
}

/** `closed` in a query: absent means both for a slug; a list passes its own default. */
function wanted(market: VenueMarket, closed: string | null, directory: MarketDirectory, nowMs: UnixMs): boolean {
  if (closed === null) return true;
  return (directory.publishedResult(market, nowMs).outcome !== null) === (closed === 'true');
}

function timeOf(text: string | null, fallbackMs: UnixMs): UnixMs {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? fallbackMs : ms;
}
