/**
 * Deribit's history of the volatility index over HTTP: candles `[timestamp, open, high, low, close]`.
 * Source: Deribit API documentation (get_volatility_index_data), venue notes of 2026-11-23 (market data §2).
 */
import type { PricePath } from '../core/simulation/price-path.ts';
import type { VenueRoutes } from './connection.ts';
import { json, wholeNumber } from './http.ts';

const PATH = '/deribit/api/v2/public/get_volatility_index_data';
const SECOND_MS = 1_000;
/** The path keeps two hours. */
const KEPT_MS = 7_000_000;
/** Resolutions in seconds that the venue offers, besides a day. */
const RESOLUTIONS = ['1', '60', '3600', '43200'];
const MAX_CANDLES = 1_000;

/** The route below `/deribit/api/v2/public`. */
export function createDeribitRest(path: PricePath): VenueRoutes {
  return {
    handle(request, nowMs) {
      if (request.path !== PATH) return null;
      const { query } = request;
      const startMs = wholeNumber(query.get('start_timestamp'));
      const endMs = wholeNumber(query.get('end_timestamp'));
      const resolution = query.get('resolution') ?? '';
      if (query.get('currency') !== 'BTC' || startMs === null || endMs === null || !RESOLUTIONS.includes(resolution)) {
        return json(400, { jsonrpc: '2.0', error: { code: -32_602, message: 'Invalid params' } });
      }
      const stepMs = Number(resolution) * SECOND_MS;
      const lastMs = Math.min(endMs, nowMs);
      const data: number[][] = [];
      // The newest part when there is more than one page, and what is left of it for the next.
      for (
        let at = Math.floor(lastMs / stepMs) * stepMs;
        at + stepMs > startMs && data.length < MAX_CANDLES;
        at -= stepMs
      ) {
        const candle = candleOf(path, at, Math.min(at + stepMs - SECOND_MS, lastMs), nowMs - KEPT_MS);
        if (candle === null) break;
        data.unshift(candle);
      }
      const firstMs = data[0]?.[0] ?? startMs;
      const continuation = data.length === MAX_CANDLES && firstMs > startMs ? firstMs - stepMs : null;
      return json(200, { jsonrpc: '2.0', result: { data, continuation }, testnet: false });
    },
  };
}

/** The candle of the seconds from `startMs` to `endMs` that are kept; `null` when none is. */
function candleOf(path: PricePath, startMs: number, endMs: number, keptFromMs: number): number[] | null {
  const values: number[] = [];
  for (let at = Math.max(startMs, Math.ceil(keptFromMs / SECOND_MS) * SECOND_MS); at <= endMs; at += SECOND_MS) {
    values.push(Math.round(path.impliedVolatilityAt(at) * 100) / 100);
  }
  const [open] = values;
  const close = values.at(-1);
  if (open === undefined || close === undefined) return null;
  return [startMs, open, Math.max(...values), Math.min(...values), close];
}
