/** The requests as they leave: method, path, headers and body, byte for byte. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ConditionId, TokenId, VenueOrderId } from '../../../core/model/identifiers.ts';
import { createApiKeys } from '../../../runner/clob/api-keys.ts';
import { l1Headers } from '../../../runner/clob/auth.ts';
import type { ClobClient } from '../../../runner/clob/clob-client.ts';
import { cancelMarketRequest, headersOf } from '../../../runner/clob/clob-requests.ts';
import type { HttpRequest } from '../../../runner/ports.ts';
import { createRunnerTime, createScriptedHttp, jsonAnswer } from '../../support/runner-ports.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';
import { anvilSigner } from '../../support/signing-fixtures.ts';
import { createClientWorld, NOW_MS, vectorAuth } from './client-world.ts';

const hash = (digits: string) => `0x${digits.repeat(32)}` as VenueOrderId;
const condition = hash('cd') as string as ConditionId;
const token = '71321045679252212594626385532706912750332728571942532289631379312455583992563' as TokenId;

interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** As a server sees it: names of headers in lower case, an absent body empty. */
function seen({ method, url, headers, body }: HttpRequest): SeenRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { method, url: url.replace('https://clob.test', ''), headers: Object.fromEntries(lower), body: body ?? '' };
}

async function requestOf(call: (client: ClobClient) => Promise<unknown>): Promise<SeenRequest> {
  const { client, http } = createClientWorld(() => jsonAnswer({ error: 'not answered here' }, 400));
  await call(client);
  const [request] = http.requests;
  if (request === undefined) throw new Error('nothing was sent');
  return seen(request);
}

async function keyRequestOf(call: 'create' | 'derive'): Promise<SeenRequest> {
  const signer = await anvilSigner();
  const http = createScriptedHttp(() => jsonAnswer({ error: 'not answered here' }, 400));
  const { clock } = createRunnerTime(NOW_MS);
  const login = (binding: Parameters<typeof l1Headers>[1]['binding'], timestampS: number) =>
    l1Headers(signer, { chainId: 137, timestampS, nonce: 0, binding });
  await createApiKeys({ http, clock, clobUrl: 'https://clob.test', login })[call]({ kind: 'signer' });
  const [request] = http.requests;
  if (request === undefined) throw new Error('nothing was sent');
  return seen(request);
}

interface VectorCase {
  readonly name: string;
  readonly requests: readonly SeenRequest[];
}

/** What the official client sent in each case that the runner has, too. */
const CALLS: Readonly<Record<string, (vector: SeenRequest) => Promise<SeenRequest>>> = {
  'postOrder GTC': placed,
  'postOrder GTC postOnly': placed,
  'postOrder GTD': placed,
  'postOrder FAK market': placed,
  'postOrders batch': ({ body }) => {
    const bodies = (JSON.parse(body) as unknown[]).map((item) => JSON.stringify(item));
    return requestOf((client) => client.placeBatch(bodies.map((item) => ({ orderHash: hash('ab'), body: item }))));
  },
  cancelOrder: () => requestOf((client) => client.cancel(hash('ab'))),
  cancelOrders: () => requestOf((client) => client.cancelMany([hash('01'), hash('02')])),
  cancelAll: () => requestOf((client) => client.cancelAll()),
  getOpenOrders: () => requestOf((client) => client.openOrders({ conditionId: condition })),
  getTrades: () => requestOf((client) => client.fills({ conditionId: condition, afterMs: 1_795_400_001_000 })),
  getOrder: () => requestOf((client) => client.order(hash('ab'))),
  'getBalanceAllowance collateral': () => requestOf((client) => client.collateral(false)),
  'updateBalanceAllowance conditional': () => requestOf((client) => client.conditional(token, true)),
  postHeartbeat: () => requestOf((client) => client.heartbeat()),
  getClosedOnlyMode: () => requestOf((client) => client.closedOnly()),
  createApiKey: () => keyRequestOf('create'),
  deriveApiKey: () => keyRequestOf('derive'),
  cancelMarketOrders: () => {
    const { signed: _signed, query, path, ...request } = cancelMarketRequest(condition, token);
    const whole = cancelMarketRequest(condition, token);
    const headers = headersOf(whole, vectorAuth(), Math.floor(NOW_MS / 1_000));
    return Promise.resolve(seen({ ...request, url: `${path}${query}`, headers, timeoutMs: 0 }));
  },
};

function placed({ body }: SeenRequest): Promise<SeenRequest> {
  return requestOf((client) => client.place({ orderHash: hash('ab'), body }));
}

