import { describe, expect, test } from 'vitest';
import type { ConditionId, VenueOrderId } from '../../../core/model/identifiers.ts';
import { createClobClient } from '../../../runner/clob/create-clob-client.ts';
import { createHttpPort } from '../../../runner/clob/http-port.ts';
import { keepWarm } from '../../../runner/clob/keep-warm.ts';
import type { HttpAnswer, HttpRequest } from '../../../runner/ports.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';
import { type FarEndAnswer, startFarEnd } from '../../support/far-end.ts';
import { createRunnerTime, fixedRandom, jsonAnswer } from '../../support/runner-ports.ts';
import { CREDENTIALS, createClientWorld, FUNDER_ADDRESS, NOW_MS, vectorAuth } from './client-world.ts';

const answers = loadFrames('polymarket-answers');
const answered = (name: string): HttpAnswer => ({ status: 200, headers: {}, body: answers(name) });
const ours = `0x6d177629${'0'.repeat(52)}dfec` as VenueOrderId;
const hash = (digits: string) => `0x${digits.repeat(32)}` as VenueOrderId;
const condition = `0x6e50${'0'.repeat(56)}975f` as ConditionId;
const order = { orderHash: ours, body: '{"order":{}}' };
const row = JSON.parse(answers('openOrder')) as Record<string, unknown>;
const path = ({ url }: HttpRequest) => url.replace('https://clob.test', '');

