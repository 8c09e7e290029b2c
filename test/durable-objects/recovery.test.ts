import { describe, expect, test } from 'vitest';
import { CHECKPOINT_VERSION, encodeCheckpoint } from '../../core/engine/checkpoint.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { encodeSnapshot } from '../../core/engine/snapshot.ts';
import { createState, STATE_VERSION } from '../../core/engine/state.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/model/utf8.ts';
import { createExchange } from '../../core/simulation/exchange.ts';
import { forgottenOrders } from '../../durable-objects/engine-host.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { createJournalWriter } from '../../durable-objects/journal-writer.ts';
import { encodeHost, type Recovered, recover } from '../../durable-objects/recovery.ts';
import { openSeriesStore, type SeriesStore } from '../../durable-objects/series-store.ts';
import type { Snapshot } from '../../durable-objects/snapshot-store.ts';
import { aConfig, anOpenOrder, UNIT, WINDOW_START_MS } from '../support/builders.ts';
import { createEngineDriver, type EngineDriver } from '../support/engine-driver.ts';
import { createNodeSql } from '../support/node-ports.ts';

const SETTINGS = { config: aConfig(), exchange: null };
const LATENCIES = { orderLatencyMs: 40, cancelLatencyMs: 40, reportLatencyMs: 20, defaultTakerDelayMs: 250 };

