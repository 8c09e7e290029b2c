/**
 * What a window is truly worth in a simulated world: the probability that its TWAP-60 at the end is at or above that at the
 * start, given everything the path knows at a moment, its own volatility included. Simulated makers and takers read it, each
 * with a delay and an error of their own; the engine never does.
 *
 * Source: fair value of a TWAP-settled digital, venue notes of 2026-11-23. For a driftless price of volatility σ per √s and τ
 * seconds left, the final 60-second mean has variance σ²(τ − 40) for τ ≥ 60 and σ²τ³/10800 for what is unobserved below.
 */
import { normalCdf } from '../model/math.ts';
import { e18ToNumber } from '../model/reference-price.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Window } from '../model/window.ts';
import type { PricePath } from './price-path.ts';

/** Length of the mean that settles a window. */
export const SETTLEMENT_LOOKBACK_SECONDS = 60;

/** Variances below this (in seconds of σ²) are a decided outcome; keeps the division finite. */
const LEAST_SECONDS = 1e-6;

/** Probability of Up at a time, 0 … 1. Times may go back by a few seconds (delayed makers). */
export type WindowProbability = (atMs: UnixMs) => number;

/** The probability function of one window of a path. The path must have been advanced to every time asked for. */
export function createWindowProbability(path: PricePath, window: Window): WindowProbability {
  let strike: number | null = null;
  const observedMeans = new Map<UnixMs, number>();

  /** Mean of what the final (or first) minute has shown by a whole second. */
  const observedMean = (secondMs: UnixMs, seconds: number): number => {
    const known = observedMeans.get(secondMs);
    if (known !== undefined) return known;
    const mean = e18ToNumber(path.twapAt(secondMs, seconds));
    observedMeans.set(secondMs, mean);
    return mean;
  };

  return (atMs) => {
    const price = path.priceAt(atMs);
    const sigma = path.volatilityAt(atMs) * price;
    if (atMs < window.startMs) {
      const { mean, variance } = beforeStart(window, atMs, price, observedMean);
      return upProbability(price - mean, sigma, variance);
    }
    strike ??= e18ToNumber(path.twapAt(window.startMs, SETTLEMENT_LOOKBACK_SECONDS));
    const leftMs = Math.max(0, window.endMs - atMs);
    if (leftMs >= MINUTE_MS) return upProbability(price - strike, sigma, leftMs / SECOND_MS - 40);
    // In the last minute the seconds that were observed are known, and the rest are expected at the present price.
    const secondMs = Math.min(window.endMs, Math.floor(atMs / SECOND_MS) * SECOND_MS);
    const observed = SETTLEMENT_LOOKBACK_SECONDS - (window.endMs - secondMs) / SECOND_MS;
    const left = leftMs / SECOND_MS;
    const expected =
      observed === 0
        ? price
        : (observedMean(secondMs, observed) * observed + price * (SETTLEMENT_LOOKBACK_SECONDS - observed)) /
          SETTLEMENT_LOOKBACK_SECONDS;
    return upProbability(expected - strike, sigma, (left * left * left) / 10_800);
  };
}

/**
 * Before the start the strike is itself unknown. With u seconds to go the difference of the two means has variance
 * σ²(260 + 20(1 − (1 − u/60)³)) for u < 60, of a 300-second window: the part of the first mean that is still to come moves both.
 */
function beforeStart(
  window: Window,
  atMs: UnixMs,
  price: number,
  observedMean: (secondMs: UnixMs, seconds: number) => number,
): { readonly mean: number; readonly variance: number } {
  const length = (window.endMs - window.startMs) / SECOND_MS;
  const toStart = (window.startMs - atMs) / SECOND_MS;
  if (toStart >= SETTLEMENT_LOOKBACK_SECONDS) return { mean: price, variance: length - 20 };
  const secondMs = Math.floor(atMs / SECOND_MS) * SECOND_MS;
  const observed = SETTLEMENT_LOOKBACK_SECONDS - (window.startMs - secondMs) / SECOND_MS;
  const seen = observed === 0 ? price : observedMean(secondMs, observed);
  const mean = (seen * observed + price * (SETTLEMENT_LOOKBACK_SECONDS - observed)) / SETTLEMENT_LOOKBACK_SECONDS;
  const known = 1 - toStart / SETTLEMENT_LOOKBACK_SECONDS;
  return { mean, variance: length - 40 + 20 * (1 - known * known * known) };
}

function upProbability(lead: number, sigma: number, seconds: number): number {
  if (seconds <= LEAST_SECONDS || sigma <= 0) return lead >= 0 ? 1 : 0;
  return normalCdf(lead / (sigma * Math.sqrt(seconds)));
}
