import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createPartySockets } from '../../runner/link/party-sockets.ts';
import type { SocketHandlers } from '../../runner/ports.ts';

const servers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of servers.splice(0)) await stop();
});

interface Upgrade {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A WebSocket server, or one that refuses every upgrade with `status`. */
async function serve(onSocket: (socket: WebSocket) => void, status: number | null = null) {
  const upgrades: Upgrade[] = [];
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, stream, head) => {
    upgrades.push({ headers: request.headers });
    if (status !== null) {
      stream.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, onSocket);
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  servers.push(async () => {
    for (const client of sockets.clients) client.terminate();
    await new Promise<void>((resolve) => {
      http.close(() => resolve());
    });
  });
  return { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/link/x`, upgrades };
}

/** Handlers that keep what they are told; `ended` resolves with the close. */
function listen() {
  const marks: string[] = [];
  let tell: (end: readonly [number, string, number | null]) => void;
  const ended = new Promise<readonly [number, string, number | null]>((resolve) => {
    tell = resolve;
  });
  let wake: () => void = () => undefined;
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  const handlers: SocketHandlers = {
    onOpen: () => {
      marks.push('open');
      wake();
    },
    onMessage: (data) => {
      marks.push(data);
      wake();
    },
    onClose: (code, reason, status) => {
      marks.push(`closed ${code}`);
      tell([code, reason, status]);
      wake();
    },
  };
  return { marks, handlers, ended, next };
}

describe('createPartySockets', () => {
  test('default: the upgrade carries the headers; frames go both ways; the server’s close is told', async () => {
    const { url, upgrades } = await serve((socket) => {
      socket.on('message', (data) => {
        socket.send(`echo ${String(data)}`);
        socket.close(4001, 'another runner holds the lease');
      });
    });
    const { marks, handlers, ended, next } = listen();
    const opened = next();
    const socket = createPartySockets().open(url, handlers, { 'x-link-key': 'k1' });
    socket.send('before it is open: never sent');
    await opened;
    socket.send('hello');
    expect(await ended).toEqual([4001, 'another runner holds the lease', null]);
    expect(marks).toEqual(['open', 'echo hello', 'closed 4001']);
    expect(upgrades.map(({ headers }) => headers['x-link-key'])).toEqual(['k1']);
  });

  test.each([401, 403, 429, 503])(
    'error: an upgrade refused with %i is told once, and not tried again',
    async (status) => {
      const { url, upgrades } = await serve(() => undefined, status);
      const { marks, handlers, ended } = listen();
      createPartySockets().open(url, handlers);
      expect((await ended)[2]).toBe(status);
      expect([marks, upgrades.length]).toEqual([['closed 1006'], 1]);
    },
  );

  test('error: nobody there', async () => {
    const { url } = await serve(() => undefined);
    for (const stop of servers.splice(0)) await stop();
    const { marks, handlers, ended } = listen();
    createPartySockets().open(url, handlers);
    const [code, reason, status] = await ended;
    expect([code, status]).toEqual([1006, null]);
    expect(reason).toContain('ECONNREFUSED');
    expect(marks).toEqual(['closed 1006']);
  });

  test('behavior: closing it from here is told once, and the server sees code and reason', async () => {
    let seen: (end: string) => void;
    const atServer = new Promise<string>((resolve) => {
      seen = resolve;
    });
    const { url } = await serve((socket) => {
      socket.on('close', (code, reason) => seen(`${code} ${String(reason)}`));
    });
    const { marks, handlers, next } = listen();
    const opened = next();
    const socket = createPartySockets().open(url, handlers);
    await opened;
    socket.close(4003, 'epoch 1 was superseded by 9');
    socket.close(1000, 'again');
    expect(await atServer).toBe('4003 epoch 1 was superseded by 9');
    expect(marks).toEqual(['open', 'closed 4003']);
  });
});
