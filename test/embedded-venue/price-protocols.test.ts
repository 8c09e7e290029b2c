/** What the price servers do with requests, good and bad. */
import { describe, expect, test } from 'vitest';
import { EMBEDDED_CREDENTIALS, type World } from '../../embedded-venue/world.ts';
import { advanceSeconds, connectTo, ORIGIN_MS, type VenueClient, worldAtOrigin } from '../support/venue-client.ts';

const json = (frame: string | undefined): Record<string, unknown> => JSON.parse(frame ?? 'null');
const last = (client: VenueClient): Record<string, unknown> => json(client.frames.at(-1));

/** A world that stands at its origin, for what needs no time. */
const still = worldAtOrigin();

describe('createBinanceFeed', () => {
  test('behavior: streams of the other path are acknowledged and stay silent', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/binance/public/stream');
    client.send({
      method: 'SUBSCRIBE',
      params: ['btcusdt@aggTrade', 'btcusdt@markPrice@1s', 'ethusdt@bookTicker'],
      id: 1,
    });
    advanceSeconds(world, ORIGIN_MS, 5);
    expect(client.frames.map(json)).toEqual([{ result: null, id: 1 }]);
  });

  test('behavior: SUBSCRIBE starts a stream and UNSUBSCRIBE ends it', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/binance/market/stream');
    client.send({ method: 'SUBSCRIBE', params: ['btcusdt@markPrice@1s'], id: 1 });
    advanceSeconds(world, ORIGIN_MS, 3);
    expect(client.frames).toHaveLength(4);
    client.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@markPrice@1s'], id: 2 });
    advanceSeconds(world, ORIGIN_MS + 3_000, 3);
    expect(last(client)).toEqual({ result: null, id: 2 });
  });

  test('behavior: /ws sends the bare message and takes its streams from the path', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/binance/public/ws', '', 'btcusdt@depth20@100ms');
    advanceSeconds(world, ORIGIN_MS, 1);
    const frames = client.frames.map(json);
    expect(frames).toHaveLength(10);
    expect(frames[0]).toMatchObject({ e: 'depthUpdate', s: 'BTCUSDT', st: 1 });
    for (const [index, frame] of frames.slice(1).entries()) expect(frame['pu']).toBe(frames[index]?.['u']);
  });

  test('behavior: ids of aggregate trades count up by one', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/binance/market/ws', '', 'btcusdt@aggTrade');
    advanceSeconds(world, ORIGIN_MS, 30);
    const ids = client.frames.map((frame) => Number(json(frame)['a']));
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
  });

  test('behavior: a closed connection gets nothing more', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/binance/market/stream', 'streams=btcusdt@markPrice@1s');
    client.disconnect();
    advanceSeconds(world, ORIGIN_MS, 3);
    expect(client.frames).toEqual([]);
  });

  test.each(['{', '[]', '{"method":"FLY","id":3}'])('error: %s', (frame) => {
    const client = connectTo(still.feeds, '/binance/public/stream');
    client.send(frame);
    expect(last(client)).toHaveProperty('error');
  });
});

