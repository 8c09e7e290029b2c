/** Carries out the pruning of the object's own storage, a little with each tick of the watchdog. */
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

/** One round: at most 500 rows in all. Synchronous and local. Returns how many rows were deleted. */
export function pruneStorage(ports: RetentionPorts): number {
  const { journal, checkpoints, archive, tapeGate, sql, clock } = ports;
  const { archivedSeq, checkpointSeq } = archive.status();
  const cutThrough = planRetention({
    nowMs: clock.now(),
    rows: journal.oldestRows(ROWS_AT_ONCE),
    totalBytes: journal.size().bytes,
    archivedSeq,
    checkpointSeq,
  });
  let deleted = cutThrough === null ? 0 : journal.deleteThrough(cutThrough, ROWS_AT_ONCE);
  if (deleted < ROWS_AT_ONCE) deleted += checkpoints.deleteThrough(checkpointSeq, ROWS_AT_ONCE - deleted);
  tapeGate.update(sql.sizeBytes(), journal.lastSeq() + 1);
  return deleted;
}
