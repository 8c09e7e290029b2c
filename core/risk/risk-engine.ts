/**
 * The one gate between an intent and an order: every check of the table in its order, and the first that refuses gives the reason. Every
 * check counts the worst case with what is resting, in flight and unknown before the order leaves. Nothing else makes an `ApprovedOrder`.
 */
import type { ClientOrderId } from '../model/identifiers.ts';
import type { ApprovedOrder, OrderIntent } from '../model/order.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';
import type { DeniedReason } from './denied-reason.ts';
import { RISK_CHECKS } from './risk-checks.ts';
import type { RiskContext } from './risk-context.ts';

export interface OrderIdentity {
  readonly clientOrderId: ClientOrderId;
  readonly createdMs: UnixMs;
  readonly notAfterMs: UnixMs;
  readonly salt: number;
}

/** Approves an intent, or says why not. */
export function approveOrder(
  intent: OrderIntent,
  context: RiskContext,
  identity: OrderIdentity,
): Result<ApprovedOrder, DeniedReason> {
  for (const { check } of RISK_CHECKS) {
    const denied = check(intent, context);
    if (denied !== null) return err(denied);
  }
  return ok({ ...intent, ...identity } as ApprovedOrder);
}
