import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { createAudit, genesisState, skippedSeqs } from '../../core/engine/replay.ts';
import { createState, type EngineState } from '../../core/engine/state.ts';
import { tradingMode } from '../../core/engine/trading-state.ts';
import { createExchange } from '../../core/simulation/exchange.ts';
import type { EngineHost } from '../../durable-objects/engine-host.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { createJournalWriter } from '../../durable-objects/journal-writer.ts';
import { createPipeline, type Pipeline } from '../../durable-objects/pipeline.ts';
import { recover } from '../../durable-objects/recovery.ts';
import { openSeriesStore, type SeriesStore } from '../../durable-objects/series-store.ts';
import { aBook, aConfig, aListing, aMarket, aReferencePrice, tokensOf, WINDOW_START_MS } from '../support/builders.ts';
import { createNodeSql, createVirtualClock, type VirtualClock } from '../support/node-ports.ts';

const EXCHANGE = { orderLatencyMs: 40, cancelLatencyMs: 40, reportLatencyMs: 20, defaultTakerDelayMs: 250 };
const SETTINGS = { config: aConfig(), exchange: EXCHANGE };

interface Bench {
  readonly store: SeriesStore;
  readonly virtual: VirtualClock;
  readonly pipeline: Pipeline;
  /** What was performed, with the journal's last seq at that moment. */
  readonly performed: { readonly record: JournalRecord; readonly storedSeq: number }[];
  readonly facts: string[];
  /** What `onBroken` was told. */
  readonly broken: string[];
  readonly rebuildTo: { host: () => EngineHost };
  header(): { seq: number; tsEvent: number; tsInit: number };
}

/** A pipeline over a real store and the simulated venue, with the first window open and its strike known. */
function bench(
  onCommitted: (records: readonly JournalRecord[], pipeline: () => Pipeline) => void = () => undefined,
): Bench {
  const opened = openSeriesStore(createNodeSql(), gzipCompression);
  if (!opened.ok) throw new Error(opened.error.detail);
  const store = opened.value;
  const virtual = createVirtualClock(WINDOW_START_MS - 10_000);
  const performed: Bench['performed'] = [];
  const facts: string[] = [];
  const broken: string[] = [];
  const rebuildTo = { host: () => mustRecover(store) };
  const host: EngineHost = { state: createState(SETTINGS.config), exchange: createExchange(EXCHANGE) };
  const pipeline = createPipeline(
    {
      clock: virtual.clock,
      timers: virtual.timers,
      writer: createJournalWriter(store.journal, gzipCompression, () => false),
      outbox: { enqueue: (rows) => void facts.push(...rows.map(({ kind }) => kind)) },
      onCommitted(records) {
        for (const record of records) performed.push({ record, storedSeq: store.journal.lastSeq() });
        onCommitted(records, () => pipeline);
      },
      rebuild: () => rebuildTo.host(),
      onBroken: (detail) => void broken.push(detail),
    },
    host,
    0,
  );
  const header = () => ({ seq: 0, tsEvent: virtual.clock.now(), tsInit: 0 });
  pipeline.ingest([
    { type: 'restarted', ...header(), epoch: 1, lastSeq: 0, snapshotSeq: 0, buildId: 'test', config: SETTINGS.config },
    { type: 'recovery-completed', ...header() },
    aListing(aMarket()),
  ]);
  virtual.advanceTo(WINDOW_START_MS + 2_000);
  pipeline.ingest([aReferencePrice(WINDOW_START_MS, 84_500n * 10n ** 18n)]);
  return { store, virtual, pipeline, performed, facts, broken, rebuildTo, header };
}

function mustRecover(store: SeriesStore): EngineHost {
  const recovered = recover(store, SETTINGS);
  if (!recovered.ok) throw new Error(recovered.error.detail);
  return recovered.value.host;
}

