/**
 * A feed that is kept up: opens a socket, opens another when it is lost, by back-off, and replaces it before its server's age
 * limit. During a replacement both sockets live until the new one has shown every stream, so that nothing is missed.
 */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { DurationMs, UnixMs } from '../../core/model/time.ts';
import type { ClockPort, LogPort, RandomPort, SocketsPort, TimersPort } from '../ports.ts';
import { type BackoffState, INITIAL_BACKOFF, nextDelay } from './backoff.ts';
import { createFeedCounters, type FeedCounters } from './feed-counters.ts';
import type { FeedProtocol } from './feed-protocol.ts';
import { type FeedSocket, openFeedSocket, type SocketEnd } from './feed-socket.ts';

/** A renewal keeps this far from a boundary between windows: that is where the strike is made. Product time. */
const BOUNDARY_DISTANCE_MS = 60_000;
/** A successor that has not shown every stream by then is given up; the old socket still lives. */
const SUCCESSION_LIMIT_MS = 60_000;

export interface FeedConnectionDeps {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  readonly random: RandomPort;
  readonly log: LogPort;
  /** Length of a window, for renewals off its boundaries. */
  readonly windowMs: DurationMs;
  /** Numbers the sockets of a source. */
  nextConnection(): number;
  onEvents(events: readonly MarketDataEvent[], connection: number): void;
  onConnected(connection: number): void;
  onDisconnected(connection: number, reason: string): void;
  onParserBug(message: string): void;
}

export type FeedState = 'stopped' | 'not-wanted' | 'waiting' | 'connecting' | 'open';

export interface FeedConnection {
  start(): void;
  stop(): void;
  check(): void;
  wantedChanged(): void;
  view(): FeedConnectionView;
}

/** A connection as it stands. */
export interface FeedConnectionView {
  readonly state: FeedState;
  readonly sinceWallMs: UnixMs;
  readonly nextAttemptWallMs: UnixMs | null;
  /** What the server complained about, until the next connection. */
  readonly problem: string | null;
  readonly lastEnd: string | null;
  /** Upgrades refused with 403 or 451 in a row: this address is not served from here. */
  readonly refusedHere: number;
  readonly renewing: boolean;
  readonly counters: FeedCounters;
}

/** One of at most two sockets. */
interface Line {
  readonly connection: number;
  /** `null` while the port opens it. */
  socket: FeedSocket | null;
  /** The engine was told that it is connected. */
  announced: boolean;
  /** It ended before the port returned it: dealt with once it is in its place. */
  earlyEnd: SocketEnd | null;
}

interface ConnectionState {
  running: boolean;
  current: Line | null;
  successor: Line | null;
  backoff: BackoffState;
  cancelRetry: (() => void) | null;
  retryAtMs: UnixMs | null;
  renewAtMs: UnixMs | null;
  problem: string | null;
  lastEnd: string | null;
  refusedHere: number;
  sinceMs: UnixMs;
}

