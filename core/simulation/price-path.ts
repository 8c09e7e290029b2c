/**
 * What the generated world knows of BTC: implemented by `market-generator.ts`, read by every simulated feed and by the simulated
 * makers of the Polymarket book. All of it is a function of seed, origin and simulated time.
 */
import type { PriceE18 } from '../model/reference-price.ts';
import type { UnixMs } from '../model/time.ts';

/** One whole second of the settlement source. */
export interface ReferenceSecond {
  /** The observation's own time, a whole second. */
  readonly observedMs: UnixMs;
  readonly spotE18: PriceE18;
  /** When the feed publishes it: its lag after the observation. */
  readonly publishedMs: UnixMs;
  /** The feed leaves this second out. */
  readonly missing: boolean;
}

export interface PricePath {
  readonly seed: number;
  readonly originMs: UnixMs;
  /** Generates every second up to `atMs`. Idempotent; never goes back. */
  advanceTo(atMs: UnixMs): void;
  /** The true BTC/USD price, in USD, at any millisecond that was generated within the last two hours. */
  priceAt(atMs: UnixMs): number;
  /** The path's own volatility then: standard deviation of the log return over one second. */
  volatilityAt(atMs: UnixMs): number;
  /** The settlement source's observation at a whole second. */
  referenceAt(secondMs: UnixMs): ReferenceSecond;
  /**
   * Mean of the settlement source's observations of the `lookbackSeconds` whole seconds up to and including `secondMs`, missing ones
   * taken as the last known. Integer division towards zero.
   */
  twapAt(secondMs: UnixMs, lookbackSeconds: number): PriceE18;
  /** Annualised implied volatility in percent (DVOL). */
  impliedVolatilityAt(atMs: UnixMs): number;
}