/** Everything that quoting needs, now. */
function streams({ virtual, pipeline, header }: Bench, bidTicks = 4_900): void {
  const { up, down } = tokensOf(WINDOW_START_MS);
  const observedMs = Math.floor((virtual.clock.now() - 1_600) / 1_000) * 1_000;
  pipeline.ingest([
    {
      type: 'depth-received',
      ...header(),
      source: 'binance-futures',
      updateId: virtual.clock.now(),
      bidsE8: [],
      asksE8: [],
    },
    aReferencePrice(observedMs, 84_500n * 10n ** 18n),
    { ...aBook(up, bidTicks, bidTicks + 200), tsEvent: virtual.clock.now() },
    { ...aBook(down, 9_800 - bidTicks, 10_000 - bidTicks), tsEvent: virtual.clock.now() },
  ]);
}

function quoting(): Bench {
  const made = bench();
  streams(made);
  made.virtual.advanceBy(1_000);
  streams(made);
  made.virtual.advanceBy(1_000);
  expect(Object.values(made.pipeline.host.state.durable.orders).map(({ status }) => status)).toEqual([
    'resting',
    'resting',
  ]);
  return made;
}

function records(store: SeriesStore): JournalRecord[] {
  const all: JournalRecord[] = [];
  const read = store.journal.readFrom(1, (event, outputs) => all.push({ event, outputs }));
  if (!read.ok) throw new Error(read.error.kind);
  return all;
}

function auditOf(store: SeriesStore) {
  const all = records(store);
  const audit = createAudit(genesisState(all[0] as JournalRecord), skippedSeqs(all));
  for (const record of all) if (!audit.take(record)) break;
  return audit.result();
}

/** A level that no book can have: `apply` throws. */
function poison({ header }: Bench): EngineEvent {
  return { ...aBook(tokensOf(WINDOW_START_MS).up, 20_000, null), ...header() };
}

