/** Which rows of the journal may go, as a pure decision (RUNTIME §4). */
import { HOUR_MS, type UnixMs } from '../core/model/time.ts';
import type { RowInfo } from './journal.ts';

/** Recovery, the dashboard and a person who asks "what was that?" find the last two hours here. */
export const KEEP_AT_LEAST_MS = 2 * HOUR_MS;
/** Beyond this, rows go as soon as they may, however young. */
export const KEEP_AT_MOST_BYTES = 512_000_000;
/** Deletions of one turn: each is billed as a row written, and a turn must stay short. */
export const ROWS_AT_ONCE = 500;

export interface RetentionInput {
  readonly nowMs: UnixMs;
  /** The oldest rows, oldest first, as many as may go at once. */
  readonly rows: readonly RowInfo[];
  /** Stored bytes of the whole journal. */
  readonly totalBytes: number;
  /** Everything up to here lies in R2, acknowledged: rows, and a checkpoint that stands behind them. */
  readonly archivedSeq: number;
  readonly checkpointSeq: number;
}

/**
 * The seq up to which rows may be deleted, or `null` for none. A row goes only when it lies behind a checkpoint and both have R2's
 * acknowledgement; then when it is two hours old, or when the journal is larger than it may be.
 */
export function planRetention(input: RetentionInput): number | null {
  const safeSeq = Math.min(input.archivedSeq, input.checkpointSeq);
  let excessBytes = input.totalBytes - KEEP_AT_MOST_BYTES;
  let cutThrough: number | null = null;
  for (const row of input.rows.slice(0, ROWS_AT_ONCE)) {
    const old = input.nowMs - row.lastMs >= KEEP_AT_LEAST_MS;
    if (row.lastSeq > safeSeq || (!old && excessBytes <= 0)) break;
    cutThrough = row.lastSeq;
    excessBytes -= row.bytes;
  }
  return cutThrough;
}
