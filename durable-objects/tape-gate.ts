/**
 * The last resort against a full disk: while R2 has been away for so long that the local limit is reached, market data that caused
 * nothing is no longer stored, and the gap is recorded (RUNTIME §4). Trading and its account go on.
 */
import type { SqlPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { numberColumn } from './sql-values.ts';

/** What the object may keep while R2 is away. */
export const LOCAL_LIMIT_BYTES = 2_000_000_000;
/** The tape begins again well below the limit, so that the gate does not flap. */
const RESUME_BELOW_BYTES = LOCAL_LIMIT_BYTES * 0.9;

export interface TapeGap {
  readonly fromSeq: number;
  /** `null` while the gap is open. */
  readonly toSeq: number | null;
}

export interface TapeGate {
  isSuspended(): boolean;
  /** Looks at the size of the database and closes or opens the gate. `nextSeq` is the seq that the next record will get. */
  update(databaseBytes: number, nextSeq: number): void;
  /** All gaps there were, oldest first. */
  gaps(): TapeGap[];
}

/** The tables must be up to date: open the journal first. */
export function createTapeGate(sql: SqlPort, counter: RowCounter): TapeGate {
  const gaps = (): TapeGap[] =>
    sql.exec('SELECT from_seq, to_seq FROM tape_gap ORDER BY from_seq').map((row) => ({
      fromSeq: numberColumn(row, 'from_seq'),
      toSeq: row['to_seq'] === null ? null : numberColumn(row, 'to_seq'),
    }));
  let openSince: number | null = gaps().find((gap) => gap.toSeq === null)?.fromSeq ?? null;

  return {
    isSuspended: () => openSince !== null,
    update(databaseBytes, nextSeq) {
      if (openSince === null && databaseBytes >= LOCAL_LIMIT_BYTES) {
        sql.exec(
          'INSERT INTO tape_gap (from_seq, to_seq) VALUES (?, NULL) ON CONFLICT (from_seq) DO UPDATE SET to_seq = NULL',
          nextSeq,
        );
        counter.written++;
        openSince = nextSeq;
      } else if (openSince !== null && databaseBytes < RESUME_BELOW_BYTES) {
        sql.exec('UPDATE tape_gap SET to_seq = ? WHERE from_seq = ?', Math.max(openSince, nextSeq - 1), openSince);
        counter.written++;
        openSince = null;
      }
    },
    gaps,
  };
}
