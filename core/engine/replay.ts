/**
 * The audit: every recorded decision is taken again from the recorded events and compared, byte for byte (RUNTIME §3). It stops
 * at the first difference and shows both sides. The same code runs in Node and in workerd.
 */
import { createDecisionHash } from '../model/digest.ts';
import { invariant } from '../model/errors.ts';
import { step } from './engine.ts';
import { encodeOutputs, type JournalRecord } from './journal/record.ts';
import { createState, type EngineState } from './state.ts';

export interface AuditDifference {
  readonly seq: number;
  readonly eventType: string;
  readonly recorded: string;
  readonly replayed: string;
}

export interface AuditResult {
  readonly records: number;
  /** How many times `decide` ran: what a replay's speed depends on. */
  readonly decisions: number;
  /** SHA-256 over all recorded decisions that were confirmed. */
  readonly hash: string;
  readonly difference: AuditDifference | null;
}

export interface Audit {
  /** Takes the next record; `false` once a difference was found. */
  take(record: JournalRecord): boolean;
  result(): AuditResult;
}

/**
 * Starts an audit from a state that stands before the first record: a new series, or a snapshot. `skipped` are events that made
 * the engine fail and were left out live (`step-failed`).
 */
export function createAudit(state: EngineState, skipped: ReadonlySet<number>): Audit {
  const hash = createDecisionHash();
  const decisionsBefore = state.scratch.decisions;
  let records = 0;
  let difference: AuditDifference | null = null;
  return {
    take({ event, outputs }) {
      if (difference !== null) return false;
      if (skipped.has(event.seq)) return true;
      const decided = step(state, event);
      records++;
      if (decided.length === 0 && outputs.length === 0) return true;
      const recorded = encodeOutputs(outputs);
      const replayed = encodeOutputs(decided);
      if (recorded !== replayed) {
        difference = { seq: event.seq, eventType: event.type, recorded, replayed };
        return false;
      }
      hash.update(event.seq, recorded);
      return true;
    },
    result: () => ({ records, decisions: state.scratch.decisions - decisionsBefore, hash: hash.hex(), difference }),
  };
}

/** The state of a series before its very first record, which must be its first boot. */
export function genesisState(first: JournalRecord): EngineState {
  const { event } = first;
  invariant(event.type === 'restarted', 'a history begins with a boot', { type: event.type });
  return createState(event.config);
}

/** The events that a history says were left out. */
export function skippedSeqs(records: Iterable<JournalRecord>): Set<number> {
  const skipped = new Set<number>();
  for (const { event } of records) if (event.type === 'step-failed') skipped.add(event.failedSeq);
  return skipped;
}
