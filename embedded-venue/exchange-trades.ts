/**
 * Trades of one simulated exchange. How many a second has is settled as time goes on, because ids count up by one without a gap;
 * what they are is hashed from seed and second when somebody asks.
 */
import type { PricePath } from '../core/simulation/price-path.ts';
import { createRng, hashPair, hashToNormal } from '../core/simulation/rng.ts';
import type { ExchangeQuotes } from './exchange-quotes.ts';

export interface ExchangeTradesOptions {
  readonly path: PricePath;
  readonly quotes: ExchangeQuotes;
  readonly seed: number;
  /** Trades a second in a market of ordinary volatility, and the bounds of that rate. */
  readonly rate: { readonly mean: number; readonly min: number; readonly max: number };
  readonly medianLots: number;
  /** Share of the trades that are made at all: below 1 when simulated time runs too fast to send them. */
  readonly thinning: number;
}

export interface ExchangeTrade {
  /** Increments by one. */
  readonly id: number;
  readonly atMs: number;
  readonly priceTicks: number;
  readonly quantityLots: number;
  /** `true`: the seller was the aggressor. */
  readonly buyerIsMaker: boolean;
}

export interface ExchangeTrades {
  /** Counts the trades of every second up to `nowMs`; the path must stand there already, and not more than an hour further. */
  advanceTo(nowMs: number): void;
  /** True for a second whose trades can still be told. */
  isKept(second: number): boolean;
  /** Trades of one whole second in order of time; none outside what is kept. */
  tradesIn(second: number): readonly ExchangeTrade[];
  firstKeptSecond(): number;
  /** The second that holds trade `id`: the first kept one for older ids, `null` for ids to come. */
  secondOf(id: number): number | null;
}

const SECOND_MS = 1_000;
/** Volatility of one second that counts as ordinary: about 0.48 a year. */
export const ORDINARY_SIGMA = 0.000085;
/** Trading grows a little faster than volatility. */
const RATE_EXPONENT = 1.2;
const FIRST_TRADE_ID = 3_000_000_000;
/** Seconds kept, a power of two, and a margin so that the path still knows them. */
const RING_SECONDS = 8_192;
const RING_MASK = RING_SECONDS - 1;
const KEPT_SECONDS = RING_SECONDS - 64;
/** The path begins 7,200 s before its origin; the flow looks one second back. */
const LEAD_SECONDS = 7_199;
const SIZE_SPREAD = 1.5;
const MAX_TRADES_IN_SECOND = 150;
/** Feeds ask for the same few seconds again and again. */
const CACHED_SECONDS = 8;
/** How strongly buyers prevail after a rise of one standard deviation. */
const FLOW_TILT = 0.35;

/** Trades of an exchange that quotes as `options.quotes` does. */
export function createExchangeTrades(options: ExchangeTradesOptions): ExchangeTrades {
  const { path, seed } = options;
  const firstSecond = Math.floor(path.originMs / SECOND_MS) - LEAD_SECONDS;
  const counts = new Uint8Array(RING_SECONDS);
  const firstIds = new Float64Array(RING_SECONDS);
  const cache = new Map<number, readonly ExchangeTrade[]>();
  let newest = firstSecond - 1;
  let nextId = FIRST_TRADE_ID;

  const advanceTo = (nowMs: number): void => {
    const target = Math.floor(nowMs / SECOND_MS);
    while (newest < target) {
      const second = ++newest;
      const count = countIn(options, second);
      counts[second & RING_MASK] = count;
      firstIds[second & RING_MASK] = nextId;
      nextId += count;
    }
  };
  const firstKeptSecond = (): number => Math.max(firstSecond, newest - KEPT_SECONDS);
  const isKept = (second: number): boolean => second >= firstKeptSecond() && second <= newest;
  advanceTo(path.originMs);
  return {
    advanceTo,
    isKept,
    firstKeptSecond,
    secondOf(id) {
      if (id >= nextId) return null;
      let low = firstKeptSecond();
      let high = newest;
      // The last second whose first id is at most `id`.
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((firstIds[middle & RING_MASK] ?? 0) <= id) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    tradesIn(second) {
      if (!isKept(second)) return [];
      const cached = cache.get(second);
      if (cached !== undefined) return cached;
      const rng = createRng(hashPair(seed, second));
      const trades = makeTrades(
        options,
        second,
        counts[second & RING_MASK] ?? 0,
        firstIds[second & RING_MASK] ?? 0,
        rng,
      );
      cache.set(second, trades);
      for (const oldest of cache.keys()) {
        if (cache.size <= CACHED_SECONDS) break;
        cache.delete(oldest);
      }
      return trades;
    },
  };
}

/** How many trades a second has: more in a nervous market, and bursts on top. */
function countIn(options: ExchangeTradesOptions, second: number): number {
  const { mean, min, max } = options.rate;
  const nervous = options.path.volatilityAt(second * SECOND_MS) / ORDINARY_SIGMA;
  const hash = hashPair(hashPair(options.seed, second), 1);
  const burst = Math.exp(0.5 * hashToNormal(hash) - 0.125);
  const rate = Math.min(max, Math.max(min, mean * nervous ** RATE_EXPONENT)) * options.thinning * burst;
  // A Poisson count by its normal approximation, kept whole by a dither.
  const count = Math.floor(rate + Math.sqrt(rate) * hashToNormal(hashPair(hash, 2)) + (hash >>> 8) / 16_777_216);
  return Math.min(MAX_TRADES_IN_SECOND, Math.max(0, count));
}

function makeTrades(
  options: ExchangeTradesOptions,
  second: number,
  count: number,
  firstId: number,
  rng: ReturnType<typeof createRng>,
): ExchangeTrade[] {
  const { path, quotes } = options;
  const startMs = second * SECOND_MS;
  const sigma = path.volatilityAt(startMs);
  const times = Array.from({ length: count }, () => startMs + Math.floor(rng.uniform() * SECOND_MS)).sort(
    (a, b) => a - b,
  );
  return times.map((atMs, index) => {
    // The flow follows the last second's move. It must not know the next one: that would be an edge nobody has.
    const move = (path.priceAt(atMs) / path.priceAt(atMs - SECOND_MS) - 1) / sigma;
    const buyerIsMaker = rng.uniform() >= 0.5 + FLOW_TILT * Math.tanh(move);
    return {
      id: firstId + index,
      atMs,
      priceTicks: quotes.bidTicksAt(atMs) + (buyerIsMaker ? 0 : 1),
      quantityLots: Math.max(1, Math.round(options.medianLots * Math.exp(SIZE_SPREAD * rng.normal()))),
      buyerIsMaker,
    };
  });
}