describe('place', () => {
  test('default: the order stands', async () => {
    const { client } = createClientWorld(() => answered('placedMatched'));
    await expect(client.place(order)).resolves.toEqual({
      kind: 'accepted',
      value: { orderHash: ours, status: 'matched', tradeIds: ['c252354b'] },
    });
  });

  test('behavior: one request, whatever comes back', async () => {
    for (const body of ['', 'nonsense', '{"success":true}', answers('refused')]) {
      const { client, http } = createClientWorld(() => ({ status: 200, headers: {}, body }));
      const outcome = await client.place(order);
      expect(outcome.kind).toBe(body === answers('refused') ? 'rejected' : 'ambiguous');
      expect(http.requests).toHaveLength(1);
    }
  });

  test('behavior: nothing leaves after notAfterMs, and what could not leave is not sent', async () => {
    const { client, http } = createClientWorld(() => answered('placedLive'));
    await expect(client.place(order, { notAfterMs: NOW_MS - 1 })).resolves.toMatchObject({ kind: 'not-sent' });
    expect(http.requests).toEqual([]);
    await expect(client.place(order, { notAfterMs: NOW_MS })).resolves.toMatchObject({ kind: 'accepted' });
  });

  test('args: notAfterMs is of the product’s clock, which may run faster than the wall', async () => {
    const pending = new Promise<HttpAnswer>(() => undefined);
    const { client, time } = createClientWorld(() => pending, { speed: 10, connections: 1 });
    void client.place(order);
    const waiting = client.place(order, { notAfterMs: NOW_MS + 1_000 });
    await time.virtual.settleTo(NOW_MS + 101);
    await expect(waiting).resolves.toMatchObject({ kind: 'not-sent' });
  });

  test('behavior: beyond the signer’s limit it is refused here, with the time when there is room', async () => {
    const { client, http } = createClientWorld(() => answered('placedLive'));
    for (let index = 0; index < 60; index++) await client.place(order);
    await expect(client.place(order, { notAfterMs: NOW_MS + 20 })).resolves.toEqual({
      kind: 'rate-limited',
      untilMs: NOW_MS + 25,
    });
    expect(http.requests).toHaveLength(60);
  });

  test('behavior: after 429 orders wait, cancels do not', async () => {
    const { client, http } = createClientWorld((request) =>
      request.method === 'POST'
        ? jsonAnswer({ error: 'Too Many Requests' }, 429, { 'retry-after': '5' })
        : answered('canceled'),
    );
    await expect(client.place(order)).resolves.toEqual({ kind: 'rate-limited', untilMs: NOW_MS + 5_000 });
    await expect(client.place(order)).resolves.toEqual({ kind: 'rate-limited', untilMs: NOW_MS + 5_000 });
    await expect(client.cancel(ours)).resolves.toMatchObject({ kind: 'accepted' });
    expect(http.requests.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  test('behavior: the venue’s own count is believed where it is lower', async () => {
    const { client } = createClientWorld(() => ({
      ...answered('placedLive'),
      headers: { 'poly-ratelimit-remaining': '0' },
    }));
    await client.place(order);
    await expect(client.place(order, { notAfterMs: NOW_MS + 10 })).resolves.toMatchObject({ kind: 'rate-limited' });
  });

  test('behavior: restarts in a row are asked for ever more slowly, up to 30 s, and from the start after another answer', async () => {
    let isDown = true;
    const { client } = createClientWorld(() =>
      isDown ? { status: 425, headers: {}, body: '' } : answered('placedLive'),
    );
    const waits: number[] = [];
    for (let index = 0; index < 6; index++) {
      const outcome = await client.place(order);
      if (outcome.kind === 'restarting') waits.push(outcome.untilMs - NOW_MS);
    }
    expect(waits).toEqual([1_500, 3_000, 6_000, 12_000, 24_000, 30_000]);
    isDown = false;
    await client.place(order);
    isDown = true;
    await expect(client.place(order)).resolves.toEqual({ kind: 'restarting', untilMs: NOW_MS + 1_500 });
  });
});

describe('placeBatch', () => {
  test('default: one outcome for each, in order', async () => {
    const items = ['placedLive', 'refusedItem', 'restartingItem'].map((name) => JSON.parse(answers(name)) as unknown);
    const { client } = createClientWorld(() => jsonAnswer(items));
    await expect(client.placeBatch([order, order, order])).resolves.toMatchObject([
      { kind: 'accepted' },
      { kind: 'rejected', code: 'not-filled' },
      { kind: 'restarting' },
    ]);
  });

  test('error: another number of answers leaves all of them unknown', async () => {
    const { client } = createClientWorld(() => jsonAnswer([JSON.parse(answers('placedLive'))]));
    await expect(client.placeBatch([order, order])).resolves.toMatchObject([
      { kind: 'ambiguous' },
      { kind: 'ambiguous' },
    ]);
  });

  test('behavior: none is nothing; sixteen are a bug', async () => {
    const { client, http } = createClientWorld(() => jsonAnswer([]));
    await expect(client.placeBatch([])).resolves.toEqual([]);
    await expect(client.placeBatch(Array.from({ length: 16 }, () => order))).rejects.toThrow('15');
    expect(http.requests).toEqual([]);
  });

  test('behavior: it costs its length', async () => {
    const { client } = createClientWorld(() => jsonAnswer([]));
    const batch = Array.from({ length: 15 }, () => order);
    for (let index = 0; index < 4; index++) await client.placeBatch(batch);
    const [refused] = await client.placeBatch(batch, { notAfterMs: NOW_MS + 100 });
    expect(refused).toEqual({ kind: 'rate-limited', untilMs: NOW_MS + 375 });
  });
});

describe('cancelMany', () => {
  const many = Array.from({ length: 250 }, (_, index) => `0x${String(index).padStart(64, '0')}` as VenueOrderId);
  const echo = ({ body }: HttpRequest): HttpAnswer =>
    jsonAnswer({ canceled: JSON.parse(body ?? '[]') as unknown, not_canceled: {} });

  test('default: in pieces that the signer’s limit admits, in its time', async () => {
    const { client, http, time } = createClientWorld(echo);
    const pending = client.cancelMany(many);
    await time.virtual.settleTo(NOW_MS + 1_499);
    expect(http.requests).toHaveLength(1);
    await time.virtual.settleTo(NOW_MS + 5_000);
    await expect(pending).resolves.toEqual({ kind: 'accepted', value: { canceled: many, notCanceled: [] } });
    expect(http.requests.map(({ body }) => (JSON.parse(body ?? '') as unknown[]).length)).toEqual([120, 120, 10]);
  });

  test('error: a piece that fails does not keep the others from being sent', async () => {
    const { client, http, time } = createClientWorld((request, number) =>
      number === 0 ? { sent: true, detail: 'reset' } : echo(request),
    );
    const pending = client.cancelMany(many);
    await time.virtual.settleTo(NOW_MS + 5_000);
    await expect(pending).resolves.toEqual({ kind: 'ambiguous', detail: 'reset' });
    expect(http.requests).toHaveLength(3);
  });

  test('behavior: none needs no request', async () => {
    const { client, http } = createClientWorld(echo);
    await expect(client.cancelMany([])).resolves.toMatchObject({ kind: 'accepted' });
    expect(http.requests).toEqual([]);
  });
});

describe('cancelAll', () => {
  test('behavior: it costs as many as it cancels', async () => {
    const canceled = Array.from({ length: 200 }, (_, index) => `0x${String(index).padStart(64, '0')}`);
    const { client, http, time } = createClientWorld(() => jsonAnswer({ canceled, not_canceled: null }));
    await client.cancelAll();
    const next = client.cancel(ours);
    // 120 − 201 tokens: the next one comes with the 82nd, at 80 a second.
    await time.virtual.settleTo(NOW_MS + 1_024);
    expect(http.requests).toHaveLength(1);
    await time.virtual.settleTo(NOW_MS + 1_025);
    await expect(next).resolves.toMatchObject({ kind: 'accepted' });
  });
});

describe('openOrders', () => {
  const page = (rows: readonly unknown[], next_cursor: string | undefined) => jsonAnswer({ data: rows, next_cursor });

  test('default: all pages, an order that moved between them once and as last seen', async () => {
    const pages: readonly HttpAnswer[] = [
      page([row, { ...row, id: hash('01') }], 'Mg=='),
      page(
        [
          { ...row, id: hash('02') },
          { ...row, size_matched: '1' },
        ],
        'LTE=',
      ),
    ];
    const { client, http } = createClientWorld((_request, number) => pages[number] ?? page([], 'LTE='));
    const listed = await client.openOrders({ conditionId: condition });
    if (listed.kind !== 'accepted') throw new Error(listed.kind);
    expect(listed.value.map(({ orderHash, matchedMicro }) => [orderHash, matchedMicro])).toEqual([
      [ours, 1_000_000],
      [hash('01'), 0],
      [hash('02'), 0],
    ]);
    expect(http.requests.map(path)).toEqual([
      `/data/orders?market=${condition}&next_cursor=MA%3D%3D`,
      `/data/orders?market=${condition}&next_cursor=Mg%3D%3D`,
    ]);
  });

  test.each([
    ['a second page that fails', { status: 500, headers: {}, body: '{"error":"Internal server error"}' }],
    ['a second page that is cut off', { status: 200, headers: {}, body: '{"data":[' }],
    ['a second page without a cursor', page([], undefined)],
    ['a second page in circles', page([], 'Mg==')],
    ['a row that cannot be read', page([{ ...row, size_matched: 'all' }], 'LTE=')],
  ] as const)('error: %s: no half listing', async (_name, second) => {
    const { client } = createClientWorld((_request, number) => (number === 0 ? page([row], 'Mg==') : second));
    await expect(client.openOrders({})).resolves.toMatchObject({ kind: 'ambiguous' });
  });

  test('behavior: a status nobody knows is listed as such', async () => {
    const { client } = createClientWorld(() => page([{ ...row, status: 'ORDER_STATUS_EVAPORATED' }], 'LTE='));
    await expect(client.openOrders({})).resolves.toMatchObject({
      value: [{ status: 'unknown-status', statusText: 'ORDER_STATUS_EVAPORATED' }],
    });
  });
});

describe('order', () => {
  test.each([
    ['the order', answered('openOrder'), { kind: 'accepted', value: { orderHash: ours, status: 'live' } }],
    ['null', jsonAnswer(null), { kind: 'accepted', value: null }],
    ['404 with the venue’s words', jsonAnswer({ error: 'order not found' }, 404), { kind: 'accepted', value: null }],
    ['404 of a router', { status: 404, headers: {}, body: '404 page not found' }, { kind: 'malformed' }],
    ['404 of a market', jsonAnswer({ error: 'market not found' }, 404), { kind: 'rejected' }],
    ['an empty body', { status: 200, headers: {}, body: '' }, { kind: 'ambiguous' }],
    ['an empty object', jsonAnswer({}), { kind: 'ambiguous' }],
    ['another order', jsonAnswer({ ...row, id: hash('02') }), { kind: 'ambiguous' }],
    ['500', { status: 500, headers: {}, body: '' }, { kind: 'ambiguous' }],
  ] as const)('default: %s', async (_name, answer, expected) => {
    const { client } = createClientWorld(() => answer);
    await expect(client.order(ours)).resolves.toMatchObject(expected);
  });
});

describe('fills', () => {
  test('default: our parts in all trades', async () => {
    const user = loadFrames('polymarket-user');
    const identity = { apiKey: '5c37aaaa-0000-4000-8000-00000000c608', funderAddress: FUNDER_ADDRESS };
    const data = ['trade', 'tradeAsMaker'].map((name, index) => ({
      ...(JSON.parse(user(name)) as object),
      id: `t${index}`,
    }));
    const { client } = createClientWorld(() => jsonAnswer({ data, next_cursor: 'LTE=' }), { identity });
    await expect(client.fills({})).resolves.toMatchObject({
      kind: 'accepted',
      value: [
        { tradeId: 't0', liquidity: 'taker', sizeMicro: 25_000_000 },
        { tradeId: 't1', liquidity: 'maker', sizeMicro: 5_000_000 },
      ],
    });
  });
});

describe('heartbeat', () => {
  test('default: each beat carries the id of the answer before', async () => {
    const { client, http } = createClientWorld((_request, number) => jsonAnswer({ heartbeat_id: `id-${number}` }));
    await client.heartbeat();
    await client.heartbeat();
    expect(http.requests.map(({ body }) => body)).toEqual(['{"heartbeat_id":""}', '{"heartbeat_id":"id-0"}']);
  });

  test('behavior: a stale id is replaced by the one that the venue expects, once', async () => {
    const stale = (id: string) => jsonAnswer({ error_msg: 'Invalid Heartbeat ID', heartbeat_id: id }, 400);
    const { client, http } = createClientWorld((_request, number) =>
      number === 0 ? stale('expected') : jsonAnswer({ heartbeat_id: 'next' }),
    );
    await expect(client.heartbeat()).resolves.toEqual({ kind: 'accepted', value: undefined });
    expect(http.requests.map(({ body }) => body)).toEqual(['{"heartbeat_id":""}', '{"heartbeat_id":"expected"}']);

    const never = createClientWorld(() => stale('expected'));
    await expect(never.client.heartbeat()).resolves.toMatchObject({ kind: 'rejected' });
    expect(never.http.requests).toHaveLength(2);
  });

  test('error: an answer without an id is no beat', async () => {
    const { client } = createClientWorld(() => jsonAnswer({}));
    await expect(client.heartbeat()).resolves.toMatchObject({ kind: 'ambiguous' });
  });
});

describe('collateral', () => {
  test('args: refresh asks the venue to look anew first; its answer may be empty', async () => {
    const { client, http } = createClientWorld((_request, number) =>
      number === 0 ? { status: 200, headers: {}, body: '' } : answered('balance'),
    );
    await expect(client.collateral(true)).resolves.toMatchObject({
      kind: 'accepted',
      value: { balanceMicro: 12_500_000 },
    });
    expect(http.requests.map(path)).toEqual([
      '/balance-allowance/update?asset_type=COLLATERAL&signature_type=2',
      '/balance-allowance?asset_type=COLLATERAL&signature_type=2',
    ]);
  });

  test('error: a refresh that fails is not passed over', async () => {
    const { client, http } = createClientWorld(() => ({ status: 500, headers: {}, body: '' }));
    await expect(client.collateral(true)).resolves.toMatchObject({ kind: 'ambiguous' });
    expect(http.requests).toHaveLength(1);
  });
});

describe('questions', () => {
  test.each([
    [
      'market',
      (client: ReturnType<typeof createClientWorld>['client']) => client.market(condition),
      'clobMarket',
      { tickSizeTicks: 100 },
    ],
    [
      'geoblock',
      (client: ReturnType<typeof createClientWorld>['client']) => client.geoblock(),
      'geoblock',
      { blocked: true, country: 'GB' },
    ],
    ['rebates', (client: ReturnType<typeof createClientWorld>['client']) => client.rebates(0), 'rebates', 237_520],
  ] as const)('default: %s', async (_name, ask, frame, expected) => {
    const { client } = createClientWorld(() => answered(frame));
    const outcome = await ask(client);
    expect(outcome).toMatchObject({ kind: 'accepted', value: expected });
    const bad = createClientWorld(() => jsonAnswer('nonsense'));
    await expect(ask(bad.client)).resolves.toMatchObject({ kind: 'ambiguous' });
  });

  test('default: time and the ban', async () => {
    const { client } = createClientWorld(({ url }) =>
      url.endsWith('/time') ? jsonAnswer(1_795_405_200) : jsonAnswer({ closed_only: false }),
    );
    await expect(client.time()).resolves.toEqual({ kind: 'accepted', value: 1_795_405_200 });
    await expect(client.closedOnly()).resolves.toEqual({ kind: 'accepted', value: false });
  });
});

describe('keepWarm', () => {
  test('default: several connections now, and again after each pause, until stopped', async () => {
    const { client, http, time } = createClientWorld(() => jsonAnswer(1_795_405_200));
    const stop = keepWarm(client, time.timers);
    await time.virtual.settleTo(NOW_MS);
    expect(http.requests).toHaveLength(4);
    await time.virtual.settleTo(NOW_MS + 20_000);
    expect(http.requests).toHaveLength(12);
    stop();
    await time.virtual.settleTo(NOW_MS + 60_000);
    expect(http.requests).toHaveLength(12);
  });
});

describe('createClobClient on a real network', () => {
  const TIMED_OUT_MS = 300;
  const placedBody = answers('placedLive');

  /** Real connections; the time-out of the port shortened, as the client's own of 15 s would hold up the test. */
  async function placeThrough(answer: FarEndAnswer) {
    const farEnd = await startFarEnd();
    const port = createHttpPort({ proxy: null, connectTimeoutMs: TIMED_OUT_MS });
    farEnd.answerWith(() => answer);
    const { clock, timers } = createRunnerTime(NOW_MS);
    const client = createClobClient({
      http: { request: (request) => port.request({ ...request, timeoutMs: TIMED_OUT_MS }) },
      clock,
      timers,
      random: fixedRandom(),
      auth: vectorAuth(),
      clobUrl: farEnd.url,
      geoblockUrl: `${farEnd.url}/geoblock`,
      identity: { apiKey: CREDENTIALS.key, funderAddress: FUNDER_ADDRESS },
      signatureType: 2,
    });
    const outcome = await client.place(order);
    await port.close();
    const { requests } = farEnd;
    await farEnd.close();
    return { outcome, requests };
  }

  test.each([
    ['an answer', { kind: 'answer', body: placedBody }, 'accepted'],
    ['no answer', { kind: 'hang' }, 'ambiguous'],
    ['reset before the answer', { kind: 'reset' }, 'ambiguous'],
    ['reset amid the answer', { kind: 'reset-mid-body', body: placedBody }, 'ambiguous'],
    ['an answer cut short', { kind: 'truncated', body: placedBody }, 'ambiguous'],
    ['an answer that stalls', { kind: 'stall-mid-body', body: placedBody }, 'ambiguous'],
    ['an answer twice', { kind: 'duplicate', body: placedBody }, 'accepted'],
    ['half an answer that ends well', { kind: 'answer', body: placedBody.slice(0, 30) }, 'ambiguous'],
  ] as const)('behavior: %s, and the order was sent once', async (_name, fault, kind) => {
    const { outcome, requests } = await placeThrough(fault);
    expect(outcome.kind).toBe(kind);
    expect(requests).toHaveLength(1);
  });
});
