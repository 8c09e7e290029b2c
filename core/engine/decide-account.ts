/**
 * What follows from the account's own facts: no trading through a link that is down or before venue, chain and books have been compared;
 * no orders that the venue would not take; the runner's own restrictions as ours. In simulated execution there is no runner and no
 * chain: redemption is a matter of time there.
 */
import type { ReconciliationCompleted, RunnerRestrictionChanged } from '../model/account.ts';
import { MINUTE_MS } from '../model/time.ts';
import { isOldReconciliation, REDEEM_TIMER, VENUE_MODE_TIMER } from './apply-account.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import type { EngineEvent } from './events.ts';
import { isRestricted, RUNNER_RESTRICTION_PREFIX } from './trading-state.ts';

export const RUNNER_LOST = 'runner-lost';
export const NOT_RECONCILED = 'not-reconciled';
export const RECONCILIATION_MISMATCH = 'reconciliation-mismatch';
const VENUE_MODE = 'venue-mode';

/**
 * In simulated execution a payout is cash this long after the result: a live runner redeems at once when cash is short and hourly
 * otherwise, and a transaction through the relayer takes a minute or two.
 */
const SIMULATED_REDEMPTION_MS = 2 * MINUTE_MS;

/** Decides on one event of the account, and on what is due. */
export function decideAccount(context: DecideContext, event: EngineEvent): void {
  if (context.state.durable.config.execution === 'simulated') {
    if (event.type === 'restarted') liftVenueRestrictions(context);
    scheduleRedemption(context);
    return;
  }
  switch (event.type) {
    case 'restarted':
      emit(context, { type: 'cancel-all-orders', reason: 'restarted' });
      restrict(context, RUNNER_LOST, 'halted', 'No runner has linked since the restart.');
      restrict(context, NOT_RECONCILED, 'halted', 'Orders and positions were not compared since the restart.');
      return;
    case 'runner-unlinked': {
      const detail = `The runner's link is down: ${event.reason}. Nothing can be sent.`;
      restrict(context, RUNNER_LOST, 'halted', detail);
      emitAlert(context, 'critical', RUNNER_LOST, detail);
      return;
    }
    case 'runner-linked':
      repeatInstruction(context);
      return;
    case 'reconciliation-completed':
      decideReconciliation(context, event);
      return;
    case 'venue-mode-changed':
    case 'timer-fired':
      decideVenueMode(context, event.type === 'venue-mode-changed');
      return;
    case 'runner-restriction-changed':
      takeOver(context, event);
      return;
    case 'runner-alerted':
      emitAlert(context, event.severity, event.code, event.detail);
      return;
    default:
      return;
  }
}

/** A runner that comes back is told again what a person has ordered: the last word may have been lost with the link, or never been said. */
function repeatInstruction(context: DecideContext): void {
  const { instruction } = context.state.durable.account;
  if (instruction === null || (instruction.verb === 'resume' && instruction.told)) return;
  const { verb, scope, commandId } = instruction;
  emit(context, { type: 'instruct-runner', verb, scope, commandId });
}

function decideReconciliation(context: DecideContext, event: ReconciliationCompleted): void {
  const { durable } = context.state;
  // An answer with holes proves nothing, and an answer from before the link nothing about now.
  if (event.result === 'incomplete' || isOldReconciliation(context.state, event)) return;
  lift(context, RUNNER_LOST, 'The runner is linked and has compared.');
  lift(context, NOT_RECONCILED, 'Orders and positions were compared.');
  if (event.result === 'clean') {
    lift(context, RECONCILIATION_MISMATCH, 'The comparison is clean again.');
    return;
  }
  if (durable.account.reconciliation?.acknowledged === true) return;
  const detail = `The books are not what venue and chain say: ${event.differences.join(' ')}`;
  const known = durable.restrictions.find(({ reason }) => reason === RECONCILIATION_MISMATCH);
  if (known?.detail === detail) return;
  restrict(context, RECONCILIATION_MISMATCH, 'reducing', detail);
  emitAlert(context, 'critical', RECONCILIATION_MISMATCH, detail);
}

/** Post-only is a matter for risk, order by order; in every other mode but `open` no order is taken at all. */
function decideVenueMode(context: DecideContext, told: boolean): void {
  const { durable } = context.state;
  const { mode, untilMs } = durable.account.venue;
  if (told && mode !== 'open' && untilMs !== null) {
    const dueMs = Math.max(untilMs, context.nowMs);
    const generation = durable.timerGeneration + 1;
    emit(context, { type: 'schedule-timer', key: VENUE_MODE_TIMER, dueMs, generation });
  }
  if (mode === 'open' || mode === 'post-only') {
    lift(context, VENUE_MODE, 'The venue takes orders again, or is asked whether it does.');
    return;
  }
  const detail = `The venue takes no orders: ${mode}.`;
  if (durable.restrictions.some((known) => known.reason === VENUE_MODE && known.detail === detail)) return;
  restrict(context, VENUE_MODE, 'halted', detail);
  emitAlert(context, 'warning', VENUE_MODE, detail);
}

/** The runner knows things that we cannot: its own limits, where it is, its own latch. Its word restricts, and only its word lifts that. */
function takeOver(context: DecideContext, { reason, mode, detail }: RunnerRestrictionChanged): void {
  const name = `${RUNNER_RESTRICTION_PREFIX}${reason}`;
  const known = isRestricted(context.state.durable, name);
  if (mode === 'active' && !known) return;
  emit(context, { type: 'set-trading-restriction', reason: name, mode, detail, actor: 'runner' });
  if (mode !== 'active' && !known) emitAlert(context, 'warning', name, detail);
}

/** A series that no longer trades at a venue is in nobody's way there. */
function liftVenueRestrictions(context: DecideContext): void {
  const reasons = context.state.durable.restrictions.map(({ reason }) => reason);
  const ofVenue: readonly string[] = [RUNNER_LOST, NOT_RECONCILED, RECONCILIATION_MISMATCH, VENUE_MODE];
  for (const reason of reasons) {
    if (!ofVenue.includes(reason) && !reason.startsWith(RUNNER_RESTRICTION_PREFIX)) continue;
    lift(context, reason, 'Execution is simulated.');
  }
}

function scheduleRedemption(context: DecideContext): void {
  const { ledger, timers, timerGeneration } = context.state.durable;
  if (ledger.redeemableMicro === 0 || timers[REDEEM_TIMER] !== undefined) return;
  const dueMs = context.nowMs + SIMULATED_REDEMPTION_MS;
  emit(context, { type: 'schedule-timer', key: REDEEM_TIMER, dueMs, generation: timerGeneration + 1 });
}

function restrict(context: DecideContext, reason: string, mode: 'reducing' | 'halted', detail: string): void {
  emit(context, { type: 'set-trading-restriction', reason, mode, detail, actor: 'engine' });
}

function lift(context: DecideContext, reason: string, detail: string): void {
  if (!isRestricted(context.state.durable, reason)) return;
  emit(context, { type: 'set-trading-restriction', reason, mode: 'active', detail, actor: 'engine' });
}
