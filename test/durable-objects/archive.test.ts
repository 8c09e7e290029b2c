import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { decodeRow } from '../../core/engine/journal/record-reader.ts';
import { type Archive, createArchive } from '../../durable-objects/archive.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import {
  ALERT,
  commitHeartbeats,
  type DurableStores,
  heartbeat,
  openStores,
  runnerLinked,
  SERIES,
  START_MS,
  withDatabaseFile,
} from '../support/durable-stores.ts';
import { createMemoryBlob, createMemoryLog, createVirtualClock, type MemoryBlob } from '../support/node-ports.ts';

const MINUTE = 60_000;

interface Bench {
  readonly stores: DurableStores;
  readonly blobs: MemoryBlob;
  readonly virtual: ReturnType<typeof createVirtualClock>;
  readonly archive: Archive;
  /** Moves time on, ticks once and waits for the pass to end. */
  pass(advanceMs: number): Promise<void>;
}

function startArchive(stores = openStores(), blobs = createMemoryBlob(), startMs = START_MS): Bench {
  const virtual = createVirtualClock(startMs);
  const { journal, checkpoints, meta } = stores;
  const log = createMemoryLog();
  const ports = { journal, checkpoints, meta, blobs, compression: gzipCompression, clock: virtual.clock, log };
  const archive = createArchive(SERIES, ports);
  const pass = async (advanceMs: number) => {
    virtual.advanceBy(advanceMs);
    archive.tick();
    await archive.idle();
  };
  return { stores, blobs, virtual, archive, pass };
}

const key = (kind: string, firstSeq: number, lastSeq: number) =>
  `${kind}/btc-updown-5m/2026-11-23/${`${firstSeq}`.padStart(16, '0')}-${`${lastSeq}`.padStart(16, '0')}.pej.gz`;

function recordsOf(blobs: MemoryBlob, name: string): JournalRecord[] {
  const decoded = decodeRow(gunzipSync(blobs.objects.get(name) as Uint8Array), gzipCompression);
  if (!decoded.ok) throw new Error(decoded.error.kind);
  return decoded.value;
}

/** Seqs in all objects of a kind, as often as they occur. */
function archivedSeqs(blobs: MemoryBlob, kind: string): number[] {
  const names = [...blobs.objects.keys()].filter((name) => name.startsWith(`${kind}/`)).sort();
  return names.flatMap((name) => recordsOf(blobs, name).map(({ event }) => event.seq));
}