function emptyStore(): SeriesStore {
  const opened = openSeriesStore(createNodeSql(), gzipCompression);
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

/** Stores records, one row for every hundred. */
function store(records: readonly JournalRecord[], into = emptyStore()): SeriesStore {
  const writer = createJournalWriter(into.journal, gzipCompression, () => false);
  for (const { event, outputs } of records) {
    writer.append(event, outputs);
    if (event.seq % 100 === 0) writer.commit();
  }
  writer.commit();
  return into;
}

/** Ten seconds of trading with a position, as records. */
function traded(): EngineDriver {
  const driver = createEngineDriver({ config: SETTINGS.config });
  driver.runTo(WINDOW_START_MS + 10_000);
  const [order] = driver.open();
  if (order === undefined) throw new Error('nothing stands');
  driver.fill(order, 4 * UNIT);
  driver.runTo(WINDOW_START_MS + 20_000);
  return driver;
}

function mustRecover(from: SeriesStore): Recovered {
  const recovered = recover(from, SETTINGS);
  if (!recovered.ok) throw new Error(recovered.error.detail);
  return recovered.value;
}

const snapshotOf = (driver: EngineDriver) => ({
  seq: driver.state.durable.lastSeq,
  stateVersion: STATE_VERSION,
  takenMs: driver.now,
  bytes: encodeHost({ state: driver.state, exchange: null }),
});
/** The newest snapshot as a later release would write it. */
function ofAnotherVersion({ snapshots }: SeriesStore): Snapshot {
  const newest = snapshots.readNewest();
  if (newest === null) throw new Error('no snapshot');
  const next = `"stateVersion\\":${STATE_VERSION + 1}`;
  const text = decodeUtf8(newest.bytes).replace(`"stateVersion\\":${STATE_VERSION}`, next);
  return { ...newest, stateVersion: STATE_VERSION + 1, bytes: encodeUtf8(text) };
}

const checkpointOf = ({ state, now }: EngineDriver) => ({
  seq: state.durable.lastSeq,
  version: CHECKPOINT_VERSION,
  atMs: now,
  json: encodeCheckpoint(state.durable),
});
/** A record that no state can take: it resolves a window that there is not. */
const impossible: Output = {
  type: 'resolve-window',
  windowStartMs: 1,
  conditionId: null,
  outcome: 'up',
  by: 'official',
};

describe('recover', () => {
  test('default: nothing stored: a series that has seen nothing', () => {
    const { host, snapshotSeq, lastSeq, poison } = mustRecover(emptyStore());
    expect([snapshotSeq, lastSeq, poison]).toEqual([0, 0, []]);
    expect(encodeSnapshot(host.state)).toBe(encodeSnapshot(createState(SETTINGS.config)));
  });

  test('behavior: from the journal alone: positions, orders and money as they were', () => {
    const driver = traded();
    const { host, lastSeq } = mustRecover(store(driver.records));
    expect(lastSeq).toBe(driver.state.durable.lastSeq);
    expect(host.state.durable).toEqual(driver.state.durable);
  });

  test('behavior: from a snapshot on: rows before it are not needed', () => {
    const driver = traded();
    const stored = store(driver.records);
    stored.snapshots.write(snapshotOf(driver));
    driver.runTo(WINDOW_START_MS + 40_000);
    store(driver.records.slice(stored.journal.lastSeq()), stored);
    stored.journal.deleteThrough(100, 500);
    const { host, snapshotSeq } = mustRecover(stored);
    expect(snapshotSeq).toBeGreaterThan(100);
    expect(host.state.durable).toEqual(driver.state.durable);
  });

  test.each([
    ['that is damaged', (from: SeriesStore) => void from.sql.exec("UPDATE snapshot_chunk SET blob = x'00'")],
    ['that is not there', (from: SeriesStore) => void from.sql.exec('DELETE FROM snapshot')],
    ['of another version of the state', (from: SeriesStore) => from.snapshots.write(ofAnotherVersion(from))],
  ])('behavior: a snapshot %s: the checkpoint and what follows it', (_, spoil) => {
    const driver = traded();
    const stored = store(driver.records);
    stored.checkpoints.write(checkpointOf(driver));
    const checkpointSeq = stored.journal.lastSeq();
    driver.runTo(WINDOW_START_MS + 40_000);
    store(driver.records.slice(checkpointSeq), stored);
    stored.snapshots.write(snapshotOf(driver));
    spoil(stored);
    const { host, snapshotSeq } = mustRecover(stored);
    expect(snapshotSeq).toBe(checkpointSeq);
    expect(host.state.durable).toEqual(driver.state.durable);
  });

  test('behavior: a checkpoint that cannot be read is passed over for the whole journal', () => {
    const driver = traded();
    const stored = store(driver.records);
    stored.checkpoints.write({ ...checkpointOf(driver), json: '{}' });
    const { host, snapshotSeq } = mustRecover(stored);
    expect(snapshotSeq).toBe(0);
    expect(host.state.durable).toEqual(driver.state.durable);
  });

  test('behavior: a record that cannot be applied is left out, remembered, and told once', () => {
    const driver = traded();
    const last = driver.records.at(-1) as JournalRecord;
    const stored = store([...driver.records.slice(0, -1), { ...last, outputs: [impossible] }]);
    const first = mustRecover(stored);
    expect(first.poison).toEqual([{ seq: last.event.seq, message: 'a window is resolved once' }]);
    expect(mustRecover(stored).poison).toEqual([]);
    expect(first.host.state.durable.lastSeq).toBe(last.event.seq - 1);
  });

  test('error: ten are an accident, eleven are not', () => {
    const driver = traded();
    const spoilt = (count: number) =>
      store(
        driver.records.map((record, index) =>
          index >= driver.records.length - count ? { ...record, outputs: [impossible] } : record,
        ),
      );
    expect(recover(spoilt(10), SETTINGS).ok).toBe(true);
    expect(recover(spoilt(11), SETTINGS)).toMatchObject({ ok: false, error: { kind: 'too-much-poison' } });
  });

  test('error: a damaged row is said, not skipped', () => {
    const stored = store(traded().records);
    const [row] = stored.sql.exec('SELECT seq, blob FROM journal ORDER BY seq LIMIT 1');
    const bytes = new Uint8Array(row?.['blob'] as ArrayBuffer);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    stored.sql.exec('UPDATE journal SET blob = ? WHERE seq = ?', bytes.buffer, row?.['seq'] as number);
    expect(recover(stored, SETTINGS)).toMatchObject({ ok: false, error: { kind: 'journal-unreadable' } });
  });

  test('error: a row that is missing is said, not skipped', () => {
    const stored = store(traded().records);
    stored.sql.exec('DELETE FROM journal WHERE seq = 200');
    expect(recover(stored, SETTINGS)).toMatchObject({ ok: false, error: { kind: 'journal-unreadable' } });
  });
});

describe('forgottenOrders', () => {
  const open = anOpenOrder();
  const state = createState(SETTINGS.config);
  state.durable.orders[open.order.clientOrderId] = open;

  test('default: an order that a new simulated venue does not know is gone, by the dead man’s word', () => {
    expect(forgottenOrders({ state, exchange: createExchange(LATENCIES) })).toMatchObject([
      { type: 'order-canceled', clientOrderId: open.order.clientOrderId, reason: 'dead-man' },
    ]);
  });

  test('behavior: not one that it knows, nor one of which it still has something to say', () => {
    const knows = createExchange(LATENCIES);
    knows.orders.push({ order: open.order } as never);
    const says = createExchange(LATENCIES);
    says.pendingReports.push({ clientOrderId: open.order.clientOrderId } as never);
    expect(forgottenOrders({ state, exchange: knows })).toEqual([]);
    expect(forgottenOrders({ state, exchange: says })).toEqual([]);
  });

  test('behavior: where orders leave the object only the venue knows', () => {
    expect(forgottenOrders({ state, exchange: null })).toEqual([]);
  });
});
