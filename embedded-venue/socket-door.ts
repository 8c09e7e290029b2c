/** Lets WebSocket clients in to the feed that their path names, and looks after them until they leave. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { VenueConnection, VenueFeed } from './connection.ts';

export interface SocketDoor {
  readonly count: () => number;
  /** `feeds` is `null` while there is no time: the client is told to come back (425). */
  upgrade(feeds: readonly VenueFeed[] | null, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Pings everybody, and cuts off who has not answered the last two. */
  ping(): void;
  /** Says goodbye to everybody. */
  closeAll(): void;
  /** Drops whoever is still there. */
  dropAll(): void;
}

const MAX_MISSED_PINGS = 2;
const MAX_FRAME_BYTES = 64 * 1_024;
/** A client that leaves this much unread is cut off, as every real venue does. */
const MAX_UNREAD_BYTES = 8 * 1_024 * 1_024;
const SLOW_CLOSE = 4_002;
const GOING_AWAY = 1_001;
const UNSUPPORTED_DATA = 1_003;

/** The feed whose path is `path`, or the longest beginning of it. */
export function feedFor(feeds: readonly VenueFeed[], path: string): VenueFeed | null {
  let best: VenueFeed | null = null;
  for (const feed of feeds) {
    const fits = path === feed.path || path.startsWith(`${feed.path}/`);
    if (fits && (best === null || feed.path.length > best.path.length)) best = feed;
  }
  return best;
}

/** A door without a listener of its own: the HTTP server hands upgrades to it. */
export function createSocketDoor(): SocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  const missedPings = new WeakMap<WebSocket, number>();
  let admitted = 0;

  const admit = (feed: VenueFeed, client: WebSocket, url: URL): void => {
    const connection = connectionOf(client, ++admitted);
    client.on('message', (data, isBinary) => {
      if (isBinary) client.close(UNSUPPORTED_DATA, 'text only');
      else feed.onMessage(connection, data.toString());
    });
    client.on('pong', () => missedPings.set(client, 0));
    // A client that breaks the protocol: ws closes the socket by itself, and `close` does what is left to do.
    client.on('error', (error) => process.stderr.write(`${feed.path}: ${error.message}\n`));
    client.on('close', () => feed.onClose(connection));
    feed.onConnect(connection, url.searchParams, url.pathname.slice(feed.path.length + 1));
  };
  return {
    count: () => server.clients.size,
    upgrade(feeds, request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://venue');
      const feed = feeds === null ? null : feedFor(feeds, url.pathname);
      if (feed === null) refuse(socket, feeds === null ? '425 Too Early' : '404 Not Found');
      else server.handleUpgrade(request, socket, head, (client) => admit(feed, client, url));
    },
    ping() {
      for (const client of server.clients) {
        const missed = missedPings.get(client) ?? 0;
        if (missed >= MAX_MISSED_PINGS) client.close(SLOW_CLOSE, 'no pong');
        missedPings.set(client, missed + 1);
        client.ping();
      }
    },
    closeAll() {
      for (const client of server.clients) client.close(GOING_AWAY, 'venue stops');
    },
    dropAll() {
      for (const client of server.clients) client.terminate();
    },
  };
}

function connectionOf(client: WebSocket, id: number): VenueConnection {
  return {
    id,
    send(frame) {
      if (client.readyState !== WebSocket.OPEN) return;
      if (client.bufferedAmount > MAX_UNREAD_BYTES) client.close(SLOW_CLOSE, 'slow consumer');
      else client.send(frame);
    },
    close: (code, reason) => client.close(code, reason),
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