describe('tick', () => {
  test('default: market data goes to the tape, the rest with all outputs to the journal', async () => {
    const { stores, blobs, archive, pass } = startArchive();
    stores.writer.append(heartbeat(1), []);
    stores.writer.append(heartbeat(2), [ALERT]);
    stores.writer.append(runnerLinked(3), []);
    stores.writer.commit();
    await pass(MINUTE);
    expect([...blobs.objects.keys()]).toEqual([key('tape', 1, 3), key('journal', 1, 3)]);
    expect(recordsOf(blobs, key('tape', 1, 3))).toEqual([
      { event: heartbeat(1), outputs: [] },
      { event: heartbeat(2), outputs: [] },
    ]);
    expect(recordsOf(blobs, key('journal', 1, 3))).toEqual([
      { event: heartbeat(2), outputs: [ALERT] },
      { event: runnerLinked(3), outputs: [] },
    ]);
    expect(archive.status()).toMatchObject({ archivedSeq: 3, failures: 0, objectsSent: 2, firstDayMs: START_MS });
  });

  test('behavior: a segment a minute, nothing in between', async () => {
    const { stores, blobs, pass } = startArchive();
    commitHeartbeats(stores, 1, 5);
    await pass(MINUTE - 1);
    expect(blobs.calls).toEqual([]);
    await pass(1);
    commitHeartbeats(stores, 6, 9);
    await pass(MINUTE - 1);
    expect(blobs.calls).toEqual([`put ${key('tape', 1, 5)}`]);
    await pass(1);
    expect(blobs.calls).toEqual([`put ${key('tape', 1, 5)}`, `put ${key('tape', 6, 9)}`]);
  });

  test('behavior: a full segment does not wait for its minute', async () => {
    const { stores, blobs, archive, pass } = startArchive();
    let x = 1;
    // Letters that gzip can make no smaller than three quarters.
    const noise = Array.from({ length: 100_000 }, () => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      return String.fromCharCode(48 + (x >>> 26));
    }).join('');
    for (let seq = 1; seq <= 100; seq++) {
      const detail = `${noise.slice(seq * 900)}${noise.slice(0, seq * 900)}`;
      stores.writer.append(runnerLinked(seq), [{ ...ALERT, detail } as typeof ALERT]);
      stores.writer.commit();
    }
    await pass(1_000);
    const sent = archive.status().archivedSeq;
    expect(sent).toBeGreaterThan(30);
    expect(sent).toBeLessThan(100);
    expect(archivedSeqs(blobs, 'journal')).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
    await pass(MINUTE);
    expect(archive.status().archivedSeq).toBe(100);
  });

  test('behavior: only one pass at a time, and the caller never waits', async () => {
    const { stores, blobs, virtual, archive } = startArchive();
    commitHeartbeats(stores, 1, 5);
    virtual.advanceBy(MINUTE);
    archive.tick();
    archive.tick();
    await archive.idle();
    expect(blobs.calls).toEqual([`put ${key('tape', 1, 5)}`]);
  });

  test('behavior: what comes while a segment is under way comes in the next one', async () => {
    const { stores, blobs, pass } = startArchive();
    commitHeartbeats(stores, 1, 5);
    blobs.setFault(() => {
      blobs.setFault(() => null);
      commitHeartbeats(stores, 6, 9);
      return null;
    });
    await pass(MINUTE);
    await pass(MINUTE);
    expect(blobs.calls).toEqual([`put ${key('tape', 1, 5)}`, `put ${key('tape', 6, 9)}`]);
    expect(archivedSeqs(blobs, 'tape')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('behavior: checkpoints are sent once each, at once', async () => {
    const { stores, blobs, archive, pass } = startArchive();
    stores.checkpoints.write({ seq: 7, version: 2, atMs: START_MS, json: '{"a":1}' });
    stores.checkpoints.write({ seq: 9, version: 2, atMs: START_MS, json: '{"a":2}' });
    await pass(1);
    await pass(1);
    const name = 'checkpoint/btc-updown-5m/2026-11-23/0000000000000007.json.gz';
    expect(JSON.parse(gunzipSync(blobs.objects.get(name) as Uint8Array).toString())).toEqual({
      seq: 7,
      version: 2,
      atMs: START_MS,
      state: { a: 1 },
    });
    expect(blobs.calls).toHaveLength(2);
    expect(archive.status().checkpointSeq).toBe(9);
  });

  test('behavior: one segment costs two rows', async () => {
    const { stores, pass } = startArchive();
    commitHeartbeats(stores, 1, 5);
    const before = stores.counter.written;
    await pass(MINUTE);
    expect(stores.counter.written - before).toBe(2);
  });

  test('error: failures are counted and back off; the mark stays', async () => {
    const { stores, blobs, virtual, archive, pass } = startArchive();
    commitHeartbeats(stores, 1, 5);
    blobs.setFault(() => 'refused');
    await pass(MINUTE);
    const waits: number[] = [];
    for (let failure = 1; failure <= 11; failure++) {
      const { retryAtWallMs, failures, archivedSeq, lastError } = archive.status();
      expect({ failures, archivedSeq }).toEqual({ failures: failure, archivedSeq: 0 });
      expect(lastError).toContain('refused');
      const wait = retryAtWallMs - virtual.clock.wallMs();
      waits.push(wait / 1_000);
      const calls = blobs.calls.length;
      await pass(wait - 1);
      expect(blobs.calls).toHaveLength(calls);
      await pass(1);
      expect(blobs.calls).toHaveLength(calls + 1);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    blobs.setFault(() => null);
    await pass(5 * MINUTE);
    expect(archive.status()).toMatchObject({ archivedSeq: 5, failuresInRow: 0, failures: 12 });
  });

  test('error: a lost answer sends the same segment again, under the same key', async () => {
    const { stores, blobs, pass } = startArchive();
    commitHeartbeats(stores, 1, 5);
    blobs.setFault(() => 'unanswered');
    await pass(MINUTE);
    blobs.setFault(() => null);
    commitHeartbeats(stores, 6, 9);
    await pass(2 * MINUTE);
    await pass(MINUTE);
    expect([...blobs.objects.keys()]).toEqual([key('tape', 1, 5), key('tape', 6, 9)]);
    expect(blobs.calls).toEqual([`put ${key('tape', 1, 5)}`, `put ${key('tape', 1, 5)}`, `put ${key('tape', 6, 9)}`]);
  });

  test('error: a crash between sending and acknowledgement loses nothing and doubles nothing', async () => {
    for (let statements = 0; statements < 12; statements++) {
      await withDatabaseFile(async (path) => {
        const blobs = createMemoryBlob();
        const before = startArchive(openStores(path), blobs);
        for (let seq = 1; seq <= 6; seq++)
          before.stores.writer.append(seq % 3 === 0 ? runnerLinked(seq) : heartbeat(seq), []);
        before.stores.writer.commit();
        before.stores.sql.crashAfter(statements);
        await before.pass(MINUTE).catch(() => undefined);
        before.stores.sql.close();

        const after = startArchive(openStores(path), blobs, START_MS + MINUTE);
        commitHeartbeats(after.stores, 7, 9);
        await after.pass(MINUTE);
        await after.pass(MINUTE);
        expect(archivedSeqs(blobs, 'tape')).toEqual([1, 2, 4, 5, 7, 8, 9]);
        expect(archivedSeqs(blobs, 'journal')).toEqual([3, 6]);
        after.stores.sql.close();
      });
    }
  });

  test('error: a flaky store gets everything in the end, each record once', async () => {
    const { stores, blobs, archive, pass } = startArchive();
    let x = 7;
    blobs.setFault(() => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      return x >>> 30 === 0 ? null : x >>> 30 === 1 ? 'unanswered' : 'refused';
    });
    for (let round = 0; round < 300; round++) {
      if (round < 50) commitHeartbeats(stores, round * 4 + 1, round * 4 + 4);
      await pass(MINUTE);
    }
    expect(archive.status().failures).toBeGreaterThan(10);
    expect(archive.status().archivedSeq).toBe(200);
    expect(archivedSeqs(blobs, 'tape')).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });

  test('error: a damaged row goes as it is, and what follows it is not held up', async () => {
    const { stores, blobs, archive, pass } = startArchive();
    commitHeartbeats(stores, 1, 3);
    commitHeartbeats(stores, 4, 6);
    commitHeartbeats(stores, 7, 9);
    stores.sql.exec("UPDATE journal SET blob = x'0102' WHERE seq = 6");
    for (let round = 0; round < 3; round++) await pass(MINUTE);
    expect([...blobs.objects.keys()]).toEqual([
      key('tape', 1, 3),
      'damaged/btc-updown-5m/0000000000000004-0000000000000006.pej.gz',
      key('tape', 7, 9),
    ]);
    expect(archive.status()).toMatchObject({ archivedSeq: 9, damagedRows: 1, firstDayMs: START_MS });
  });
});
