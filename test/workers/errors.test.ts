import { createExecutionContext } from 'cloudflare:test';
import { describe, expect, test, vi } from 'vitest';
import { createApp } from '../../workers/app.ts';
import type { AppDeps } from '../../workers/app-env.ts';
import { createWorkerHandler } from '../../workers/handler.ts';
import { API, bindings, call, expectError, expectSecurityHeaders } from './support/api-client.ts';
import { LINK_KEYS, TOKENS } from './support/tokens.ts';

const PAUSE = `${API}/series/btc-updown-5m/pause`;
const COMMAND = JSON.stringify({ commandId: 'errors-test-1' });

describe('createApp', () => {
  test('default', async () => {
    const response = await call(`${API}/health`);
    expect(await response.json()).toEqual({ status: 'ok' });
    expectSecurityHeaders(response);
  });

  test.each(['{', '', 'null x', '{"commandId": }'])('error: %j is not JSON', async (body) => {
    const response = await call(PAUSE, { as: 'operator', method: 'POST', body });
    expect(await expectError(response, 400)).toMatchObject({ code: 'unreadable-body' });
  });

  test.each([
    ['another form', '[]', ''],
    ['no id', '{}', 'commandId'],
    ['a short id', '{"commandId":"abc"}', 'commandId'],
    ['an id of other characters', '{"commandId":"abc def ghi"}', 'commandId'],
    ['a number', '{"commandId":12345678}', 'commandId'],
    ['an unknown key', '{"commandId":"abcdefgh","force":true}', ''],
  ])('error: a body with %s', async (_, body, path) => {
    const response = await call(PAUSE, { as: 'operator', method: 'POST', body });
    expect(await expectError(response, 422)).toMatchObject({ code: 'invalid-request', details: [{ path }] });
  });

  test('error: a body that is not declared as JSON', async () => {
    const headers = { 'Content-Type': 'text/plain', Authorization: `Bearer ${TOKENS.operator}` };
    const response = await call(PAUSE, { method: 'POST', headers });
    expect(await expectError(response, 400)).toMatchObject({ code: 'unreadable-body' });
  });

  test('error: a body of more than 64 kB', async () => {
    const body = JSON.stringify({ commandId: 'x'.repeat(64 * 1024) });
    const response = await call(PAUSE, { as: 'operator', method: 'POST', body });
    expect(await expectError(response, 413)).toMatchObject({ code: 'body-too-large' });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['from=-1', 'from'],
    ['to=2026-11-23', 'to'],
    ['series=', 'series'],
    ['offset=10', ''],
    ['cursor=not-a-cursor', 'cursor'],
    ['cursor=WzFd', 'cursor'],
    ['cursor=%20', 'cursor'],
  ])('error: the query %s', async (query, path) => {
    const response = await call(`${API}/windows?${query}`, { as: 'viewer' });
    expect(await expectError(response, 422)).toMatchObject({ code: 'invalid-request', details: [{ path }] });
  });

  test.each([
    ['/', 'not-found'],
    ['/api/v1', 'not-found'],
    ['/api/v1/', 'not-found'],
    ['/api/v1/health/', 'not-found'],
    ['/api/v1/series/btc-updown-5m', 'not-found'],
    ['/api/v2/health', 'not-found'],
    ['/api/v1/series/sol-updown-5m/status', 'unknown-series'],
    ['/api/v1/series/..%2Fbtc-updown-5m/status', 'unknown-series'],
    ['/api/v1/windows?series=sol-updown-5m', 'unknown-series'],
  ])('error: %s is unknown', async (path, code) => {
    const response = await call(`https://poly-edge.test${path}`, { as: 'operator' });
    expect(await expectError(response, 404)).toMatchObject({ code });
  });

  test.each([
    ['DELETE', `${API}/series`, 'GET'],
    ['GET', PAUSE, 'POST'],
    ['OPTIONS', PAUSE, 'POST'],
    ['PUT', `${API}/health`, 'GET'],
  ])('error: %s %s', async (method, url, allowed) => {
    const response = await call(url, { method, as: 'operator' });
    expect(response.headers.get('Allow')).toBe(allowed);
    expect(await expectError(response, 405)).toMatchObject({ code: 'method-not-allowed' });
  });

  test.each(['status', 'history'])('error: an object that fails says nothing of itself in %s', async (route) => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const response = await call(`${API}/series/eth-updown-5m/${route}`, { as: 'operator' });
    const error = await expectError(response, 500);
    expect(error).toEqual({ code: 'internal', message: 'Something failed inside; the log says what.' });
    expect(errors.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { level: 'error', message: 'request failed', reason: 'scripted failure' },
    ]);
    errors.mockRestore();
  });

  test('behavior: a route that is not in the table does not exist', async () => {
    const app = createApp(injected());
    app.get('/api/v1/forgotten', (context) => context.text('open'));
    const response = await app.request('/api/v1/forgotten', {
      headers: { Authorization: `Bearer ${TOKENS.operator}` },
    });
    await expectError(response, 404);
  });

  test('behavior: a command stands when the audit row cannot be written, and says so', async () => {
    const lines: string[] = [];
    const app = createApp({
      ...injected(),
      audit: { record: () => Promise.reject(new Error('D1 is away')) },
      log: { log: (level, message) => lines.push(`${level} ${message}`) },
    });
    const response = await app.request('/api/v1/series/btc-updown-5m/pause', {
      method: 'POST',
      body: COMMAND,
      headers: { Authorization: `Bearer ${TOKENS.operator}`, 'Content-Type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({ result: 'applied', audited: false });
    expect(lines).toEqual(['error audit row not written']);
  });
});

function injected(): AppDeps {
  const unused = () => Promise.reject(new Error('not asked for in this test'));
  return {
    tokens: { ...TOKENS, linkKeys: LINK_KEYS },
    settings: { mode: 'demo', series: [{ slug: 'btc-updown-5m' as never, durationMs: 300_000 }] },
    queries: { windows: unused, orders: unused, fills: unused, positions: unused },
    audit: { record: unused },
    log: { log: () => expect.unreachable('nothing to log') },
    stub: () => ({
      wake: unused,
      status: unused,
      history: unused,
      openOrders: unused,
      fetch: unused,
      command: async ({ commandId }) => ({ commandId, result: 'applied', seq: 1, tradingMode: 'reducing', detail: '' }),
    }),
    wallMs: () => 0,
  };
}

describe('createWorkerHandler', () => {
  const handler = createWorkerHandler<typeof bindings>();

  test.each([
    [{ ADMIN_TOKEN_VIEWER: 'short' }, 'ADMIN_TOKEN_VIEWER must be set as a secret of at least 24 characters.'],
    [{ ADMIN_TOKEN_OPERATOR: undefined }, 'ADMIN_TOKEN_OPERATOR must be set as a secret of at least 24 characters.'],
    [{ MODE: 'yolo' }, 'MODE must be one of demo, sim, paper, live.'],
  ])('error: %j closes every route with one sentence', async (change, message) => {
    for (const path of ['/api/v1/health', '/api/v1/series', '/link/btc-updown-5m']) {
      const request = new Request<unknown, IncomingRequestCfProperties>(`https://poly-edge.test${path}`, {
        headers: { Authorization: `Bearer ${TOKENS.operator}` },
      });
      const response = await handler.fetch(request, { ...bindings, ...change }, createExecutionContext());
      expect(await expectError(response, 503)).toEqual({ code: 'misconfigured', message });
    }
  });
});
