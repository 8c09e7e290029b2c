import { describe, expect, test } from 'vitest';
import { JOURNAL_FORMAT_VERSION } from '../../core/engine/journal/row-format.ts';
import { InvariantError } from '../../core/model/errors.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { MAX_ROW_BYTES, openJournal } from '../../durable-objects/journal.ts';
import { createRowCounter } from '../../durable-objects/row-counter.ts';
import {
  ALERT,
  commitHeartbeats,
  type DurableStores,
  heartbeat,
  journalSeqs,
  openStores,
  runnerLinked,
  withDatabaseFile,
} from '../support/durable-stores.ts';

/** Changes one byte of a stored row. */
function damageRow(stores: DurableStores, seq: number, change: (row: Uint8Array) => void): void {
  const row = stores.journal.rowsAfter(seq - 1, 1)[0];
  if (row === undefined) throw new Error(`no row ${seq}`);
  change(row.bytes);
  stores.sql.exec('UPDATE journal SET blob = ? WHERE seq = ?', row.bytes.slice().buffer, row.lastSeq);
}

function reopen(stores: DurableStores) {
  return openJournal(stores.sql, gzipCompression, createRowCounter());
}

describe('openJournal', () => {
  test('default: an empty journal', () => {
    const { journal } = openStores();
    expect(journal.lastSeq()).toBe(0);
    expect(journal.size()).toEqual({ rows: 0, bytes: 0 });
    expect(journalSeqs(journal)).toEqual([]);
  });

  test('behavior: what was committed is there after a restart, what was not is gone', async () => {
    await withDatabaseFile((path) => {
      const before = openStores(path);
      commitHeartbeats(before, 1, 3);
      commitHeartbeats(before, 4, 5);
      before.writer.append(heartbeat(6), []);
      before.sql.close();
      const after = openStores(path);
      expect(after.journal.lastSeq()).toBe(5);
      expect(after.journal.size()).toEqual(before.journal.size());
      expect(journalSeqs(after.journal)).toEqual([1, 2, 3, 4, 5]);
      after.sql.close();
    });
  });

  test('behavior: a crash between the rows of one commit leaves a beginning of it', async () => {
    await withDatabaseFile((path) => {
      const before = openStores(path);
      // Three rows: each record is as large as a row may become before it is closed.
      const detail = Array.from({ length: 70_000 }, (_, index) => `${(index * 7_919) % 99_991} `).join('');
      for (let seq = 1; seq <= 6; seq++)
        before.writer.append(runnerLinked(seq), [{ ...ALERT, detail } as typeof ALERT]);
      before.sql.crashAfter(1);
      expect(() => before.writer.commit()).toThrow('INSERT INTO journal');
      before.sql.close();
      const after = openStores(path);
      expect(after.journal.size().rows).toBe(1);
      const seqs = journalSeqs(after.journal);
      expect(seqs).toEqual([1, 2, 3, 4, 5, 6].slice(0, seqs.length));
      expect(seqs.length).toBeGreaterThan(0);
      expect(seqs.length).toBeLessThan(6);
      commitHeartbeats(after, after.journal.lastSeq() + 1, 9);
      expect(journalSeqs(after.journal)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      after.sql.close();
    });
  });

  test('error: the newest row has a newer format', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    damageRow(stores, 3, (row) => row.set([JOURNAL_FORMAT_VERSION + 1], 4));
    expect(reopen(stores)).toMatchObject({ ok: false, error: { kind: 'newer' } });
  });

  test('error: the newest row is no row', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    damageRow(stores, 3, (row) => row.fill(0, 0, 4));
    expect(reopen(stores)).toMatchObject({ ok: false, error: { kind: 'damaged' } });
  });
});

describe('append', () => {
  test('default: one commit is one row, and is counted', () => {
    const stores = openStores();
    const before = stores.counter.written;
    commitHeartbeats(stores, 1, 100);
    expect(stores.counter.written - before).toBe(1);
    expect(stores.journal.size().rows).toBe(1);
  });

  test('error: rows are contiguous', () => {
    const { journal, writer } = openStores();
    writer.append(heartbeat(1), []);
    writer.commit();
    const row = journal.rowsAfter(0, 1)[0]?.bytes as Uint8Array;
    expect(() => journal.append(row, 3, 3)).toThrow(InvariantError);
    expect(() => journal.append(row, 1, 1)).toThrow(InvariantError);
  });

  test('error: a row that is too large', () => {
    const { journal } = openStores();
    expect(() => journal.append(new Uint8Array(MAX_ROW_BYTES + 1), 1, 1)).toThrow(InvariantError);
  });
});

