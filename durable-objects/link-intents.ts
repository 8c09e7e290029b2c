/** What stored records have to say to the runner. */
import type { JournalRecord } from '../core/engine/journal/record.ts';
import type { Output } from '../core/engine/outputs.ts';
import type { IntentCause, LinkMessageToRunner } from '../core/protocol/runner-link.ts';
import type { SessionMode } from './link-session.ts';

/** Messages of the records, in order. Which of them may leave depends on what the session may hear. */
export function intentsOf(records: readonly JournalRecord[], epoch: number, mode: SessionMode): LinkMessageToRunner[] {
  const messages: LinkMessageToRunner[] = [];
  for (const { event, outputs } of records) {
    if (outputs.length === 0) continue;
    const cause: IntentCause = { seq: event.seq, tsEvent: event.tsEvent, tsInit: event.tsInit };
    for (const output of outputs) {
      const message = intentOf(output, epoch, cause);
      if (message !== null && mayHear(mode, message)) messages.push(message);
    }
  }
  return messages;
}

/** Whether records changed which markets the runner should know. */
export function concernMarkets(records: readonly JournalRecord[]): boolean {
  return records.some(({ outputs }) =>
    outputs.some(({ type }) => type === 'subscribe-market' || type === 'request-markets'),
  );
}

function intentOf(output: Output, epoch: number, cause: IntentCause): LinkMessageToRunner | null {
  switch (output.type) {
    case 'submit-order':
      return { type: 'submit-order', epoch, order: output.order, cause };
    case 'resend-order':
      return { type: 'resend-order', epoch, clientOrderId: output.clientOrderId, cause };
    case 'cancel-order':
      return { type: 'cancel-order', epoch, clientOrderId: output.clientOrderId, cause };
    case 'cancel-all-orders':
      return { type: 'cancel-all', epoch, reason: output.reason };
    case 'merge-complete-sets': {
      const { windowStartMs, conditionId, sizeMicro } = output;
      return { type: 'merge-sets', epoch, windowStartMs, conditionId, sizeMicro };
    }
    case 'instruct-runner':
      return { type: 'stop', epoch, verb: output.verb, scope: output.scope, commandId: output.commandId };
    default:
      return null;
  }
}

function mayHear(mode: SessionMode, message: LinkMessageToRunner): boolean {
  if (mode === 'full') return true;
  // What the simulated venue is told, for whoever measures; the runner takes none of it for its own.
  if (mode === 'simulated') return message.type === 'submit-order' || message.type === 'cancel-order';
  if (message.type === 'stop') return message.verb !== 'resume';
  return message.type === 'cancel-order' || message.type === 'cancel-all';
}
