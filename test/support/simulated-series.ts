/**
 * A whole series in one Node process on virtual time: the object's shell, its SQLite, and the embedded venue behind an in-memory
 * network. The code is the product's own; only the ports are virtual (RUNTIME §8).
 */
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import type { Fact } from '../../core/model/fact.ts';
import { embeddedAddresses } from '../../durable-objects/feeds/feed-addresses.ts';
import { feedSymbolsOf } from '../../durable-objects/feeds/feed-symbols.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import { type SeriesRuntime, type SeriesSettings, startSeries } from '../../durable-objects/series-runtime.ts';
import { openSeriesStore, type SeriesStore } from '../../durable-objects/series-store.ts';
import { createWorld, EMBEDDED_CREDENTIALS, type World } from '../../embedded-venue/world.ts';
import { createMemoryBlob, createMemoryLog, createNodeSql, createVirtualClock, type NodeSql } from './node-ports.ts';
import { createVirtualNetwork } from './virtual-network.ts';

export interface SimulatedSeriesOptions {
  readonly seed: number;
  readonly originMs: number;
  readonly config?: EngineConfig;
  readonly sql?: NodeSql;
}

export type SimulatedSeries = ReturnType<typeof simulateSeries>;

/** Builds and starts a series at `originMs`. */
export function simulateSeries(options: SimulatedSeriesOptions) {
  const { seed, originMs } = options;
  const virtual = createVirtualClock(originMs);
  const world: World = createWorld({ seed, originMs, startMs: originMs, speed: 1 });
  const network = createVirtualNetwork({
    feeds: world.feeds,
    routes: world.routes,
    clock: virtual,
    advanceTo: world.advanceTo,
  });
  const sql = options.sql ?? createNodeSql();
  const facts: Fact[] = [];
  const log = createMemoryLog();
  const blobs = createMemoryBlob();
  const config = options.config ?? DEFAULT_ENGINE_CONFIG;
  const settings: SeriesSettings = {
    config,
    exchange: { orderLatencyMs: 40, cancelLatencyMs: 40, reportLatencyMs: 20, defaultTakerDelayMs: 250 },
    addresses: embeddedAddresses('http://venue.test'),
    symbols: mustSymbols(config.series.referenceSymbol),
    credentials: EMBEDDED_CREDENTIALS,
    buildId: 'test',
  };
  const ports = {
    clock: virtual.clock,
    timers: virtual.timers,
    sockets: network.sockets,
    http: network.http,
    random: { next: () => 0.5 },
    blobs,
    log,
    sink: {
      async writeBatch(batch: readonly Fact[]) {
        facts.push(...batch);
      },
    },
  };
  let store = open(sql);
  let runtime: SeriesRuntime = startSeries(settings, store, ports);
  /** The watchdog's alarm, every 10 s as in the object. */
  const watch = () => {
    virtual.timers.after(10_000, () => {
      runtime.watch();
      watch();
    });
  };
  watch();
  return {
    virtual,
    network,
    world,
    sql,
    facts,
    log,
    blobs,
    settings,
    get runtime() {
      return runtime;
    },
    get store() {
      return store;
    },
    runTo: (atMs: number) => virtual.settleTo(atMs),
    /** Memory is lost, the disk stays: a new object on the same SQLite. */
    restart(): void {
      runtime.stop();
      store = open(sql);
      runtime = startSeries(settings, store, ports);
    },
  };
}

function open(sql: NodeSql): SeriesStore {
  const store = openSeriesStore(sql, gzipCompression);
  if (!store.ok) throw new Error(store.error.detail);
  return store.value;
}

function mustSymbols(referenceSymbol: string) {
  const symbols = feedSymbolsOf(referenceSymbol);
  if (symbols === null) throw new Error(`no feed symbols for ${referenceSymbol}`);
  return symbols;
}
