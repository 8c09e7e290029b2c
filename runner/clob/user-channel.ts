/**
 * The account's user channel: orders and matches as they happen. It says when it stands and when it is lost; that it stands proves
 * nothing about data: PONG answers while the data is frozen (venue notes of 2026-11-23, polymarket §8), so that the account polls its
 * open orders all the same. Source: venue notes §5.2, unified SDK (PING every 10 s, stale after 30 s, back-off 0.25 s to 30 s with full
 * jitter).
 */
import type { UnixMs } from '../../core/model/time.ts';
import type { AccountIdentity, UserChannelMessage } from '../../core/venue/clob-account.ts';
import type { RejectedMessage } from '../../core/venue/parsed-frame.ts';
import { parsePolymarketUserFrame } from '../../core/venue/polymarket-user.ts';
import type { ClockPort, RandomPort, Socket, SocketsPort, TimersPort } from '../ports.ts';
import { createStrikeOut } from '../strike-out.ts';
import type { ApiCredentials } from './auth.ts';

export const USER_CHANNEL_URL = 'wss://ws-subscriptions-clob.polymarket.com/ws/user';

/** All wall time. */
const PING_INTERVAL_MS = 10_000;
const STALE_MS = 30_000;
const BACKOFF_BASE_MS = 250;
const BACKOFF_CEILING_MS = 30_000;
/** A connection that stood for so long was a good one: the next loss begins with the shortest pause again. */
const HEALTHY_MS = 30_000;

export type UserChannelState = 'open' | 'lost';

export interface UserChannelHandlers {
  onMessage(message: UserChannelMessage): void;
  /** `open`: subscribed, and the venue answers. `lost`: once for each time that it was open, and for a first attempt that failed. */
  onState(state: UserChannelState, detail: string): void;
  /** A message that could not be read: what it concerns is unknown. */
  onRejected(rejected: RejectedMessage): void;
}

export interface UserChannelDeps {
  readonly url: string;
  readonly credentials: ApiCredentials;
  readonly identity: AccountIdentity;
  readonly sockets: SocketsPort;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly random: RandomPort;
  readonly handlers: UserChannelHandlers;
}

export interface UserChannel {
  start(): void;
  /** Ends it; nothing is called back any more. */
  stop(): void;
  /** Whether it stands, and since when, in the product's time. */
  status(): { readonly state: UserChannelState | 'connecting' | 'stopped'; readonly sinceMs: UnixMs };
}

/** Creates the channel for all markets of one account. It connects when started, and again for ever until stopped. */
export function createUserChannel(deps: UserChannelDeps): UserChannel {
  const { clock, timers, handlers } = deps;
  const parse = parsePolymarketUserFrame(deps.identity);
  const clean = createStrikeOut([deps.credentials.secret, deps.credentials.passphrase]);
  let state: UserChannelState | 'connecting' | 'stopped' = 'stopped';
  let sinceMs = clock.now();
  let failures = 0;
  /** What belongs to the present attempt; anything that an earlier socket still says is of no interest. */
  let attempt: Attempt | null = null;
  let cancelRetry: (() => void) | null = null;

  const enter = (next: typeof state): void => {
    state = next;
    sinceMs = clock.now();
  };

  const lose = (lost: Attempt, detail: string): void => {
    if (attempt !== lost) return;
    attempt = null;
    lost.cancelTimers();
    lost.socket?.close();
    const wasHealthy = lost.openedMs !== null && clock.monotonicMs() - lost.openedMs >= HEALTHY_MS;
    failures = wasHealthy ? 0 : failures + 1;
    const isNews = state !== 'lost';
    if (isNews) enter('lost');
    const ceilingMs = Math.min(BACKOFF_CEILING_MS, BACKOFF_BASE_MS * 2 ** Math.min(Math.max(0, failures - 1), 10));
    cancelRetry = timers.after(Math.floor(deps.random.next() * ceilingMs), connect);
    if (isNews) handlers.onState('lost', detail);
  };

  const read = (current: Attempt, frame: string): void => {
    const { messages, controls, rejected } = parse(clean(frame));
    for (const control of controls) {
      if (control.type === 'pong') current.pongMs = clock.monotonicMs();
      if (control.type === 'error') {
        lose(current, `the venue refused: ${control.detail}`);
        return;
      }
    }
    if (current.openedMs === null) {
      current.openedMs = clock.monotonicMs();
      enter('open');
      handlers.onState('open', 'subscribed');
    }
    for (const message of messages) if (attempt === current) handlers.onMessage(message);
    for (const rejection of rejected) if (attempt === current) handlers.onRejected(rejection);
  };

  const watch = (current: Attempt): void => {
    current.cancelTimers = timers.after(PING_INTERVAL_MS, () => {
      if (attempt !== current) return;
      // The time of the attempt itself counts too: a connection that never opens is as stale as one that fell silent.
      if (clock.monotonicMs() - current.pongMs >= STALE_MS) {
        lose(current, `no PONG for ${STALE_MS} ms`);
        return;
      }
      if (current.isConnected) current.socket?.send('PING');
      watch(current);
    });
  };

  const connect = (): void => {
    cancelRetry = null;
    if (state === 'stopped') return;
    const current = newAttempt(clock.monotonicMs());
    attempt = current;
    watch(current);
    current.socket = deps.sockets.open(deps.url, {
      onOpen() {
        if (attempt !== current) return;
        current.isConnected = true;
        current.pongMs = clock.monotonicMs();
        current.socket?.send(subscription(deps.credentials));
        // The channel confirms no subscription: the answer to this is the first sign that both ways work.
        current.socket?.send('PING');
      },
      onMessage(data) {
        if (attempt === current) read(current, data);
      },
      onClose(code, reason, status) {
        lose(current, status === null ? `closed with ${code} ${reason}`.trim() : `refused with HTTP ${status}`);
      },
    });
  };

  return {
    start() {
      if (state !== 'stopped') return;
      enter('connecting');
      connect();
    },
    stop() {
      if (state === 'stopped') return;
      enter('stopped');
      cancelRetry?.();
      cancelRetry = null;
      const last = attempt;
      attempt = null;
      last?.cancelTimers();
      last?.socket?.close();
    },
    status: () => ({ state, sinceMs }),
  };
}

interface Attempt {
  socket: Socket | null;
  isConnected: boolean;
  /** When the first frame came; `null` before. */
  openedMs: number | null;
  pongMs: number;
  cancelTimers: () => void;
}

function newAttempt(nowMs: number): Attempt {
  return { socket: null, isConnected: false, openedMs: null, pongMs: nowMs, cancelTimers: () => undefined };
}

/** No list of markets: all of the account's, also those of windows that nobody has opened yet. */
function subscription({ key, secret, passphrase }: ApiCredentials): string {
  return JSON.stringify({ type: 'user', auth: { apiKey: key, secret, passphrase } });
}
