import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MAX_ROW_BYTES } from '../../durable-objects/journal.ts';
import type { Snapshot } from '../../durable-objects/snapshot-store.ts';
import { openStores, START_MS, withDatabaseFile } from '../support/durable-stores.ts';

/** Bytes that gzip cannot make smaller, different for each seed. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let x = seed;
  for (let index = 0; index < length; index++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = x >>> 24;
  }
  return bytes;
}

const snapshot = (seq: number, length = 100) => ({
  seq,
  stateVersion: 3,
  takenMs: START_MS + seq,
  bytes: noise(length, seq),
});

/** A snapshot with a hash for its bytes: comparing megabytes one by one takes seconds. */
function print(snapshot: Snapshot | null) {
  return snapshot && { ...snapshot, bytes: createHash('sha256').update(snapshot.bytes).digest('hex') };
}

describe('readNewest', () => {
  test('default: null, then the newest', () => {
    const { snapshots } = openStores();
    expect(snapshots.readNewest()).toBeNull();
    for (const seq of [5, 9, 12]) {
      snapshots.write(snapshot(seq));
      expect(print(snapshots.readNewest())).toEqual(print(snapshot(seq)));
    }
  });

  test('behavior: an empty state is a state', () => {
    const { snapshots } = openStores();
    snapshots.write(snapshot(1, 0));
    expect(print(snapshots.readNewest())).toEqual(print(snapshot(1, 0)));
  });

  test('behavior: a large state is cut into rows within their limit', () => {
    const { snapshots, sql } = openStores();
    snapshots.write(snapshot(1, 2_500_000));
    const sizes = sql.exec('SELECT LENGTH(blob) AS bytes FROM snapshot_chunk').map((row) => Number(row['bytes']));
    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_ROW_BYTES);
    expect(print(snapshots.readNewest())).toEqual(print(snapshot(1, 2_500_000)));
  });

  test('behavior: storage stays at two snapshots, and a smaller one frees its rows', () => {
    const { snapshots, sql } = openStores();
    for (const [seq, length] of [
      [1, 2_500_000],
      [2, 100],
      [3, 100],
    ] as const)
      snapshots.write(snapshot(seq, length));
    expect(sql.exec('SELECT COUNT(*) AS total FROM snapshot_chunk')).toEqual([{ total: 2 }]);
    expect(print(snapshots.readNewest())).toEqual(print(snapshot(3)));
  });

  test('behavior: every row is counted', () => {
    const { snapshots, counter } = openStores();
    const before = counter.written;
    snapshots.write(snapshot(1, 2_500_000));
    expect(counter.written - before).toBe(4);
    snapshots.write(snapshot(2));
    expect(counter.written - before).toBe(6);
    snapshots.write(snapshot(3));
    expect(counter.written - before).toBe(10);
  });

  test('behavior: a crash at any statement of a write leaves the one before it', async () => {
    for (let statements = 1; statements <= 5; statements++) {
      await withDatabaseFile((path) => {
        const before = openStores(path);
        before.snapshots.write(snapshot(1, 1_500_000));
        before.snapshots.write(snapshot(2, 1_500_000));
        before.sql.crashAfter(statements);
        let crashed = false;
        try {
          before.snapshots.write(snapshot(3, 1_500_000));
        } catch {
          crashed = true;
        }
        before.sql.close();
        const after = openStores(path);
        // The header is the fourth statement: the list of headers and two chunks come before it.
        expect(print(after.snapshots.readNewest())).toEqual(print(snapshot(statements < 4 ? 2 : 3, 1_500_000)));
        expect(crashed).toBe(statements < 5);
        after.sql.close();
      });
    }
  });

  test.each([
    ['a chunk that is missing', 'DELETE FROM snapshot_chunk WHERE id = 1000'],
    ['a chunk that differs', "UPDATE snapshot_chunk SET blob = x'00' WHERE id = 1000"],
    ['a header that is no header', "UPDATE snapshot SET header = 'x' WHERE slot = 1"],
    ['a header without numbers', "UPDATE snapshot SET header = '{}' WHERE slot = 1"],
  ])('error: %s makes the older one count', (_, statement) => {
    const { snapshots, sql } = openStores();
    snapshots.write(snapshot(1));
    snapshots.write(snapshot(2));
    expect(print(snapshots.readNewest())).toEqual(print(snapshot(2)));
    sql.exec(statement);
    expect(snapshots.readNewest()?.seq).toBe(1);
    snapshots.write(snapshot(3));
    expect(print(snapshots.readNewest())).toEqual(print(snapshot(3)));
    expect(snapshots.damagedSlots).toBe(0);
  });

  test('error: both damaged', () => {
    const { snapshots, sql } = openStores();
    snapshots.write(snapshot(1));
    snapshots.write(snapshot(2));
    sql.exec('DELETE FROM snapshot_chunk');
    expect(snapshots.readNewest()).toBeNull();
    expect(snapshots.damagedSlots).toBe(2);
  });
});
