/** Operator commands and recovery: what changes the trading state by a person's word or by a failure of our own. */

import { type DecideContext, emit, emitAlert, emitAudit } from './decide-context.ts';
import type { CommandReceived, EngineEvent } from './events.ts';

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

function decideCommand(context: DecideContext, event: CommandReceived): void {
  const { command, actor } = event;
  if (command.kind === 'pause') {
    emit(context, {
      type: 'set-trading-restriction',
      reason: 'paused',
      mode: 'reducing',
      detail: `Paused by ${actor}.`,
      actor,
    });
    emitAudit(context, actor, 'pause', event.commandId);
    return;
  }
  // Resume is a person's word on everything that stands in the way: each lifted reason is named in the audit.
  const lifted = context.state.durable.restrictions.map(({ reason }) => reason);
  for (const reason of lifted) {
    emit(context, { type: 'set-trading-restriction', reason, mode: 'active', detail: `Lifted by ${actor}.`, actor });
  }
  emitAudit(context, actor, 'resume', `${event.commandId}: ${lifted.join(', ') || 'nothing to lift'}`);
}
