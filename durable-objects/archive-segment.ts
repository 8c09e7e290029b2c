/** Cuts the next segment out of the journal: market data for the tape, the rest with all outputs for the journal archive. */

import { NO_OUTPUTS } from '../core/engine/journal/record.ts';
import { isJournalRecord, isTapeEvent } from '../core/engine/journal/record-class.ts';
import { decodeRow } from '../core/engine/journal/record-reader.ts';
import { createRecordWriter, type RecordWriter } from '../core/engine/journal/record-writer.ts';
import { type Compression, readRowHeader } from '../core/engine/journal/row-format.ts';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import type { UnixMs } from '../core/model/time.ts';
import { damagedKey, segmentKey } from './archive-keys.ts';
import type { Journal, StoredRow } from './journal.ts';

/** A segment ends here, before compression: gzip of 4 MB holds up the object for some 50 ms. */
export const SEGMENT_BYTES = 4_000_000;

export interface ArchiveObject {
  readonly key: string;
  readonly bytes: Uint8Array;
}

export interface Segment {
  readonly lastSeq: number;
  /** Receive time of its first record; `null` when the rows could not be read. */
  readonly firstMs: UnixMs | null;
  /** Nothing, when the segment holds no record of a kind. */
  readonly objects: readonly ArchiveObject[];
  /** The rows could not be read and go as they are. */
  readonly damaged: boolean;
}

/**
 * The segment behind `afterSeq`: whole rows, up to `throughSeq` where that is given, else up to `SEGMENT_BYTES`. `null` when there is
 * no row. A row that cannot be read ends the segment before it, and is then a segment of its own.
 */
export function buildSegment(
  journal: Journal,
  compression: Compression,
  series: SeriesSlug,
  afterSeq: number,
  throughSeq: number | null,
): Segment | null {
  const tape = createRecordWriter();
  const account = createRecordWriter();
  let lastSeq = afterSeq;
  let firstMs: UnixMs | null = null;
  while (tape.byteLength + account.byteLength < SEGMENT_BYTES || throughSeq !== null) {
    const row = journal.rowsAfter(lastSeq, 1)[0];
    if (row === undefined || (throughSeq !== null && row.lastSeq > throughSeq)) break;
    const rowMs = distribute(row, compression, tape, account);
    if (rowMs === null) {
      if (firstMs === null) return damagedSegment(series, afterSeq, row, compression);
      break;
    }
    firstMs ??= rowMs;
    lastSeq = row.lastSeq;
  }
  if (firstMs === null) return null;
  const objects: ArchiveObject[] = [];
  for (const [kind, writer] of [
    ['tape', tape],
    ['journal', account],
  ] as const) {
    if (writer.count === 0) continue;
    const key = segmentKey(kind, series, firstMs, afterSeq + 1, lastSeq);
    objects.push({ key, bytes: compression.gzip(writer.finish(null)) });
  }
  return { lastSeq, firstMs, objects, damaged: false };
}

/** Puts a row's records where they belong; returns the receive time of its first record, `null` when the row cannot be read. */
function distribute(
  row: StoredRow,
  compression: Compression,
  tape: RecordWriter,
  account: RecordWriter,
): UnixMs | null {
  const header = readRowHeader(row.bytes);
  // All records first, so that a row comes whole or not at all.
  const records = decodeRow(row.bytes, compression);
  if (!header.ok || !records.ok) return null;
  for (const { event, outputs } of records.value) {
    if (isTapeEvent(event)) tape.append(event, NO_OUTPUTS);
    if (isJournalRecord(event, outputs)) account.append(event, outputs);
  }
  if (header.value.gaps) tape.markGaps();
  return header.value.firstMs;
}

function damagedSegment(series: SeriesSlug, afterSeq: number, row: StoredRow, compression: Compression): Segment {
  const objects = [{ key: damagedKey(series, afterSeq + 1, row.lastSeq), bytes: compression.gzip(row.bytes) }];
  return { lastSeq: row.lastSeq, firstMs: null, objects, damaged: true };
}
