/**
 * Checkpoints: durable state alone, as versioned JSON, at each window's end (RUNTIME §4). They stay here until they lie in R2; the
 * newest stays in any case.
 */
import { invariant } from '../core/model/errors.ts';
import type { UnixMs } from '../core/model/time.ts';
import { MAX_ROW_BYTES } from './journal.ts';
import type { SqlPort, SqlRow } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { numberColumn, textColumn } from './sql-values.ts';

export interface Checkpoint {
  /** Last seq that the state has seen. */
  readonly seq: number;
  readonly version: number;
  readonly atMs: UnixMs;
  readonly json: string;
}

export interface CheckpointStore {
  write(checkpoint: Checkpoint): void;
  newest(): Checkpoint | null;
  /** The oldest checkpoint behind `seq`, or `null`. */
  nextAfter(seq: number): Checkpoint | null;
  /** Deletes checkpoints up to and including `seq`, never the newest. Returns how many went. */
  deleteThrough(seq: number, limitRows: number): number;
}

/** The tables must be up to date: open the journal first. */
export function createCheckpointStore(sql: SqlPort, counter: RowCounter): CheckpointStore {
  return {
    write({ seq, version, atMs, json }) {
      // A UTF-16 unit takes three bytes at most in UTF-8; beyond that the row could exceed the platform's limit.
      invariant(json.length * 3 <= 2 * MAX_ROW_BYTES, 'a checkpoint fits a row', { seq, characters: json.length });
      sql.exec(
        'INSERT INTO checkpoint (seq, version, at_ms, json) VALUES (?, ?, ?, ?) ON CONFLICT (seq) DO UPDATE' +
          ' SET version = excluded.version, at_ms = excluded.at_ms, json = excluded.json',
        seq,
        version,
        atMs,
        json,
      );
      counter.written++;
    },
    newest: () =>
      toCheckpoint(sql.exec('SELECT seq, version, at_ms, json FROM checkpoint ORDER BY seq DESC LIMIT 1')[0]),
    nextAfter: (seq) =>
      toCheckpoint(
        sql.exec('SELECT seq, version, at_ms, json FROM checkpoint WHERE seq > ? ORDER BY seq LIMIT 1', seq)[0],
      ),
    deleteThrough(seq, limitRows) {
      const deleted = sql.exec(
        'DELETE FROM checkpoint WHERE seq IN (SELECT seq FROM checkpoint WHERE seq <= ?' +
          ' AND seq < (SELECT MAX(seq) FROM checkpoint) ORDER BY seq LIMIT ?) RETURNING seq',
        seq,
        limitRows,
      );
      counter.written += deleted.length;
      return deleted.length;
    },
  };
}

function toCheckpoint(row: SqlRow | undefined): Checkpoint | null {
  if (row === undefined) return null;
  return {
    seq: numberColumn(row, 'seq'),
    version: numberColumn(row, 'version'),
    atMs: numberColumn(row, 'at_ms'),
    json: textColumn(row, 'json'),
  };
}
