/**
 * A running series: the parts of the shell, wired. It holds no decision of its own. The Durable Object gives it real ports, the Node
 * simulation virtual ones.
 */
import type { EngineConfig } from '../core/config/engine-config.ts';
import { commandRefusal } from '../core/engine/decide-commands.ts';
import { windowsInOrder } from '../core/engine/decide-lifecycle.ts';
import type { EngineEvent } from '../core/engine/events.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { openOrders } from '../core/engine/open-orders.ts';
import { tradingMode } from '../core/engine/trading-state.ts';
import { InvariantError } from '../core/model/errors.ts';
import type { TokenId } from '../core/model/identifiers.ts';
import type { ConfigRequest, ConfigResult, SeriesConfig } from '../core/protocol/config-api.ts';
import type { CommandRequest, CommandResult } from '../core/protocol/series-status.ts';
import type { ExchangeConfig } from '../core/simulation/exchange-state.ts';
import type { FactSink } from '../db/fact-sink.ts';
import { type AlertLog, createAlertLog } from './alert-log.ts';
import { type Archive, createArchive } from './archive.ts';
import { type BlobPruning, createBlobPruning } from './blob-pruning.ts';
import { bootEvents, feedConnected, feedDisconnected } from './boot-events.ts';
import { createBus } from './bus.ts';
import { configAtBoot } from './config-composition.ts';
import { configureSeries, describeConfig } from './configure-series.ts';
import { performEffects } from './effects.ts';
import { forgottenOrders } from './engine-host.ts';
import { createEngineMetrics, type EngineMetrics } from './engine-metrics.ts';
import { createEngineTimers } from './engine-timers.ts';
import { createFeedIntake, type FeedIntake } from './feed-intake.ts';
import { createFeedManager, type FeedManager } from './feeds/feed-manager.ts';
import { createJournalWriter } from './journal-writer.ts';
import { createLiveStream, type LiveStream } from './live-stream.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import type {
  BlobPort,
  ClockPort,
  HttpPort,
  LogPort,
  NoncePort,
  RandomPort,
  SocketsPort,
  TimersPort,
} from './ports.ts';
import { type Recovered, recover } from './recovery.ts';
import { createRestRequests } from './rest-requests.ts';
import { pruneStorage } from './retention.ts';
import { createRunnerLink, type RunnerLink } from './runner-link.ts';
import type { SeriesSettings } from './series-settings-type.ts';
import type { SeriesStore } from './series-store.ts';
import { createStateKeeper } from './state-keeper.ts';

export interface SeriesPorts {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  readonly http: HttpPort;
  readonly random: RandomPort;
  readonly nonces: NoncePort;
  readonly blobs: BlobPort;
  readonly log: LogPort;
  readonly sink: FactSink;
}

export interface SeriesRuntime {
  readonly settings: SeriesSettings;
  readonly store: SeriesStore;
  readonly pipeline: Pipeline;
  readonly feeds: FeedManager;
  readonly intake: FeedIntake;
  readonly outbox: Outbox;
  readonly archive: Archive;
  readonly blobPruning: BlobPruning;
  readonly alerts: AlertLog;
  readonly metrics: EngineMetrics;
  readonly live: LiveStream;
  readonly link: RunnerLink;
  readonly bootedWallMs: number;
  readonly snapshotSeq: number;
  readonly phase: 'recovering' | 'running' | 'failed';
  command(request: CommandRequest): CommandResult;
  /** A new document of strategy and risk, and what runs. */
  configure(request: ConfigRequest): ConfigResult;
  configuration(): SeriesConfig;
  /** The watchdog's round: timers, feeds, outbox, archive, pruning, snapshot. Never throws. */
  watch(): void;
  /** Ends everything in order: the tail is stored, sockets and timers are closed. */
  stop(): void;
}

