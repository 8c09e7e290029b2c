/** Pages of a series' history, as stored: what the audit of a replay reads. */
import { readRowHeader } from '../core/engine/journal/row-format.ts';
import { STATE_VERSION } from '../core/engine/state.ts';
import type { HistoryRow, HistorySnapshot } from '../core/protocol/history-stream.ts';
import type { HistoryPage, HistoryRequest } from './series-rpc.ts';
import type { SeriesStore } from './series-store.ts';
import { toBlob } from './sql-values.ts';

/** Rows read at a time: a page is filled from a few reads, not from one that could hold 50 MB. */
const ROWS_AT_ONCE = 16;

/**
 * One page. The history begins at the very first event as long as the journal still has it; after it was cut it begins at the newest
 * snapshot, since the states in between are no longer on disk (the archive has all rows).
 */
export function historyPage(store: SeriesStore, request: HistoryRequest, buildId: string): HistoryPage {
  const { fromSeq, maxBytes } = request;
  const snapshot = fromSeq === 0 ? startingSnapshot(store, buildId) : null;
  const rows: HistoryRow[] = [];
  let after = snapshot === null ? fromSeq - 1 : snapshot.seq;
  let bytes = 0;
  for (;;) {
    const next = store.journal.rowsAfter(after, ROWS_AT_ONCE);
    if (next.length === 0) return { snapshot, rows, nextSeq: null };
    for (const row of next) {
      if (rows.length > 0 && bytes + row.bytes.length > maxBytes) return { snapshot, rows, nextSeq: after + 1 };
      rows.push({ seq: row.lastSeq, bytes: toBlob(row.bytes) });
      bytes += row.bytes.length;
      after = row.lastSeq;
    }
  }
}

/** The first seq that the journal still answers for; 1 while nothing was cut. */
export function firstSeqOf(store: SeriesStore): number {
  const [row] = store.journal.rowsAfter(0, 1);
  if (row === undefined) return 1;
  const header = readRowHeader(row.bytes);
  return header.ok ? header.value.firstSeq : row.lastSeq;
}

function startingSnapshot(store: SeriesStore, buildId: string): HistorySnapshot | null {
  if (firstSeqOf(store) === 1) return null;
  const snapshot = store.snapshots.readNewest();
  if (snapshot === null || snapshot.stateVersion !== STATE_VERSION) return null;
  const { seq, stateVersion, takenMs, bytes } = snapshot;
  return { seq, stateVersion, createdMs: takenMs, buildId, bytes: toBlob(bytes) };
}
