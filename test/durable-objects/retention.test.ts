import { describe, expect, test } from 'vitest';
import { pruneStorage } from '../../durable-objects/retention.ts';
import { LOCAL_LIMIT_BYTES } from '../../durable-objects/tape-gate.ts';
import { commitHeartbeats, journalSeqs, openStores, START_MS } from '../support/durable-stores.ts';
import { createVirtualClock } from '../support/node-ports.ts';

const HOUR = 3_600_000;

function bench(archivedSeq: number, checkpointSeq: number) {
  const stores = openStores();
  const virtual = createVirtualClock(START_MS);
  const archive = {
    status: () => ({
      archivedSeq,
      checkpointSeq,
      firstDayMs: START_MS,
      failuresInRow: 0,
      failures: 0,
      lastError: null,
      retryAtWallMs: 0,
      objectsSent: 0,
      bytesSent: 0,
      damagedRows: 0,
    }),
  };
  return { stores, virtual, ports: { ...stores, archive, clock: virtual.clock } };
}

describe('pruneStorage', () => {
  test('default: cuts the journal behind the checkpoint once it is old', () => {
    const { stores, virtual, ports } = bench(99, 20);
    for (let first = 1; first <= 41; first += 10) commitHeartbeats(stores, first, first + 9);
    expect(pruneStorage(ports)).toBe(0);
    virtual.advanceBy(3 * HOUR);
    expect(pruneStorage(ports)).toBe(2);
    expect(journalSeqs(stores.journal, 21)[0]).toBe(21);
    expect(pruneStorage(ports)).toBe(0);
  });

  test('behavior: at most 500 rows in one round, checkpoints included', () => {
    const { stores, virtual, ports } = bench(2_000, 2_000);
    for (let seq = 1; seq <= 700; seq++) commitHeartbeats(stores, seq, seq);
    for (let seq = 1; seq <= 400; seq++) stores.checkpoints.write({ seq, version: 1, atMs: START_MS, json: '{}' });
    virtual.advanceBy(3 * HOUR);
    const before = stores.counter.written;
    expect([pruneStorage(ports), pruneStorage(ports), pruneStorage(ports), pruneStorage(ports)]).toEqual([
      500, 500, 98, 0,
    ]);
    expect(stores.counter.written - before).toBe(1_098);
    expect(stores.journal.lastSeq()).toBe(700);
    expect(stores.checkpoints.newest()?.seq).toBe(400);
  });

  test('behavior: a checkpoint that is not archived stays', () => {
    const { stores, ports } = bench(0, 10);
    for (const seq of [5, 10, 15, 20]) stores.checkpoints.write({ seq, version: 1, atMs: START_MS, json: '{}' });
    expect(pruneStorage(ports)).toBe(2);
    expect(stores.checkpoints.nextAfter(0)?.seq).toBe(15);
  });

  test('behavior: a full disk suspends the tape', () => {
    const { stores, ports } = bench(0, 0);
    commitHeartbeats(stores, 1, 7);
    pruneStorage({ ...ports, sql: { sizeBytes: () => LOCAL_LIMIT_BYTES } });
    expect(stores.tapeGate.gaps()).toEqual([{ fromSeq: 8, toSeq: null }]);
  });
});
