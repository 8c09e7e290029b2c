/** Operator commands and recovery: what changes the trading state by a person's word or by a failure of our own. */

import { beginStop, type StopState } from './account-state.ts';
import { type DecideContext, emit, emitAlert, emitAudit } from './decide-context.ts';
import type { CommandReceived, EngineEvent, OperatorCommand } from './events.ts';
import { openOrders } from './open-orders.ts';
import type { DurableState } from './state.ts';
import { isLiftedByPerson, isRestricted } from './trading-state.ts';

/** Restrictions that a person's verb sets. */
export const PAUSED = 'paused';
export const FLATTENING = 'flattening';
export const KILLED = 'killed';

/** Decides on commands and on records of our own failures. */
export function decideCommands(context: DecideContext, event: EngineEvent): void {
  if (event.type === 'command-received') decideCommand(context, event);
  if (event.type === 'step-failed') {
    const detail = `The engine failed on event ${event.failedSeq}: ${event.message}`;
    emit(context, {
      type: 'set-trading-restriction',
      reason: 'step-failed',
      mode: 'halted',
      detail,
      actor: 'engine',
    });
    emitAlert(context, 'critical', 'step-failed', detail);
  }
}

/** Why a command is not obeyed in this state, as one sentence; `null` when it is. */
export function commandRefusal(durable: DurableState, command: OperatorCommand): string | null {
  if (command.kind !== 'flatten' || !isRestricted(durable, KILLED)) return null;
  return 'The series is killed, so nothing but cancels is sent: resume it first, then flatten.';
}

function decideCommand(context: DecideContext, event: CommandReceived): void {
  const { command, actor, commandId } = event;
  const { durable } = context.state;
  const refusal = commandRefusal(durable, command);
  if (refusal !== null) {
    emitAudit(context, actor, command.kind, `${commandId} refused: ${refusal}`);
    return;
  }
  if (command.kind === 'resume') resume(context, event);
  else stop(context, event, command.kind);
}

const STOPS = {
  pause: { reason: PAUSED, mode: 'reducing', sentence: 'Paused' },
  flatten: { reason: FLATTENING, mode: 'reducing', sentence: 'Flattened' },
  kill: { reason: KILLED, mode: 'halted', sentence: 'Killed' },
} as const;

/** The restriction first, so that nothing new can follow; then everything is cancelled, here and at the runner. */
function stop(context: DecideContext, event: CommandReceived, verb: StopState['verb']): void {
  const { actor, commandId, command } = event;
  const { durable } = context.state;
  const { reason, mode, sentence } = STOPS[verb];
  emit(context, { type: 'set-trading-restriction', reason, mode, detail: `${sentence} by ${actor}.`, actor });
  // A pause keeps positions: it ends a flatten that is under way.
  if (verb === 'pause' && isRestricted(durable, FLATTENING)) {
    const detail = `Paused by ${actor}: positions are kept.`;
    emit(context, { type: 'set-trading-restriction', reason: FLATTENING, mode: 'active', detail, actor });
  }
  // A kill holds until resume: a pause adds to it and takes nothing from it.
  const killed = verb !== 'kill' && isRestricted(durable, KILLED);
  cancelEverything(context, reason);
  if (!killed) {
    const { scope } = command;
    emit(context, { type: 'instruct-runner', verb, scope, commandId });
    emit(context, { type: 'set-stop', stop: beginStop({ commandId, verb, scope, actor }, context.nowMs) });
  }
  if (verb === 'kill') emitAlert(context, 'warning', 'killed', `Killed by ${actor}: nothing but cancels is sent.`);
  emitAudit(context, actor, verb, commandId);
}

/** Cancels each order that we know of, and has the runner cancel what it knows of. */
export function cancelEverything(context: DecideContext, reason: string): void {
  for (const { order, cancelRequestedMs } of openOrders(context.state.durable)) {
    if (cancelRequestedMs !== null) continue;
    emit(context, { type: 'cancel-order', clientOrderId: order.clientOrderId, reason });
  }
  emit(context, { type: 'cancel-all-orders', reason });
}

/** Resume is a person's word on everything that stands in the way and that a person can judge: each lifted reason is named in the audit. */
function resume(context: DecideContext, { actor, commandId, command }: CommandReceived): void {
  const { durable } = context.state;
  const lifted = durable.restrictions.map(({ reason }) => reason).filter(isLiftedByPerson);
  for (const reason of lifted) {
    emit(context, { type: 'set-trading-restriction', reason, mode: 'active', detail: `Lifted by ${actor}.`, actor });
  }
  const unfinished = durable.stop;
  if (unfinished !== null) emit(context, { type: 'set-stop', stop: null });
  emit(context, { type: 'instruct-runner', verb: 'resume', scope: command.scope, commandId });
  const remaining = durable.restrictions.map(({ reason }) => reason);
  const parts = [`${commandId}: ${lifted.join(', ') || 'nothing to lift'}`];
  if (remaining.length > 0) parts.push(`still in the way: ${remaining.join(', ')}`);
  if (unfinished !== null && !unfinished.confirmed) parts.push(`the ${unfinished.verb} was not confirmed yet`);
  emitAudit(context, actor, 'resume', parts.join('; '));
}
