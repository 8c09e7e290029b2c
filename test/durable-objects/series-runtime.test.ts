import { describe, expect, test } from 'vitest';
import { openOrders } from '../../core/engine/open-orders.ts';
import { tradingMode } from '../../core/engine/trading-state.ts';
import { seriesStatusSchema } from '../../core/protocol/series-status-schema.ts';
import { seriesHealth, seriesStatus } from '../../durable-objects/series-status.ts';
import { WINDOW_MS, WINDOW_START_MS } from '../support/builders.ts';
import { type SimulatedSeries, simulateSeries } from '../support/simulated-series.ts';

const TIMEOUT_MS = 300_000;
const ORIGIN_MS = WINDOW_START_MS - 20_000;

const stateOf = ({ runtime }: SimulatedSeries) => runtime.pipeline.host.state;
const open = (series: SimulatedSeries) => openOrders(stateOf(series).durable);

/** Runs on until something of ours rests; throws when nothing did within a minute. */
async function quoting(series: SimulatedSeries): Promise<void> {
  const untilMs = series.virtual.clock.now() + 60_000;
  while (series.virtual.clock.now() < untilMs) {
    if (open(series).some(({ status }) => status === 'resting')) return;
    await series.runTo(series.virtual.clock.now() + 250);
  }
  throw new Error('nothing was quoted within a minute');
}

async function started(seed: number): Promise<SimulatedSeries> {
  const series = simulateSeries({ seed, originMs: ORIGIN_MS });
  await series.runTo(WINDOW_START_MS + 5_000);
  await quoting(series);
  return series;
}

