/**
 * The generated world's BTC/USD: a price for every millisecond, the settlement source's observation of every second, its mean,
 * and an implied volatility. Everything is a function of seed, origin and simulated time, so a venue that is started again
 * continues the same world. Kept: the last two hours.
 */
import { InvariantError } from '../model/errors.ts';
import { exp, log } from '../model/math.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import type { PricePath } from './price-path.ts';
import { createReferenceProcess, type MissingSeconds } from './reference-process.ts';
import { createRng, hashPair, hashToNormal, type Rng } from './rng.ts';
import { createVolatilityProcess } from './volatility-process.ts';

export interface MarketGeneratorOptions {
  readonly seed: number;
  /** First moment of the simulation; the path begins two hours before, so that look-backs have something to look at. */
  readonly originMs: UnixMs;
  /** The price at the origin. */
  readonly startPriceUsd: number;
  /** How often the settlement source leaves seconds out; by default about one in 200 and a few short gaps a day. */
  readonly missing?: MissingSeconds;
}

/** Seconds generated before the origin. */
export const WARM_UP_SECONDS = 7_200;
/** Seconds kept: a power of two beyond two hours, so that a place in the ring is a mask. */
const RING_SECONDS = 8_192;
const RING_MASK = RING_SECONDS - 1;
/** Sub-second detail: four halvings of a second, 62.5 ms apart. */
const NODES = 16;
/** Integer digits of 1e-18 below 1e-8. */
const LOW_DIGITS = 10_000_000_000n;

/** The columns of the ring, one place for each second. */
interface Ring {
  readonly price: Float64Array;
  readonly sigma: Float64Array;
  readonly totalSigma: Float64Array;
  readonly implied: Float64Array;
  readonly referenceE8: Float64Array;
  readonly referenceLow: Float64Array;
  readonly publishedMs: Float64Array;
  readonly missing: Uint8Array;
}

/** A price path from a seed. `priceAt` and the others throw `InvariantError` outside what is generated and kept. */
export function createMarketGenerator(options: MarketGeneratorOptions): PricePath {
  const firstSecond = Math.floor(options.originMs / SECOND_MS) - WARM_UP_SECONDS;
  const rng = createRng(options.seed);
  const ring = createRing();
  const walk = createWalk(rng, log(options.startPriceUsd) - warmUpReturn(rng, firstSecond));
  const reference = createReferenceProcess(rng.fork('reference'), options.missing);
  let newest = firstSecond - 1;

  const generate = (second: number): void => {
    const place = second & RING_MASK;
    const step = walk.next(second);
    const previous = second === firstSecond ? step.price : at(ring.price, second - 1);
    ring.price[place] = step.price;
    ring.sigma[place] = step.sigma;
    ring.totalSigma[place] = step.totalSigma;
    ring.implied[place] = step.impliedPercent;
    const observed = reference.next(second * SECOND_MS, step.price, previous);
    ring.referenceE8[place] = observed.e8;
    ring.referenceLow[place] = observed.low;
    ring.publishedMs[place] = observed.publishedMs;
    ring.missing[place] = observed.missing ? 1 : 0;
  };
  const generateTo = (second: number): void => {
    while (newest < second) generate(++newest);
  };
  // One second ahead of what was asked for: the detail within a second needs both of its ends.
  const advanceTo = (atMs: UnixMs): void => generateTo(Math.floor(atMs / SECOND_MS) + 1);
  advanceTo(options.originMs);
  return {
    seed: options.seed,
    originMs: options.originMs,
    advanceTo,
    ...createReaders(ring, createDetail(options.seed, ring), (second) => {
      const isKept = second <= newest && second >= firstSecond && second > newest - RING_SECONDS;
      if (isKept && Number.isSafeInteger(second)) return second;
      throw new InvariantError('second lies outside the generated path', { second, newest, firstSecond });
    }),
  };
}

/** Returns a second that the ring holds; throws for any other. */
type Known = (second: number) => number;

