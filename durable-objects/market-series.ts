/**
 * The Durable Object of one market series: real ports for the runtime, and the platform's entry points. It holds no logic; whatever
 * happens here, the constructor does not throw (RUNTIME §5).
 */
import { DurableObject } from 'cloudflare:workers';
import { isSeriesSlug, type SeriesSlug } from '../core/model/identifiers.ts';
import type { ConfigRequest, ConfigResult, SeriesConfig } from '../core/protocol/config-api.ts';
import { LINK_HEADERS } from '../core/protocol/link-auth.ts';
import type {
  CommandRequest,
  CommandResult,
  OpenOrder,
  SeriesHealth,
  SeriesStatus,
} from '../core/protocol/series-status.ts';
import { createD1FactSink } from '../db/d1-fact-sink.ts';
import { BUILD_ID } from './build-id.ts';
import { gzipCompression } from './gzip-compression.ts';
import { historyPage } from './history.ts';
import { keepStop, obeyKeptStops } from './kept-stops.ts';
import { type HistoryPage, type HistoryRequest, SERIES_SOCKET_PATHS, type SeriesRpc } from './series-rpc.ts';
import { type SeriesRuntime, startSeries } from './series-runtime.ts';
import { seriesSettings } from './series-settings.ts';
import { openOrderStatuses, seriesHealth, seriesStatus, statusWithoutEngine } from './series-status.ts';
import { openSeriesStore, type SeriesStore } from './series-store.ts';
import { parseSettings, type Settings } from './settings.ts';
import { fetchClockOrigin } from './venue-time.ts';
import {
  createWorkerBlob,
  createWorkerClock,
  createWorkerLog,
  createWorkerSql,
  workerHttp,
  workerNonces,
  workerRandom,
  workerSockets,
  workerTimers,
} from './worker-ports.ts';

/** The watchdog comes by this often: an object with outgoing sockets alone is evicted (RUNTIME §6). */
const WATCHDOG_MS = 10_000;

export class MarketSeriesDurableObject extends DurableObject<Env> implements SeriesRpc {
  #slug: SeriesSlug | null = null;
  #store: SeriesStore | null = null;
  #runtime: SeriesRuntime | null = null;
  #settings: Settings | null = null;
  #failure: string | null = null;
  #starting: Promise<void> | null = null;
  #d1RowsWritten = 0;
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    try {
      this.#open();
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }

  async wake(): Promise<SeriesHealth> {
    await this.#ensureRunning();
    return this.#health();
  }