describe('createDeribitFeed', () => {
  const call = (method: string, params: object, id = 1): object => ({ jsonrpc: '2.0', id, method, params });

  test('behavior: answers with the channels it accepted', () => {
    const client = connectTo(still.feeds, '/deribit/ws/api/v2');
    client.send(call('public/subscribe', { channels: ['deribit_volatility_index.btc_usd', 'nonsense'] }));
    expect(last(client)).toMatchObject({ id: 1, result: ['deribit_volatility_index.btc_usd'] });
  });

  test('behavior: closes a client that leaves a test request unanswered', () => {
    const world = worldAtOrigin();
    const [good, silent] = [0, 1].map(() => {
      const client = connectTo(world.feeds, '/deribit/ws/api/v2');
      client.send(call('public/set_heartbeat', { interval: 10 }));
      return client;
    });
    for (let second = 1; second <= 45; second++) {
      world.advanceTo(ORIGIN_MS + second * 1_000);
      if (good?.frames.splice(0).some((frame) => frame.includes('test_request'))) good.send(call('public/test', {}));
    }
    expect(silent?.frames.filter((frame) => frame.includes('test_request'))).toHaveLength(1);
    expect(silent?.closes).toEqual([1_008]);
    expect(good?.closes).toEqual([]);
  });

  test('behavior: the heartbeat keeps real time when simulated time runs faster', () => {
    const world = worldAtOrigin({ speed: 10 });
    const client = connectTo(world.feeds, '/deribit/ws/api/v2');
    client.send(call('public/set_heartbeat', { interval: 10 }));
    world.advanceTo(ORIGIN_MS + 99_000);
    expect(client.frames.some((frame) => frame.includes('test_request'))).toBe(false);
    world.advanceTo(ORIGIN_MS + 100_000);
    expect(client.frames.some((frame) => frame.includes('test_request'))).toBe(true);
  });

  test.each([
    ['{', -32_700],
    ['{"jsonrpc":"2.0","id":1,"method":"private/buy"}', -32_601],
    ['{"jsonrpc":"2.0","id":1,"method":"public/set_heartbeat","params":{"interval":5}}', -32_602],
  ])('error: %s', (frame, code) => {
    const client = connectTo(still.feeds, '/deribit/ws/api/v2');
    client.send(frame);
    expect(last(client)).toMatchObject({ error: { code } });
  });
});

describe('createCoinbaseFeed', () => {
  test('behavior: drops a client that has not subscribed after five seconds', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/coinbase');
    world.advanceTo(ORIGIN_MS + 4_900);
    expect(client.closes).toEqual([]);
    world.advanceTo(ORIGIN_MS + 5_100);
    expect(client.closes).toEqual([1_008]);
  });

  test('behavior: one sequence without a gap over all channels', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/coinbase');
    for (const channel of ['heartbeats', 'ticker', 'market_trades']) {
      client.send({ type: 'subscribe', product_ids: ['BTC-USD'], channel });
    }
    advanceSeconds(world, ORIGIN_MS, 20);
    const sequences = client.frames.map((frame) => json(frame)['sequence_num']);
    expect(sequences.length).toBeGreaterThan(30);
    expect(sequences).toEqual(sequences.map((_, index) => index));
  });

  test('error: an unknown channel', () => {
    const client = connectTo(still.feeds, '/coinbase');
    client.send({ type: 'subscribe', product_ids: ['BTC-USD'], channel: 'dreams' });
    expect(last(client)).toMatchObject({ type: 'error' });
  });
});

describe('createPolyBoltFeed', () => {
  const TWAP = { channel: 'price.crypto.twap', filter: { symbol: 'btcusd', window_seconds: 60 } };
  const connected = (world = still): { client: VenueClient; world: World } => {
    const client = connectTo(world.feeds, '/polybolt/ws');
    client.send({ op: 'auth', rid: 'a1', auth: EMBEDDED_CREDENTIALS });
    return { client, world };
  };

  test('default', () => {
    const { client, world } = connected(worldAtOrigin());
    expect(last(client)).toEqual({ op: 'authed', rid: 'a1' });
    client.send({ op: 'subscribe', rid: 's1', subscriptions: [TWAP] });
    const [subscribed, snapshot] = client.frames.slice(1).map(json);
    expect(subscribed).toMatchObject({ op: 'subscribed', rid: 's1', channel: 'price.crypto.twap' });
    expect(snapshot).toMatchObject({ v: 1, channel: 'price.crypto.twap', seq: 1, snapshot: true });
    advanceSeconds(world, ORIGIN_MS, 20);
    const sequences = client.frames.slice(3).map((frame) => json(frame)['seq']);
    expect(sequences).toEqual(sequences.map((_, index) => index + 2));
  });

  test('behavior: pings are answered', () => {
    const { client } = connected();
    client.send({ op: 'ping' });
    expect(last(client)).toEqual({ op: 'pong' });
  });

  test('behavior: unsubscribed channels are silent', () => {
    const { client, world } = connected(worldAtOrigin());
    client.send({ op: 'subscribe', rid: 's1', subscriptions: [TWAP] });
    client.send({ op: 'unsubscribe', rid: 's2', subscriptions: [TWAP] });
    const before = client.frames.length;
    advanceSeconds(world, ORIGIN_MS, 5);
    expect(client.frames).toHaveLength(before);
  });

  test.each([
    ['bad_op', { op: 'fly' }],
    ['bad_channel', { op: 'subscribe', subscriptions: [{ channel: 'price.stock' }] }],
    ['bad_filter', { op: 'subscribe', subscriptions: [{ channel: 'price.crypto', filter: { symbol: 'dogeusd' } }] }],
    ['bad_filter', { op: 'subscribe', subscriptions: [{ ...TWAP, filter: { symbol: 'btcusd', window_seconds: 45 } }] }],
  ])('error: %s', (code, request) => {
    const { client } = connected();
    client.send(request);
    expect(last(client)).toMatchObject({ op: 'error', code });
  });

  test('error: subscribing before authentication', () => {
    const client = connectTo(still.feeds, '/polybolt/ws');
    client.send({ op: 'subscribe', rid: 's1', subscriptions: [TWAP] });
    expect(last(client)).toMatchObject({ op: 'error', rid: 's1', code: 'auth_required' });
  });

  test('error: wrong credentials, closed after the eighth attempt', () => {
    const client = connectTo(still.feeds, '/polybolt/ws');
    for (let attempt = 1; attempt <= 8; attempt++) {
      expect(client.closes).toEqual([]);
      client.send({ op: 'auth', auth: { ...EMBEDDED_CREDENTIALS, secret: 'another' } });
    }
    expect(client.frames.map((frame) => json(frame)['code'])).toEqual([
      ...Array.from({ length: 7 }, () => 'auth_invalid'),
      'auth_attempts',
    ]);
    expect(client.closes).toEqual([4_001]);
  });
});

