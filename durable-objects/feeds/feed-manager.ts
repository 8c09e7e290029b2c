/** Every feed of a series as one thing: started, checked, stopped and shown together. */
import type { SeriesSlug, TokenId } from '../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { Source, Stream } from '../../core/model/source.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { ClockPort, LogPort, RandomPort, SocketsPort, TimersPort } from '../ports.ts';
import { createDuplicateFilter } from './duplicate-filter.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { createFeedConnection, type FeedConnection, type FeedState } from './feed-connection.ts';
import { countOne } from './feed-counters.ts';
import { type PlannedFeed, planFeeds } from './feed-plan.ts';
import { createFeedRoute, type FeedRoute, type FeedVia, type RelayPort } from './feed-route.ts';
import type { FeedSymbols } from './feed-symbols.ts';
import type { PolyboltCredentials } from './polybolt.ts';

/** Refusals of Binance with 403 or 451, in a row, after which its stand-in is started. */
const REFUSALS_TO_STAND_IN = 2;
const CHECK_EVERY_MS = SECOND_MS;
/** Sockets are opened one after the other: six connections may wait for their headers at a time (platform notes §9). */
const START_SPACING_MS = 100;

export interface FeedManagerDeps {
  readonly addresses: FeedAddresses;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  /** Sockets that the runner opens; left out where there is none. */
  readonly relay?: RelayPort;
  /** Ways that are not `auto`, by the feed's name. */
  readonly via?: Readonly<Record<string, FeedVia>>;
  readonly random: RandomPort;
  readonly log: LogPort;
  /** CLOB API credentials for PolyBolt; without them RTDS is the only reference feed. */
  readonly credentials: PolyboltCredentials | null;
  readonly series: SeriesSlug;
  readonly symbols: FeedSymbols;
  readonly exchangeFeed: 'binance-futures' | 'coinbase';
  readonly windowMs: DurationMs;
  /** Events leave with `seq` 0 and `tsInit` 0. */
  onEvents(events: readonly MarketDataEvent[], source: Source, connection: number): void;
  onConnected(source: Source, connection: number): void;
  onDisconnected(source: Source, connection: number, reason: string): void;
  /** A parser threw: a bug of ours. The frame was counted and skipped. */
  onParserBug?(source: Source, message: string): void;
}

export interface FeedStatus {
  readonly feed: string;
  readonly source: Source;
  readonly state: FeedState;
  /** Who holds the socket. */
  readonly via: 'durable-object' | 'runner';
  /** Host of the address, without path. */
  readonly host: string;
  /** Since when it is in this state. */
  readonly sinceWallMs: UnixMs;
  readonly nextAttemptWallMs: UnixMs | null;
  /** What the server complained about (refused credentials), until the next connection. */
  readonly problem: string | null;
  readonly lastEnd: string | null;
  /** Runs in place of the configured exchange feed, which refuses this address. */
  readonly standIn: boolean;
  readonly attempts: number;
  readonly reconnects: number;
  readonly renewals: number;
  readonly frames: number;
  readonly bytes: number;
  readonly events: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly ended: Readonly<Record<string, number>>;
  readonly lastFrameWallMs: UnixMs | null;
  readonly lastDataWallMs: UnixMs | null;
  readonly streams: Readonly<Partial<Record<Stream, UnixMs>>>;
}

export interface FeedManager {
  start(): void;
  stop(): void;
  /** The markets whose tokens are to be subscribed, complete; others are given up. */
  setMarkets(tokenPairs: readonly (readonly [TokenId, TokenId])[]): void;
  /** Checks every limit of every feed. Runs once a second by itself; the watchdog may call it at any time. */
  check(): void;
  status(): readonly FeedStatus[];
}

interface ManagedFeed extends PlannedFeed {
  readonly route: FeedRoute;
  readonly connection: FeedConnection;
  started: boolean;
}