  async status(): Promise<SeriesStatus> {
    await this.#ensureRunning();
    const mode = this.#settings?.mode ?? 'demo';
    if (this.#runtime === null) return statusWithoutEngine(this.#health(), mode);
    return seriesStatus(this.#runtime, mode, this.#clock.now(), this.#clock.wallMs(), this.#d1RowsWritten);
  }

  async command(request: CommandRequest): Promise<CommandResult> {
    await this.#ensureRunning();
    const broken = this.#runtime === null ? this.#failure : this.#runtime.pipeline.failure;
    if (this.#runtime !== null && broken === null) return this.#runtime.command(request);
    return keepStop(this.ctx.storage.kv, request, broken ?? 'The series has not started yet.');
  }

  async configure(request: ConfigRequest): Promise<ConfigResult> {
    await this.#ensureRunning();
    return this.#running().configure(request);
  }

  async configuration(): Promise<SeriesConfig> {
    await this.#ensureRunning();
    return this.#running().configuration();
  }

  async history(request: HistoryRequest): Promise<HistoryPage> {
    await this.#ensureRunning();
    this.#runtime?.pipeline.commitTail();
    if (this.#store === null) throw new Error(this.#failure ?? 'There is no history yet.');
    return historyPage(this.#store, request, BUILD_ID);
  }

  async openOrders(): Promise<readonly OpenOrder[]> {
    await this.#ensureRunning();
    return openOrderStatuses(this.#running().pipeline.host.state);
  }

  /** WebSocket upgrades, from callers that the Worker has authenticated. */
  override async fetch(request: Request): Promise<Response> {
    await this.#ensureRunning();
    const runtime = this.#running();
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    const { pathname } = new URL(request.url);
    if (pathname === SERIES_SOCKET_PATHS.stream) watch(runtime, server);
    else if (pathname === SERIES_SOCKET_PATHS.link) link(runtime, server, request.headers.get(LINK_HEADERS.nonce));
    else server.close(1008, 'no such socket');
    return new Response(null, { status: 101, webSocket: client });
  }

  /** The watchdog. It arms itself first and never throws. */
  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + WATCHDOG_MS);
    await this.#ensureRunning();
    this.#runtime?.watch();
  }

  #open(): void {
    const settings = parseSettings(this.env);
    if (!settings.ok) throw new Error(settings.error);
    this.#settings = settings.value;
    const store = openSeriesStore(createWorkerSql(this.ctx.storage.sql), gzipCompression);
    if (!store.ok) throw new Error(`The journal cannot be opened: ${store.error.kind}, ${store.error.detail}`);
    this.#store = store.value;
    const slug = this.ctx.id.name ?? store.value.meta.get('series');
    if (!isSeriesSlug(slug)) throw new Error('The object was not reached by the name of a series.');
    store.value.meta.set('series', slug);
    this.#slug = slug;
  }

  #ensureRunning(): Promise<void> {
    if (this.#runtime !== null || this.#failure !== null) return Promise.resolve();
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Everything that needs the network or the clock. A failure is shown and, where it may pass, tried again by the watchdog. */
  async #start(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + WATCHDOG_MS);
    const settings = this.#settings;
    const store = this.#store;
    const slug = this.#slug;
    if (settings === null || store === null || slug === null) return;
    const origin = settings.embeddedVenueUrl === null ? null : await fetchClockOrigin(settings.embeddedVenueUrl);
    if (this.#runtime !== null) return;
    const clock = createWorkerClock(origin);
    const series = seriesSettings(settings, slug, { ...this.env }, BUILD_ID);
    if (!series.ok) {
      this.#failure = series.error;
      return;
    }
    try {
      this.#runtime = startSeries(series.value, store, {
        clock,
        timers: workerTimers,
        sockets: workerSockets,
        http: workerHttp,
        random: workerRandom,
        nonces: workerNonces,
        blobs: createWorkerBlob(this.env.TAPE),
        log: createWorkerLog(settings.logLevel, clock, { series: slug }),
        sink: createD1FactSink(this.env.DB, (rows) => {
          this.#d1RowsWritten += rows;
        }),
      });
      this.#clock = clock;
      obeyKeptStops(this.ctx.storage.kv, this.#runtime.command);
    } catch (error) {
      this.#failure = messageOf(error);
    }
  }

  #clock = createWorkerClock(null);

  #running(): SeriesRuntime {
    if (this.#runtime !== null) return this.#runtime;
    throw new Error(this.#failure ?? 'The series has not started yet.');
  }

  #health(): SeriesHealth {
    if (this.#runtime !== null) return seriesHealth(this.#runtime, this.#clock.now(), this.#clock.wallMs());
    const wallMs = this.#clock.wallMs();
    return {
      series: this.#slug ?? '',
      phase: this.#failure === null ? 'starting' : 'failed',
      detail: this.#failure ?? '',
      tradingMode: 'halted',
      epoch: this.#store?.meta.epoch() ?? 0,
      lastSeq: this.#store?.journal.lastSeq() ?? 0,
      buildId: BUILD_ID,
      nowMs: wallMs,
      wallMs,
    };
  }
}

function watch(runtime: SeriesRuntime, socket: WebSocket): void {
  const watcher = {
    send: (message: string) => socket.send(message),
    close: () => socket.close(1001, 'the stream ends'),
  };
  runtime.live.add(watcher);
  socket.addEventListener('close', () => runtime.live.remove(watcher));
  socket.addEventListener('error', () => runtime.live.remove(watcher));
}

function link(runtime: SeriesRuntime, socket: WebSocket, upgradeNonce: string | null): void {
  const handlers = runtime.link.attach(
    { send: (frame) => socket.send(frame), close: (code, reason) => socket.close(code, reason) },
    upgradeNonce,
  );
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') handlers.onFrame(data);
  });
  socket.addEventListener('close', () => handlers.onClose());
  socket.addEventListener('error', () => handlers.onClose());
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
