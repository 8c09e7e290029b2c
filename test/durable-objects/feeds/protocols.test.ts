import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../core/model/time.ts';
import { createCoinbaseProtocol } from '../../../durable-objects/feeds/coinbase.ts';
import { createDeribitProtocol } from '../../../durable-objects/feeds/deribit.ts';
import { embeddedAddresses } from '../../../durable-objects/feeds/feed-addresses.ts';
import { createPolyboltProtocol } from '../../../durable-objects/feeds/polybolt.ts';
import { createRtdsProtocol } from '../../../durable-objects/feeds/rtds.ts';
import { coinbaseFrames, deribitFrames, polyboltFrames, rtdsFrames } from '../../support/feed-frames.ts';
import { createFeedHarness } from '../../support/feed-harness.ts';
import type { Script } from '../../support/scripted-feed.ts';

const addresses = embeddedAddresses('http://127.0.0.1:8790');
const credentials = { apiKey: 'key', secret: 'secret', passphrase: 'phrase' };
const secondly = (frame: (atMs: number) => string): Script => ({
  publish: { everyMs: 1_000, frames: (atMs) => [frame(atMs)] },
});

describe('createPolyboltProtocol', () => {
  const protocol = createPolyboltProtocol(addresses, 'btcusd', credentials);
  const accepting: Script = {
    ...secondly(polyboltFrames.twap),
    onMessage: (connection, frame) => {
      if (frame.includes('"auth"')) connection.send(polyboltFrames.authed);
    },
  };

  test('default: authenticates, then subscribes TWAP and spot, and counts as connected from there', () => {
    const { clock, connection, server, events, marks } = createFeedHarness(protocol, accepting);
    connection.start();
    clock.advanceBy(15);
    expect(marks).toEqual([]);
    clock.advanceBy(3_000);
    expect(server.received.map((frame) => JSON.parse(frame))).toEqual([
      { op: 'auth', rid: 'a1', auth: credentials },
      {
        op: 'subscribe',
        rid: 's1',
        subscriptions: [
          { channel: 'price.crypto.twap', filter: { symbol: 'btcusd', window_seconds: 60 } },
          { channel: 'price.crypto', filter: { symbol: 'btcusd' } },
        ],
      },
    ]);
    expect(marks).toEqual(['connected 1']);
    expect(events[0]).toMatchObject({ type: 'reference-price-received', lookbackSeconds: 60, provider: 'chainlink' });
  });

  test('behavior: pings every 30 s', () => {
    const { clock, connection, server } = createFeedHarness(protocol, accepting);
    connection.start();
    clock.advanceBy(95_000);
    expect(server.received.filter((frame) => frame === '{"op":"ping"}')).toHaveLength(3);
  });

  test('behavior: an upstream that stops is reopened after 15 s, though pongs come', () => {
    const { clock, connection, network, marks } = createFeedHarness(protocol, {
      ...accepting,
      onMessage: (link, frame) => link.send(frame === '{"op":"ping"}' ? '{"op":"pong"}' : polyboltFrames.authed),
    });
    connection.start();
    clock.advanceBy(20_000);
    network.faults.stall('/polybolt', (frame) => frame.includes('pong'));
    clock.advanceBy(18_000);
    expect(marks.slice(0, 2)).toEqual(['connected 1', 'disconnected 1: silent']);
  });

  test.each(['auth_invalid', 'auth_expired', 'auth_attempts'])(
    'error: refused credentials (%s) are visible, and tried again every 60 s only',
    (code) => {
      const { clock, connection, marks, attemptTimes } = createFeedHarness(protocol, {
        onMessage: (link) => link.send(`{"op":"error","rid":"a1","code":"${code}","message":"no"}`),
      });
      connection.start();
      clock.advanceBy(130_000);
      expect(attemptTimes()).toEqual([0, 60_020, 120_040]);
      expect(marks).toEqual([]);
      expect(connection.view()).toMatchObject({
        state: 'waiting',
        problem: `credentials refused: ${code}`,
        counters: { ended: { [code]: 3 } },
      });
    },
  );

  test('error: close code 4001 is refused credentials', () => {
    const { clock, connection } = createFeedHarness(protocol, {
      onMessage: (link) => link.close(4001, 'auth'),
    });
    connection.start();
    clock.advanceBy(1_000);
    expect(connection.view()).toMatchObject({
      problem: 'credentials refused: auth',
      nextAttemptWallMs: expect.any(Number),
      counters: { ended: { 'closed-4001': 1 } },
    });
    const { nextAttemptWallMs } = connection.view();
    expect((nextAttemptWallMs ?? 0) - clock.clock.wallMs()).toBeGreaterThan(59_000 - 100);
  });

  test('behavior: the problem goes away with a connection that works', () => {
    let isRefusing = true;
    const { clock, connection } = createFeedHarness(protocol, {
      ...accepting,
      onMessage: (link, frame) => {
        if (!frame.includes('"auth"')) return;
        link.send(isRefusing ? '{"op":"error","code":"auth_invalid"}' : polyboltFrames.authed);
      },
    });
    connection.start();
    clock.advanceBy(1_000);
    expect(connection.view().problem).toBe('credentials refused: auth_invalid');
    isRefusing = false;
    clock.advanceBy(MINUTE_MS);
    expect(connection.view()).toMatchObject({ problem: null, state: 'open' });
  });

  test('behavior: auth_unavailable is the server’s trouble: tried again at once', () => {
    const { clock, connection, attemptTimes } = createFeedHarness(protocol, {
      onMessage: (link) => link.send('{"op":"error","code":"auth_unavailable"}'),
    });
    connection.start();
    clock.advanceBy(500);
    expect(attemptTimes().length).toBeGreaterThan(1);
  });

  test('behavior: a draining server gets its 0 to 10 s', () => {
    const { clock, connection, server, attemptTimes } = createFeedHarness(protocol, accepting);
    connection.start();
    clock.advanceBy(2_000);
    server.connections[0]?.close(4003, 'drain');
    clock.advanceBy(6_000);
    expect(attemptTimes()).toEqual([0, 7_005]);
  });

  test('behavior: prices that the server dropped are fetched by a new subscription', () => {
    const { clock, connection, server, marks } = createFeedHarness(protocol, accepting);
    connection.start();
    clock.advanceBy(2_000);
    server.broadcast(polyboltFrames.twap(clock.clock.now()).replace('"v":1', '"v":1,"dropped":2'));
    clock.advanceBy(1_000);
    expect(marks).toEqual(['connected 1', 'disconnected 1: dropped-by-server', 'connected 2']);
  });
});

