/**
 * One socket of a feed, from its opening to its end, which is told exactly once. It answers the protocol, measures silence and
 * hands out events. All limits are wall time: silence is a property of the connection, not of the product's clock (RUNTIME §6).
 */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { Stream } from '../../core/model/source.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { ParsedFrame } from '../../core/venue/parsed-frame.ts';
import type { ClockPort, Socket, SocketsPort } from '../ports.ts';
import type { ConnectionOutcome } from './backoff.ts';
import { countOne, type FeedCounters } from './feed-counters.ts';
import type { FeedProtocol, FeedSession, SessionLink } from './feed-protocol.ts';
import { streamOfEvent } from './stream-of-event.ts';

/** An upgrade that takes longer is given up: a healthy one takes well below a second. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** `check` comes once a second and may be a little early or late: a keep-alive is sent rather early than late. */
const CHECK_TOLERANCE_MS = 500;

export interface SocketEnd extends ConnectionOutcome {
  readonly reason: string;
}

export interface FeedSocketHandlers {
  onSubscribed(): void;
  onEvents(events: readonly MarketDataEvent[]): void;
  onProblem(problem: string): void;
  onParserBug(error: unknown): void;
  onEnd(end: SocketEnd): void;
}

export interface FeedSocket {
  /** Checks every limit; called once a second. */
  check(): void;
  /** Ends the socket from our side. */
  close(reason: string): void;
  wantedChanged(): void;
  /** Every expected stream has shown itself. */
  isComplete(): boolean;
  isOpen(): boolean;
  readonly openedAtWallMs: UnixMs;
}

interface SocketState {
  phase: 'connecting' | 'open' | 'ended';
  subscribedAtMs: UnixMs | null;
  lastKeepAliveMs: UnixMs;
  firstDataMs: UnixMs | null;
  lastDataMs: UnixMs | null;
  /** Since when silence counts. */
  quietSinceMs: UnixMs;
  readonly streams: Map<Stream, UnixMs>;
}

export function openFeedSocket(
  protocol: FeedProtocol,
  ports: { readonly clock: ClockPort; readonly sockets: SocketsPort },
  counters: FeedCounters,
  handlers: FeedSocketHandlers,
): FeedSocket {
  const wallMs = () => ports.clock.wallMs();
  const openedAtWallMs = wallMs();
  const state: SocketState = {
    phase: 'connecting',
    subscribedAtMs: null,
    lastKeepAliveMs: openedAtWallMs,
    firstDataMs: null,
    lastDataMs: null,
    quietSinceMs: openedAtWallMs,
    streams: new Map(),
  };
  let socket: Socket | null = null;

  const end = (reason: string, cause: ConnectionOutcome['cause'], status: number | null): void => {
    if (state.phase === 'ended') return;
    state.phase = 'ended';
    countOne(counters.ended, reason);
    const { firstDataMs, lastDataMs } = state;
    const healthyDataMs = firstDataMs === null || lastDataMs === null ? 0 : lastDataMs - firstDataMs;
    handlers.onEnd({ reason, cause, status, healthyDataMs });
  };
  const giveUp = (reason: string, cause: ConnectionOutcome['cause'], problem?: string): void => {
    if (state.phase === 'ended') return;
    if (problem !== undefined) handlers.onProblem(problem);
    end(reason, cause, null);
    socket?.close(1000, reason);
  };
  const link: SessionLink = {
    send: (frame) => {
      if (state.phase === 'open') socket?.send(frame);
    },
    subscribed: () => {
      if (state.phase !== 'open' || state.subscribedAtMs !== null) return;
      state.subscribedAtMs = wallMs();
      handlers.onSubscribed();
    },
    fail: giveUp,
    count: (reason) => countOne(counters.rejected, reason),
    showProblem: (problem) => handlers.onProblem(problem),
    wallMs,
  };
  const session = protocol.session(link);

  const receive = (frame: string): void => {
    if (state.phase !== 'open') return;
    const now = wallMs();
    counters.frames++;
    counters.bytes += frame.length;
    counters.lastFrameWallMs = now;
    const parsed = parseGuarded(protocol, frame, counters, handlers);
    if (parsed === null) return;
    for (const { reason } of parsed.rejected) countOne(counters.rejected, reason);
    if (parsed.events.length > 0) noteData(state, counters, now);
    const events = session.received(parsed, frame);
    if (events.length === 0) return;
    counters.events += events.length;
    noteStreams(state, counters, events, now);
    handlers.onEvents(events);
  };

  socket = ports.sockets.open(protocol.url, {
    onOpen: () => {
      if (state.phase !== 'connecting') return;
      state.phase = 'open';
      state.quietSinceMs = wallMs();
      state.lastKeepAliveMs = wallMs();
      session.opened();
    },
    onMessage: receive,
    onClose: (code, reason, status) => {
      if (state.phase === 'ended') return;
      if (status !== null) return end(`status-${status}`, 'dropped', status);
      const { cause, problem } = protocol.causeOf(code);
      if (problem !== undefined) handlers.onProblem(reason === '' ? problem : `${problem}: ${reason}`);
      end(`closed-${code}`, cause, null);
    },
  });

  return {
    openedAtWallMs,
    check: () => checkSocket(protocol, session, link, state, openedAtWallMs),
    close: (reason) => giveUp(reason, 'dropped'),
    wantedChanged: () => {
      if (state.phase === 'open') session.wantedChanged();
    },
    isComplete: () =>
      state.subscribedAtMs !== null && protocol.expected.every(({ stream }) => state.streams.has(stream)),
    isOpen: () => state.phase === 'open',
  };
}

