/**
 * The missing half: where an Up and a Down share, with the fee, cost less than 1 together, the gain is certain, and waiting for it is a bet.
 * Both halves of a set are merged into money.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { FeeSchedule } from '../../model/market.ts';
import { MICRO_PER_UNIT, type SizeMicro } from '../../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import type { Outcome } from '../../model/window.ts';
import { isTakeLargeEnough } from '../venue-minimum.ts';
import type { DesiredTake, StrategyView } from '../view.ts';
import { takerFeeTicks } from './joint-rule.ts';

/** Sizes and money of an order are whole hundredths (venue notes §2, 2026-11-23). */
export const STEP_MICRO = 10_000;
/** Down to a whole hundredth. */
export function floorToStep(micro: number): number {
  return Math.floor(micro / STEP_MICRO) * STEP_MICRO;
}

/** What is missing, and what it may cost. */
export interface MissingHalf {
  readonly outcome: Outcome;
  /** Shares that wait for it. */
  readonly sizeMicro: SizeMicro;
  /** Price and fee of a share together at most. */
  readonly maxCostTicks: PriceTicks;
}

/**
 * The order that buys the missing half at once, all or nothing: money for as many shares as stand there cheaply enough, and no more.
 * `null` where there are fewer than the venue's minimum, where nobody sells so cheaply, or where the money does not reach. The fee grows
 * slower than the price for every rate up to 1, so a better price never costs more in all.
 */
export function planCompletion(
  missing: MissingHalf,
  view: StrategyView,
  fees: FeeSchedule,
  config: MarketMakerConfig,
): DesiredTake | null {
  if (fees.ratePpm > MICRO_PER_UNIT) return null;
  const { asks } = view.book[missing.outcome];
  const maxTicks = missing.maxCostTicks - (config.completion.minGainTicks - 1);
  let priceTicks = 0;
  let leftMicro = missing.sizeMicro;
  let costTickMicro = 0;
  for (let at = 0; at + 1 < asks.length && leftMicro > 0; at += 2) {
    const ticks = asks[at] as PriceTicks;
    if (ticks > maxTicks || ticks + takerFeeTicks(fees, ticks) > maxTicks) break;
    const micro = Math.min(leftMicro, asks[at + 1] as SizeMicro);
    priceTicks = ticks;
    costTickMicro += micro * ticks;
    leftMicro -= micro;
  }
  if (priceTicks === 0) return null;
  const spendMicro = floorToStep(costTickMicro / TICKS_PER_PUSD);
  // Shares bought with money cost the rate times it at most, at the cheapest price there is.
  if (spendMicro + Math.ceil((spendMicro * fees.ratePpm) / MICRO_PER_UNIT) > view.stakeMicro) return null;
  if (!isTakeLargeEnough(spendMicro, priceTicks, view.market.minSizeMicro)) return null;
  const amount = { unit: 'pusd', spendMicro } as const;
  return { outcome: missing.outcome, side: 'buy', priceTicks, amount, timeInForce: 'FOK' };
}

/** Complete sets to merge now: what no standing sale has promised, in whole hundredths, or 0 where it is not worth a transaction. */
export function setsToMerge({ holdings, orders }: StrategyView, config: MarketMakerConfig): SizeMicro {
  let up = holdings.up.sizeMicro;
  let down = holdings.down.sizeMicro;
  for (const { side, outcome, remainingMicro } of orders) {
    if (side !== 'sell') continue;
    if (outcome === 'up') up -= remainingMicro;
    else down -= remainingMicro;
  }
  const sets = floorToStep(Math.max(0, Math.min(up, down)));
  return sets >= config.mergeFromMicro ? sets : 0;
}