describe('createRtdsProtocol', () => {
  const protocol = createRtdsProtocol(addresses, 'btcusd', 'a');

  test('default: subscribes each topic without filters, and pings every 5 s', () => {
    const { clock, connection, server } = createFeedHarness(
      protocol,
      secondly((atMs) => rtdsFrames.twap(atMs)),
    );
    connection.start();
    clock.advanceBy(10_100);
    const pings = server.received.filter((frame) => frame === 'PING');
    expect(pings).toHaveLength(2);
    expect(server.received.filter((frame) => frame !== 'PING').map((frame) => JSON.parse(frame))).toEqual([
      { action: 'subscribe', subscriptions: [{ topic: 'crypto_prices_twap_sixty', type: 'update' }] },
      { action: 'subscribe', subscriptions: [{ topic: 'crypto_prices_chainlink', type: 'update' }] },
    ]);
  });

  test('behavior: other symbols are left out here', () => {
    const { clock, connection, events } = createFeedHarness(protocol, {
      publish: { everyMs: 1_000, frames: (atMs) => [rtdsFrames.twap(atMs), rtdsFrames.twap(atMs, 'eth/usd')] },
    });
    connection.start();
    clock.advanceBy(5_000);
    expect(new Set(events.map((event) => 'symbol' in event && event.symbol))).toEqual(new Set(['btcusd']));
  });

  test('behavior: our symbol silent while others flow: the socket is reopened', () => {
    const { clock, connection, marks } = createFeedHarness(protocol, {
      publish: { everyMs: 1_000, frames: (atMs) => [rtdsFrames.twap(atMs, 'eth/usd')] },
    });
    connection.start();
    clock.advanceBy(12_000);
    expect(marks[1]).toBe('disconnected 1: no-first-reference-twap');
  });

  test('behavior: a topic that was retired is shown, and the other goes on', () => {
    const { clock, connection } = createFeedHarness(protocol, {
      ...secondly((atMs) => rtdsFrames.twap(atMs)),
      onMessage: (link, frame) => {
        if (frame.includes('chainlink')) link.send('{"body":{"message":"topic not found"},"statusCode":401}');
      },
    });
    connection.start();
    clock.advanceBy(30_000);
    expect(connection.view()).toMatchObject({
      state: 'open',
      problem: '401: topic not found',
      counters: { rejected: { 'venue-error': 1 }, ended: {} },
    });
  });
});

