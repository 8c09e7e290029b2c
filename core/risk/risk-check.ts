/** The form of a check: a pure function of an intent and its context, with a name and the closed set of reasons that it may give. */
import type { OrderIntent } from '../model/order.ts';
import type { DeniedCode, DeniedReason } from './denied-reason.ts';
import type { RiskContext } from './risk-context.ts';

export interface RiskCheck {
  readonly name: string;
  /** The reasons that it gives; no other check gives them. */
  readonly codes: readonly DeniedCode[];
  /** Why the intent is refused, or `null`. Checks before it in the table have passed. */
  check(intent: OrderIntent, context: RiskContext): DeniedReason | null;
}