/** Recovers a series from its store and starts it. Throws when the store cannot be recovered: the caller shows it. */
export function startSeries(settings: SeriesSettings, store: SeriesStore, ports: SeriesPorts): SeriesRuntime {
  const { clock, timers, log } = ports;
  const recovery = { config: settings.config, exchange: settings.exchange };
  const recovered = mustRecover(store, recovery);
  const epoch = store.meta.nextEpoch();
  const alerts = createAlertLog(log);
  const metrics = createEngineMetrics();
  const bus = createBus((error) => log.log('error', 'a subscriber of the bus failed', { detail: String(error) }));
  const outbox = createOutbox({
    sql: store.sql,
    clock,
    timers,
    sink: ports.sink,
    counter: store.counter,
    onParked: ({ key, error }) => shellAlert('outbox-parked', 'critical', `${key} is refused by D1: ${error}`),
  });
  const pipeline = createPipeline(
    {
      clock,
      timers,
      writer: createJournalWriter(store.journal, store.compression, store.tapeGate.isSuspended),
      outbox,
      onCommitted,
      rebuild: () => mustRecover(store, recovery).host,
      onBroken: (detail) => shellAlert('engine-broken', 'critical', detail),
    },
    recovered.host,
    recovered.lastSeq,
  );
  const engineTimers = createEngineTimers(clock, timers, pipeline.ingest);
  const intake = createFeedIntake(clock, timers, pipeline.ingest);
  const live = createLiveStream(timers, () => pipeline.host);
  const link = createRunnerLink({
    series: settings.config.series.slug,
    epoch,
    buildId: settings.buildId,
    execution: settings.exchange === null ? 'venue' : 'simulated',
    keys: settings.linkKeys,
    clock,
    timers,
    log,
    meta: store.meta,
    counter: store.counter,
    randomHex: ports.nonces.hex,
    ingest: ingestWhole,
    alert: shellAlert,
    mayLead: () => !stopped && pipeline.failure === null,
    openOrders: () => openOrders(pipeline.host.state.durable).map(({ order, status }) => ({ order, status })),
    marketSlugs: () => {
      const windows = windowsInOrder(pipeline.host.state).filter(({ window }) => window.endMs > clock.now());
      return windows.map(({ slug }) => slug);
    },
  });
  const feeds = createFeedManager({
    series: settings.config.series.slug,
    addresses: settings.addresses,
    clock,
    timers,
    sockets: ports.sockets,
    relay: {
      sockets: link.relay,
      get available() {
        return link.linked;
      },
    },
    via: settings.feedVia,
    random: ports.random,
    log,
    credentials: settings.credentials,
    symbols: settings.symbols,
    exchangeFeed: settings.config.exchangeFeed,
    windowMs: settings.config.series.durationMs,
    onEvents: (events) => intake.take(events),
    onConnected: (source, connection) => pipeline.ingest([feedConnected(source, connection, clock.now())]),
    onDisconnected: (source, connection, reason) =>
      pipeline.ingest([feedDisconnected(source, connection, reason, clock.now())]),
    onParserBug: (source, message) => shellAlert('parser-bug', 'critical', `${source}: ${message}`),
  });
  const requests = createRestRequests(settings, ports, pipeline);
  const keeper = createStateKeeper(store, clock, pipeline, recovered.snapshotSeq);
  const archive = createArchive(settings.config.series.slug, { ...store, blobs: ports.blobs, clock, log });
  const blobPruning = createBlobPruning(settings.config.series.slug, {
    archive,
    meta: store.meta,
    blobs: ports.blobs,
    clock,
    log,
  });
  const bootedWallMs = clock.wallMs();
  let checkpointWanted = false;
  let stopped = false;

  const configuring = {
    composition: settings.composition,
    durable: () => pipeline.host.state.durable,
    now: clock.now,
    failure: () => pipeline.failure,
    ingest: pipeline.ingest,
  };

  bus.subscribe(metrics.note);
  bus.subscribe(live.note);

  function onCommitted(records: readonly JournalRecord[]): void {
    link.note(records);
    performEffects(records, {
      alerts,
      subscribe,
      requestMarkets: requests.requestMarkets,
      onWindowClosed: () => {
        checkpointWanted = true;
      },
    });
    bus.publish(records);
    engineTimers.arm(pipeline.host.state.durable);
    if (records.some(({ outputs }) => outputs.some(({ type }) => type === 'publish-fact'))) drain();
    if (checkpointWanted) timers.after(0, checkpoint);
    if (records.some(({ event }) => event.type === 'step-failed')) timers.after(0, recoverAgain);
  }

  function subscribe(): void {
    const pairs: (readonly [TokenId, TokenId])[] = [];
    for (const { subscribed, market } of windowsInOrder(pipeline.host.state)) {
      if (subscribed && market !== null) pairs.push([market.tokens.up, market.tokens.down]);
    }
    feeds.setMarkets(pairs);
  }

  /** Takes events in this turn; false when not all of them came into the journal. */
  function ingestWhole(events: readonly EngineEvent[]): boolean {
    const before = pipeline.lastSeq;
    pipeline.ingest(events);
    return pipeline.failure === null && pipeline.lastSeq >= before + events.length;
  }

  /** Facts on their way to D1. What fails here is the object's own storage: the next round says it again. */
  function drain(): void {
    outbox.drain().catch((error: unknown) => shellAlert('outbox', 'critical', String(error)));
  }

  function shellAlert(code: string, severity: 'warning' | 'critical', detail: string): void {
    alerts.add({ seq: pipeline.lastSeq, atMs: clock.now(), code, severity, detail });
  }

  /** After a failure of the engine its memory is new, while the sockets are not: every book has to be asked for once more. */
  function recoverAgain(): void {
    feeds.setMarkets([]);
    completeRecovery();
  }

  /** What the recovery still has to settle: orders that nobody knows any more, and then the word that trading may begin. */
  function completeRecovery(): void {
    if (stopped) return;
    pipeline.ingest(forgottenOrders(pipeline.host));
    pipeline.ingest([{ type: 'recovery-completed', seq: 0, tsEvent: clock.now(), tsInit: 0 }]);
    subscribe();
  }

  function checkpoint(): void {
    if (stopped || !checkpointWanted) return;
    checkpointWanted = false;
    keeper.checkpoint();
  }

  /** The answer says that the command stands: how far a stop has come, the status says. */
  function command(request: CommandRequest): CommandResult {
    const { commandId, actor, kind, scope } = request;
    const { durable } = pipeline.host.state;
    const answer = (result: CommandResult['result'], seq: number | null, detail = ''): CommandResult => {
      return { commandId, result, seq, tradingMode: tradingMode(pipeline.host.state.durable), detail };
    };
    // The engine remembers what it has obeyed, so that an id counts once over restarts too.
    const known = durable.commands.find((obeyed) => obeyed.commandId === commandId);
    if (known !== undefined) return answer('duplicate', known.seq);
    if (pipeline.failure !== null) return { ...answer('refused', null, pipeline.failure), tradingMode: 'halted' };
    const refusal = commandRefusal(durable, { kind, scope });
    if (refusal !== null) return answer('refused', null, refusal);
    const event = { type: 'command-received', seq: 0, tsEvent: clock.now(), tsInit: 0 } as const;
    pipeline.ingest([{ ...event, commandId, actor, command: { kind, scope } }]);
    const taken = pipeline.host.state.durable.commands.find((obeyed) => obeyed.commandId === commandId);
    if (taken !== undefined) return answer('applied', taken.seq);
    const why = pipeline.failure ?? 'The engine failed on the command and halted trading.';
    return { ...answer('refused', null, why), tradingMode: 'halted' };
  }

  const boot = configAtBoot(settings.config, settings.composition, recovered.host.state.durable);
  pipeline.ingest(bootEvents(recovered, settings, epoch, clock.now(), boot));
  if (boot.dropped !== null) shellAlert('config-dropped', 'warning', boot.dropped);
  feeds.start();
  requests.warmUp();
  completeRecovery();
  engineTimers.arm(pipeline.host.state.durable);

  return {
    settings,
    store,
    pipeline,
    feeds,
    intake,
    outbox,
    archive,
    blobPruning,
    alerts,
    metrics,
    live,
    link,
    bootedWallMs,
    get snapshotSeq() {
      return keeper.snapshotSeq;
    },
    get phase() {
      if (pipeline.failure !== null) return 'failed';
      return pipeline.host.state.market.recovered ? 'running' : 'recovering';
    },
    command,
    configure: (request) => configureSeries(request, configuring),
    configuration: () => describeConfig(pipeline.host.state.durable, settings.composition),
    watch() {
      try {
        engineTimers.arm(pipeline.host.state.durable);
        feeds.check();
        drain();
        requests.warmUp();
        archive.tick();
        blobPruning.tick();
        pruneStorage({ ...store, archive, clock });
        keeper.watch();
      } catch (error) {
        shellAlert('watchdog', 'critical', error instanceof Error ? error.message : String(error));
      }
    },
    stop() {
      stopped = true;
      requests.stop();
      engineTimers.stop();
      feeds.stop();
      intake.stop();
      link.stop();
      live.stop();
      pipeline.stop();
    },
  };
}

function mustRecover(
  store: SeriesStore,
  recovery: { readonly config: EngineConfig; readonly exchange: ExchangeConfig | null },
): Recovered {
  const recovered = recover(store, recovery);
  if (!recovered.ok) throw new InvariantError(`The series cannot be recovered: ${recovered.error.detail}`);
  return recovered.value;
}
