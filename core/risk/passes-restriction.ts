/** What may pass while trading is restricted. */
import type { OrderIntent } from '../model/order.ts';
import { exposureOf, lowersWorstLoss } from './order-exposure.ts';
import { marketOf, type RestrictionInForce, type RiskContext } from './risk-context.ts';

/** True without a restriction, and in `reducing` for an order that makes the window's worst result better. */
export function passesRestriction(
  restriction: RestrictionInForce | null,
  intent: OrderIntent,
  context: RiskContext,
): boolean {
  if (restriction === null) return true;
  return restriction.mode === 'reducing' && lowersWorstLoss(exposureOf(intent, marketOf(context).fees), context);
}
