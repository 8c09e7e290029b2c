/** One exchange's market in the generated world: quotes, trades and the candles they make. */
import type { PricePath } from '../core/simulation/price-path.ts';
import { hashLabel, hashPair } from '../core/simulation/rng.ts';
import { createExchangeQuotes, type ExchangeQuotes, LOTS_PER_BTC } from './exchange-quotes.ts';
import { createExchangeTrades, type ExchangeTrades } from './exchange-trades.ts';

/** One minute of trades; a minute without any stands at the bid. */
export interface ExchangeCandle {
  readonly startMs: number;
  readonly openTicks: number;
  readonly highTicks: number;
  readonly lowTicks: number;
  readonly closeTicks: number;
  readonly volumeLots: number;
  /** Of the volume, what buyers took. */
  readonly takerBuyLots: number;
  readonly trades: number;
}

export interface ExchangeMarket {
  readonly ticksPerUsd: number;
  readonly path: PricePath;
  readonly quotes: ExchangeQuotes;
  readonly trades: ExchangeTrades;
  /** The minute that begins at `startMs`, up to `nowMs` while it lasts; `null` outside what is kept. */
  candleAt(startMs: number, nowMs: number): ExchangeCandle | null;
}

export const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const CACHED_CANDLES = 256;

/** Binance's perpetual: a little below spot, ticks of 0.1, 5 to 60 trades a second (venue notes, market data §1.3, 2026-11-23). */
export function createBinanceMarket(path: PricePath, thinning: number): ExchangeMarket {
  const seed = hashPair(path.seed, hashLabel('binance-futures'));
  const quotes = createExchangeQuotes({ path, seed, ticksPerUsd: 10, basis: { mean: -0.0003, swing: 0.0001 } });
  const trades = createExchangeTrades({
    path,
    quotes,
    seed,
    rate: { mean: 15, min: 5, max: 60 },
    medianLots: 20,
    thinning,
  });
  return createMarket(path, 10, quotes, trades);
}

/** Coinbase spot: at the true price within a fraction of a basis point, ticks of a cent, a few trades a second. */
export function createCoinbaseMarket(path: PricePath, thinning: number): ExchangeMarket {
  const seed = hashPair(path.seed, hashLabel('coinbase'));
  const quotes = createExchangeQuotes({ path, seed, ticksPerUsd: 100, basis: { mean: 0, swing: 0.00002 } });
  const trades = createExchangeTrades({
    path,
    quotes,
    seed,
    rate: { mean: 4, min: 1, max: 15 },
    medianLots: 4,
    thinning,
  });
  return createMarket(path, 100, quotes, trades);
}

function createMarket(
  path: PricePath,
  ticksPerUsd: number,
  quotes: ExchangeQuotes,
  trades: ExchangeTrades,
): ExchangeMarket {
  const cache = new Map<number, ExchangeCandle>();
  return {
    path,
    ticksPerUsd,
    quotes,
    trades,
    candleAt(startMs, nowMs) {
      if (!trades.isKept(startMs / SECOND_MS) || startMs > nowMs) return null;
      if (nowMs < startMs + MINUTE_MS) return makeCandle(quotes, trades, startMs, nowMs);
      const candle = cache.get(startMs) ?? makeCandle(quotes, trades, startMs, nowMs);
      cache.set(startMs, candle);
      for (const oldest of cache.keys()) {
        if (cache.size <= CACHED_CANDLES) break;
        cache.delete(oldest);
      }
      return candle;
    },
  };
}

function makeCandle(quotes: ExchangeQuotes, trades: ExchangeTrades, startMs: number, nowMs: number): ExchangeCandle {
  const first = startMs / SECOND_MS;
  const made = Array.from({ length: 60 }, (_, index) => trades.tradesIn(first + index))
    .flat()
    .filter((trade) => trade.atMs <= nowMs);
  const quoted = quotes.bidTicksAt(startMs);
  const prices = made.map((trade) => trade.priceTicks);
  const volume = (lots: number, trade: { readonly quantityLots: number }): number => lots + trade.quantityLots;
  return {
    startMs,
    openTicks: prices[0] ?? quoted,
    highTicks: prices.length === 0 ? quoted : Math.max(...prices),
    lowTicks: prices.length === 0 ? quoted : Math.min(...prices),
    closeTicks: prices.at(-1) ?? quoted,
    volumeLots: made.reduce(volume, 0),
    takerBuyLots: made.filter((trade) => !trade.buyerIsMaker).reduce(volume, 0),
    trades: made.length,
  };
}

/** A price as text with `decimals` places. */
export function formatTicks(market: ExchangeMarket, ticks: number, decimals: number): string {
  return (ticks / market.ticksPerUsd).toFixed(decimals);
}

/** A quantity as text with `decimals` places. */
export function formatLots(lots: number, decimals: number): string {
  return (lots / LOTS_PER_BTC).toFixed(decimals);
}
