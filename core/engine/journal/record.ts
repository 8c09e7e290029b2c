/** One entry of a series' history: what happened, and what the engine decided because of it. */
import { encodeTaggedJson } from '../../model/tagged-json.ts';
import type { EngineEvent } from '../events.ts';
import type { Output } from '../outputs.ts';

export interface JournalRecord {
  readonly event: EngineEvent;
  readonly outputs: readonly Output[];
}

/** The outputs of a record that decided nothing. One shared array: most records are such. */
export const NO_OUTPUTS: readonly Output[] = Object.freeze([]);

/**
 * Canonical text of outputs: equal decisions have equal texts. The journal stores this text, replay compares it, and the decision
 * hash is made of it.
 */
export function encodeOutputs(outputs: readonly Output[]): string {
  return encodeTaggedJson(outputs);
}
