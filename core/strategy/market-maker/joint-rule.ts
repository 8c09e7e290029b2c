/**
 * The one rule for all bids: an Up and a Down share pay 1 together, so no bid may cost 1 or more together with anything of ours on the
 * other side that has filled or may still fill: resting, on its way out, unknown, partly filled, of any strategy. (The original bid two
 * cents above fair value on both outcomes, so that each filled pair cost 1.04.)
 */
import type { FeeSchedule } from '../../model/market.ts';
import { MICRO_PER_UNIT } from '../../model/money.ts';
import { complementTicks, type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { type Outcome, oppositeOutcome } from '../../model/window.ts';
import { takerFeeMicro } from '../../pricing/fees.ts';
import type { Holding, OwnOrder } from '../view.ts';
import { dearestTicks, type UnpairedLots } from './unpaired-lots.ts';

/** Millionths of a pUSD in one tick. */
const MICRO_PER_TICK = MICRO_PER_UNIT / TICKS_PER_PUSD;

/** The order as far as the rule looks at it. */
export type PairedOrder = Pick<OwnOrder, 'outcome' | 'side' | 'priceTicks' | 'postOnly'>;

/** A taker's fee on one share, in ticks, rounded up. */
export function takerFeeTicks(fees: FeeSchedule, priceTicks: PriceTicks): PriceTicks {
  return Math.ceil(takerFeeMicro(fees, priceTicks, MICRO_PER_UNIT) / MICRO_PER_TICK);
}

/**
 * What one share of the other half costs at most when `order` fills, for a bid on `outcome`; `null` where the two make no pair. Selling
 * Up at s is buying Down at 1 − s.
 */
export function otherHalfTicks(order: PairedOrder, outcome: Outcome, fees: FeeSchedule): PriceTicks | null {
  const buys = order.side === 'buy' ? order.outcome : oppositeOutcome(order.outcome);
  if (buys === outcome) return null;
  const paid = order.side === 'buy' ? order.priceTicks : complementTicks(order.priceTicks);
  return order.postOnly ? paid : paid + takerFeeTicks(fees, order.priceTicks);
}

/** The highest price at which a bid loses with nothing that costs `otherTicks` a share. */
export function capOf(otherTicks: PriceTicks): PriceTicks {
  return TICKS_PER_PUSD - 1 - otherTicks;
}

/**
 * What the dearest share costs that is held on the other side without its half: by the lots of the window, and by the average of what is
 * held in excess, whichever is more. `null` where nothing waits for a half.
 */
export function heldOtherTicks(
  outcome: Outcome,
  holdings: Readonly<Record<Outcome, Holding>>,
  unpaired: UnpairedLots,
): PriceTicks | null {
  const other = oppositeOutcome(outcome);
  const held = holdings[other];
  const lot = dearestTicks(unpaired[other]);
  if (held.sizeMicro <= Math.max(0, holdings[outcome].sizeMicro)) return lot;
  const average = Math.ceil((held.costMicro * TICKS_PER_PUSD) / held.sizeMicro);
  return lot === null ? average : Math.max(lot, average);
}

/** True when a post-only bid and an order of ours would cost 1 or more together. */
export function locksInLoss(
  bid: { readonly outcome: Outcome; readonly priceTicks: PriceTicks },
  order: PairedOrder,
  fees: FeeSchedule,
): boolean {
  const otherTicks = otherHalfTicks(order, bid.outcome, fees);
  return otherTicks !== null && bid.priceTicks > capOf(otherTicks);
}
