/**
 * How far from its worth a quote has to stand: at least two cents, at least what the price can move until a cancel has worked, and on top
 * what a fill is known to tell against us.
 */
import { type MarketMakerConfig, MIN_HALF_SPREAD_TICKS } from '../../config/market-maker-config.ts';
import { normalPdf, normalQuantile } from '../../model/math.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { type DurationMs, SECOND_MS } from '../../model/time.ts';

/** Length of the average that settles a window (venue notes §0.1, 2026-11-23). */
const TWAP_SECONDS = 60;
/** Two thirds of it: what the average takes off the variance of a price that is still wholly ahead. */
const AVERAGED_SECONDS = 40;

/**
 * v(τ) in seconds: the time whose random walk moves the probability as much as the rest of the window does. τ − 40 while the final average
 * lies ahead; inside it a move still counts for τ/60 and the rest has the deviation σ·√(τ³/10800), so their ratio is that of τ/3.
 */
export function effectiveSeconds(secondsLeft: number): number {
  return secondsLeft >= TWAP_SECONDS ? secondsLeft - AVERAGED_SECONDS : Math.max(0, secondsLeft) / 3;
}

/** One standard deviation of the probability's move within `reactionMs`: φ(z)·√(t / v(τ)) with z = N⁻¹(p). Infinite at the end. */
export function moveDeviation(probability: number, secondsLeft: number, reactionMs: DurationMs): number {
  const seconds = effectiveSeconds(secondsLeft);
  if (seconds <= 0) return Number.POSITIVE_INFINITY;
  return normalPdf(normalQuantile(probability)) * Math.sqrt(reactionMs / SECOND_MS / seconds);
}

export interface HalfSpread {
  /** The whole, in whole ticks, rounded up. NaN where an input was none. */
  readonly halfTicks: PriceTicks;
  /** Its part for the price's move while a cancel is under way. */
  readonly moveTicks: number;
  readonly adverseTicks: number;
}

/**
 * The half-spread that is required now. `nearestHalf` is the probability in use that lies nearest to a half, where the price moves most;
 * `reactionMs` is the feed's delay and the cancel's together; `adverseTicks` is the fitted adverse selection.
 */
export function requiredHalfSpread(
  nearestHalf: number,
  secondsLeft: number,
  reactionMs: DurationMs,
  adverseTicks: number,
  config: MarketMakerConfig,
): HalfSpread {
  const moveTicks = config.moveDeviations * moveDeviation(nearestHalf, secondsLeft, reactionMs) * TICKS_PER_PUSD;
  // Math.max passes a NaN on, as it must: it is the caller's reason not to quote.
  const halfTicks = Math.ceil(Math.max(MIN_HALF_SPREAD_TICKS, config.halfSpreadTicks, moveTicks) + adverseTicks);
  return { halfTicks, moveTicks, adverseTicks };
}
