/**
 * Coinbase's public candles over HTTP, newest first.
 * Source: Coinbase Advanced Trade REST documentation (`GET …/market/products/{product_id}/candles`), read 2026-11-23.
 */
import type { VenueRoutes } from './connection.ts';
import { type ExchangeMarket, formatLots, formatTicks, MINUTE_MS } from './exchange-market.ts';
import { json, wholeNumber } from './http.ts';

const PATH = '/coinbase-rest/api/v3/brokerage/market/products/BTC-USD/candles';
const SECOND_MS = 1_000;
const MAX_CANDLES = 350;

/** The route below `/coinbase-rest`. */
export function createCoinbaseRest(market: ExchangeMarket): VenueRoutes {
  return {
    handle(request, nowMs) {
      if (request.path !== PATH) return null;
      const { query } = request;
      const startSeconds = wholeNumber(query.get('start'));
      const endSeconds = wholeNumber(query.get('end'));
      if (query.get('granularity') !== 'ONE_MINUTE' || startSeconds === null || endSeconds === null) {
        return json(400, { error: 'INVALID_ARGUMENT', message: 'start, end and granularity ONE_MINUTE are required' });
      }
      const limit = Math.min(MAX_CANDLES, wholeNumber(query.get('limit')) ?? MAX_CANDLES);
      const candles: object[] = [];
      const firstMs = Math.ceil((startSeconds * SECOND_MS) / MINUTE_MS) * MINUTE_MS;
      const lastMs = Math.floor(Math.min(endSeconds * SECOND_MS, nowMs) / MINUTE_MS) * MINUTE_MS;
      for (let startMs = lastMs; startMs >= firstMs && candles.length < limit; startMs -= MINUTE_MS) {
        const candle = market.candleAt(startMs, nowMs);
        if (candle === null) break;
        candles.push({
          start: String(startMs / SECOND_MS),
          low: formatTicks(market, candle.lowTicks, 2),
          high: formatTicks(market, candle.highTicks, 2),
          open: formatTicks(market, candle.openTicks, 2),
          close: formatTicks(market, candle.closeTicks, 2),
          volume: formatLots(candle.volumeLots, 8),
        });
      }
      return json(200, { candles });
    },
  };
}