export function createFeedConnection(protocol: FeedProtocol, deps: FeedConnectionDeps): FeedConnection {
  const counters = createFeedCounters();
  const wallMs = () => deps.clock.wallMs();
  const state: ConnectionState = {
    running: false,
    current: null,
    successor: null,
    backoff: INITIAL_BACKOFF,
    cancelRetry: null,
    retryAtMs: null,
    renewAtMs: null,
    problem: null,
    lastEnd: null,
    refusedHere: 0,
    sinceMs: wallMs(),
  };

  const openLine = (): Line => {
    counters.attempts++;
    const line: Line = { connection: deps.nextConnection(), socket: null, announced: false, earlyEnd: null };
    line.socket = openFeedSocket(protocol, deps, counters, {
      onSubscribed: () => announce(line),
      onEvents: (events) => {
        state.refusedHere = 0;
        deps.onEvents(events, line.connection);
        promoteWhenComplete();
      },
      onProblem: (problem) => {
        state.problem = problem;
      },
      onParserBug: (error) => deps.onParserBug(`${protocol.name}: ${messageOf(error)}`),
      onEnd: (end) => {
        if (line.socket === null) line.earlyEnd = end;
        else lineEnded(line, end);
      },
    });
    return line;
  };
  const openInto = (place: 'current' | 'successor'): void => {
    const line = openLine();
    state[place] = line;
    if (line.earlyEnd !== null) lineEnded(line, line.earlyEnd);
  };

  const announce = (line: Line): void => {
    line.announced = true;
    state.problem = null;
    state.sinceMs = wallMs();
    deps.log.log('info', 'feed connected', { feed: protocol.name, connection: line.connection });
    deps.onConnected(line.connection);
  };

  const connect = (): void => {
    state.cancelRetry?.();
    state.cancelRetry = null;
    state.retryAtMs = null;
    if (!state.running || state.current !== null || !protocol.wanted()) return;
    state.sinceMs = wallMs();
    state.renewAtMs = renewalTime(protocol, wallMs(), deps.random.next());
    openInto('current');
  };

  const retryIn = (delayMs: DurationMs): void => {
    state.cancelRetry?.();
    state.retryAtMs = wallMs() + delayMs;
    state.cancelRetry = deps.timers.after(delayMs, connect);
  };

  const lineEnded = (line: Line, end: SocketEnd): void => {
    state.lastEnd = end.reason;
    state.refusedHere = end.status === 403 || end.status === 451 ? state.refusedHere + 1 : state.refusedHere;
    const wasCurrent = state.current === line;
    if (wasCurrent) {
      state.current = state.successor;
      state.successor = null;
      state.sinceMs = wallMs();
      state.renewAtMs = renewalTime(protocol, wallMs(), deps.random.next());
    } else if (state.successor === line) state.successor = null;
    if (line.announced) deps.onDisconnected(line.connection, end.reason);
    if (!state.running || end.reason === 'renewed') return;
    if (!protocol.wanted()) return;
    const next = nextDelay(state.backoff, end, deps.random.next());
    state.backoff = next.state;
    deps.log.log(end.cause === 'refused' ? 'error' : 'warn', 'feed lost', {
      feed: protocol.name,
      connection: line.connection,
      reason: end.reason,
      status: end.status,
      delayMs: next.delayMs,
    });
    if (state.current !== null) {
      if (!wasCurrent) state.renewAtMs = wallMs() + next.delayMs;
      return;
    }
    counters.reconnects++;
    retryIn(next.delayMs);
  };

  const promoteWhenComplete = (): void => {
    const { current, successor } = state;
    if (current === null || successor?.socket?.isComplete() !== true) return;
    counters.renewals++;
    state.current = successor;
    state.successor = null;
    state.renewAtMs = renewalTime(protocol, wallMs(), deps.random.next());
    current.socket?.close('renewed');
  };

  const checkRenewal = (): void => {
    const { current, successor } = state;
    if (current === null) return;
    const now = wallMs();
    if (successor !== null) {
      const socket = successor.socket;
      socket?.check();
      if (socket !== null && now - socket.openedAtWallMs >= SUCCESSION_LIMIT_MS) socket.close('succession-timeout');
      return;
    }
    if (state.renewAtMs === null || now < state.renewAtMs || !isOffBoundary(deps.clock.now(), deps.windowMs)) return;
    openInto('successor');
  };

  return {
    start: () => {
      if (state.running) return;
      state.running = true;
      connect();
    },
    stop: () => {
      state.running = false;
      state.cancelRetry?.();
      state.cancelRetry = null;
      state.retryAtMs = null;
      state.successor?.socket?.close('stopped');
      state.current?.socket?.close('stopped');
      state.sinceMs = wallMs();
    },
    check: () => {
      if (!state.running) return;
      if (state.current === null) {
        // The retry has its own timer; one that comes late must not keep a feed down.
        if (state.retryAtMs === null || wallMs() >= state.retryAtMs) connect();
        return;
      }
      state.current.socket?.check();
      checkRenewal();
    },
    wantedChanged: () => {
      if (!state.running) return;
      if (state.current === null && state.retryAtMs === null) connect();
      else {
        state.current?.socket?.wantedChanged();
        state.successor?.socket?.wantedChanged();
      }
    },
    view: () => ({
      state: stateOf(state, protocol),
      sinceWallMs: state.sinceMs,
      nextAttemptWallMs: state.retryAtMs,
      problem: state.problem,
      lastEnd: state.lastEnd,
      refusedHere: state.refusedHere,
      renewing: state.successor !== null,
      counters,
    }),
  };
}

function stateOf(state: ConnectionState, protocol: FeedProtocol): FeedState {
  if (!state.running) return 'stopped';
  if (state.current !== null) return state.current.announced ? 'open' : 'connecting';
  return protocol.wanted() ? 'waiting' : 'not-wanted';
}

/** Age limit with a random phase, so that two feeds are not renewed in the same minute. */
function renewalTime(protocol: FeedProtocol, nowMs: UnixMs, random: number): UnixMs | null {
  if (protocol.renewal === null) return null;
  const { afterMs, spreadMs } = protocol.renewal;
  return nowMs + afterMs + Math.floor((random * 2 - 1) * spreadMs);
}

function isOffBoundary(productMs: UnixMs, windowMs: DurationMs): boolean {
  const phase = productMs % windowMs;
  return phase >= BOUNDARY_DISTANCE_MS && phase <= windowMs - BOUNDARY_DISTANCE_MS;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
