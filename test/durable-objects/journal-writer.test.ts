import { describe, expect, test } from 'vitest';
import { readRowHeader } from '../../core/engine/journal/row-format.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { MAX_ROW_BYTES } from '../../durable-objects/journal.ts';
import { createJournalWriter } from '../../durable-objects/journal-writer.ts';
import { ALERT, heartbeat, journalSeqs, openStores, runnerLinked } from '../support/durable-stores.ts';

describe('commit', () => {
  test('default: nothing to store is no row', () => {
    const { writer, counter } = openStores();
    const before = counter.written;
    expect(writer.commit()).toBe(0);
    expect(counter.written).toBe(before);
  });

  test('behavior: a large tail becomes several rows, none beyond its limit', () => {
    const { journal } = openStores();
    const plain = { ...gzipCompression, gzip: (bytes: Uint8Array) => bytes.slice() };
    const writer = createJournalWriter(journal, plain, () => false);
    const detail = 'x'.repeat(200_000);
    for (let seq = 1; seq <= 20; seq++) writer.append(runnerLinked(seq), [{ ...ALERT, detail } as typeof ALERT]);
    expect(writer.pendingRecords).toBe(20);
    expect(writer.commit()).toBe(journal.size().rows);
    expect(journal.size().rows).toBeGreaterThan(4);
    expect(writer.pendingRecords).toBe(0);
    expect(journal.oldestRows(100).every((row) => row.bytes <= MAX_ROW_BYTES)).toBe(true);
    expect(journalSeqs(journal)).toHaveLength(20);
  });
});

describe('append', () => {
  test('behavior: while the tape is suspended only market data that caused nothing is left out', () => {
    const { journal } = openStores();
    let suspended = false;
    const writer = createJournalWriter(journal, gzipCompression, () => suspended);
    writer.append(heartbeat(1), []);
    suspended = true;
    writer.append(heartbeat(2), []);
    writer.append(heartbeat(3), [ALERT]);
    writer.append(runnerLinked(4), []);
    writer.append(heartbeat(5), []);
    writer.commit();
    expect(journalSeqs(journal)).toEqual([1, 3, 4]);
    expect(journal.lastSeq()).toBe(5);
    expect(readRowHeader(journal.rowsAfter(0, 1)[0]?.bytes as Uint8Array)).toMatchObject({ value: { gaps: true } });
  });

  test('behavior: omissions alone wait for a record, and the rows stay contiguous', () => {
    const { journal } = openStores();
    let suspended = true;
    const writer = createJournalWriter(journal, gzipCompression, () => suspended);
    writer.append(runnerLinked(1), []);
    writer.commit();
    writer.append(heartbeat(2), []);
    expect(writer.commit()).toBe(0);
    suspended = false;
    writer.append(heartbeat(3), []);
    expect(writer.commit()).toBe(1);
    expect(journalSeqs(journal)).toEqual([1, 3]);
  });
});
