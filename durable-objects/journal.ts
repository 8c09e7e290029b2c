/**
 * The journal of a series: one SQLite row for each commit (RUNTIME §2). Rows are contiguous: each begins with the seq after the one
 * that ended the row before.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import { forEachRecord } from '../core/engine/journal/record-reader.ts';
import {
  type Compression,
  type JournalError,
  ROW_HEADER_BYTES,
  readRowHeader,
} from '../core/engine/journal/row-format.ts';
import type { Output } from '../core/engine/outputs.ts';
import { invariant } from '../core/model/errors.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { SqlPort, SqlRow } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { blobColumn, numberColumn, toBlob } from './sql-values.ts';
import { migrateStorage, type SchemaError } from './storage-schema.ts';

/** Half of the platform's limit of 2 MB for a row (Cloudflare limits, notes of 2026-11-23). */
export const MAX_ROW_BYTES = 1_000_000;
/** Rows in memory at once while reading: at most 8 MB of the object's 32 MB. */
const ROWS_READ_AT_ONCE = 8;

export type OpenJournalError = SchemaError | { readonly kind: 'damaged'; readonly detail: string };

/** A row that cannot be read, by the seq it is stored under. */
export type ReadJournalError = JournalError & { readonly rowSeq: number };

export interface StoredRow {
  readonly lastSeq: number;
  readonly bytes: Uint8Array;
}

/** What retention needs to know of a row. Damaged headers have no time: such a row counts as old. */
export interface RowInfo {
  readonly lastSeq: number;
  readonly lastMs: UnixMs;
  readonly bytes: number;
}

export interface JournalSize {
  readonly rows: number;
  readonly bytes: number;
}

export interface Journal {
  /** Stores a row. Throws when it does not follow the last one or is too large: bugs, not data. */
  append(row: Uint8Array, firstSeq: number, lastSeq: number): void;
  /** Visits every record from `seq` on, in order; returns the last seq that the journal answers for. */
  readFrom(
    seq: number,
    visit: (event: EngineEvent, outputs: readonly Output[]) => void,
  ): Result<number, ReadJournalError>;
  /** The next rows behind `seq`, oldest first. */
  rowsAfter(seq: number, limit: number): StoredRow[];
  /** The oldest rows, without their contents. */
  oldestRows(limit: number): RowInfo[];
  /** 0 while nothing was ever stored. */
  lastSeq(): number;
  size(): JournalSize;
  /** Stored bytes of the rows behind `seq`. */
  bytesAfter(seq: number): number;
  /** Deletes the oldest rows up to and including `seq`, never the newest row: it holds the place. Returns how many went. */
  deleteThrough(seq: number, limitRows: number): number;
}

interface JournalState {
  lastSeq: number;
  rows: number;
  bytes: number;
}

/** Opens the journal and brings the object's tables up to date. */
export function openJournal(
  sql: SqlPort,
  compression: Compression,
  counter: RowCounter,
): Result<Journal, OpenJournalError> {
  const migrated = migrateStorage(sql, counter);
  if (!migrated.ok) return migrated;
  const newest = sql.exec(
    `SELECT substr(blob, 1, ${ROW_HEADER_BYTES}) AS head FROM journal ORDER BY seq DESC LIMIT 1`,
  )[0];
  if (newest !== undefined) {
    const header = readRowHeader(blobColumn(newest, 'head'));
    if (!header.ok) return err(toOpenError(header.error));
  }
  const total = sql.exec(
    'SELECT COUNT(*) AS total, COALESCE(MAX(seq), 0) AS last, COALESCE(SUM(LENGTH(blob)), 0) AS bytes FROM journal',
  )[0] as SqlRow;
  const state: JournalState = {
    lastSeq: numberColumn(total, 'last'),
    rows: numberColumn(total, 'total'),
    bytes: numberColumn(total, 'bytes'),
  };
  return ok({
    append: (row, firstSeq, lastSeq) => appendRow(sql, counter, state, row, firstSeq, lastSeq),
    readFrom: (seq, visit) => readRecords(sql, compression, seq, visit),
    rowsAfter: (seq, limit) => rowsAfter(sql, seq, limit),
    oldestRows: (limit) => oldestRows(sql, limit),
    lastSeq: () => state.lastSeq,
    size: () => ({ rows: state.rows, bytes: state.bytes }),
    bytesAfter: (seq) => {
      const row = sql.exec('SELECT COALESCE(SUM(LENGTH(blob)), 0) AS bytes FROM journal WHERE seq > ?', seq)[0];
      return numberColumn(row as SqlRow, 'bytes');
    },
    deleteThrough: (seq, limitRows) => deleteRows(sql, counter, state, seq, limitRows),
  });
}

