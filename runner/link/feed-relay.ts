/**
 * Feeds that the runner reads for the object (DESIGN §3.10): sockets to hosts of its own list and to no others, frames gathered for
 * `FRAME_CLOSE_MS`, everything closed when the link is.
 */
import {
  FRAME_CLOSE_MS,
  type LinkMessageFromRunner,
  type LinkMessageToRunner,
} from '../../core/protocol/runner-link.ts';
import type { ClockPort, Socket, SocketsPort, TimersPort } from '../ports.ts';

/** All feeds of a series, twice: one may be replaced while it still lives. */
const MAX_SOCKETS = 16;
/** Policy violation (RFC 6455 §7.4.1). */
const REFUSED = 1008;
/** A batch of so many characters does not wait: the object refuses frames of 2,000,000. */
const MAX_BATCH_CHARS = 250_000;

/** Hosts of all feeds, as the real addresses of `durable-objects/feeds` name them (market data notes §1 to §5, 2026-11-23). */
export const REAL_FEED_ORIGINS: readonly string[] = [
  'wss://fstream.binance.com',
  'wss://advanced-trade-ws.coinbase.com',
  'wss://www.deribit.com',
  'wss://ws-subscriptions-clob.polymarket.com',
  'wss://ws-live-v2.polymarket.com',
  'wss://ws-live-data.polymarket.com',
];

type ToRelay = Extract<LinkMessageToRunner, { readonly type: 'socket-open' | 'socket-send' | 'socket-close' }>;

export interface FeedRelay {
  perform(message: ToRelay): void;
  /** The object knows nothing of them any more. */
  closeAll(): void;
}

export interface FeedRelayDeps {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  /** `wss://host[:port]` of each host that may be opened. */
  readonly origins: readonly string[];
  send(messages: readonly LinkMessageFromRunner[]): void;
}

interface Gathered {
  readonly frames: string[];
  readonly receivedWallMs: number;
}

export function createFeedRelay(deps: FeedRelayDeps): FeedRelay {
  const allowed = new Set(deps.origins.map((origin) => originOf(origin) ?? origin));
  const open = new Map<number, Socket>();
  const gathered = new Map<number, Gathered>();
  let chars = 0;
  let cancelFlush: (() => void) | null = null;

  function flush(): void {
    cancelFlush?.();
    cancelFlush = null;
    chars = 0;
    const messages: LinkMessageFromRunner[] = [...gathered].map(([socket, { frames, receivedWallMs }]) => ({
      type: 'socket-data',
      socket,
      frames,
      receivedWallMs,
    }));
    gathered.clear();
    if (messages.length > 0) deps.send(messages);
  }

  function gather(socket: number, frame: string): void {
    const waiting = gathered.get(socket);
    if (waiting === undefined) gathered.set(socket, { frames: [frame], receivedWallMs: deps.clock.wallMs() });
    else waiting.frames.push(frame);
    chars += frame.length;
    if (chars >= MAX_BATCH_CHARS) flush();
    else cancelFlush ??= deps.timers.after(FRAME_CLOSE_MS, flush);
  }

  function openSocket(socket: number, url: string) {
    const origin = originOf(url);
    const problem = open.has(socket)
      ? 'this socket is open'
      : origin === null || !allowed.has(origin)
        ? 'not on the list of feeds of this runner'
        : open.size >= MAX_SOCKETS
          ? 'too many sockets'
          : null;
    if (problem !== null) {
      return deps.send([{ type: 'socket-closed', socket, code: REFUSED, reason: problem, status: null }]);
    }
    let mine: Socket | null = null;
    let isOver = false;
    mine = deps.sockets.open(url, {
      onOpen: () => {
        if (open.get(socket) === mine) deps.send([{ type: 'socket-opened', socket }]);
      },
      onMessage: (data) => {
        if (open.get(socket) === mine) gather(socket, data);
      },
      onClose: (code, reason, status) => {
        isOver = true;
        if (mine !== null && open.get(socket) !== mine) return;
        open.delete(socket);
        flush();
        deps.send([{ type: 'socket-closed', socket, code, reason: reason.slice(0, 200), status }]);
      },
    });
    if (!isOver) open.set(socket, mine);
  }

  return {
    perform(message) {
      switch (message.type) {
        case 'socket-open':
          return openSocket(message.socket, message.url);
        case 'socket-send':
          return open.get(message.socket)?.send(message.data);
        case 'socket-close': {
          const socket = open.get(message.socket);
          open.delete(message.socket);
          gathered.delete(message.socket);
          return socket?.close(message.code === 1000 ? 1000 : 1001, message.reason);
        }
      }
    },
    closeAll() {
      cancelFlush?.();
      cancelFlush = null;
      chars = 0;
      gathered.clear();
      const sockets = [...open.values()];
      open.clear();
      for (const socket of sockets) socket.close(1001, 'the link is lost');
    },
  };
}

function originOf(url: string): string | null {
  try {
    const { protocol, host, username, password } = new URL(url);
    if (username !== '' || password !== '' || (protocol !== 'wss:' && protocol !== 'ws:')) return null;
    return `${protocol}//${host}`;
  } catch {
    // No address at all: refused like a foreign one.
    return null;
  }
}
