/** The HTTP port over real connections: to the far end, and through a SOCKS proxy. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHttpPort, type UndiciHttpPort } from '../../../runner/clob/http-port.ts';
import type { SocksProxy } from '../../../runner/clob/socks-proxy.ts';
import type { HttpRequest } from '../../../runner/ports.ts';
import { type FarEnd, startFarEnd } from '../../support/far-end.ts';
import { type SocksServer, startSocksServer } from '../../support/socks-server.ts';

/** Long enough for a machine under load where an answer comes, short where the test is about none coming. */
const PATIENT_MS = 10_000;
const SHORT_MS = 300;

let farEnd: FarEnd;
const ports: UndiciHttpPort[] = [];
const proxies: SocksServer[] = [];

beforeEach(async () => {
  farEnd = await startFarEnd();
});
afterEach(async () => {
  await Promise.all([...ports.splice(0), ...proxies.splice(0)].map((end) => end.close()));
  await farEnd.close();
});

function portOf(proxy: SocksProxy | null = null, connections = 4): UndiciHttpPort {
  const port = createHttpPort({ proxy, connections, connectTimeoutMs: SHORT_MS });
  ports.push(port);
  return port;
}

function get(path: string, timeoutMs = PATIENT_MS): HttpRequest {
  return { method: 'GET', url: `${farEnd.url}${path}`, headers: {}, body: null, timeoutMs };
}

function post(body: string, timeoutMs = PATIENT_MS): HttpRequest {
  return {
    method: 'POST',
    url: `${farEnd.url}/order`,
    headers: { 'Content-Type': 'application/json' },
    body,
    timeoutMs,
  };
}

async function proxyOf(options: Parameters<typeof startSocksServer>[0] = {}): Promise<SocksServer> {
  const server = await startSocksServer(options);
  proxies.push(server);
  return server;
}

