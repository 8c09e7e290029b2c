/** Carries out the pruning of the object's own storage, a little with each tick of the watchdog. */
import type { UnixMs } from '../core/model/time.ts';
import type { Archive } from './archive.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Journal } from './journal.ts';
import type { ClockPort, SqlPort } from './ports.ts';
import { planRetention, ROWS_AT_ONCE } from './retention-plan.ts';
import type { TapeGate } from './tape-gate.ts';

export interface RetentionPorts {
  readonly journal: Journal;
  readonly checkpoints: CheckpointStore;
  readonly archive: Pick<Archive, 'status'>;
  readonly tapeGate: TapeGate;
  readonly sql: Pick<SqlPort, 'sizeBytes'>;
  readonly clock: ClockPort;
}

/** What a round normally finds to delete is less than this: more is read only when all of it may go. */
const ROWS_AT_FIRST = 64;

/** One round: at most 500 rows in all. Synchronous and local. Returns how many rows were deleted. */
export function pruneStorage(ports: RetentionPorts): number {
  const { journal, checkpoints, archive, tapeGate, sql, clock } = ports;
  const { checkpointSeq } = archive.status();
  const nowMs = clock.now();
  const first = planAmong(ports, nowMs, ROWS_AT_FIRST);
  const { cutThrough } = first.all ? planAmong(ports, nowMs, ROWS_AT_ONCE) : first;
  let deleted = cutThrough === null ? 0 : journal.deleteThrough(cutThrough, ROWS_AT_ONCE);
  if (deleted < ROWS_AT_ONCE) deleted += checkpoints.deleteThrough(checkpointSeq, ROWS_AT_ONCE - deleted);
  tapeGate.update(sql.sizeBytes(), journal.lastSeq() + 1);
  return deleted;
}

/** What may go of the oldest `limit` rows, and whether that is all of them. */
function planAmong(
  { journal, archive }: RetentionPorts,
  nowMs: UnixMs,
  limit: number,
): { readonly cutThrough: number | null; readonly all: boolean } {
  const rows = journal.oldestRows(limit);
  const { archivedSeq, checkpointSeq } = archive.status();
  const cutThrough = planRetention({ nowMs, rows, totalBytes: journal.size().bytes, archivedSeq, checkpointSeq });
  return { cutThrough, all: rows.length === limit && cutThrough === rows.at(-1)?.lastSeq };
}
