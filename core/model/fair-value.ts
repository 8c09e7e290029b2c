/**
 * What a share of Up is worth by our own reckoning, with its error bar: made by `core/pricing`, read by strategies, risk and records.
 * Floats, since this is pricing; nothing here is money.
 */
import type { UnixMs } from './time.ts';

/**
 * How much of the window is known. `pre-open`: the strike's average is still being observed. `strike-pending`: the window runs, its
 * strike was not captured exactly. `known`: the strike is the frame stamped at the window's start.
 */
export type PricingPhase = 'pre-open' | 'strike-pending' | 'known';

export interface FairValue {
  readonly phase: PricingPhase;
  /** Probability that the window ends Up (a tie is Up), in 0 … 1. */
  readonly upProbability: number;
  /** The same, one standard error of our own inputs lower and higher: a bet is sized on its cautious end. */
  readonly lowProbability: number;
  readonly highProbability: number;
  /** Seconds until the window's end, not below 0. */
  readonly secondsLeft: number;
  /** Volatility in use: standard deviation of the log price over one second. */
  readonly sigmaPerRootSecond: number;
  /** Seconds of variance that are still to come in the final average: τ − 40 for τ ≥ 60, τ³/10800 below (library notes, 2026-11-23). */
  readonly varianceSeconds: number;
  /** Observation time of the newest reference price in it. */
  readonly pricedAtMs: UnixMs;
}

/** Why a window has no fair value at this moment. */
export type UnpricedReason =
  | 'no-reference-price'
  | 'reference-stale'
  | 'no-volatility'
  | 'too-many-missing-seconds'
  | 'no-strike'
  | 'not-finite';
