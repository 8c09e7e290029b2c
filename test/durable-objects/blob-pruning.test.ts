import { describe, expect, test } from 'vitest';
import { createBlobPruning, planBlobPruning } from '../../durable-objects/blob-pruning.ts';
import { openStores, SERIES, START_MS } from '../support/durable-stores.ts';
import { createMemoryBlob, createMemoryLog, createVirtualClock } from '../support/node-ports.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

const object = (kind: string, day: number, name = 'x') =>
  `${kind}/btc-updown-5m/${new Date(START_MS + day * DAY).toISOString().slice(0, 10)}/${name}`;

function bench(firstDayMs: number | null = START_MS) {
  const { meta, counter } = openStores();
  const virtual = createVirtualClock(START_MS);
  const blobs = createMemoryBlob();
  const log = createMemoryLog();
  const status = () => ({
    archivedSeq: 0,
    checkpointSeq: 0,
    firstDayMs,
    failuresInRow: 0,
    failures: 0,
    lastError: null,
    retryAtWallMs: 0,
    objectsSent: 0,
    bytesSent: 0,
    damagedRows: 0,
  });
  const ports = { archive: { status }, meta, blobs, clock: virtual.clock, log };
  const restart = () => createBlobPruning(SERIES, ports);
  return { blobs, counter, virtual, restart };
}

describe('planBlobPruning', () => {
  test.each([
    { what: 'the same day', days: 0, due: [] },
    { what: '30 days are kept whole', days: 30, due: [] },
    { what: 'then the tape of the first day goes', days: 31, due: ['tape 0'] },
    { what: 'after a pause, day by day', days: 33, due: ['tape 0', 'tape 1', 'tape 2'] },
  ])('behavior: $what', ({ days, due }) => {
    const marks = { tape: START_MS, journal: START_MS, checkpoint: START_MS };
    const planned = planBlobPruning(marks, START_MS + days * DAY + 5 * HOUR);
    expect(planned.map(({ kind, dayMs }) => `${kind} ${(dayMs - START_MS) / DAY}`)).toEqual(due);
  });

  test('behavior: journal and checkpoints after two years', () => {
    const marks = { tape: START_MS + 701 * DAY, journal: START_MS, checkpoint: START_MS };
    const planned = (days: number) => planBlobPruning(marks, START_MS + days * DAY).map(({ kind }) => kind);
    expect(planned(730)).toEqual([]);
    expect(planned(731)).toEqual(['journal', 'checkpoint']);
  });
});

describe('tick', () => {
  test('default: deletes what has outlived its time and nothing else', async () => {
    const { blobs, virtual, restart } = bench();
    const kept = [object('tape', 2), object('journal', 0), object('checkpoint', 0), 'tape/eth-updown-5m/2026-11-23/x'];
    const gone = [object('tape', 0), object('tape', 0, 'y'), object('tape', 1)];
    for (const name of [...kept, ...gone]) await blobs.put(name, new Uint8Array(1));
    virtual.advanceTo(START_MS + 32 * DAY);
    const pruning = restart();
    pruning.tick();
    await pruning.idle();
    expect([...blobs.objects.keys()]).toEqual(kept);
    expect(pruning.status()).toEqual({ deletedObjects: 3, failures: 0, lastError: null });
  });

  test('behavior: once a day, also across restarts, and a day without work costs nothing', async () => {
    const { blobs, counter, virtual, restart } = bench();
    virtual.advanceTo(START_MS + 31 * DAY);
    for (let round = 0; round < 3; round++) {
      const pruning = restart();
      pruning.tick();
      await pruning.idle();
      pruning.tick();
      await pruning.idle();
    }
    expect(blobs.calls).toEqual([`list ${object('tape', 0, '')}`]);
    const before = counter.written;
    const pruning = restart();
    virtual.advanceBy(12 * HOUR);
    pruning.tick();
    await pruning.idle();
    virtual.advanceBy(12 * HOUR);
    pruning.tick();
    await pruning.idle();
    expect(blobs.calls).toHaveLength(2);
    expect(counter.written - before).toBe(1);
  });

  test('behavior: nothing to do while nothing was archived', async () => {
    const { blobs, virtual, restart } = bench(null);
    virtual.advanceTo(START_MS + 900 * DAY);
    const pruning = restart();
    pruning.tick();
    await pruning.idle();
    expect(blobs.calls).toEqual([]);
  });

  test('behavior: many objects go in portions of 500, many days over several ticks', async () => {
    const { blobs, virtual, restart } = bench();
    for (let index = 0; index < 1_100; index++) blobs.objects.set(object('tape', 60, `${index}`), new Uint8Array(1));
    virtual.advanceTo(START_MS + 91 * DAY);
    const pruning = restart();
    pruning.tick();
    await pruning.idle();
    expect(blobs.calls).toHaveLength(40);
    pruning.tick();
    await pruning.idle();
    expect(blobs.objects.size).toBe(0);
    expect(blobs.calls.filter((call) => call.startsWith('delete')).map((call) => call.split(',').length)).toEqual([
      500, 500, 100,
    ]);
  });

  test('error: a failure is counted, and tried again an hour later where it stopped', async () => {
    const { blobs, virtual, restart } = bench();
    for (const day of [0, 1, 2]) await blobs.put(object('tape', day), new Uint8Array(1));
    virtual.advanceTo(START_MS + 33 * DAY);
    blobs.setFault((operation, key) => (operation === 'delete' && key === object('tape', 1) ? 'refused' : null));
    const pruning = restart();
    pruning.tick();
    await pruning.idle();
    expect(pruning.status()).toMatchObject({ deletedObjects: 1, failures: 1 });
    blobs.setFault(() => null);
    virtual.advanceBy(HOUR - 1);
    pruning.tick();
    await pruning.idle();
    expect(blobs.objects.size).toBe(2);
    virtual.advanceBy(1);
    pruning.tick();
    await pruning.idle();
    expect(blobs.objects.size).toBe(0);
  });
});
