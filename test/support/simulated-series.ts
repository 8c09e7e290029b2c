/**
 * A whole series in one Node process on virtual time: the object's shell, its SQLite, and the embedded venue behind an in-memory
 * network. The code is the product's own; only the ports are virtual (RUNTIME §8).
 */
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import type { Fact } from '../../core/model/fact.ts';
import type { LinkKey } from '../../core/protocol/link-auth.ts';
import { embeddedAddresses } from '../../durable-objects/feeds/feed-addresses.ts';
import { feedSymbolsOf } from '../../durable-objects/feeds/feed-symbols.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import type { HttpPort, SocketsPort, SqlPort, TimersPort } from '../../durable-objects/ports.ts';
import { type SeriesRuntime, startSeries } from '../../durable-objects/series-runtime.ts';
import type { SeriesSettings } from '../../durable-objects/series-settings-type.ts';
import { openSeriesStore, type SeriesStore } from '../../durable-objects/series-store.ts';
import { createWorld, EMBEDDED_CREDENTIALS, type World } from '../../embedded-venue/world.ts';
import {
  countingNonces,
  createMemoryBlob,
  createMemoryLog,
  createNodeSql,
  createVirtualClock,
  type NodeSql,
  SimulatedCrash,
} from './node-ports.ts';
import { createVirtualNetwork } from './virtual-network.ts';

export interface SimulatedSeriesOptions {
  readonly seed: number;
  readonly originMs: number;
  readonly config?: EngineConfig;
  readonly sql?: NodeSql;
  /** `venue`: orders leave the object, over a runner's link. */
  readonly execution?: 'simulated' | 'venue';
  /** Keys of a runner that may link. */
  readonly linkKeys?: readonly LinkKey[];
  /** The outside world in place of the one of `seed`. */
  readonly world?: World;
  /** Time between two turns of the outside world. */
  readonly stepMs?: number;
}

export type SimulatedSeries = ReturnType<typeof simulateSeries>;

/** Builds and starts a series at `originMs`. */
export function simulateSeries(options: SimulatedSeriesOptions) {
  const { seed, originMs } = options;
  const virtual = createVirtualClock(originMs);
  const world = options.world ?? createWorld({ seed, originMs, startMs: originMs, speed: 1 });
  const network = createVirtualNetwork({
    feeds: world.feeds,
    routes: world.routes,
    clock: virtual,
    advanceTo: world.advanceTo,
    ...(options.stepMs === undefined ? {} : { stepMs: options.stepMs }),
  });
  const sql = options.sql ?? createNodeSql();
  const facts: Fact[] = [];
  const log = createMemoryLog();
  const blobs = createMemoryBlob();
  const config = options.config ?? DEFAULT_ENGINE_CONFIG;
  const settings: SeriesSettings = {
    config,
    exchange:
      options.execution === 'venue'
        ? null
        : { orderLatencyMs: 40, cancelLatencyMs: 40, reportLatencyMs: 20, defaultTakerDelayMs: 250 },
    addresses: embeddedAddresses('http://venue.test'),
    symbols: mustSymbols(config.series.referenceSymbol),
    credentials: EMBEDDED_CREDENTIALS,
    linkKeys: options.linkKeys ?? [],
    feedVia: {},
    buildId: 'test',
  };
  let life: Life = { alive: true };
  const portsOf = (current: Life) => ({
    clock: virtual.clock,
    timers: mortalTimers(virtual.timers, current),
    sockets: mortalSockets(network.sockets, current),
    http: mortalHttp(network.http, current),
    random: { next: () => 0.5 },
    nonces: countingNonces(),
    blobs,
    log,
    sink: {
      async writeBatch(batch: readonly Fact[]) {
        facts.push(...batch);
      },
    },
  });
  let store = open(mortalSql(sql, life));
  let runtime: SeriesRuntime = startSeries(settings, store, portsOf(life));
  /** The watchdog's alarm, every 10 s as in the object. */
  const watch = () => {
    virtual.timers.after(10_000, () => {
      runtime.watch();
      watch();
    });
  };
  watch();

  function boot(): void {
    life = { alive: true };
    store = open(mortalSql(sql, life));
    runtime = startSeries(settings, store, portsOf(life));
  }

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
    /** An orderly end and a new object on the same SQLite. */
    restart(): void {
      runtime.stop();
      boot();
    },
    /** The process dies between two statements: what was not stored is lost, nothing of it acts any more, its sockets are cut. */
    crash(): void {
      life.alive = false;
      network.faults.drop('/');
      boot();
    },
  };
}

/** One life of the process. What belongs to an ended one does nothing any more. */
interface Life {
  alive: boolean;
}

function mortalTimers(timers: TimersPort, life: Life): TimersPort {
  return {
    after: (delayMs, callback) =>
      timers.after(delayMs, () => {
        if (life.alive) callback();
      }),
  };
}

function mortalSockets(sockets: SocketsPort, life: Life): SocketsPort {
  return {
    open: (url, handlers) =>
      sockets.open(url, {
        onOpen: () => life.alive && handlers.onOpen(),
        onMessage: (data) => life.alive && handlers.onMessage(data),
        onClose: (code, reason, status) => life.alive && handlers.onClose(code, reason, status),
      }),
  };
}

/** An answer to a dead process is an answer to nobody. */
function mortalHttp(http: HttpPort, life: Life): HttpPort {
  return {
    async get(url, timeoutMs) {
      const response = await http.get(url, timeoutMs);
      return life.alive ? response : new Promise<never>(() => undefined);
    },
  };
}

function mortalSql(sql: NodeSql, life: Life): SqlPort {
  return {
    exec(statement, ...bindings) {
      if (!life.alive) throw new SimulatedCrash(statement);
      return sql.exec(statement, ...bindings);
    },
    sizeBytes: () => sql.sizeBytes(),
  };
}

function open(sql: SqlPort): SeriesStore {
  const store = openSeriesStore(sql, gzipCompression);
  if (!store.ok) throw new Error(store.error.detail);
  return store.value;
}

function mustSymbols(referenceSymbol: string) {
  const symbols = feedSymbolsOf(referenceSymbol);
  if (symbols === null) throw new Error(`no feed symbols for ${referenceSymbol}`);
  return symbols;
}
