/** Everything of a series that is on disk, opened together. */
import type { Compression } from '../core/engine/journal/row-format.ts';
import { ok, type Result } from '../core/model/result.ts';
import { type CheckpointStore, createCheckpointStore } from './checkpoint-store.ts';
import { type Journal, type OpenJournalError, openJournal } from './journal.ts';
import { createMetaStore, type MetaStore } from './meta-store.ts';
import type { SqlPort } from './ports.ts';
import { createRowCounter, type RowCounter } from './row-counter.ts';
import { createSnapshotStore, type SnapshotStore } from './snapshot-store.ts';
import { createTapeGate, type TapeGate } from './tape-gate.ts';

export interface SeriesStore {
  readonly sql: SqlPort;
  readonly compression: Compression;
  readonly counter: RowCounter;
  readonly journal: Journal;
  readonly meta: MetaStore;
  readonly snapshots: SnapshotStore;
  readonly checkpoints: CheckpointStore;
  readonly tapeGate: TapeGate;
}

/** Opens the stores of one object. An error means that a newer release, or damage, has been here. */
export function openSeriesStore(sql: SqlPort, compression: Compression): Result<SeriesStore, OpenJournalError> {
  const counter = createRowCounter();
  const journal = openJournal(sql, compression, counter);
  if (!journal.ok) return journal;
  return ok({
    sql,
    compression,
    counter,
    journal: journal.value,
    meta: createMetaStore(sql, counter),
    snapshots: createSnapshotStore(sql, compression, counter),
    checkpoints: createCheckpointStore(sql, counter),
    tapeGate: createTapeGate(sql, counter),
  });
}
