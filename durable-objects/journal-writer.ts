/**
 * Collects records until they are committed. A commit is one synchronous turn and normally one row; a tail that has grown too large
 * becomes several, so that no row exceeds its limit.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import { isTapeEvent } from '../core/engine/journal/record-class.ts';
import { createRecordWriter } from '../core/engine/journal/record-writer.ts';
import type { Compression } from '../core/engine/journal/row-format.ts';
import type { Output } from '../core/engine/outputs.ts';
import type { Journal } from './journal.ts';

/** A row is closed here, before compression: one more record may still come to it without exceeding the limit of a row. */
const CLOSE_ROW_AT_BYTES = 512 * 1024;

export interface JournalWriter {
  /** Adds a record to the tail. Nothing is durable before `commit`. */
  append(event: EngineEvent, outputs: readonly Output[]): void;
  /** Says that no record of this seq will come: the next row answers for it, so that rows stay contiguous. */
  skip(seq: number, tsInit: number): void;
  /** Stores the tail. Returns the number of rows that it took. */
  commit(): number;
  /** Records that are not yet stored. */
  readonly pendingRecords: number;
}

interface ClosedRow {
  readonly bytes: Uint8Array;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly records: number;
}

/** `tapeSuspended` is asked for each record: while it says yes, market data that caused nothing is left out (RUNTIME §4). */
export function createJournalWriter(
  journal: Journal,
  compression: Compression,
  tapeSuspended: () => boolean,
): JournalWriter {
  const writer = createRecordWriter();
  const closed: ClosedRow[] = [];

  const close = () => {
    const { range, count } = writer;
    // A tail of nothing but omissions waits for a record to go with.
    if (range === null || count === 0) return;
    closed.push({ bytes: writer.finish(compression), ...range, records: count });
    writer.reset();
  };

  return {
    append(event, outputs) {
      if (outputs.length === 0 && isTapeEvent(event) && tapeSuspended()) {
        writer.skip(event.seq, event.tsInit);
        return;
      }
      writer.append(event, outputs);
      if (writer.byteLength >= CLOSE_ROW_AT_BYTES) close();
    },
    skip: (seq, tsInit) => writer.skip(seq, tsInit),
    commit() {
      close();
      let rows = 0;
      for (let row = closed[0]; row !== undefined; row = closed[0]) {
        journal.append(row.bytes, row.firstSeq, row.lastSeq);
        closed.shift();
        rows++;
      }
      return rows;
    },
    get pendingRecords() {
      return closed.reduce((sum, row) => sum + row.records, writer.count);
    },
  };
}
