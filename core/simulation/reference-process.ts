/**
 * The settlement source as the simulation knows it: once a second the price of a third of a second ago with a little noise,
 * published a second or two later, with seconds left out. Sizes: Chainlink BTC/USD ticks of 2026-07-24 (venue notes, market data §3:
 * observation to receipt p50 1.64 s, p95 2.23 s) and one in 200 seconds missing, which is kinder than that day was.
 */
import type { UnixMs } from '../model/time.ts';
import type { Rng } from './rng.ts';

export interface MissingSeconds {
  /** Share of seconds that are left out one by one. */
  readonly isolatedShare: number;
  /** Gaps of several seconds, a day. */
  readonly gapsPerDay: number;
  /** Mean length of such a gap in seconds. */
  readonly meanGapSeconds: number;
}

export const DEFAULT_MISSING_SECONDS: MissingSeconds = { isolatedShare: 0.005, gapsPerDay: 6, meanGapSeconds: 6 };

export interface ReferenceObservation {
  /** Whole units of 1e-8 USD. */
  readonly e8: number;
  /** The remaining ten digits, in units of 1e-18 USD: real prices have them, so that parsers must read them. */
  readonly low: number;
  readonly publishedMs: UnixMs;
  readonly missing: boolean;
}

export interface ReferenceProcess {
  /** Observation of the second `secondMs`, from the price then and one second before. */
  next(secondMs: UnixMs, price: number, previousPrice: number): ReferenceObservation;
}

/** How old the price is that the source observes, as a part of a second. */
const OBSERVATION_AGE = 0.3;
/** Noise of one observation and of its slow deviation, in log price: 0.05 and 0.2 basis points. */
const WHITE_NOISE_SD = 0.000005;
const DRIFT_SD = 0.00002;
const DRIFT_SECONDS = 600;
const E8 = 100_000_000;
const LOW_DIGITS = 10_000_000_000;
/** Publication lag: normal, so that the median is 1.6 s and the 95th percentile 2.2 s; neighbours resemble each other. */
const LAG_MEAN_MS = 1_600;
const LAG_SD_MS = 365;
const LAG_MEMORY = 0.7;
const LAG_MIN_MS = 900;
const LAG_MAX_MS = 3_500;
/** Publications stay in order, at least this far apart. */
const PUBLICATION_GAP_MS = 20;

/** A settlement source that draws from `rng` alone. */
export function createReferenceProcess(rng: Rng, missing: MissingSeconds = DEFAULT_MISSING_SECONDS): ReferenceProcess {
  const noise = rng.fork('noise');
  const lags = rng.fork('lag');
  const gaps = rng.fork('gaps');
  let drift = DRIFT_SD * noise.normal();
  let lag = lags.normal();
  let lastPublishedMs = Number.NEGATIVE_INFINITY;
  let gapLeft = 0;

  const isMissing = (): boolean => {
    const draw = gaps.uniform();
    if (gapLeft === 0 && draw < missing.gapsPerDay / 86_400) {
      gapLeft = Math.max(2, Math.round(missing.meanGapSeconds * gaps.exponential()));
    }
    if (gapLeft > 0) {
      gapLeft--;
      return true;
    }
    return draw > 1 - missing.isolatedShare;
  };
  const published = (secondMs: UnixMs): UnixMs => {
    lag = LAG_MEMORY * lag + Math.sqrt(1 - LAG_MEMORY * LAG_MEMORY) * lags.normal();
    const own = secondMs + Math.round(Math.min(LAG_MAX_MS, Math.max(LAG_MIN_MS, LAG_MEAN_MS + LAG_SD_MS * lag)));
    lastPublishedMs = Math.max(own, lastPublishedMs + PUBLICATION_GAP_MS);
    return lastPublishedMs;
  };
  return {
    next(secondMs, price, previousPrice) {
      drift += -drift / DRIFT_SECONDS + DRIFT_SD * Math.sqrt(2 / DRIFT_SECONDS) * noise.normal();
      const observed = price + (previousPrice - price) * OBSERVATION_AGE;
      const e8 = Math.round(observed * (1 + drift + WHITE_NOISE_SD * noise.normal()) * E8);
      const low = Math.floor(noise.uniform() * LOW_DIGITS);
      return { e8, low, publishedMs: published(secondMs), missing: isMissing() };
    },
  };
}
