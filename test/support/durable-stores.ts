/** Stores of one object over node:sqlite, and small records to put into them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineEvent } from '../../core/engine/events.ts';
import type { Output } from '../../core/engine/outputs.ts';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { type CheckpointStore, createCheckpointStore } from '../../durable-objects/checkpoint-store.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { type Journal, openJournal } from '../../durable-objects/journal.ts';
import { createJournalWriter, type JournalWriter } from '../../durable-objects/journal-writer.ts';
import { createMetaStore, type MetaStore } from '../../durable-objects/meta-store.ts';
import { createRowCounter, type RowCounter } from '../../durable-objects/row-counter.ts';
import { createSnapshotStore, type SnapshotStore } from '../../durable-objects/snapshot-store.ts';
import { createTapeGate, type TapeGate } from '../../durable-objects/tape-gate.ts';
import { createNodeSql, type NodeSql } from './node-ports.ts';

export const SERIES = 'btc-updown-5m' as SeriesSlug;
/** 2026-11-23T00:00:00Z */
export const START_MS = 1_795_392_000_000;

export interface DurableStores {
  readonly sql: NodeSql;
  readonly counter: RowCounter;
  readonly journal: Journal;
  readonly writer: JournalWriter;
  readonly checkpoints: CheckpointStore;
  readonly snapshots: SnapshotStore;
  readonly meta: MetaStore;
  readonly tapeGate: TapeGate;
}

/** Opens everything; throws where the journal cannot be opened. */
export function openStores(path = ':memory:'): DurableStores {
  const sql = createNodeSql(path);
  const counter = createRowCounter();
  const journal = openJournal(sql, gzipCompression, counter);
  if (!journal.ok) throw new Error(`journal: ${journal.error.kind} ${journal.error.detail}`);
  const tapeGate = createTapeGate(sql, counter);
  return {
    sql,
    counter,
    journal: journal.value,
    writer: createJournalWriter(journal.value, gzipCompression, () => tapeGate.isSuspended()),
    checkpoints: createCheckpointStore(sql, counter),
    snapshots: createSnapshotStore(sql, gzipCompression, counter),
    meta: createMetaStore(sql, counter),
    tapeGate,
  };
}

/** Runs `use` with the path of a database file that is gone afterwards. */
export async function withDatabaseFile(use: (path: string) => void | Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-test-'));
  try {
    await use(join(folder, 'object.sqlite'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Market data: tape. */
export function heartbeat(seq: number, tsInit = START_MS + seq): EngineEvent {
  return { type: 'heartbeat-received', seq, tsEvent: tsInit, tsInit, source: 'coinbase', counter: seq };
}

/** No market data: journal. */
export function runnerLinked(seq: number, tsInit = START_MS + seq): EngineEvent {
  return { type: 'runner-linked', seq, tsEvent: tsInit, tsInit, runnerId: 'r-1' };
}

export const ALERT: Output = { type: 'raise-alert', code: 'test', severity: 'info', detail: '' };

/** Commits one row with the heartbeats `firstSeq … lastSeq`. */
export function commitHeartbeats(stores: DurableStores, firstSeq: number, lastSeq: number, tsInit?: number): void {
  for (let seq = firstSeq; seq <= lastSeq; seq++) stores.writer.append(heartbeat(seq, tsInit), []);
  stores.writer.commit();
}

/** Seqs of everything in the journal from `fromSeq` on; throws where it cannot be read. */
export function journalSeqs(journal: Journal, fromSeq = 1): number[] {
  const seqs: number[] = [];
  const read = journal.readFrom(fromSeq, (event) => seqs.push(event.seq));
  if (!read.ok) throw new Error(`row ${read.error.rowSeq}: ${read.error.kind}`);
  return seqs;
}