/** A port of the loopback on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const ANSWER = '{"orderID":"0x1234","status":"live"}';

describe('createHttpPort', () => {
  test('default: the exact bytes there and back', async () => {
    farEnd.answerWith(() => ({ kind: 'answer', status: 201, headers: { 'Retry-After': '3' }, body: '{"ü":1}' }));
    const answer = await portOf().request(post('{"salt":1,"ü":"€"}'));
    expect(answer).toMatchObject({ status: 201, headers: { 'retry-after': '3' }, body: '{"ü":1}' });
    expect(farEnd.requests).toMatchObject([{ method: 'POST', url: '/order', body: '{"salt":1,"ü":"€"}' }]);
  });

  test('behavior: connections are kept from one request to the next, after a DELETE with a body too', async () => {
    const port = portOf();
    for (let round = 0; round < 4; round++) {
      await port.request({ ...post('{"orderID":"0x1"}'), method: 'DELETE' });
      await port.request(post('{}'));
      await port.request(get('/time'));
    }
    expect(farEnd.requests).toHaveLength(12);
    expect(farEnd.requests[0]).toMatchObject({ method: 'DELETE', body: '{"orderID":"0x1"}' });
    // Whoever asks again in the very moment of an answer finds its connection not free yet, and takes a second one.
    expect(farEnd.connections.length).toBeLessThanOrEqual(2);
  });

  test('behavior: never two requests at once on a connection, never more connections than allowed', async () => {
    farEnd.answerWith(() => ({ kind: 'hang' }));
    const port = portOf(null, 2);
    const hanging = ['1', '2'].map((body) => port.request(post(body, 1_000)));
    await farEnd.received(2);
    expect(await port.request(post('3', SHORT_MS))).toMatchObject({ sent: false });
    expect(farEnd.connections).toHaveLength(2);
    for (const result of await Promise.all(hanging)) expect(result).toMatchObject({ sent: true });
    expect(farEnd.requests.map(({ body }) => body)).toEqual(['1', '2']);
  });

  test('behavior: what was given up before it was sent never leaves later', async () => {
    farEnd.answerWith(({ body }) => (body === 'first' ? { kind: 'hang' } : { kind: 'answer', body: ANSWER }));
    const port = portOf(null, 1);
    const first = port.request(post('first', 1_000));
    await farEnd.received(1);
    expect(await port.request(post('given up', SHORT_MS))).toMatchObject({ sent: false });
    expect(await first).toMatchObject({ sent: true });
    // The connection is free again: whatever still waited would go before this.
    expect(await port.request(post('last'))).toMatchObject({ body: ANSWER });
    expect(farEnd.requests.map(({ body }) => body)).toEqual(['first', 'last']);
  });

  test('behavior: the second of two answers to one request is nobody’s', async () => {
    farEnd.answerWith(({ url }) =>
      url === '/twice' ? { kind: 'duplicate', body: '"first"' } : { kind: 'answer', body: '"second"' },
    );
    const port = portOf(null, 1);
    expect(await port.request(get('/twice'))).toMatchObject({ body: '"first"' });
    const next = await port.request(get('/once'));
    if ('status' in next) expect(next.body).toBe('"second"');
    else expect(next.sent).toBe(true);
    expect(await port.request(get('/once'))).toMatchObject({ body: '"second"' });
  });

  test.each([
    ['no answer', { kind: 'hang' }],
    ['reset before the answer', { kind: 'reset' }],
    ['reset amid the answer', { kind: 'reset-mid-body', body: ANSWER }],
    ['an answer cut short', { kind: 'truncated', body: ANSWER }],
    ['an answer that stalls', { kind: 'stall-mid-body', body: ANSWER }],
  ] as const)('error: %s: it may have got there', async (_name, fault) => {
    farEnd.answerWith(() => fault);
    const result = await portOf().request(post('{}', 1_000));
    expect(result).toMatchObject({ sent: true, detail: expect.stringMatching(/./) });
    expect(result).not.toHaveProperty('status');
    expect(farEnd.requests).toHaveLength(1);
  });

  test('error: nobody listens: certainly not sent', async () => {
    const port = await closedPort();
    const request = { ...get('/time'), url: `http://127.0.0.1:${port}/time` };
    expect(await portOf().request(request)).toMatchObject({
      sent: false,
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('error: TLS with a far end that speaks none: certainly not sent', async () => {
    const request = { ...get('/time'), url: `https://127.0.0.1:${farEnd.port}/time` };
    expect(await portOf().request(request)).toMatchObject({ sent: false });
    expect(farEnd.requests).toEqual([]);
  });

  test('error: a header that HTTP does not know is a failure, not a throw', async () => {
    const request = { ...get('/time'), headers: { POLY_ADDRESS: 'a\nb' } };
    expect(await portOf().request(request)).toMatchObject({ sent: false });
  });
});

describe('createHttpPort through SOCKS5', () => {
  const login = { user: 'trader', password: 'p@ss:word' };
  const through = (port: number, credentials: SocksProxy['credentials'] = null): SocksProxy => ({
    host: '127.0.0.1',
    port,
    credentials,
  });

  test('default: the proxy resolves the name, and its connections are kept', async () => {
    const proxy = await proxyOf({ credentials: login, names: { 'clob.venue.test': farEnd.port } });
    const port = portOf(through(proxy.port, login));
    const request = { ...get('/time'), url: 'http://clob.venue.test/time' };
    for (let round = 0; round < 8; round++) expect(await port.request(request)).toMatchObject({ status: 200 });
    expect(new Set(proxy.destinations)).toEqual(new Set(['clob.venue.test:80']));
    expect(farEnd.connections.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ['stalls in the greeting', 'stall-greeting'],
    ['stalls at CONNECT', 'stall-connect'],
    ['refuses the destination', 'refuse'],
  ] as const)('error: a proxy that %s: certainly not sent, and nothing goes direct', async (_name, mode) => {
    const proxy = await proxyOf();
    proxy.setMode(mode);
    const result = await portOf(through(proxy.port)).request(get('/time'));
    expect(result).toMatchObject({ sent: false });
    expect(proxy.connections()).toBeGreaterThan(0);
    expect(farEnd.connections).toEqual([]);
  });

  test('error: TLS with a far end that speaks none: certainly not sent', async () => {
    const proxy = await proxyOf();
    const request = { ...get('/time'), url: `https://127.0.0.1:${farEnd.port}/time` };
    expect(await portOf(through(proxy.port)).request(request)).toMatchObject({ sent: false });
    expect(farEnd.requests).toEqual([]);
  });

  test('error: a wrong password: certainly not sent, and it is not repeated', async () => {
    const proxy = await proxyOf({ credentials: login });
    const result = await portOf(through(proxy.port, { user: 'trader', password: 'hunter2' })).request(get('/time'));
    expect(result).toMatchObject({ sent: false, detail: expect.not.stringContaining('hunter2') });
    expect(farEnd.connections).toEqual([]);
  });

  test('error: with the proxy down no byte goes direct; when it is back, so are we', async () => {
    const down = await closedPort();
    const port = portOf(through(down));
    const results = await Promise.all(Array.from({ length: 5 }, () => port.request(post('{}'))));
    for (const result of results) expect(result).toMatchObject({ sent: false });
    expect(farEnd.connections).toEqual([]);

    const proxy = await proxyOf();
    proxy.setMode('refuse');
    const second = portOf(through(proxy.port));
    expect(await second.request(get('/time'))).toMatchObject({ sent: false });
    proxy.setMode('ok');
    expect(await second.request(get('/time'))).toMatchObject({ status: 200 });
  });

  test('error: the proxy dies with a request under way: it may have got there', async () => {
    farEnd.answerWith(() => ({ kind: 'hang' }));
    const proxy = await startSocksServer();
    const pending = portOf(through(proxy.port)).request(post('{}'));
    await farEnd.received(1);
    await proxy.close();
    expect(await pending).toMatchObject({ sent: true });
    expect(farEnd.connections).toHaveLength(1);
  });
});