describe('createPipeline', () => {
  test('default: the row is stored before anything of it is performed', () => {
    const { performed } = quoting();
    expect(performed.length).toBeGreaterThan(5);
    for (const { record, storedSeq } of performed) expect(storedSeq).toBeGreaterThanOrEqual(record.event.seq);
  });

  test('behavior: seqs are contiguous and times never go back, whatever the order of arrival', () => {
    const made = quoting();
    const all = records(made.store);
    expect(all.map(({ event }) => event.seq)).toEqual(all.map((_, index) => index + 1));
    for (let index = 1; index < all.length; index++) {
      expect(all[index]?.event.tsInit).toBeGreaterThanOrEqual(all[index - 1]?.event.tsInit ?? 0);
    }
  });

  test('behavior: a tail that caused nothing is stored within a second, as one row', () => {
    const { pipeline, store, virtual, header } = bench();
    pipeline.commitTail();
    const before = store.journal.size().rows;
    for (let counter = 0; counter < 20; counter++) {
      pipeline.ingest([{ type: 'heartbeat-received', ...header(), source: 'coinbase', counter }]);
    }
    expect(store.journal.size().rows).toBe(before);
    virtual.advanceBy(1_000);
    expect(store.journal.size().rows).toBe(before + 1);
    expect(store.journal.lastSeq()).toBe(pipeline.lastSeq);
  });

  test('behavior: a fact is stored in the same turn, with the tail before it', () => {
    const { pipeline, store, header } = bench();
    pipeline.ingest([{ type: 'heartbeat-received', ...header(), source: 'coinbase', counter: 1 }]);
    pipeline.ingest([{ type: 'runner-linked', ...header(), runnerId: 'r' }]);
    expect(store.journal.lastSeq()).toBe(pipeline.lastSeq);
  });

  test('behavior: a burst of 5,000 without a consequence is stored at once', () => {
    const { pipeline, store, header } = bench();
    pipeline.commitTail();
    const before = store.journal.lastSeq();
    const burst = Array.from(
      { length: 5_000 },
      (_, counter): EngineEvent => ({ type: 'heartbeat-received', ...header(), source: 'coinbase', counter }),
    );
    pipeline.ingest(burst);
    expect(store.journal.lastSeq()).toBe(before + 5_000);
  });

  test('behavior: what an effect brings in joins the turn, in order', () => {
    let once = true;
    const { pipeline, store, header } = bench((committed, current) => {
      if (!once || !committed.some(({ event }) => event.type === 'runner-linked')) return;
      once = false;
      current().ingest([{ type: 'runner-unlinked', ...header(), reason: 'an effect' }]);
    });
    pipeline.ingest([{ type: 'runner-linked', ...header(), runnerId: 'r' }]);
    expect(
      records(store)
        .map(({ event }) => event.type)
        .slice(-2),
    ).toEqual(['runner-linked', 'runner-unlinked']);
  });

  test('behavior: the simulated venue answers at its own time, without any feed', () => {
    const made = bench();
    streams(made);
    made.virtual.advanceBy(100);
    streams(made);
    expect(Object.values(made.pipeline.host.state.durable.orders).map(({ status }) => status)).toEqual([
      'in-flight',
      'in-flight',
    ]);
    made.virtual.advanceBy(59);
    expect(Object.values(made.pipeline.host.state.durable.orders).map(({ status }) => status)).toEqual([
      'in-flight',
      'in-flight',
    ]);
    made.virtual.advanceBy(1);
    expect(Object.values(made.pipeline.host.state.durable.orders).map(({ status }) => status)).toEqual([
      'resting',
      'resting',
    ]);
  });

  test('behavior: facts go to the outbox once they are stored', () => {
    const made = quoting();
    made.pipeline.ingest([
      {
        type: 'command-received',
        ...made.header(),
        commandId: 'c1',
        actor: 'alice',
        command: { kind: 'pause', scope: 'series' },
      },
    ]);
    expect(made.facts).toContain('audit');
    made.virtual.advanceBy(1_000);
    expect(made.facts.filter((kind) => kind === 'order')).toHaveLength(2);
  });

  test('behavior: memory rebuilt from the journal is the memory that made it', () => {
    const made = quoting();
    made.pipeline.commitTail();
    const rebuilt = mustRecover(made.store);
    expect(rebuilt.state.durable).toEqual(made.pipeline.host.state.durable);
    expect(rebuilt.exchange?.orders).toEqual(made.pipeline.host.exchange?.orders);
  });

  test('behavior: stop stores the tail and leaves no timer', () => {
    const made = quoting();
    made.pipeline.ingest([{ type: 'heartbeat-received', ...made.header(), source: 'coinbase', counter: 1 }]);
    made.pipeline.stop();
    expect(made.store.journal.lastSeq()).toBe(made.pipeline.lastSeq);
    expect(made.virtual.nextDueMs()).toBeNull();
  });
});

