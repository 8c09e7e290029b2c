/**
 * Where one simulated exchange quotes: its price beside the true one, and its book. Every number is hashed from seed and time, so
 * that it can be found again in any order.
 */
import type { PricePath } from '../core/simulation/price-path.ts';
import { hashPair, hashToNormal, hashToUniform } from '../core/simulation/rng.ts';

export interface ExchangeQuotesOptions {
  readonly path: PricePath;
  readonly seed: number;
  /** Ticks in one dollar: prices are whole numbers of ticks. */
  readonly ticksPerUsd: number;
  /** Mean and swing of the exchange's price against the true one, as fractions. */
  readonly basis: { readonly mean: number; readonly swing: number };
}

export type BookLevel = readonly [priceTicks: number, quantityLots: number];

/** Best first. */
export interface ExchangeBook {
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export interface ExchangeQuotes {
  /** The exchange's mid price in USD, not rounded. */
  midAt(atMs: number): number;
  /** The best bid; the best ask is one tick above it. */
  bidTicksAt(atMs: number): number;
  bookAt(atMs: number, levels: number): ExchangeBook;
}

/** Quantities are whole numbers of a thousandth of a bitcoin, Binance's step for BTCUSDT. */
export const LOTS_PER_BTC = 1_000;
/** A level keeps its size for this long. */
const LEVEL_LIFE_MS = 1_500;
/** Median sizes, in lots: the touch is crowded, the levels behind it are not. */
const TOUCH_MEDIAN_LOTS = 4_000;
const LEVEL_MEDIAN_LOTS = 400;
const SIZE_SPREAD = 1.1;
/** The basis wanders with two periods that share no small multiple; the longer one has most of the swing. */
const SLOW_BASIS_MS = 47 * 60_000;
const FAST_BASIS_MS = 11 * 60_000;
const SLOW_BASIS_SHARE = 0.7;

/** Quotes of an exchange that follows `options.path`. */
export function createExchangeQuotes(options: ExchangeQuotesOptions): ExchangeQuotes {
  const { path, seed, ticksPerUsd, basis } = options;
  const turn = 2 * Math.PI;
  const slowPhase = hashToUniform(hashPair(seed, 1));
  const fastPhase = hashToUniform(hashPair(seed, 2));

  const basisAt = (atMs: number): number => {
    const slow = Math.sin(turn * ((atMs % SLOW_BASIS_MS) / SLOW_BASIS_MS + slowPhase));
    const fast = Math.sin(turn * ((atMs % FAST_BASIS_MS) / FAST_BASIS_MS + fastPhase));
    return basis.mean + basis.swing * (SLOW_BASIS_SHARE * slow + (1 - SLOW_BASIS_SHARE) * fast);
  };
  const midAt = (atMs: number): number => path.priceAt(atMs) * (1 + basisAt(atMs));
  const bidTicksAt = (atMs: number): number => Math.floor(midAt(atMs) * ticksPerUsd);
  return {
    midAt,
    bidTicksAt,
    bookAt(atMs, levels) {
      const bid = bidTicksAt(atMs);
      return { bids: makeSide(seed, bid, -1, levels, atMs), asks: makeSide(seed, bid + 1, 1, levels, atMs) };
    },
  };
}

/** `levels` levels away from `bestTicks`: each is renewed at its own moment, three in four are taken, the touch always is. */
function makeSide(seed: number, bestTicks: number, step: 1 | -1, levels: number, atMs: number): BookLevel[] {
  const made: BookLevel[] = [];
  for (let ticks = bestTicks; made.length < levels; ticks += step) {
    const levelHash = hashPair(seed, ticks);
    const renewal = Math.floor(atMs / LEVEL_LIFE_MS + hashToUniform(levelHash));
    const hash = hashPair(levelHash, renewal);
    const isTouch = made.length === 0;
    if (!isTouch && (hash & 3) === 0) continue;
    const median = isTouch ? TOUCH_MEDIAN_LOTS : LEVEL_MEDIAN_LOTS;
    made.push([ticks, Math.max(1, Math.round(median * Math.exp(SIZE_SPREAD * hashToNormal(hashPair(hash, step)))))]);
  }
  return made;
}