function toOpenError(error: JournalError): OpenJournalError {
  if (error.kind === 'damaged') return error;
  return { kind: 'newer', detail: `the newest row has format version ${error.version}` };
}

function appendRow(
  sql: SqlPort,
  counter: RowCounter,
  state: JournalState,
  row: Uint8Array,
  firstSeq: number,
  lastSeq: number,
): void {
  invariant(row.length <= MAX_ROW_BYTES, 'a journal row is within its limit', { bytes: row.length });
  invariant(state.rows === 0 || firstSeq === state.lastSeq + 1, 'journal rows are contiguous', {
    firstSeq,
    storedLastSeq: state.lastSeq,
  });
  sql.exec('INSERT INTO journal (seq, blob) VALUES (?, ?)', lastSeq, toBlob(row));
  counter.written++;
  state.lastSeq = lastSeq;
  state.rows++;
  state.bytes += row.length;
}

function rowsAfter(sql: SqlPort, seq: number, limit: number): StoredRow[] {
  return sql
    .exec('SELECT seq, blob FROM journal WHERE seq > ? ORDER BY seq LIMIT ?', seq, limit)
    .map((row) => ({ lastSeq: numberColumn(row, 'seq'), bytes: blobColumn(row, 'blob') }));
}

function readRecords(
  sql: SqlPort,
  compression: Compression,
  fromSeq: number,
  visit: (event: EngineEvent, outputs: readonly Output[]) => void,
): Result<number, ReadJournalError> {
  let previousLastSeq: number | null = null;
  let after = fromSeq - 1;
  for (;;) {
    const rows = rowsAfter(sql, after, ROWS_READ_AT_ONCE);
    if (rows.length === 0) return ok(previousLastSeq ?? after);
    for (const row of rows) {
      const rowSeq = row.lastSeq;
      const place = readRowHeader(row.bytes);
      if (!place.ok) return err({ ...place.error, rowSeq });
      const { firstSeq, lastSeq } = place.value;
      if (lastSeq !== rowSeq) return err({ kind: 'damaged', detail: 'stored under another seq', rowSeq });
      if (firstSeq > (previousLastSeq ?? fromSeq - 1) + 1)
        return err({ kind: 'damaged', detail: 'rows are missing', rowSeq });
      const read = forEachRecord(row.bytes, compression, (event, outputs) => {
        if (event.seq >= fromSeq) visit(event, outputs);
      });
      if (!read.ok) return err({ ...read.error, rowSeq });
      previousLastSeq = lastSeq;
      after = rowSeq;
    }
  }
}

function oldestRows(sql: SqlPort, limit: number): RowInfo[] {
  return sql
    .exec(
      `SELECT seq, substr(blob, 1, ${ROW_HEADER_BYTES}) AS head, LENGTH(blob) AS bytes FROM journal ORDER BY seq LIMIT ?`,
      limit,
    )
    .map((row) => {
      const header = readRowHeader(blobColumn(row, 'head'));
      const lastMs = header.ok ? header.value.lastMs : 0;
      return { lastSeq: numberColumn(row, 'seq'), lastMs, bytes: numberColumn(row, 'bytes') };
    });
}

function deleteRows(sql: SqlPort, counter: RowCounter, state: JournalState, seq: number, limitRows: number): number {
  const deleted = sql.exec(
    'DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq <= ? AND seq < ? ORDER BY seq LIMIT ?)' +
      ' RETURNING LENGTH(blob) AS bytes',
    seq,
    state.lastSeq,
    limitRows,
  );
  for (const row of deleted) state.bytes -= numberColumn(row, 'bytes');
  state.rows -= deleted.length;
  counter.written += deleted.length;
  return deleted.length;
}