describe('a poison event', () => {
  test('behavior: is left out, recorded as step-failed, halts and cancels, and the rest goes on', () => {
    const made = quoting();
    made.pipeline.ingest([poison(made), { type: 'runner-linked', ...made.header(), runnerId: 'r' }]);
    const { state } = made.pipeline.host;
    expect(tradingMode(state.durable)).toBe('halted');
    expect(records(made.store).map(({ event }) => event.type)).toContain('runner-linked');
    const failed = records(made.store).find(({ event }) => event.type === 'step-failed');
    expect(failed?.event).toMatchObject({ message: expect.stringContaining('a level has a price') });
    made.virtual.advanceBy(1_000);
    expect(Object.values(made.pipeline.host.state.durable.orders)).toEqual([]);
    expect(auditOf(made.store).difference).toBeNull();
  });

  test('behavior: the journal says which seq it was, and recovery does not need it', () => {
    const made = quoting();
    made.pipeline.ingest([poison(made)]);
    made.virtual.advanceBy(1_000);
    made.pipeline.commitTail();
    const all = records(made.store);
    const failed = all.find(({ event }) => event.type === 'step-failed');
    const failedSeq = failed?.event.type === 'step-failed' ? failed.event.failedSeq : 0;
    expect(failedSeq).toBe((failed?.event.seq ?? 0) - 1);
    expect(all.some(({ event }) => event.seq === failedSeq)).toBe(false);
    expect(mustRecover(made.store).state.durable).toEqual(made.pipeline.host.state.durable);
  });

  test('behavior: what came before it in the same batch is not lost', () => {
    const made = quoting();
    made.pipeline.ingest([{ type: 'runner-linked', ...made.header(), runnerId: 'r' }, poison(made)]);
    expect(records(made.store).some(({ event }) => event.type === 'runner-linked')).toBe(true);
  });

  test('behavior: reports that were on their way are neither lost nor taken twice', () => {
    const made = bench();
    streams(made);
    made.virtual.advanceBy(100);
    // Both acceptances have arrived when the batch begins, and wait behind the poison.
    made.virtual.timers.after(60, () =>
      made.pipeline.ingest([{ type: 'runner-linked', ...made.header(), runnerId: 'r' }, poison(made)]),
    );
    streams(made);
    made.virtual.advanceBy(2_000);
    const reports = records(made.store).filter(({ event }) => event.type === 'order-accepted');
    expect(reports).toHaveLength(2);
    expect(mustRecover(made.store).state.durable.orders).toEqual(made.pipeline.host.state.durable.orders);
    expect(auditOf(made.store).difference).toBeNull();
  });

  test('behavior: several in a row are left out one by one', () => {
    const made = quoting();
    made.pipeline.ingest([
      poison(made),
      poison(made),
      { type: 'runner-linked', ...made.header(), runnerId: 'r' },
      poison(made),
    ]);
    expect(records(made.store).filter(({ event }) => event.type === 'step-failed')).toHaveLength(3);
    expect(tradingMode(made.pipeline.host.state.durable)).toBe('halted');
    made.pipeline.ingest([
      {
        type: 'command-received',
        ...made.header(),
        commandId: 'c',
        actor: 'a',
        command: { kind: 'resume', scope: 'series' },
      },
    ]);
    expect(tradingMode(made.pipeline.host.state.durable)).toBe('active');
  });

  test('error: when the record of the failure fails too, the series says so once and takes nothing more', () => {
    const made = quoting();
    made.rebuildTo.host = () => ({ state: {} as EngineState, exchange: null });
    made.pipeline.ingest([poison(made), { type: 'runner-linked', ...made.header(), runnerId: 'r' }]);
    expect(made.broken).toEqual([expect.stringContaining('step-failed')]);
    expect(made.pipeline.failure).toBe(made.broken[0]);
    const { lastSeq } = made.pipeline;
    made.pipeline.ingest([{ type: 'runner-linked', ...made.header(), runnerId: 'r' }]);
    made.virtual.advanceBy(5_000);
    expect(made.pipeline.lastSeq).toBe(lastSeq);
    expect(made.broken).toHaveLength(1);
  });

  test('error: a journal that cannot be recovered breaks the series, not the caller', () => {
    const made = quoting();
    made.rebuildTo.host = () => {
      throw new Error('too much poison');
    };
    expect(() => made.pipeline.ingest([poison(made)])).not.toThrow();
    expect(made.broken).toEqual(['too much poison']);
  });

  test('error: a report of the simulated venue that cannot be taken is not asked for again for ever', () => {
    const made = quoting();
    const [order] = made.pipeline.host.exchange?.orders ?? [];
    const report = {
      type: 'order-filled',
      ...made.header(),
      clientOrderId: order?.order.clientOrderId,
      tradeId: 't',
      priceTicks: 4_800,
      sizeMicro: -1,
      feeMicro: 0,
      liquidity: 'maker',
    };
    made.pipeline.host.exchange?.pendingReports.push(report as never);
    made.pipeline.ingest([{ type: 'runner-linked', ...made.header(), runnerId: 'r' }]);
    expect(made.broken).toHaveLength(1);
  });
});