export function createFeedManager(deps: FeedManagerDeps): FeedManager {
  let wantedTokens: readonly TokenId[] = [];
  let running = false;
  let standingIn = false;
  const cancels = new Set<() => void>();
  const connectionsOf = new Map<Source, number>();

  const feeds = planFeeds({ ...deps, wantedTokens: () => wantedTokens }).map((planned): ManagedFeed => {
    const policy = deps.via?.[planned.protocol.name] ?? 'auto';
    const route = createFeedRoute(policy, deps.sockets, deps.relay ?? null, () => deps.clock.wallMs());
    const connection = manage(planned, { ...deps, sockets: route.sockets }, connectionsOf);
    return { ...planned, route, connection, started: false };
  });

  const later = (delayMs: DurationMs, act: () => void): void => {
    const cancel = deps.timers.after(delayMs, () => {
      cancels.delete(cancel);
      act();
    });
    cancels.add(cancel);
  };
  const startFeed = (feed: ManagedFeed): void => {
    feed.started = true;
    feed.connection.start();
  };
  const tick = (): void => {
    if (!running) return;
    later(CHECK_EVERY_MS, tick);
    checkAll();
  };
  const checkAll = (): void => {
    for (const feed of feeds) if (feed.started) feed.connection.check();
    if (standingIn || binanceRefusals(feeds) < REFUSALS_TO_STAND_IN) return;
    standingIn = true;
    deps.log.log('warn', 'exchange feed refuses this address: its stand-in is started', { source: 'coinbase' });
    for (const feed of feeds) if (feed.role === 'stand-in') startFeed(feed);
  };

  return {
    start: () => {
      if (running) return;
      running = true;
      const primaries = feeds.filter((feed) => feed.role === 'primary');
      primaries.forEach((feed, index) => {
        later(index * START_SPACING_MS, () => startFeed(feed));
      });
      tick();
    },
    stop: () => {
      running = false;
      standingIn = false;
      for (const cancel of cancels) cancel();
      cancels.clear();
      for (const feed of feeds) {
        feed.started = false;
        feed.connection.stop();
      }
    },
    setMarkets: (tokenPairs) => {
      wantedTokens = [...new Set(tokenPairs.flat())];
      for (const feed of feeds) if (feed.started) feed.connection.wantedChanged();
    },
    check: () => {
      if (running) checkAll();
    },
    status: () => feeds.map((feed) => statusOf(feed, standingIn)),
  };
}

/** Connects one planned feed to the manager's hooks. */
function manage(planned: PlannedFeed, deps: FeedManagerDeps, connectionsOf: Map<Source, number>): FeedConnection {
  const { protocol } = planned;
  const { source } = protocol;
  const isNew = createDuplicateFilter();
  const connection = createFeedConnection(protocol, {
    clock: deps.clock,
    timers: deps.timers,
    sockets: deps.sockets,
    random: deps.random,
    log: deps.log,
    windowMs: deps.windowMs,
    nextConnection: () => {
      const next = (connectionsOf.get(source) ?? 0) + 1;
      connectionsOf.set(source, next);
      return next;
    },
    onEvents: (events, line) => {
      const fresh = events.filter(isNew);
      for (let repeated = events.length - fresh.length; repeated > 0; repeated--) {
        countOne(connection.view().counters.rejected, 'duplicate');
      }
      if (fresh.length > 0) deps.onEvents(fresh, source, line);
    },
    onConnected: (line) => deps.onConnected(source, line),
    onDisconnected: (line, reason) => deps.onDisconnected(source, line, reason),
    onParserBug: (message) => {
      deps.log.log('error', 'parser bug', { feed: protocol.name, detail: message });
      deps.onParserBug?.(source, message);
    },
  });
  return connection;
}

/** Both of its sockets count, so that an address that is refused from the start is known within the second. */
function binanceRefusals(feeds: readonly ManagedFeed[]): number {
  return feeds
    .filter((feed) => feed.protocol.source === 'binance-futures')
    .reduce((sum, feed) => sum + feed.connection.view().refusedHere, 0);
}

function statusOf(feed: ManagedFeed, standingIn: boolean): FeedStatus {
  const { counters, ...view } = feed.connection.view();
  return {
    feed: feed.protocol.name,
    source: feed.protocol.source,
    state: view.state,
    via: feed.route.via,
    host: new URL(feed.protocol.url).host,
    sinceWallMs: view.sinceWallMs,
    nextAttemptWallMs: view.nextAttemptWallMs,
    problem: view.problem,
    lastEnd: view.lastEnd,
    standIn: standingIn && feed.role === 'stand-in',
    attempts: counters.attempts,
    reconnects: counters.reconnects,
    renewals: counters.renewals,
    frames: counters.frames,
    bytes: counters.bytes,
    events: counters.events,
    rejected: { ...counters.rejected },
    ended: { ...counters.ended },
    lastFrameWallMs: counters.lastFrameWallMs,
    lastDataWallMs: counters.lastDataWallMs,
    streams: { ...counters.streams },
  };
}
