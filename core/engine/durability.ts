/** When a record has to be durable: at once, or with the next row within a second. */
import { EVENT_POLICY } from './event-policy.ts';
import type { EngineEvent } from './events.ts';
import type { Output } from './outputs.ts';

/**
 * True when the row must be committed in this turn: the event is a fact that is told once, or something follows from it. What
 * caused nothing may wait for the next row: losing it in a crash changes no decision.
 */
export function mustCommit(event: EngineEvent, outputs: readonly Output[]): boolean {
  return outputs.length > 0 || EVENT_POLICY[event.type].durable === 'at-once';
}