/** A parser that throws is a bug of ours, and never a reason to lose a feed: counted, shown, skipped. */
function parseGuarded(
  protocol: FeedProtocol,
  frame: string,
  counters: FeedCounters,
  handlers: FeedSocketHandlers,
): ParsedFrame | null {
  try {
    return protocol.parse(frame);
  } catch (error) {
    countOne(counters.rejected, 'parser-bug');
    handlers.onParserBug(error);
    return null;
  }
}

function noteData(state: SocketState, counters: FeedCounters, now: UnixMs): void {
  state.firstDataMs ??= now;
  state.lastDataMs = now;
  state.quietSinceMs = now;
  counters.lastDataWallMs = now;
}

function noteStreams(
  state: SocketState,
  counters: FeedCounters,
  events: readonly MarketDataEvent[],
  now: UnixMs,
): void {
  for (const event of events) {
    const stream = streamOfEvent(event);
    if (stream === null) continue;
    state.streams.set(stream, now);
    counters.streams[stream] = now;
  }
}

function checkSocket(
  protocol: FeedProtocol,
  session: FeedSession,
  link: SessionLink,
  state: SocketState,
  openedAtWallMs: UnixMs,
): void {
  const now = link.wallMs();
  if (state.phase === 'ended') return;
  if (state.phase === 'connecting') {
    if (now - openedAtWallMs >= CONNECT_TIMEOUT_MS) link.fail('connect-timeout', 'dropped');
    return;
  }
  const { keepAlive } = protocol;
  if (keepAlive !== null && now - state.lastKeepAliveMs >= keepAlive.everyMs - CHECK_TOLERANCE_MS) {
    state.lastKeepAliveMs = now;
    link.send(keepAlive.frame);
  }
  if (session.idle()) {
    state.quietSinceMs = now;
    return;
  }
  session.check();
  if (now - state.quietSinceMs >= protocol.silenceMs) link.fail('silent', 'dropped');
  if (state.subscribedAtMs === null) return;
  for (const expected of protocol.expected) {
    const lastMs = state.streams.get(expected.stream);
    if (lastMs === undefined) {
      if (now - state.subscribedAtMs >= expected.firstWithinMs) link.fail(`no-first-${expected.stream}`, 'dropped');
    } else if (expected.silenceMs !== null && now - lastMs >= expected.silenceMs) {
      link.fail(`silent-${expected.stream}`, 'dropped');
    }
  }
}
