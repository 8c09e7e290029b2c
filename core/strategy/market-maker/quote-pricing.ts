/**
 * What a quote of either side may cost at most: half a spread below the centre and below our own fair value. Every number that is none
 * ends here, as a rule.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { FairValue, PricingPhase } from '../../model/fair-value.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';
import { blendProbability, isProbability } from '../blend.ts';
import { bookWithoutOwn } from '../book-without-own.ts';
import type { StrategyView } from '../view.ts';
import { type HalfSpread, requiredHalfSpread } from './half-spread.ts';
import { type MarketMakerRule, unpricedRule } from './rules.ts';

const PPM = 1_000_000;

export interface QuotePricing extends HalfSpread {
  readonly fair: FairValue;
  /** Probability of Up that we quote around. */
  readonly centre: number;
  /** What others bid and ask for Up. */
  readonly bidTicks: PriceTicks;
  readonly askTicks: PriceTicks;
  /** Highest safe bid for each outcome, not yet on the grid; may lie below 0. */
  readonly limitTicks: Readonly<Record<Outcome, PriceTicks>>;
}

/** What pricing has found out so far, for the record of a decision that ends there. */
export interface PricingRefused {
  readonly rule: MarketMakerRule;
  readonly half?: HalfSpread;
  readonly bidTicks?: PriceTicks | null;
  readonly askTicks?: PriceTicks | null;
}

const refuse = (rule: MarketMakerRule, more: Omit<PricingRefused, 'rule'> = {}) => err({ rule, ...more });

/** Prices both sides, or says which rule forbids quoting. `phases` are those in which quoting is allowed. */
export function priceQuotes(
  view: StrategyView,
  phases: readonly PricingPhase[],
  adverseTicks: number,
  config: MarketMakerConfig,
): Result<QuotePricing, PricingRefused> {
  if (!view.fairValue.ok) return refuse(unpricedRule(view.fairValue.error));
  const fair = view.fairValue.value;
  const unusable = unusableFair(fair, view, phases, config);
  if (unusable !== null) return refuse(unusable);
  const reactionMs = view.feedDelayMs + view.cancelDelayMs;
  if (!(view.feedDelayMs >= 0 && view.cancelDelayMs >= 0 && Number.isFinite(reactionMs)))
    return refuse('delay-unknown');

  const others = bookWithoutOwn(view.book.up, 'up', view.orders);
  const bidTicks = others.bids[0] ?? null;
  const askTicks = others.asks[0] ?? null;
  if (bidTicks === null || askTicks === null) return refuse('book-one-sided', { bidTicks, askTicks });
  const touch = { bidTicks, askTicks };
  if (!(bidTicks < askTicks)) return refuse('book-crossed', touch);
  if (askTicks - bidTicks > config.maxBookSpreadTicks) return refuse('book-wide', touch);
  const market = (bidTicks + askTicks) / (2 * TICKS_PER_PUSD);
  if (Math.abs(fair.upProbability - market) * TICKS_PER_PUSD > config.maxDisagreementTicks) {
    return refuse('disagreement', touch);
  }
  const blended = blendProbability(fair.upProbability, market, config.fairWeightPpm / PPM);
  if (!blended.ok) return refuse('not-finite', touch);
  const centre = blended.value;

  const nearestHalf = nearerToHalf(fair.upProbability, centre);
  const half = requiredHalfSpread(nearestHalf, secondsToPrice(fair, view), reactionMs, adverseTicks, config);
  if (Number.isNaN(half.halfTicks)) return refuse('not-finite', touch);
  if (half.halfTicks > config.maxHalfSpreadTicks) return refuse('spread-too-wide', { ...touch, half });
  const up = Math.min(centre, fair.upProbability);
  const down = Math.min(1 - centre, 1 - fair.upProbability);
  const limitTicks = { up: limitOf(up, half.halfTicks), down: limitOf(down, half.halfTicks) };
  return ok({ ...half, ...touch, fair, centre, limitTicks });
}

function unusableFair(
  fair: FairValue,
  view: StrategyView,
  phases: readonly PricingPhase[],
  config: MarketMakerConfig,
): MarketMakerRule | null {
  const { upProbability, lowProbability, highProbability, secondsLeft, pricedAtMs } = fair;
  const probable = isProbability(upProbability) && isProbability(lowProbability) && isProbability(highProbability);
  if (!probable || !Number.isFinite(secondsLeft) || !Number.isFinite(pricedAtMs)) return 'not-finite';
  if (!phases.includes(fair.phase)) return fair.phase === 'pre-open' ? 'phase-pre-open' : 'phase-strike-pending';
  return view.nowMs - pricedAtMs > config.maxFairValueAgeMs ? 'fair-value-stale' : null;
}

/** Of two probabilities the one where the price moves more. */
function nearerToHalf(one: number, other: number): number {
  return Math.abs(one - 0.5) <= Math.abs(other - 0.5) ? one : other;
}

/**
 * Seconds left for the half-spread: the fewest of what pricing and the clock say. Before the window the strike moves with the price too, so
 * that no more than the window's own length counts.
 */
function secondsToPrice(fair: FairValue, { nowMs, window }: StrategyView): number {
  const byClock = Math.min(window.endMs - nowMs, window.endMs - window.startMs) / SECOND_MS;
  return Math.min(fair.secondsLeft, byClock);
}

/** A hair is given away, so that the last bit of a product is no tick: 0.3 × 10,000 is 3,000. */
function limitOf(probability: number, halfTicks: PriceTicks): PriceTicks {
  return Math.floor(probability * TICKS_PER_PUSD + 1e-6) - halfTicks;
}