describe('createRtdsFeed', () => {
  const subscribe = (topic: string, filters?: string): object => ({
    action: 'subscribe',
    subscriptions: [{ topic, type: 'update', ...(filters === undefined ? {} : { filters }) }],
  });

  test('default', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/rtds');
    client.send(subscribe('crypto_prices_twap_sixty'));
    expect(client.frames).toEqual(['']);
    advanceSeconds(world, ORIGIN_MS, 10);
    const frame = last(client);
    expect(Object.keys(frame).sort()).toEqual(['connection_id', 'payload', 'timestamp', 'topic', 'type']);
    expect(frame['payload']).toMatchObject({ symbol: 'btc/usd', window_s: 60 });
    const { timestamp, full_accuracy_value: exact } = frame['payload'] as Record<string, unknown>;
    expect(String(exact)).toBe(world.path.twapAt(Number(timestamp), 60).toString());
    expect(Number(frame['timestamp']) - Number(timestamp)).toBeGreaterThan(900);
  });

  test('behavior: PING is never answered', () => {
    const client = connectTo(still.feeds, '/rtds');
    client.send('PING');
    expect(client.frames).toEqual([]);
  });

  test('behavior: one unknown topic refuses the whole batch', () => {
    const world = worldAtOrigin();
    const client = connectTo(world.feeds, '/rtds');
    client.send({
      action: 'subscribe',
      subscriptions: [
        { topic: 'crypto_prices', type: 'update' },
        { topic: 'weather', type: 'update' },
      ],
    });
    advanceSeconds(world, ORIGIN_MS, 5);
    expect(client.frames).toHaveLength(1);
    expect(last(client)).toMatchObject({ statusCode: 401 });
  });

  test('behavior: a filter brings the minute before, a filter with a space nothing at all', () => {
    const world = worldAtOrigin();
    const [compact, spaced] = ['{"symbol":"btc/usd"}', '{"symbol": "btc/usd"}'].map((filters) => {
      const client = connectTo(world.feeds, '/rtds');
      client.send(subscribe('crypto_prices_chainlink', filters));
      return client;
    });
    advanceSeconds(world, ORIGIN_MS, 5);
    const history = json(compact?.frames[1]);
    expect(history).toMatchObject({ type: 'subscribe', topic: 'crypto_prices_chainlink' });
    expect((history['payload'] as { data: unknown[] }).data.length).toBeGreaterThan(50);
    expect(spaced?.frames).toEqual(['']);
  });
});

