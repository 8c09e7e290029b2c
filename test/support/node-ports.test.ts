import { describe, expect, test } from 'vitest';
import { createMemoryBlob, createNodeSql, createVirtualClock, SimulatedCrash } from './node-ports.ts';

describe('createVirtualClock', () => {
  test('default: fires timers in the order in which they come due, each at its own time', () => {
    const { clock, timers, advanceTo } = createVirtualClock(1_000);
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${clock.wallMs()}`);
    timers.after(30, note('c'));
    timers.after(10, note('a'));
    timers.after(10, note('b'));
    timers.after(31, note('late'));
    advanceTo(1_030);
    expect(fired).toEqual(['a@1010', 'b@1010', 'c@1030']);
  });

  test('behavior: a timer set by a timer fires in the same advance', () => {
    const { clock, timers, advanceTo } = createVirtualClock(0);
    const ticks: number[] = [];
    const tick = (): void => {
      ticks.push(clock.wallMs());
      timers.after(10, tick);
    };
    timers.after(10, tick);
    advanceTo(35);
    expect(ticks).toEqual([10, 20, 30]);
    expect(clock.wallMs()).toBe(35);
  });

  test('behavior: a cancelled timer does not fire', () => {
    const { timers, advanceTo, nextDueMs } = createVirtualClock(0);
    const fired: string[] = [];
    const cancel = timers.after(10, () => fired.push('x'));
    cancel();
    expect(nextDueMs()).toBeNull();
    advanceTo(20);
    expect(fired).toEqual([]);
  });

  test('behavior: settleTo lets promises run between timers', async () => {
    const { clock, timers, settleTo } = createVirtualClock(0);
    const seen: number[] = [];
    const wait = (ms: number) => new Promise<void>((resolve) => timers.after(ms, resolve));
    const work = async () => {
      for (let round = 0; round < 3; round++) {
        await wait(10);
        seen.push(clock.wallMs());
      }
    };
    const done = work();
    await settleTo(100);
    await done;
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.wallMs()).toBe(100);
  });

  test('args: speed scales the product time, not the wall', () => {
    const { clock, advanceBy } = createVirtualClock(1_000, 10);
    advanceBy(500);
    expect([clock.wallMs(), clock.now()]).toEqual([1_500, 6_000]);
  });
});

describe('createNodeSql', () => {
  test('default: every kind of value comes back', () => {
    const sql = createNodeSql();
    sql.exec('CREATE TABLE t (a INTEGER, b REAL, c TEXT, d BLOB, e TEXT)');
    expect(
      sql.exec('INSERT INTO t VALUES (?, ?, ?, ?, ?)', 2 ** 53 - 1, 0.5, 'x', new Uint8Array([1, 2]).buffer, null),
    ).toEqual([]);
    const row = sql.exec('SELECT * FROM t')[0];
    expect(row).toMatchObject({ a: 2 ** 53 - 1, b: 0.5, c: 'x', e: null });
    expect(new Uint8Array(row?.['d'] as ArrayBuffer)).toEqual(new Uint8Array([1, 2]));
  });

  test('behavior: RETURNING returns rows', () => {
    const sql = createNodeSql();
    sql.exec('CREATE TABLE t (a INTEGER)');
    expect(sql.exec('INSERT INTO t VALUES (1), (2) RETURNING a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('behavior: deleted rows free their bytes', () => {
    const sql = createNodeSql();
    sql.exec('CREATE TABLE t (a BLOB)');
    sql.exec('INSERT INTO t VALUES (?)', new ArrayBuffer(1_000_000));
    const full = sql.sizeBytes();
    sql.exec('DELETE FROM t');
    expect(full).toBeGreaterThan(1_000_000);
    expect(sql.sizeBytes()).toBeLessThan(100_000);
  });

  test('args: crashAfter', () => {
    const sql = createNodeSql();
    sql.crashAfter(1);
    sql.exec('SELECT 1 AS one');
    expect(() => sql.exec('SELECT 1 AS one')).toThrow(SimulatedCrash);
    expect(() => sql.exec('SELECT 1 AS one')).toThrow(SimulatedCrash);
  });
});

describe('createMemoryBlob', () => {
  test('default: stores copies, lists by prefix in order', async () => {
    const blobs = createMemoryBlob();
    const bytes = new Uint8Array([1]);
    await blobs.put('b/2', bytes);
    await blobs.put('b/1', bytes);
    await blobs.put('c/1', bytes);
    bytes[0] = 9;
    expect(await blobs.get('b/1')).toEqual(new Uint8Array([1]));
    expect(await blobs.list('b/')).toEqual([
      { key: 'b/1', size: 1 },
      { key: 'b/2', size: 1 },
    ]);
    await blobs.delete(['b/1', 'none']);
    expect(await blobs.get('b/1')).toBeNull();
  });

  test.each([
    ['refused', 0],
    ['unanswered', 1],
  ] as const)('error: %s', async (fault, stored) => {
    const blobs = createMemoryBlob();
    blobs.setFault(() => fault);
    await expect(blobs.put('a', new Uint8Array(1))).rejects.toThrow(fault);
    expect(blobs.objects.size).toBe(stored);
  });
});