describe('startSeries', { timeout: TIMEOUT_MS }, () => {
  test('default: live within seconds of a boot, quoting within 20 s of a window’s start', async () => {
    const series = simulateSeries({ seed: 1, originMs: ORIGIN_MS });
    await series.runTo(ORIGIN_MS + 6_000);
    expect(series.runtime.phase).toBe('running');
    expect(series.runtime.feeds.status().filter(({ state }) => state === 'open').length).toBeGreaterThanOrEqual(4);
    await series.runTo(WINDOW_START_MS + 20_000);
    expect(stateOf(series).durable.windows[WINDOW_START_MS]?.orders).toBeGreaterThan(0);
  });

  test('behavior: its status is what the protocol says it is', async () => {
    const series = await started(2);
    const nowMs = series.virtual.clock.now();
    const status = seriesStatus(series.runtime, 'demo', nowMs, nowMs, 0);
    expect(seriesStatusSchema.parse(status)).toEqual(status);
    expect(status).toMatchObject({
      phase: 'running',
      detail: '',
      tradingMode: 'active',
      window: { tradable: true, strike: { state: 'captured' } },
    });
    expect(status.openOrders.length).toBeGreaterThan(0);
  });

  test('behavior: a command is taken once, over a crash too; a repeated one says where things stand now', async () => {
    const series = await started(3);
    const pause = { commandId: 'c1', actor: 'alice', kind: 'pause', scope: 'series' } as const;
    const first = series.runtime.command(pause);
    expect(first).toMatchObject({ result: 'applied', tradingMode: 'reducing', seq: series.runtime.pipeline.lastSeq });
    series.runtime.command({ commandId: 'c2', actor: 'alice', kind: 'resume', scope: 'series' });
    const again = { ...first, result: 'duplicate', tradingMode: 'active' };
    expect(series.runtime.command(pause)).toEqual(again);
    series.crash();
    expect(series.runtime.command(pause)).toEqual(again);
    expect(tradingMode(stateOf(series).durable)).toBe('active');
  });

  test('behavior: kill: nothing is sent any more, the status shows when it is done, and it outlives a crash', async () => {
    const series = await started(3);
    const kill = { commandId: 'k1', actor: 'alice', kind: 'kill', scope: 'account' } as const;
    expect(series.runtime.command(kill)).toMatchObject({ result: 'applied', tradingMode: 'halted' });
    const statusOf = () => {
      const nowMs = series.virtual.clock.now();
      return seriesStatusSchema.parse(seriesStatus(series.runtime, 'demo', nowMs, nowMs, 0));
    };
    expect(statusOf().stop).toMatchObject({ commandId: 'k1', verb: 'kill', scope: 'account', confirmed: false });
    const ordered = series.runtime.metrics.counters(0, 0).ordersSubmitted;
    await series.runTo(series.virtual.clock.now() + 5_000);
    expect(statusOf()).toMatchObject({ openOrders: [], stop: { confirmed: true } });
    series.crash();
    await series.runTo(series.virtual.clock.now() + 60_000);
    expect(series.runtime.metrics.counters(0, 0).ordersSubmitted).toBe(0);
    expect(ordered).toBeGreaterThan(0);
    expect(statusOf()).toMatchObject({ tradingMode: 'halted', stop: { commandId: 'k1', confirmed: true } });
  });

  test('behavior: what a kill forbids is refused with a sentence, and leaves no trace in the history', async () => {
    const series = await started(3);
    series.runtime.command({ commandId: 'k1', actor: 'alice', kind: 'kill', scope: 'series' });
    const { lastSeq } = series.runtime.pipeline;
    const flatten = { commandId: 'f1', actor: 'alice', kind: 'flatten', scope: 'series' } as const;
    const refused = { result: 'refused', seq: null, detail: expect.stringContaining('resume it first') };
    expect(series.runtime.command(flatten)).toMatchObject(refused);
    expect(series.runtime.pipeline.lastSeq).toBe(lastSeq);
    series.runtime.command({ commandId: 'r1', actor: 'alice', kind: 'resume', scope: 'series' });
    expect(series.runtime.command(flatten)).toMatchObject({ result: 'applied', tradingMode: 'reducing' });
  });

  test('behavior: flatten leaves a position through the simulated venue, or says why it is held', async () => {
    const series = await started(3);
    const held = () => {
      const windows = Object.values(stateOf(series).durable.windows).filter(({ resolved }) => resolved === null);
      return windows.flatMap(({ positions: { up, down } }) => [up.sizeMicro, down.sizeMicro]);
    };
    const untilMs = series.virtual.clock.now() + 600_000;
    while (held().every((sizeMicro) => sizeMicro < 5_000_000) && series.virtual.clock.now() < untilMs) {
      await series.runTo(series.virtual.clock.now() + 1_000);
    }
    series.runtime.command({ commandId: 'f1', actor: 'alice', kind: 'flatten', scope: 'series' });
    await series.runTo(series.virtual.clock.now() + 60_000);
    const { stop } = stateOf(series).durable;
    expect(stop).toMatchObject({ verb: 'flatten', confirmed: true });
    expect(series.facts.some((fact) => fact.kind === 'order' && fact.strategy === 'flatten')).toBe(true);
    const left = held().filter((sizeMicro) => sizeMicro >= 10_000);
    expect(left).toHaveLength(stop?.held.length ?? 0);
  });

  test('behavior: a pause outlives a crash', async () => {
    const series = await started(3);
    series.runtime.command({ commandId: 'c1', actor: 'alice', kind: 'pause', scope: 'series' });
    series.crash();
    await series.runTo(series.virtual.clock.now() + 5_000);
    expect(tradingMode(stateOf(series).durable)).toBe('reducing');
    expect(open(series)).toEqual([]);
  });

  test('behavior: after a restart in mid-window it trades again within 10 s', async () => {
    const series = await started(4);
    series.crash();
    const bootMs = series.virtual.clock.now();
    await quoting(series);
    expect(series.virtual.clock.now() - bootMs).toBeLessThanOrEqual(10_000);
  });

  test('behavior: a warm snapshot every minute, and recovery begins there', async () => {
    const series = await started(5);
    await series.runTo(WINDOW_START_MS + 150_000);
    const { snapshotSeq } = series.runtime;
    expect(snapshotSeq).toBeGreaterThan(0);
    series.crash();
    const restarted = stateOf(series).durable;
    expect(restarted.epoch).toBe(2);
    expect(series.runtime.snapshotSeq).toBeGreaterThanOrEqual(snapshotSeq);
  });

  test('behavior: a checkpoint after each window; without any snapshot it is where recovery begins, and the window goes on', async () => {
    const series = await started(6);
    await series.runTo(WINDOW_START_MS + WINDOW_MS + 150_000);
    await quoting(series);
    expect(series.store.checkpoints.newest()).not.toBeNull();
    const before = structuredClone(stateOf(series).durable.windows[WINDOW_START_MS + WINDOW_MS]?.positions);
    const { cashMicro } = stateOf(series).durable.ledger;
    series.sql.exec('DELETE FROM snapshot');
    series.crash();
    expect(series.runtime.snapshotSeq).toBe(series.store.checkpoints.newest()?.seq);
    expect(stateOf(series).durable.windows[WINDOW_START_MS + WINDOW_MS]?.positions).toEqual(before);
    expect(stateOf(series).durable.ledger.cashMicro).toBe(cashMicro);
    // The venue that was simulated in memory is gone with it: so are the orders that stood there.
    await quoting(series);
    expect(series.facts.filter((fact) => fact.kind === 'order' && fact.status === 'rejected')).toEqual([]);
  });

  test('behavior: the watchdog never throws, and says what went wrong', async () => {
    const series = await started(7);
    series.sql.exec('DROP TABLE snapshot_chunk');
    await series.runTo(series.virtual.clock.now() + 90_000);
    expect(() => series.runtime.watch()).not.toThrow();
    expect(series.runtime.alerts.newest().map(({ code }) => code)).toContain('watchdog');
  });

  test('behavior: an engine that is broken is shown as failed, with the reason', async () => {
    const series = await started(8);
    const { orders } = series.runtime.pipeline.host.exchange ?? { orders: [] };
    const clientOrderId = orders[0]?.order.clientOrderId;
    const fill = {
      type: 'order-filled',
      seq: 0,
      tsEvent: 0,
      tsInit: 0,
      clientOrderId,
      tradeId: 't',
      priceTicks: 1,
      sizeMicro: -1,
      feeMicro: 0,
      liquidity: 'maker',
    };
    series.runtime.pipeline.ingest([fill as never]);
    const health = seriesHealth(series.runtime, 0, 0);
    expect(health.phase).toBe('failed');
    expect(health.detail).toContain('a fill has a size');
    expect(series.runtime.alerts.newest()[0]).toMatchObject({ code: 'engine-broken', severity: 'critical' });
    await series.runTo(series.virtual.clock.now() + 15_000);
    series.crash();
    expect(series.runtime.phase).toBe('running');
  });

  test('behavior: stop stores the tail, and nothing acts afterwards', async () => {
    const series = await started(9);
    series.runtime.stop();
    const stored = series.store.journal.lastSeq();
    expect(stored).toBe(series.runtime.pipeline.lastSeq);
    await series.runTo(series.virtual.clock.now() + 5_000);
    expect(series.store.journal.lastSeq()).toBe(stored);
    expect(series.network.openPaths()).toEqual([]);
  });
});
