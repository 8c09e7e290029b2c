/**
 * The only way to reach a series' object. The first `get()` of an object decides for ever where it lives, so the location hint
 * must be in every one of them (RUNTIME §9).
 */
import type { SeriesSlug } from '../core/model/identifiers.ts';
import type { SeriesRpc } from './series-rpc.ts';

/** Where Cloudflare may place an object. Source: Durable Objects documentation, "data location", notes of 2026-11-23. */
export const LOCATION_HINTS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const;
export type LocationHint = (typeof LOCATION_HINTS)[number];

/** The part of the Worker's bindings that leads to the objects. */
export interface SeriesBindings {
  /** The namespace, by the one method that may be used: what it gives has no type worth having here (below). */
  readonly MARKET_SERIES: { getByName(name: string, options: { locationHint: LocationHint }): unknown };
  readonly LOCATION_HINT: LocationHint;
}

/** A series' object as the Worker sees it: its RPC, and `fetch` for WebSocket upgrades. */
export type SeriesStub = SeriesRpc & { fetch(request: Request): Promise<Response> };

/** The object of one series, by its slug. */
export function seriesStub(bindings: SeriesBindings, slug: SeriesSlug): SeriesStub {
  const stub = bindings.MARKET_SERIES.getByName(slug, { locationHint: bindings.LOCATION_HINT });
  // The namespace's own generic type expands without end over `SeriesStatus` (TS2589); the class states `implements SeriesRpc`.
  return stub as SeriesStub;
}
