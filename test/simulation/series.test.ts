import { describe, expect, test } from 'vitest';
import { encodeOutputs, type JournalRecord } from '../../core/engine/journal/record.ts';
import { createRecordWriter } from '../../core/engine/journal/record-writer.ts';
import { JOURNAL_FORMAT_VERSION } from '../../core/engine/journal/row-format.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { createAudit, genesisState, skippedSeqs } from '../../core/engine/replay.ts';
import { tradingMode } from '../../core/engine/trading-state.ts';
import { createDecisionHash } from '../../core/model/digest.ts';
import { createRng } from '../../core/simulation/rng.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { factKey } from '../../durable-objects/outbox.ts';
import { openSeriesStore } from '../../durable-objects/series-store.ts';
import { toBlob } from '../../durable-objects/sql-values.ts';
import { aBook, tokensOf, WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import { type SimulatedSeries, simulateSeries } from '../support/simulated-series.ts';

/** Windows of the long runs: 4 here, as many as one likes by hand. */
const WINDOWS = Number(process.env['SIMULATION_WINDOWS'] ?? 4);
/** Far beyond what a run takes on a slow machine. */
const TIMEOUT_MS = Math.max(300_000, WINDOWS * 60_000);
/** The venue's clock starts this long before a window, as `make run` does. */
const ORIGIN_MS = WINDOW_START_MS - 20_000;
const startOf = (index: number) => WINDOW_START_MS + index * WINDOW_MS;

function records({ store, runtime }: SimulatedSeries): JournalRecord[] {
  runtime.pipeline.commitTail();
  const all: JournalRecord[] = [];
  const read = store.journal.readFrom(1, (event, outputs) => all.push({ event, outputs }));
  if (!read.ok) throw new Error(`row ${read.error.rowSeq}: ${read.error.kind}`);
  return all;
}

/** The whole journal is decided again and gives the same; the hash is that of the stored outputs. */
function expectReplays(all: readonly JournalRecord[]): void {
  const skipped = skippedSeqs(all);
  const audit = createAudit(genesisState(all[0] as JournalRecord), skipped);
  const stored = createDecisionHash();
  for (const record of all) {
    if (!audit.take(record)) break;
    if (record.outputs.length > 0 && !skipped.has(record.event.seq))
      stored.update(record.event.seq, encodeOutputs(record.outputs));
  }
  const { difference, hash } = audit.result();
  expect(difference).toBeNull();
  expect(hash).toBe(stored.hex());
}

function closedWindows(all: readonly JournalRecord[]): number[] {
  return all.flatMap(({ outputs }) =>
    outputs.flatMap((output) =>
      output.type === 'publish-fact' && output.fact.kind === 'window' ? [output.fact.windowStartMs] : [],
    ),
  );
}

/** Cash is the bankroll, all that was realised, and less what stands in positions. */
function expectMoneyConserved({ runtime, settings }: SimulatedSeries, all: readonly JournalRecord[]): void {
  const { durable } = runtime.pipeline.host.state;
  let expected = settings.config.risk.bankrollMicro;
  for (const { outputs } of all) {
    for (const output of outputs) {
      if (output.type === 'publish-fact' && output.fact.kind === 'window') expected += output.fact.realizedPnlMicro;
    }
  }
  for (const { positions, resolved } of Object.values(durable.windows)) {
    const { up, down } = positions;
    expected += resolved?.pnlMicro ?? up.soldMicro + down.soldMicro - up.boughtMicro - down.boughtMicro;
  }
  expect(durable.ledger.cashMicro + durable.ledger.redeemableMicro).toBe(expected);
}

const positionsOf = ({ runtime }: SimulatedSeries) =>
  Object.fromEntries(
    Object.entries(runtime.pipeline.host.state.durable.windows).map(([start, { positions }]) => [
      start,
      structuredClone(positions),
    ]),
  );
const openOf = ({ runtime }: SimulatedSeries) => Object.values(runtime.pipeline.host.state.durable.orders);
const windowOf = ({ runtime }: SimulatedSeries, index: number) =>
  runtime.pipeline.host.state.durable.windows[startOf(index)];

/** Runs on until something of ours stands; `false` when nothing did until `untilMs`. */
async function runUntilOpen(series: SimulatedSeries, untilMs: number): Promise<boolean> {
  while (series.virtual.clock.now() < untilMs) {
    if (openOf(series).some(({ status }) => status === 'resting')) return true;
    await series.runTo(series.virtual.clock.now() + 250);
  }
  return false;
}

describe('a simulated series', { timeout: TIMEOUT_MS }, () => {
  test('default: windows are traded one after the other, killed at any moment and started again', async () => {
    const seed = 11;
    const rng = createRng(seed).fork('crashes');
    const series = simulateSeries({ seed, originMs: ORIGIN_MS });
    let crashes = 0;
    let withOrders = 0;
    for (let index = 0; index < WINDOWS; index++) {
      const crashMs = [0, 1].map(() => startOf(index) + Math.floor(rng.uniform() * WINDOW_MS)).sort((a, b) => a - b);
      for (const [place, atMs] of crashMs.entries()) {
        await series.runTo(atMs);
        // Every other time not anywhere, but where it hurts.
        if (place === 0) await runUntilOpen(series, startOf(index + 1) - 40_000);
        const before = positionsOf(series);
        const { cashMicro } = series.runtime.pipeline.host.state.durable.ledger;
        if (openOf(series).length > 0) withOrders++;
        series.crash();
        crashes++;
        expect(positionsOf(series)).toEqual(before);
        expect(series.runtime.pipeline.host.state.durable.ledger.cashMicro).toBe(cashMicro);
        expect(openOf(series).every(({ status }) => status === 'cancel-pending')).toBe(true);
      }
      await series.runTo(startOf(index + 1));
    }
    await series.runTo(startOf(WINDOWS) + 150_000);
    const all = records(series);
    const closed = closedWindows(all);
    expect(closed).toHaveLength(new Set(closed).size);
    for (let index = 0; index < WINDOWS; index++) expect(closed).toContain(startOf(index));
    expect(all.filter(({ event }) => event.type === 'order-filled').length).toBeGreaterThan(5);
    expect([crashes, withOrders > 0]).toEqual([2 * WINDOWS, true]);
    expect(series.runtime.pipeline.host.state.durable.epoch).toBe(1 + crashes);
    expectMoneyConserved(series, all);
    expectReplays(all);
    // What was delivered twice has the same key both times: one row.
    const keys = new Set(series.facts.filter(({ kind }) => kind === 'window').map(factKey));
    expect(keys.size).toBe(closed.length);
    expect(series.runtime.alerts.newest().filter(({ severity }) => severity === 'critical')).toEqual([]);
  });

  test('behavior: an orderly restart in mid-window loses nothing and replays', async () => {
    const series = simulateSeries({ seed: 12, originMs: ORIGIN_MS });
    await runUntilOpen(series, startOf(1));
    await series.runTo(series.virtual.clock.now() + 20_000);
    const before = positionsOf(series);
    series.restart();
    expect(positionsOf(series)).toEqual(before);
    expect(await runUntilOpen(series, series.virtual.clock.now() + 10_000)).toBe(true);
    expectReplays(records(series));
  });

  test('behavior: SQLite rows and D1 facts stay within their budgets', async () => {
    const series = simulateSeries({ seed: 13, originMs: ORIGIN_MS });
    await series.runTo(startOf(WINDOWS));
    const seconds = (startOf(WINDOWS) - ORIGIN_MS) / 1_000;
    const sqlite = series.store.counter.written / seconds;
    const d1 = series.facts.length / seconds;
    console.log(`rows: ${sqlite.toFixed(2)} SQLite rows/s, ${d1.toFixed(2)} D1 facts/s over ${seconds} s`);
    expect(sqlite).toBeLessThanOrEqual(6);
    expect(d1).toBeLessThanOrEqual(1);
    expect(series.runtime.outbox.status().parked).toBe(0);
  });
});

describe('faults', { timeout: TIMEOUT_MS }, () => {
  test('behavior: PolyBolt lost over the boundary: RTDS has the strike', async () => {
    const series = simulateSeries({ seed: 21, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS - 5_000);
    series.network.faults.refuse('/polybolt', 0);
    series.network.faults.drop('/polybolt');
    await series.runTo(WINDOW_START_MS + 15_000);
    const { boundaries } = series.runtime.pipeline.host.state.durable;
    expect(boundaries[WINDOW_START_MS]).toMatchObject({ source: 'rtds', lookbackSeconds: 60 });
    expect(await runUntilOpen(series, WINDOW_START_MS + 40_000)).toBe(true);
  });

  test('behavior: a short loss of both is healed by the snapshot of the next connection', async () => {
    const series = simulateSeries({ seed: 21, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS - 5_000);
    for (const path of ['/polybolt', '/rtds']) {
      series.network.faults.refuse(path, 0);
      series.network.faults.drop(path);
    }
    await series.runTo(WINDOW_START_MS + 10_000);
    expect(series.runtime.pipeline.host.state.durable.boundaries[WINDOW_START_MS]).toBeUndefined();
    expect(openOf(series)).toEqual([]);
    for (const path of ['/polybolt', '/rtds']) series.network.faults.refuse(path, null);
    await series.runTo(WINDOW_START_MS + 50_000);
    expect(series.runtime.pipeline.host.state.durable.boundaries[WINDOW_START_MS]).toMatchObject({ snapshot: true });
  });

  test('behavior: every reference feed silent across the boundary and for two minutes more: not traded, and the record says so', async () => {
    const series = simulateSeries({ seed: 22, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS - 5_000);
    for (const path of ['/polybolt', '/rtds']) {
      series.network.faults.refuse(path, 0);
      series.network.faults.drop(path);
    }
    await series.runTo(WINDOW_START_MS + 125_000);
    for (const path of ['/polybolt', '/rtds']) series.network.faults.refuse(path, null);
    await series.runTo(startOf(1) + 150_000);
    const all = records(series);
    const record = series.facts.find((fact) => fact.kind === 'window' && fact.windowStartMs === WINDOW_START_MS);
    expect(record).toMatchObject({
      strike: null,
      orders: 0,
      decision: 'market-maker no-strike: no quotes',
      verification: 'missing',
    });
    expect(windowOf(series, 1)?.orders).toBeGreaterThan(0);
    expectReplays(all);
  });

  test('behavior: the book falls silent while PONG answers: quotes leave, and come back with it', async () => {
    const series = simulateSeries({ seed: 23, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS + 20_000);
    expect(await runUntilOpen(series, WINDOW_START_MS + 60_000)).toBe(true);
    series.network.faults.stall('/clob/ws/market', (frame) => frame === 'PONG');
    const stalledMs = series.virtual.clock.now();
    await series.runTo(stalledMs + 13_000);
    expect(openOf(series)).toEqual([]);
    expect(windowOf(series, 0)?.decisions['market-maker']?.rule).toMatch(/stale-input|no-book/);
    series.network.faults.stall('/clob/ws/market', null);
    expect(await runUntilOpen(series, stalledMs + 75_000)).toBe(true);
  });

  test('behavior: nonsense is counted and skipped; nothing breaks, nothing becomes a zero', async () => {
    const series = simulateSeries({ seed: 24, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS + 5_000);
    const rng = createRng(24).fork('nonsense');
    for (const path of ['/clob/ws/market', '/polybolt', '/rtds', '/binance/public', '/binance/market']) {
      series.network.faults.tamper(path, (frame) => mangled(frame, rng.uniform()));
    }
    await series.runTo(WINDOW_START_MS + 60_000);
    const rejected = series.runtime.feeds.status().flatMap((feed) => Object.values(feed.rejected));
    expect(rejected.reduce<number>((sum, count) => sum + Number(count), 0)).toBeGreaterThan(20);
    expect(series.runtime.phase).toBe('running');
    const all = records(series);
    expect(all.some(({ event }) => event.type === 'step-failed')).toBe(false);
    for (const { event } of all)
      if (event.type === 'reference-price-received') expect(event.priceE18).toBeGreaterThan(10n ** 21n);
    expect(series.runtime.alerts.newest().filter(({ code }) => code === 'parser-bug')).toEqual([]);
    expectReplays(all);
  });
});

/** One frame in five is cut, doubled, late, emptied or replaced. */
function mangled(frame: string, draw: number): readonly string[] {
  if (draw > 0.2) return [frame];
  if (draw < 0.04) return [frame.slice(0, Math.floor(frame.length / 2))];
  if (draw < 0.08) return [frame, frame];
  if (draw < 0.12) return [frame.replace(/"[\d.]+"/g, '"NaN"')];
  if (draw < 0.16) return ['', 'null', '[]', '{}', '[{"event_type":"book"}]', frame];
  return [];
}

describe('poison', { timeout: TIMEOUT_MS }, () => {
  test('behavior: an impossible event: halted, orders cancelled, books asked for again, resume trades in the same window', async () => {
    const series = simulateSeries({ seed: 31, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS + 10_000);
    expect(await runUntilOpen(series, WINDOW_START_MS + 60_000)).toBe(true);
    const before = structuredClone(windowOf(series, 0)?.positions);
    const token = windowOf(series, 0)?.market?.tokens.up ?? tokensOf(WINDOW_START_MS).up;
    series.runtime.pipeline.ingest([aBook(token, 20_000, null)]);
    expect(tradingMode(series.runtime.pipeline.host.state.durable)).toBe('halted');
    await series.runTo(series.virtual.clock.now() + 100);
    const { books } = series.runtime.pipeline.host.state.market;
    expect(Object.values(books).map(({ status }) => status)).toEqual(['live', 'live']);
    await series.runTo(series.virtual.clock.now() + 10_000);
    expect(openOf(series)).toEqual([]);
    expect(windowOf(series, 0)?.positions).toEqual(before);
    expect(series.runtime.phase).toBe('running');
    expect(series.runtime.alerts.newest().map(({ code }) => code)).toContain('step-failed');
    series.runtime.command({ commandId: 'c1', actor: 'alice', kind: 'resume', scope: 'series' });
    expect(await runUntilOpen(series, series.virtual.clock.now() + 15_000)).toBe(true);
    series.crash();
    await series.runTo(series.virtual.clock.now() + 5_000);
    expectReplays(records(series));
  });

  test('behavior: a stored row that cannot be applied is left out at the next boot, which starts halted', async () => {
    const series = simulateSeries({ seed: 32, originMs: ORIGIN_MS });
    await series.runTo(WINDOW_START_MS + 10_000);
    series.runtime.pipeline.ingest([{ type: 'runner-linked', seq: 0, tsEvent: 0, tsInit: 0, runnerId: 'r' }]);
    const { lastSeq } = series.runtime.pipeline;
    spoil(series, lastSeq);
    series.crash();
    expect(tradingMode(series.runtime.pipeline.host.state.durable)).toBe('halted');
    expect(series.store.meta.get('skipped-seqs')).toBe(`[${lastSeq}]`);
    await series.runTo(WINDOW_START_MS + 20_000);
    const failed = records(series).filter(({ event }) => event.type === 'step-failed');
    expect(failed.map(({ event }) => event)).toMatchObject([{ failedSeq: lastSeq }]);
    series.runtime.command({ commandId: 'c1', actor: 'alice', kind: 'resume', scope: 'series' });
    expect(tradingMode(series.runtime.pipeline.host.state.durable)).toBe('active');
    series.crash();
    expect(tradingMode(series.runtime.pipeline.host.state.durable)).toBe('active');
  });

  test('error: a journal of a newer release is not opened', async () => {
    const series = simulateSeries({ seed: 33, originMs: ORIGIN_MS });
    await series.runTo(ORIGIN_MS + 3_000);
    series.runtime.stop();
    const [row] = series.sql.exec('SELECT seq, blob FROM journal ORDER BY seq DESC LIMIT 1');
    const bytes = new Uint8Array(row?.['blob'] as ArrayBuffer);
    bytes[4] = JOURNAL_FORMAT_VERSION + 1;
    series.sql.exec('UPDATE journal SET blob = ? WHERE seq = ?', toBlob(bytes), row?.['seq'] as number);
    expect(openSeriesStore(series.sql, gzipCompression)).toMatchObject({ ok: false, error: { kind: 'newer' } });
  });
});

/** Rewrites the row of `seq` so that its record resolves a window that does not exist. */
function spoil(series: SimulatedSeries, seq: number): void {
  const all = records(series);
  const [row] = series.sql.exec('SELECT seq, blob FROM journal ORDER BY seq DESC LIMIT 1');
  expect(row?.['seq']).toBe(seq);
  const [previous] = series.sql.exec('SELECT MAX(seq) AS seq FROM journal WHERE seq < ?', seq);
  const first = Number(previous?.['seq']) + 1;
  const writer = createRecordWriter();
  for (const { event, outputs } of all.filter((record) => record.event.seq >= first)) {
    writer.append(event, event.seq === seq ? [impossible] : outputs);
  }
  series.sql.exec('UPDATE journal SET blob = ? WHERE seq = ?', toBlob(writer.finish(gzipCompression)), seq);
}

const impossible: Output = {
  type: 'resolve-window',
  windowStartMs: 1,
  conditionId: null,
  outcome: 'up',
  by: 'official',
};