function createReaders(ring: Ring, detail: Detail, known: Known): Omit<PricePath, 'seed' | 'originMs' | 'advanceTo'> {
  const spotE18 = (second: number): PriceE18 =>
    BigInt(at(ring.referenceE8, second)) * LOW_DIGITS + BigInt(at(ring.referenceLow, second));
  return {
    priceAt(atMs) {
      const second = Math.floor(atMs / SECOND_MS);
      known(second + 1);
      return detail.priceAt(known(second), (atMs - second * SECOND_MS) / SECOND_MS);
    },
    volatilityAt: (atMs) => at(ring.totalSigma, known(Math.floor(atMs / SECOND_MS))),
    impliedVolatilityAt: (atMs) => at(ring.implied, known(Math.floor(atMs / SECOND_MS))),
    referenceAt(secondMs) {
      const second = known(secondMs / SECOND_MS);
      return {
        observedMs: secondMs,
        spotE18: spotE18(second),
        publishedMs: at(ring.publishedMs, second),
        missing: at(ring.missing, second) === 1,
      };
    },
    twapAt(secondMs, lookbackSeconds) {
      const last = known(secondMs / SECOND_MS);
      let carried = spotE18(lastPresent(ring, known(last - lookbackSeconds + 1), known));
      let sum = 0n;
      for (let second = last - lookbackSeconds + 1; second <= last; second++) {
        if (at(ring.missing, second) === 0) carried = spotE18(second);
        sum += carried;
      }
      return sum / BigInt(lookbackSeconds);
    },
  };
}

/** The nearest second at or before `second` that the settlement source did not leave out. */
function lastPresent(ring: Ring, second: number, known: Known): number {
  let present = second;
  while (at(ring.missing, present) === 1) present = known(present - 1);
  return present;
}

function createRing(): Ring {
  const column = (): Float64Array => new Float64Array(RING_SECONDS);
  return {
    price: column(),
    sigma: column(),
    totalSigma: column(),
    implied: column(),
    referenceE8: column(),
    referenceLow: column(),
    publishedMs: column(),
    missing: new Uint8Array(RING_SECONDS),
  };
}

function at(column: Float64Array | Uint8Array, second: number): number {
  return column[second & RING_MASK] ?? Number.NaN;
}

interface WalkStep {
  readonly price: number;
  readonly sigma: number;
  readonly totalSigma: number;
  readonly impliedPercent: number;
}

/** The price at the whole seconds: `next(s)` gives the price at `s`, and the volatility of the second that begins there. */
function createWalk(rng: Rng, startLog: number): { next(second: number): WalkStep } {
  const volatility = createVolatilityProcess(rng.fork('volatility'));
  const shocks = rng.fork('shocks');
  let logPrice = startLog;
  return {
    next(second) {
      const step = volatility.next(second * SECOND_MS);
      const price = exp(logPrice);
      // Half the variance is taken off, so that the price itself is fair and not its logarithm.
      logPrice += step.sigma * shocks.normal() + step.jump - 0.5 * step.totalSigma * step.totalSigma;
      return { price, sigma: step.sigma, totalSigma: step.totalSigma, impliedPercent: step.impliedPercent };
    },
  };
}

/** What the walk gains before the origin: taken off at its start, so that it passes the origin at the price asked for. */
function warmUpReturn(rng: Rng, firstSecond: number): number {
  const rehearsal = createWalk(rng, 0);
  for (let second = firstSecond; second < firstSecond + WARM_UP_SECONDS; second++) rehearsal.next(second);
  return log(rehearsal.next(firstSecond + WARM_UP_SECONDS).price);
}

interface Detail {
  priceAt(second: number, fraction: number): number;
}

/**
 * The price within a second: a Brownian bridge between its two ends, by midpoint displacement with numbers hashed from seed
 * and second, so that any millisecond can be asked for in any order.
 */
function createDetail(seed: number, ring: Ring): Detail {
  const nodes = new Float64Array(NODES + 1);
  let detailed = Number.NaN;
  const fill = (second: number): void => {
    nodes[0] = at(ring.price, second);
    nodes[NODES] = at(ring.price, second + 1);
    const scale = at(ring.price, second) * at(ring.sigma, second);
    for (let span = NODES; span > 1; span /= 2) {
      // Given both ends, the middle of an interval of length d has variance sigma² d / 4.
      const sd = scale * Math.sqrt(span / NODES / 4);
      for (let left = 0; left < NODES; left += span) {
        const middle = left + span / 2;
        const mean = ((nodes[left] ?? 0) + (nodes[left + span] ?? 0)) / 2;
        nodes[middle] = mean + sd * hashToNormal(hashPair(hashPair(seed, second), middle));
      }
    }
    detailed = second;
  };
  return {
    priceAt(second, fraction) {
      if (second !== detailed) fill(second);
      const position = fraction * NODES;
      const left = Math.floor(position);
      const from = nodes[left] ?? Number.NaN;
      const to = nodes[Math.min(NODES, left + 1)] ?? Number.NaN;
      return from + (to - from) * (position - left);
    },
  };
}