describe.skipIf(!hasSharedData)('requests against the vectors', () => {
  const readCases = (): readonly VectorCase[] => {
    const text = readFileSync(sharedVectorPath('polymarket', 'http-requests.json'), 'utf8');
    return (JSON.parse(text) as { readonly cases: readonly VectorCase[] }).cases;
  };

  test.each(Object.entries(CALLS))('default: %s of the vectors, byte for byte', async (name, call) => {
    const vector = readCases().find((entry) => entry.name === name)?.requests[0];
    if (vector === undefined) throw new Error(`no vector ${name}`);
    expect(await call(vector)).toEqual(vector);
  });

  test('default: public questions of the vectors, but for the user agent', async () => {
    const vector = readCases().find(({ name }) => name === 'getServerTime')?.requests[0];
    const sent = await requestOf((client) => client.time());
    // The official client sends them through another library's default, which Cloudflare may refuse (venue notes §8).
    expect(sent).toEqual({ ...vector, headers: { 'user-agent': '@polymarket/clob-client' } });
  });

  test('behavior: no case of the vectors is forgotten', () => {
    const unused = [
      ...['postOrder FOK postOnly (client refuses)', 'isOrderScoring', 'areOrdersScoring', 'getOrderBook'],
      ...['getOrderBooks', 'getMidpoint', 'getPrice', 'getVersion', 'getServerTime'],
    ];
    const names = readCases().map(({ name }) => name);
    expect(names).toHaveLength(27);
    expect([...Object.keys(CALLS), ...unused].sort()).toEqual([...names].sort());
  });
});

/** Without the vectors: the same recipe on requests of our own, checked once against them. Source: venue notes of 2026-11-23 §3.1–§3.3. */
describe('requests', () => {
  test.each([
    ['POST', '/order', '{"x":1}', (client: ClobClient) => client.place({ orderHash: hash('ab'), body: '{"x":1}' })],
    [
      'POST',
      '/orders',
      '[{"x":1},{"x":2}]',
      (client: ClobClient) => client.placeBatch([order('{"x":1}'), order('{"x":2}')]),
    ],
    ['DELETE', '/order', `{"orderID":"${hash('ab')}"}`, (client: ClobClient) => client.cancel(hash('ab'))],
    ['DELETE', '/cancel-all', '', (client: ClobClient) => client.cancelAll()],
    [
      'DELETE',
      '/cancel-market-orders',
      `{"market":"${condition}"}`,
      (client: ClobClient) => client.cancelMarket(condition),
    ],
    ['GET', '/data/orders?next_cursor=MA%3D%3D', '', (client: ClobClient) => client.openOrders({})],
    [
      'GET',
      '/data/trades?id=t1&next_cursor=MA%3D%3D',
      '',
      (client: ClobClient) => client.fills({ tradeId: 't1' as never }),
    ],
    [
      'GET',
      `/balance-allowance?asset_type=CONDITIONAL&token_id=${token}&signature_type=2`,
      '',
      (client: ClobClient) => client.conditional(token, false),
    ],
  ] as const)('default: %s %s', async (method, url, body, call) => {
    const request = await requestOf(call);
    expect(request).toMatchObject({
      method,
      url,
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': '@polymarket/clob-client',
        poly_timestamp: '1795405200',
        poly_api_key: '11111111-2222-3333-4444-555555555555',
      },
    });
    // A query is not signed: with it the signature would be another.
    const path = url.split('?')[0] ?? '';
    const expected = vectorAuth().headers({ timestampS: 1_795_405_200, method, path, body: body === '' ? null : body });
    expect(request.headers['poly_signature']).toBe(expected.POLY_SIGNATURE);
  });

  test.each([
    [`/clob-markets/${condition}`, (client: ClobClient) => client.market(condition)],
    [
      '/rebates/current?date=2026-11-22&maker_address=0x2222222222222222222222222222222222222222',
      (client: ClobClient) => client.rebates(Date.UTC(2026, 10, 22)),
    ],
    ['/time', (client: ClobClient) => client.time()],
    ['https://geo.test/api/geoblock', (client: ClobClient) => client.geoblock()],
  ] as const)('default: %s carries no key', async (url, call) => {
    expect(await requestOf(call)).toEqual({
      method: 'GET',
      url,
      body: '',
      headers: { 'user-agent': '@polymarket/clob-client' },
    });
  });
});

function order(body: string) {
  return { orderHash: hash('ab'), body };
}
