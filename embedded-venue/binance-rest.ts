/**
 * Binance futures REST, the three end-points that warming up needs: candles, aggregate trades, time.
 * Source: Binance USDⓈ-M futures market data end-points (`/fapi/v1/klines`, `/aggTrades`, `/time`), venue notes of 2026-11-23.
 */
import type { VenueResponse, VenueRoutes } from './connection.ts';
import { type ExchangeCandle, type ExchangeMarket, formatLots, formatTicks, MINUTE_MS } from './exchange-market.ts';
import { LOTS_PER_BTC } from './exchange-quotes.ts';
import { json, wholeNumber } from './http.ts';

const PREFIX = '/binance-rest/fapi/v1/';
const SYMBOL = 'BTCUSDT';
const KLINES_DEFAULT = 500;
const KLINES_MAX = 1_500;
const TRADES_DEFAULT = 500;
const TRADES_MAX = 1_000;
const SECOND_MS = 1_000;

/** Routes below `/binance-rest`. */
export function createBinanceRest(market: ExchangeMarket): VenueRoutes {
  return {
    handle(request, nowMs) {
      if (!request.path.startsWith(PREFIX)) return null;
      const name = request.path.slice(PREFIX.length);
      if (name === 'time') return json(200, { serverTime: Math.floor(nowMs) });
      if (name !== 'klines' && name !== 'aggTrades') return json(404, { code: -5000, msg: 'Path is invalid' });
      if (request.query.get('symbol') !== SYMBOL) return json(400, { code: -1121, msg: 'Invalid symbol.' });
      return name === 'klines' ? klines(market, request.query, nowMs) : aggTrades(market, request.query, nowMs);
    },
  };
}

/** As the real one, the last candle is the one that is still forming. */
function klines(market: ExchangeMarket, query: URLSearchParams, nowMs: number): VenueResponse {
  if (query.get('interval') !== '1m') return json(400, { code: -1120, msg: 'Invalid interval.' });
  const limit = Math.min(KLINES_MAX, wholeNumber(query.get('limit')) ?? KLINES_DEFAULT);
  const endMs = Math.min(nowMs, wholeNumber(query.get('endTime')) ?? nowMs);
  const lastMs = Math.floor(endMs / MINUTE_MS) * MINUTE_MS;
  const asked = wholeNumber(query.get('startTime'));
  const firstMs = asked === null ? lastMs - (limit - 1) * MINUTE_MS : Math.ceil(asked / MINUTE_MS) * MINUTE_MS;
  const rows: unknown[] = [];
  for (let startMs = firstMs; startMs <= lastMs && rows.length < limit; startMs += MINUTE_MS) {
    const candle = market.candleAt(startMs, nowMs);
    if (candle !== null) rows.push(klineRow(market, candle));
  }
  return json(200, rows);
}

function klineRow(market: ExchangeMarket, candle: ExchangeCandle): unknown[] {
  // The quote volume is taken at the close: nothing reads it more exactly.
  const closeUsd = candle.closeTicks / market.ticksPerUsd;
  const quote = (lots: number): string => ((lots / LOTS_PER_BTC) * closeUsd).toFixed(5);
  return [
    candle.startMs,
    formatTicks(market, candle.openTicks, 2),
    formatTicks(market, candle.highTicks, 2),
    formatTicks(market, candle.lowTicks, 2),
    formatTicks(market, candle.closeTicks, 2),
    formatLots(candle.volumeLots, 3),
    candle.startMs + MINUTE_MS - 1,
    quote(candle.volumeLots),
    candle.trades,
    formatLots(candle.takerBuyLots, 3),
    quote(candle.takerBuyLots),
    '0',
  ];
}

function aggTrades(market: ExchangeMarket, query: URLSearchParams, nowMs: number): VenueResponse {
  const limit = Math.min(TRADES_MAX, wholeNumber(query.get('limit')) ?? TRADES_DEFAULT);
  const fromId = wholeNumber(query.get('fromId'));
  const startMs = wholeNumber(query.get('startTime'));
  const endMs = Math.min(nowMs, wholeNumber(query.get('endTime')) ?? nowMs);
  const { trades } = market;
  const found: unknown[] = [];
  const row = (trade: ReturnType<typeof trades.tradesIn>[number]): unknown => ({
    a: trade.id,
    p: formatTicks(market, trade.priceTicks, 2),
    q: formatLots(trade.quantityLots, 3),
    nq: formatLots(trade.quantityLots, 3),
    f: trade.id * 2,
    l: trade.id * 2,
    T: trade.atMs,
    m: trade.buyerIsMaker,
  });
  const lastSecond = Math.floor(endMs / SECOND_MS);
  if (fromId === null && startMs === null) {
    // Without bounds: the most recent ones.
    for (let second = lastSecond; second >= trades.firstKeptSecond() && found.length < limit; second--) {
      found.unshift(
        ...trades
          .tradesIn(second)
          .filter((trade) => trade.atMs <= endMs)
          .map(row),
      );
    }
    return json(200, found.slice(-limit));
  }
  const firstSecond = fromId === null ? Math.floor((startMs ?? 0) / SECOND_MS) : trades.secondOf(fromId);
  if (firstSecond === null) return json(200, []);
  for (
    let second = Math.max(firstSecond, trades.firstKeptSecond());
    second <= lastSecond && found.length < limit;
    second++
  ) {
    const wanted = trades
      .tradesIn(second)
      .filter((trade) => trade.atMs <= endMs && trade.id >= (fromId ?? 0) && trade.atMs >= (startMs ?? 0));
    found.push(...wanted.map(row));
  }
  return json(200, found.slice(0, limit));
}
