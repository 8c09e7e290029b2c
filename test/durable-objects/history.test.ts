import { describe, expect, test } from 'vitest';
import { STATE_VERSION } from '../../core/engine/state.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { firstSeqOf, historyPage } from '../../durable-objects/history.ts';
import { createJournalWriter } from '../../durable-objects/journal-writer.ts';
import { openSeriesStore, type SeriesStore } from '../../durable-objects/series-store.ts';
import { heartbeat } from '../support/durable-stores.ts';
import { createNodeSql } from '../support/node-ports.ts';

/** A store with `rows` rows of ten records each. */
function storeOf(rows: number): SeriesStore {
  const opened = openSeriesStore(createNodeSql(), gzipCompression);
  if (!opened.ok) throw new Error(opened.error.detail);
  const writer = createJournalWriter(opened.value.journal, gzipCompression, () => false);
  for (let seq = 1; seq <= rows * 10; seq++) {
    writer.append(heartbeat(seq), []);
    if (seq % 10 === 0) writer.commit();
  }
  return opened.value;
}

const page = (store: SeriesStore, fromSeq: number, maxBytes = 10_000_000) =>
  historyPage(store, { fromSeq, maxBytes }, 'build');

describe('historyPage', () => {
  test('default: a whole history in one page, from the first event, without a snapshot', () => {
    const found = page(storeOf(3), 0);
    expect(found.rows.map(({ seq }) => seq)).toEqual([10, 20, 30]);
    expect([found.snapshot, found.nextSeq]).toEqual([null, null]);
  });

  test('behavior: pages follow each other without a gap or a repetition', () => {
    const store = storeOf(40);
    const seqs: number[] = [];
    let pages = 0;
    for (let from: number | null = 0; from !== null; pages++) {
      const found = page(store, from, 700);
      seqs.push(...found.rows.map(({ seq }) => seq));
      from = found.nextSeq;
    }
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, index) => (index + 1) * 10));
    expect(pages).toBeGreaterThan(5);
  });

  test('behavior: a row that is larger than a page comes all the same, alone', () => {
    const found = page(storeOf(3), 0, 1);
    expect(found.rows).toHaveLength(1);
    expect(found.nextSeq).toBe(11);
  });

  test('behavior: from within a row on: that row, whole', () => {
    expect(page(storeOf(3), 15).rows.map(({ seq }) => seq)).toEqual([20, 30]);
  });

  test('behavior: behind the end there is nothing', () => {
    expect(page(storeOf(3), 31)).toEqual({ snapshot: null, rows: [], nextSeq: null });
  });

  test('behavior: a journal that was cut begins at the newest snapshot', () => {
    const store = storeOf(5);
    const bytes = new Uint8Array([1, 2, 3]);
    store.snapshots.write({ seq: 35, stateVersion: STATE_VERSION, takenMs: 9, bytes });
    store.journal.deleteThrough(20, 500);
    expect(firstSeqOf(store)).toBe(21);
    const found = page(store, 0);
    expect(found.snapshot).toMatchObject({ seq: 35, stateVersion: STATE_VERSION, createdMs: 9, buildId: 'build' });
    expect(found.rows.map(({ seq }) => seq)).toEqual([40, 50]);
  });

  test('behavior: a snapshot of another version of the state is no beginning', () => {
    const store = storeOf(5);
    store.snapshots.write({ seq: 35, stateVersion: STATE_VERSION + 1, takenMs: 9, bytes: new Uint8Array([1]) });
    store.journal.deleteThrough(20, 500);
    expect(page(store, 0).snapshot).toBeNull();
  });
});

describe('firstSeqOf', () => {
  test('default: 1 while nothing was cut, nor written', () => {
    expect(firstSeqOf(storeOf(2))).toBe(1);
    expect(firstSeqOf(storeOf(0))).toBe(1);
  });
});
