import { describe, expect, test } from 'vitest';
import { ROUTES, type Role } from '../../workers/access-table.ts';
import { API, call, expectError, signed } from './support/api-client.ts';
import { TOKENS } from './support/tokens.ts';

const ORIGIN = 'https://poly-edge.test';
const SERIES = '/api/v1/series/btc-updown-5m';

/** What each route answers to each caller; written by hand, so that a change of the table is seen here. */
const EXPECTED: readonly (readonly [string, string, Readonly<Record<Role | 'nobody' | 'stranger', number>>])[] = [
  ['GET', '/api/v1/health', { nobody: 200, stranger: 200, viewer: 200, operator: 200, runner: 200 }],
  ['GET', '/api/v1/openapi.json', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/series', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', `${SERIES}/status`, { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', `${SERIES}/config`, { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['PUT', `${SERIES}/config`, { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['GET', `${SERIES}/orders`, { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  // 400: past the door, and not asking for an upgrade.
  ['GET', `${SERIES}/stream`, { nobody: 401, stranger: 401, viewer: 400, operator: 400, runner: 403 }],
  ['GET', '/api/v1/windows', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/positions', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/fills', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/orders', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/markouts', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/strategy-pnl', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', '/api/v1/ledger-entries', { nobody: 401, stranger: 401, viewer: 200, operator: 200, runner: 403 }],
  ['GET', `${SERIES}/history`, { nobody: 401, stranger: 401, viewer: 403, operator: 200, runner: 403 }],
  // 422: past the door, with no body.
  ['POST', `${SERIES}/pause`, { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', `${SERIES}/flatten`, { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', `${SERIES}/kill`, { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', `${SERIES}/resume`, { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', '/api/v1/account/pause', { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', '/api/v1/account/flatten', { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', '/api/v1/account/kill', { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['POST', '/api/v1/account/resume', { nobody: 401, stranger: 401, viewer: 403, operator: 422, runner: 403 }],
  ['GET', '/link/btc-updown-5m', { nobody: 401, stranger: 401, viewer: 403, operator: 403, runner: 400 }],
];

const CASES = EXPECTED.flatMap(([method, path, answers]) =>
  Object.entries(answers).map(([caller, status]) => ({ method, path, caller, status })),
);

function headersOf(caller: string, method: string, url: string): Readonly<Record<string, string>> {
  if (caller === 'nobody') return {};
  if (caller === 'runner') return signed(url, method);
  const token = caller === 'stranger' ? 'x'.repeat(TOKENS.operator.length) : TOKENS[caller as keyof typeof TOKENS];
  return { Authorization: `Bearer ${token}` };
}

describe('authenticate', () => {
  test.each(CASES)('behavior: $method $path by $caller is $status', async ({ method, path, caller, status }) => {
    const url = `${ORIGIN}${path}`;
    const response = await call(url, { method, headers: headersOf(caller, method, url) });
    await response.arrayBuffer();
    expect(response.status).toBe(status);
  });

  test('behavior: the matrix above has every route of the table', () => {
    const table = Object.values(ROUTES).map(
      (route) => `${route.method} ${route.path.replace('{slug}', 'btc-updown-5m')}`,
    );
    expect(table.toSorted()).toEqual(EXPECTED.map(([method, path]) => `${method} ${path}`).toSorted());
  });

  test('behavior: the OpenAPI document describes every route of the table and no other', async () => {
    const response = await call(`${API}/openapi.json`, { as: 'viewer' });
    const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const table = Object.values(ROUTES)
      .filter((route) => route !== ROUTES.openapi)
      .map((route) => `${route.method} ${route.path}`);
    expect(described.toSorted()).toEqual(table.toSorted());
  });

  test.each([
    ['no scheme', TOKENS.operator],
    ['another scheme', `Basic ${TOKENS.operator}`],
    ['a prefix of the token', `Bearer ${TOKENS.operator.slice(0, -1)}`],
    ['more than the token', `Bearer ${TOKENS.operator}x`],
    ['two tokens', `Bearer ${TOKENS.operator} ${TOKENS.viewer}`],
    ['an empty token', 'Bearer '],
    ['a token of 600 characters', `Bearer ${'x'.repeat(600)}`],
  ])('error: %s is no token', async (_, header) => {
    const response = await call(`${API}/series`, { headers: { Authorization: header } });
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="poly-edge"');
    expect(await expectError(response, 401)).toMatchObject({ code: 'unauthenticated' });
  });

  test('behavior: HEAD needs what GET needs and answers without a body', async () => {
    expect((await call(`${API}/series`, { method: 'HEAD' })).status).toBe(401);
    const response = await call(`${API}/series`, { method: 'HEAD', as: 'viewer' });
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 200, body: '' });
  });

  test('behavior: the scheme is read in any case', async () => {
    const response = await call(`${API}/series`, { headers: { Authorization: `bearer ${TOKENS.viewer}` } });
    expect(response.status).toBe(200);
  });
});