describe('createDeribitProtocol', () => {
  const protocol = createDeribitProtocol(addresses, 'btc_usd');

  test('default: asks for a heartbeat and the index, and answers test_request', () => {
    const { clock, connection, server, events } = createFeedHarness(protocol, secondly(deribitFrames.dvol));
    connection.start();
    clock.advanceBy(2_000);
    server.broadcast(deribitFrames.testRequest);
    clock.advanceBy(20);
    expect(server.received.map((frame) => JSON.parse(frame))).toEqual([
      { jsonrpc: '2.0', id: 1, method: 'public/set_heartbeat', params: { interval: 30 } },
      { jsonrpc: '2.0', id: 2, method: 'public/subscribe', params: { channels: ['deribit_volatility_index.btc_usd'] } },
      { jsonrpc: '2.0', id: 3, method: 'public/test', params: {} },
    ]);
    expect(events[0]).toMatchObject({ type: 'volatility-index-received', volatilityPercent: 129.36 });
  });

  test('behavior: silence is blamed after 60 s only', () => {
    const { clock, connection, marks, network } = createFeedHarness(protocol, secondly(deribitFrames.dvol));
    connection.start();
    clock.advanceBy(2_000);
    network.faults.stall('/deribit', () => false);
    clock.advanceBy(58_000);
    expect(marks).toEqual(['connected 1']);
    clock.advanceBy(5_000);
    expect(marks[1]).toBe('disconnected 1: silent');
  });

  test('behavior: a channel that was not accepted is shown', () => {
    const { clock, connection } = createFeedHarness(protocol, {
      onMessage: (link, frame) => {
        if (frame.includes('public/subscribe')) link.send('{"jsonrpc":"2.0","id":2,"result":[]}');
      },
    });
    connection.start();
    clock.advanceBy(1_000);
    expect(connection.view().problem).toBe('not subscribed to deribit_volatility_index.btc_usd');
  });
});

describe('createCoinbaseProtocol', () => {
  const protocol = createCoinbaseProtocol(addresses, 'BTC-USD');

  function counting(): Script & { skip(): void } {
    let sequence = 0;
    return {
      skip: () => {
        sequence++;
      },
      publish: {
        everyMs: 1_000,
        frames: (atMs) => [
          coinbaseFrames.heartbeat(atMs, sequence++),
          coinbaseFrames.ticker(atMs, sequence++),
          coinbaseFrames.trade(atMs, sequence++),
        ],
      },
    };
  }

  test('default: one subscribe message for each channel, heartbeats first', () => {
    const { clock, connection, server, events } = createFeedHarness(protocol, counting());
    connection.start();
    clock.advanceBy(3_000);
    expect(server.received.map((frame) => JSON.parse(frame))).toEqual([
      { type: 'subscribe', channel: 'heartbeats', product_ids: ['BTC-USD'] },
      { type: 'subscribe', channel: 'ticker', product_ids: ['BTC-USD'] },
      { type: 'subscribe', channel: 'market_trades', product_ids: ['BTC-USD'] },
    ]);
    expect(new Set(events.map((event) => event.type))).toEqual(
      new Set(['heartbeat-received', 'ticker-received', 'trade-received']),
    );
    expect(connection.view().counters.rejected).toEqual({});
  });

  test('behavior: a gap in the sequence subscribes the data channels anew', () => {
    const script = counting();
    const { clock, connection, server } = createFeedHarness(protocol, script);
    connection.start();
    clock.advanceBy(3_000);
    server.received.length = 0;
    script.skip();
    clock.advanceBy(3_000);
    expect(server.received.map((frame) => JSON.parse(frame)).map(({ type, channel }) => `${type} ${channel}`)).toEqual([
      'unsubscribe ticker',
      'subscribe ticker',
      'unsubscribe market_trades',
      'subscribe market_trades',
    ]);
    expect(connection.view().counters.rejected).toEqual({ 'sequence-gap': 1 });
  });

  test('behavior: a repeated frame is no gap', () => {
    const { clock, connection, network } = createFeedHarness(protocol, counting());
    connection.start();
    clock.advanceBy(3_000);
    network.faults.tamper('/coinbase', (frame) => [frame, frame]);
    clock.advanceBy(3_000);
    expect(connection.view().counters.rejected).toEqual({});
  });
});
