/** How much of an outcome we may still come to hold in excess of the other, if everything that stands fills in the worst way. */
import type { SizeMicro } from '../../model/money.ts';
import { type Outcome, oppositeOutcome } from '../../model/window.ts';
import type { Holding, OwnOrder } from '../view.ts';

/** Shares of `outcome` held in excess of the other; negative where the other is in excess. */
export function excessMicro(outcome: Outcome, holdings: Readonly<Record<Outcome, Holding>>): SizeMicro {
  return holdings[outcome].sizeMicro - holdings[oppositeOutcome(outcome)].sizeMicro;
}

/** True when a fill of the order adds to the excess of `outcome`: buying it, or selling the other. */
export function addsTo(outcome: Outcome, order: Pick<OwnOrder, 'outcome' | 'side'>): boolean {
  return (order.side === 'buy') === (order.outcome === outcome);
}
