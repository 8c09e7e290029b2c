/** A series' history as its object stored it: rows of records, and the frames that it was made of. */

import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { forEachRecord } from '../../core/engine/journal/record-reader.ts';
import { createAudit, genesisState } from '../../core/engine/replay.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';

export interface History {
  /** What it was made from, for the reader of a figure. */
  readonly label: string;
  readonly rows: readonly Uint8Array[];
  /** The frames as they were received, before parsers and conflation. */
  readonly frames: readonly string[];
  /** From the first to the last record, in milliseconds of the history's own time. */
  readonly spanMs: number;
}

/** Reads every record of every row. Throws when a row cannot be read: a history of ours is never damaged. */
export function readHistory(history: History, visit: (record: JournalRecord) => void): void {
  for (const row of history.rows) {
    const read = forEachRecord(row, gzipCompression, (event, outputs) => visit({ event, outputs }));
    if (!read.ok) throw new Error(`a row cannot be read: ${JSON.stringify(read.error)}`);
  }
}

/** All records, decoded. */
export function recordsOf(history: History): JournalRecord[] {
  const records: JournalRecord[] = [];
  readHistory(history, (record) => records.push(record));
  return records;
}

/**
 * Takes every decision again and compares it with what was recorded: a figure of a replay that decides something else would be
 * worth nothing. Returns how many decisions ran.
 */
export function auditHistory(records: readonly JournalRecord[]): { readonly decisions: number; readonly hash: string } {
  const first = records[0];
  if (first === undefined) throw new Error('the history is empty');
  const audit = createAudit(genesisState(first), new Set());
  for (const record of records) audit.take(record);
  const { difference, decisions, hash } = audit.result();
  if (difference !== null) throw new Error(`the replay differs at ${difference.seq} (${difference.eventType})`);
  return { decisions, hash };
}
