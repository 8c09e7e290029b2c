/**
 * A recorded settlement source as a price path: what simulated books are quoted around when a tape has prices and no book. The
 * true price is the last recorded observation; between observations it stands still.
 */

import { invariant } from '../model/errors.ts';
import { log } from '../model/math.ts';
import { e18ToNumber, type PriceE18 } from '../model/reference-price.ts';
import { DAY_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { PricePath, ReferenceSecond } from './price-path.ts';

/** One recorded observation; `observedMs` is a whole second. */
export interface RecordedTick {
  readonly observedMs: UnixMs;
  readonly priceE18: PriceE18;
  /** When it was received. */
  readonly publishedMs: UnixMs;
}

/** Half-life of the volatility estimate, and the spacing of the returns it is made of. */
const HALF_LIFE_SECONDS = 300;
const RETURN_SECONDS = 5;
/** What the estimate starts from: 40 % a year, as a standard deviation over one second. */
const SECONDS_PER_YEAR = (365 * DAY_MS) / SECOND_MS;
const FIRST_VARIANCE = (0.4 * 0.4) / SECONDS_PER_YEAR;

interface Seconds {
  readonly firstMs: UnixMs;
  readonly pricesE18: readonly PriceE18[];
  readonly publishedMs: readonly UnixMs[];
  readonly missing: readonly boolean[];
  /** Sum of the prices before each second. */
  readonly sumsE18: readonly bigint[];
  /** Variance of a one-second return at each second. */
  readonly variances: Float64Array;
}

/**
 * The path over ticks in order of observation. A second without a tick holds the last known price and is marked missing. Before
 * the first and after the last tick the price stands still. Throws `InvariantError` without ticks.
 */
export function createRecordedPricePath(ticks: readonly RecordedTick[], seed: number): PricePath {
  const seconds = spread(ticks);
  const last = seconds.pricesE18.length - 1;
  const indexAt = (atMs: UnixMs): number =>
    Math.min(last, Math.max(0, Math.floor((atMs - seconds.firstMs) / SECOND_MS)));
  const at = <T>(list: { readonly [index: number]: T | undefined }, index: number): T => {
    const value = list[index];
    invariant(value !== undefined, 'a second of the tape', { index });
    return value;
  };
  const sumBefore = (index: number): bigint => {
    // Beyond the ends the first and the last price stand still.
    if (index <= 0) return BigInt(index) * at(seconds.pricesE18, 0);
    if (index > last) return at(seconds.sumsE18, last) + BigInt(index - last) * at(seconds.pricesE18, last);
    return at(seconds.sumsE18, index);
  };

  return {
    seed,
    originMs: seconds.firstMs,
    advanceTo: () => undefined,
    priceAt: (atMs) => e18ToNumber(at(seconds.pricesE18, indexAt(atMs))),
    volatilityAt: (atMs) => Math.sqrt(at(seconds.variances, indexAt(atMs))),
    referenceAt: (secondMs): ReferenceSecond => {
      const index = indexAt(secondMs);
      const inside = seconds.firstMs + index * SECOND_MS === secondMs;
      return {
        observedMs: secondMs,
        spotE18: at(seconds.pricesE18, index),
        publishedMs: inside ? at(seconds.publishedMs, index) : secondMs,
        missing: !inside || at(seconds.missing, index),
      };
    },
    twapAt: (secondMs, lookbackSeconds) => {
      const after = Math.floor((secondMs - seconds.firstMs) / SECOND_MS) + 1;
      return (sumBefore(after) - sumBefore(after - lookbackSeconds)) / BigInt(lookbackSeconds);
    },
    impliedVolatilityAt: (atMs) => 100 * Math.sqrt(at(seconds.variances, indexAt(atMs)) * SECONDS_PER_YEAR),
  };
}

function spread(ticks: readonly RecordedTick[]): Seconds {
  const first = ticks[0];
  invariant(first !== undefined, 'a recorded path has ticks');
  const firstMs = Math.floor(first.observedMs / SECOND_MS) * SECOND_MS;
  const pricesE18: PriceE18[] = [];
  const publishedMs: UnixMs[] = [];
  const missing: boolean[] = [];
  const sumsE18: bigint[] = [];
  let sum = 0n;
  const push = (priceE18: PriceE18, published: UnixMs, isMissing: boolean): void => {
    sumsE18.push(sum);
    sum += priceE18;
    pricesE18.push(priceE18);
    publishedMs.push(published);
    missing.push(isMissing);
  };
  let priceE18 = first.priceE18;
  for (const tick of ticks) {
    const index = Math.floor((tick.observedMs - firstMs) / SECOND_MS);
    if (index < pricesE18.length) continue;
    while (pricesE18.length < index) push(priceE18, firstMs + pricesE18.length * SECOND_MS, true);
    priceE18 = tick.priceE18;
    push(priceE18, tick.publishedMs, false);
  }
  return { firstMs, pricesE18, publishedMs, missing, sumsE18, variances: estimateVariances(pricesE18) };
}

/** Exponentially weighted variance of 5-second returns, per second; one return for each second, overlapping. */
function estimateVariances(pricesE18: readonly PriceE18[]): Float64Array {
  const variances = new Float64Array(pricesE18.length);
  const logs = pricesE18.map((priceE18) => log(e18ToNumber(priceE18)));
  // 2^(−1/h) is close to 1 − ln 2 / h for a half-life of hundreds of steps.
  const weight = 1 - log(2) / HALF_LIFE_SECONDS;
  let variance = FIRST_VARIANCE;
  for (let index = 0; index < logs.length; index++) {
    const now = logs[index] ?? 0;
    const before = logs[Math.max(0, index - RETURN_SECONDS)] ?? now;
    const perSecond = ((now - before) * (now - before)) / RETURN_SECONDS;
    variance = weight * variance + (1 - weight) * perSecond;
    variances[index] = variance;
  }
  return variances;
}