describe('readFrom', () => {
  test('default: begins at the seq, also in the middle of a row', () => {
    const stores = openStores();
    for (let first = 1; first <= 100; first += 5) commitHeartbeats(stores, first, first + 4);
    expect(journalSeqs(stores.journal, 88)).toEqual([88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  });

  test('behavior: returns the last seq, also when nothing follows', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 5);
    expect(stores.journal.readFrom(2, () => undefined)).toEqual({ ok: true, value: 5 });
    expect(stores.journal.readFrom(6, () => undefined)).toEqual({ ok: true, value: 5 });
  });

  test('error: a damaged row is named, and what stands before it was read', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    commitHeartbeats(stores, 4, 6);
    commitHeartbeats(stores, 7, 9);
    damageRow(stores, 6, (row) => row.set([(row.at(-1) as number) ^ 1], row.length - 1));
    const seen: number[] = [];
    const read = stores.journal.readFrom(1, (event) => seen.push(event.seq));
    expect(read).toMatchObject({ ok: false, error: { kind: 'damaged', rowSeq: 6 } });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('error: a newer row in the middle', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    damageRow(stores, 3, (row) => row.set([9], 4));
    expect(stores.journal.readFrom(1, () => undefined)).toEqual({
      ok: false,
      error: { kind: 'newer-format', version: 9, rowSeq: 3 },
    });
  });

  test('error: a row that is missing, in the middle or before the first', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    commitHeartbeats(stores, 4, 6);
    commitHeartbeats(stores, 7, 9);
    stores.sql.exec('DELETE FROM journal WHERE seq = 6');
    expect(stores.journal.readFrom(1, () => undefined)).toMatchObject({
      ok: false,
      error: { kind: 'damaged', rowSeq: 9 },
    });
    expect(stores.journal.readFrom(5, () => undefined)).toMatchObject({
      ok: false,
      error: { kind: 'damaged', rowSeq: 9 },
    });
    expect(journalSeqs(stores.journal, 7)).toEqual([7, 8, 9]);
  });

  test('error: a row under another seq', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    stores.sql.exec('UPDATE journal SET seq = 4');
    expect(stores.journal.readFrom(1, () => undefined)).toMatchObject({ ok: false, error: { rowSeq: 4 } });
  });
});

describe('deleteThrough', () => {
  test('default: whole rows up to the seq, counted as written', () => {
    const stores = openStores();
    for (let first = 1; first <= 50; first += 10) commitHeartbeats(stores, first, first + 9);
    const before = stores.counter.written;
    expect(stores.journal.deleteThrough(35, 500)).toBe(3);
    expect(stores.counter.written - before).toBe(3);
    expect(journalSeqs(stores.journal, 31)[0]).toBe(31);
    expect(stores.journal.size()).toEqual({ rows: 2, bytes: stores.journal.bytesAfter(0) });
  });

  test('args: limitRows', () => {
    const stores = openStores();
    for (let seq = 1; seq <= 10; seq++) commitHeartbeats(stores, seq, seq);
    expect(stores.journal.deleteThrough(8, 3)).toBe(3);
    expect(stores.journal.oldestRows(1)[0]?.lastSeq).toBe(4);
  });

  test('behavior: the newest row stays and holds the place', async () => {
    await withDatabaseFile((path) => {
      const before = openStores(path);
      commitHeartbeats(before, 1, 5);
      expect(before.journal.deleteThrough(5, 500)).toBe(0);
      before.sql.close();
      const after = openStores(path);
      expect(after.journal.lastSeq()).toBe(5);
      after.sql.close();
    });
  });
});

describe('oldestRows', () => {
  test('default: without their contents', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3, 1_000);
    commitHeartbeats(stores, 4, 6, 2_000);
    expect(stores.journal.oldestRows(5)).toEqual([
      { lastSeq: 3, lastMs: 1_000, bytes: stores.journal.size().bytes - stores.journal.bytesAfter(3) },
      { lastSeq: 6, lastMs: 2_000, bytes: stores.journal.bytesAfter(3) },
    ]);
  });

  test('behavior: a row whose header cannot be read counts as old', () => {
    const stores = openStores();
    commitHeartbeats(stores, 1, 3);
    damageRow(stores, 3, (row) => row.fill(0, 0, 4));
    expect(stores.journal.oldestRows(1)[0]?.lastMs).toBe(0);
  });
});