describe('price routes', () => {
  const world = worldAtOrigin();
  world.advanceTo(ORIGIN_MS + 90_000);
  const get = (path: string, query: string): { status: number; body: unknown } => {
    const request = { method: 'GET', path, query: new URLSearchParams(query), body: '', headers: {} };
    for (const routes of world.routes) {
      const response = routes.handle(request, ORIGIN_MS + 90_000);
      if (response !== null) return { status: response.status, body: JSON.parse(response.body) };
    }
    throw new Error(`nobody answers ${path}`);
  };
  const KLINES = '/binance-rest/fapi/v1/klines';
  const TRADES = '/binance-rest/fapi/v1/aggTrades';

  test('behavior: candles join up, the last one still forming', () => {
    const rows = get(KLINES, 'symbol=BTCUSDT&interval=1m&limit=100').body as (string | number)[][];
    expect(rows).toHaveLength(100);
    for (const [index, row] of rows.entries()) {
      expect(row).toHaveLength(12);
      expect(row[0]).toBe(Number(rows[0]?.[0]) + index * 60_000);
      const [, open, high, low, close, volume] = row.map(Number);
      expect(high).toBeGreaterThanOrEqual(Math.max(open ?? Number.NaN, close ?? Number.NaN));
      expect(low).toBeLessThanOrEqual(Math.min(open ?? Number.NaN, close ?? Number.NaN));
      expect(volume).toBeGreaterThan(0);
    }
    expect(Number(rows.at(-1)?.[6])).toBeGreaterThan(ORIGIN_MS + 90_000);
  });

  test('behavior: trades by id are those that the stream sent', () => {
    const streaming = worldAtOrigin();
    const client = connectTo(streaming.feeds, '/binance/market/ws', '', 'btcusdt@aggTrade');
    advanceSeconds(streaming, ORIGIN_MS, 10);
    const streamed = client.frames.slice(40, 60).map((frame) => {
      const { a, p, q, nq, f, l, T, m } = json(frame);
      return { a, p, q, nq, f, l, T, m };
    });
    const asked = get(TRADES, `symbol=BTCUSDT&fromId=${String(streamed[0]?.a)}&limit=20`);
    expect(asked.body).toEqual(streamed);
  });

  test('behavior: without bounds the latest trades, none from the future', () => {
    const rows = get(TRADES, 'symbol=BTCUSDT&limit=50').body as { a: number; T: number }[];
    expect(rows).toHaveLength(50);
    expect(rows.map(({ a }) => a)).toEqual(rows.map((_, index) => (rows[0]?.a ?? 0) + index));
    expect(rows.at(-1)?.T).toBeLessThanOrEqual(ORIGIN_MS + 90_000);
    expect(rows.at(-1)?.T).toBeGreaterThan(ORIGIN_MS + 85_000);
  });

  test('behavior: time, volatility history and Coinbase candles', () => {
    expect(get('/binance-rest/fapi/v1/time', '').body).toEqual({ serverTime: ORIGIN_MS + 90_000 });
    const history = get(
      '/deribit/api/v2/public/get_volatility_index_data',
      `currency=BTC&resolution=60&start_timestamp=${ORIGIN_MS - 600_000}&end_timestamp=${ORIGIN_MS}`,
    ).body as { result: { data: number[][]; continuation: null } };
    expect(history.result.data.length).toBeGreaterThanOrEqual(10);
    expect(history.result.continuation).toBeNull();
    const seconds = ORIGIN_MS / 1_000;
    const candles = get(
      '/coinbase-rest/api/v3/brokerage/market/products/BTC-USD/candles',
      `start=${seconds - 600}&end=${seconds}&granularity=ONE_MINUTE`,
    ).body as { candles: object[] };
    expect(candles.candles).toHaveLength(10);
  });

  test.each([
    [KLINES, 'symbol=DOGE&interval=1m', 400],
    [KLINES, 'symbol=BTCUSDT&interval=7m', 400],
    ['/binance-rest/fapi/v1/secrets', '', 404],
    ['/deribit/api/v2/public/get_volatility_index_data', 'currency=BTC', 400],
    ['/coinbase-rest/api/v3/brokerage/market/products/BTC-USD/candles', 'start=a', 400],
  ])('error: %s?%s', (path, query, status) => {
    expect(get(path, query).status).toBe(status);
  });
});
