/** WebSockets over real connections: to a server, and through a SOCKS proxy. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { SocksProxy } from '../../runner/clob/socks-proxy.ts';
import { createNodeSockets } from '../../runner/node-sockets.ts';
import type { Socket } from '../../runner/ports.ts';
import { type SocksServer, startSocksServer } from '../support/socks-server.ts';

const SHORT_MS = 300;

let http: Server;
let server: WebSocketServer;
let connections = 0;
const proxies: SocksServer[] = [];

beforeEach(async () => {
  connections = 0;
  http = createServer();
  http.on('connection', () => {
    connections++;
  });
  server = new WebSocketServer({
    server: http,
    verifyClient: ({ req }, decide) => decide(req.url !== '/refused', 403),
  });
  server.on('connection', (socket, request) => {
    socket.send(`hello ${request.headers['x-name'] ?? 'nobody'}`);
    socket.on('message', (data, isBinary) => {
      const text = (data as Buffer).toString('utf8');
      if (text === 'bye') socket.close(4_001, 'as you wish');
      else if (text === 'cut') socket.terminate();
      else socket.send(isBinary ? data : text);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterEach(async () => {
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  for (const client of server.clients) client.terminate();
  server.close();
  http.close();
});

const portOf = (): number => (http.address() as AddressInfo).port;

async function proxyOf(
  options: Parameters<typeof startSocksServer>[0] = {},
): Promise<{ server: SocksServer; proxy: SocksProxy }> {
  const socks = await startSocksServer(options);
  proxies.push(socks);
  return { server: socks, proxy: { host: '127.0.0.1', port: socks.port, credentials: options.credentials ?? null } };
}

/** Dials, lets `act` speak once it is open, and tells everything that came until the end. */
function talk(
  options: Parameters<typeof createNodeSockets>[0],
  url: string,
  act: (socket: Socket) => void = (socket) => socket.send('bye'),
): Promise<string[]> {
  const seen: string[] = [];
  return new Promise((resolve) => {
    const socket = createNodeSockets({ openTimeoutMs: SHORT_MS, ...options }).open(
      url,
      {
        onOpen: () => {
          seen.push('open');
          act(socket);
        },
        onMessage: (data) => void seen.push(data),
        onClose: (code, reason, status) => {
          seen.push(`closed ${code} ${reason} ${status}`);
          resolve(seen);
        },
      },
      { 'X-Name': 'runner' },
    );
    // Nobody is there yet to hear it.
    socket.send('too early');
  });
}

describe('createNodeSockets', () => {
  test('default: headers, text both ways, the reason of the end', async () => {
    const seen = await talk({ proxy: null }, `ws://127.0.0.1:${portOf()}/`, (socket) => {
      socket.send('"ü"');
      socket.send('bye');
    });
    expect(seen).toEqual(['open', 'hello runner', '"ü"', 'closed 4001 as you wish null']);
  });

  test('error: an upgrade that is refused says its status, once', async () => {
    expect(await talk({ proxy: null }, `ws://127.0.0.1:${portOf()}/refused`)).toEqual([
      expect.stringMatching(/^closed 1006 .*403$/),
    ]);
  });

  test('error: nobody there', async () => {
    const port = portOf();
    http.close();
    await once(http, 'close');
    expect(await talk({ proxy: null }, `ws://127.0.0.1:${port}/`)).toEqual([
      expect.stringMatching(/^closed 1006 .*ECONNREFUSED.* null$/),
    ]);
  });

  test('error: a connection that is cut', async () => {
    const seen = await talk({ proxy: null }, `ws://127.0.0.1:${portOf()}/`, (socket) => socket.send('cut'));
    expect(seen.at(-1)).toMatch(/^closed 1006 /);
  });

  test('behavior: given up before it is open', async () => {
    const { server: socks, proxy } = await proxyOf();
    socks.setMode('stall-connect');
    const closed = new Promise((resolve) => {
      const socket = createNodeSockets({ proxy }).open(`ws://127.0.0.1:${portOf()}/`, {
        onOpen: () => undefined,
        onMessage: () => undefined,
        onClose: (code) => resolve(code),
      });
      socket.close();
    });
    await expect(closed).resolves.toBe(1_006);
  });
});

describe('createNodeSockets through SOCKS5', () => {
  test('default: the proxy resolves the name', async () => {
    const credentials = { user: 'trader', password: 'p@ss:word' };
    const { server: socks, proxy } = await proxyOf({ credentials, names: { 'ws.venue.test': portOf() } });
    expect(await talk({ proxy }, 'ws://ws.venue.test/')).toEqual([
      'open',
      'hello runner',
      'closed 4001 as you wish null',
    ]);
    expect(socks.destinations).toEqual(['ws.venue.test:80']);
  });

  test('behavior: a socket that is silent for longer than the time-out of the proxy stays', async () => {
    const { proxy } = await proxyOf();
    const seen = await talk({ proxy, openTimeoutMs: SHORT_MS }, `ws://127.0.0.1:${portOf()}/`, (socket) => {
      setTimeout(() => socket.send('bye'), SHORT_MS * 2);
    });
    expect(seen).toEqual(['open', 'hello runner', 'closed 4001 as you wish null']);
  });

  test.each(['stall-greeting', 'stall-connect', 'refuse'] as const)(
    'error: %s: closed once, nothing goes direct',
    async (mode) => {
      const { server: socks, proxy } = await proxyOf();
      socks.setMode(mode);
      expect(await talk({ proxy }, `ws://127.0.0.1:${portOf()}/`)).toEqual([expect.stringMatching(/^closed 1006 /)]);
      expect(socks.connections()).toBe(1);
      expect(connections).toBe(0);
    },
  );

  test('error: TLS with a far end that speaks none', async () => {
    const { server: socks, proxy } = await proxyOf();
    expect(await talk({ proxy }, `wss://127.0.0.1:${portOf()}/`)).toEqual([expect.stringMatching(/^closed 1006 ./)]);
    expect(socks.destinations).toEqual([`127.0.0.1:${portOf()}`]);
  });

  test('error: with the proxy down nothing goes direct', async () => {
    const { server: socks, proxy } = await proxyOf();
    await socks.close();
    proxies.length = 0;
    expect(await talk({ proxy }, `ws://127.0.0.1:${portOf()}/`)).toEqual([expect.stringMatching(/^closed 1006 /)]);
    expect(connections).toBe(0);
  });
});
