/**
 * When two orders of ours could trade with each other. The venue matches a bid for Up with a bid for Down when both prices make 1 pUSD
 * or more (it mints the pair), and two sales likewise when they make 1 or less (it merges it).
 */

import type { Side } from '../../model/order.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import type { Outcome } from '../../model/window.ts';
import type { OwnOrder } from '../view.ts';

/** An order as far as it matters here: the worst price that it accepts. */
export interface PricedSide {
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
}

/** True when these two would fill each other, whichever comes first. */
export function canMatch(one: PricedSide, other: PricedSide): boolean {
  if (one.outcome === other.outcome) {
    if (one.side === other.side) return false;
    return one.side === 'buy' ? one.priceTicks >= other.priceTicks : other.priceTicks >= one.priceTicks;
  }
  if (one.side !== other.side) return false;
  const pairTicks = one.priceTicks + other.priceTicks;
  return one.side === 'buy' ? pairTicks >= TICKS_PER_PUSD : pairTicks <= TICKS_PER_PUSD;
}

/** The first order of ours that `wish` could trade with: resting, in flight, being cancelled or unknown. `null` when the way is clear. */
export function ownOrderInTheWay(wish: PricedSide, orders: readonly OwnOrder[]): OwnOrder | null {
  for (const order of orders) if (canMatch(wish, order)) return order;
  return null;
}
