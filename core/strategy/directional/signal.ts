/** What the strategy believes: the model's probability and the market's, and the blend of both that trades. */
import type { DirectionalConfig } from '../../config/directional-config.ts';
import type { FairValue, PricingPhase } from '../../model/fair-value.ts';
import { MICRO_PER_UNIT } from '../../model/money.ts';
import { TICKS_PER_PUSD } from '../../model/price.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { Outcome } from '../../model/window.ts';
import { blendProbability } from '../blend.ts';
import type { OutcomeBook } from '../view.ts';
import type { DirectionalRule } from './rules.ts';

/** All of Up, in 0 … 1, but for the last two: those are of the outcome that the blend favours. */
export interface Signal {
  readonly phase: PricingPhase;
  readonly secondsLeft: number;
  readonly model: number;
  readonly modelLow: number;
  readonly modelHigh: number;
  readonly market: number;
  readonly blended: number;
  /** The outcome that the blend holds for likelier than the market does; `null` where both say the same. */
  readonly outcome: Outcome | null;
  readonly probability: number;
  readonly cautiousProbability: number;
}

/** The market's probability of Up: the middle of the book of others. `null` where a side is missing or the sides cross. */
export function marketProbability(upBook: OutcomeBook): number | null {
  const bidTicks = upBook.bids[0];
  const askTicks = upBook.asks[0];
  if (bidTicks === undefined || askTicks === undefined || bidTicks >= askTicks) return null;
  return (bidTicks + askTicks) / (2 * TICKS_PER_PUSD);
}

/** The blend, with the error bar's cautious end for the outcome that would be bought: low for Up, high for Down. */
export function signalOf(
  fairValue: FairValue,
  market: number,
  { modelWeightPpm }: Pick<DirectionalConfig, 'modelWeightPpm'>,
): Result<Signal, Extract<DirectionalRule, 'not-finite'>> {
  const { phase, secondsLeft, upProbability: model, lowProbability, highProbability } = fairValue;
  const weight = modelWeightPpm / MICRO_PER_UNIT;
  const blended = blendProbability(model, market, weight);
  const low = blendProbability(lowProbability, market, weight);
  const high = blendProbability(highProbability, market, weight);
  if (!blended.ok || !low.ok || !high.ok || !Number.isFinite(secondsLeft)) return err('not-finite');
  // An error bar that does not contain its own value is broken; the more cautious of both is taken.
  const lowest = Math.min(low.value, blended.value);
  const highest = Math.max(high.value, blended.value);
  const outcome = blended.value > market ? 'up' : blended.value < market ? 'down' : null;
  return ok({
    phase,
    secondsLeft,
    model,
    modelLow: lowProbability,
    modelHigh: highProbability,
    market,
    blended: blended.value,
    outcome,
    probability: outcome === 'down' ? 1 - blended.value : blended.value,
    cautiousProbability: outcome === 'down' ? 1 - highest : lowest,
  });
}
