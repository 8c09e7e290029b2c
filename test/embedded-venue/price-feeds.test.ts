/** Every frame of every price feed must be accepted by the parsers that read the real ones. */
import { describe, expect, test } from 'vitest';
import type { MarketDataEvent, ReferencePriceReceived } from '../../core/model/market-data.ts';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import { parseCoinbaseFrame } from '../../core/venue/coinbase.ts';
import { parseDeribitFrame } from '../../core/venue/deribit.ts';
import type { FrameParser } from '../../core/venue/parsed-frame.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import { parseRtdsFrame } from '../../core/venue/rtds.ts';
import { EMBEDDED_CREDENTIALS } from '../../embedded-venue/world.ts';
import { advanceSeconds, connectTo, ORIGIN_MS, type VenueClient, worldAtOrigin } from '../support/venue-client.ts';

const SECONDS = 60;
const SUBSCRIBE_POLYBOLT = {
  op: 'subscribe',
  rid: 's1',
  subscriptions: [
    { channel: 'price.crypto.twap', filter: { symbol: 'btcusd', window_seconds: 60 } },
    { channel: 'price.crypto', filter: { symbol: 'btcusd' } },
  ],
};
const SUBSCRIBE_RTDS = {
  action: 'subscribe',
  subscriptions: [
    { topic: 'crypto_prices_twap_sixty', type: 'update', filters: '{"symbol":"btc/usd"}' },
    { topic: 'crypto_prices_chainlink', type: 'update' },
    { topic: 'crypto_prices_twap_thirty', type: 'update' },
    { topic: 'crypto_prices', type: 'update', filters: '{"symbol":"btcusdt"}' },
  ],
};

interface Case {
  readonly name: string;
  readonly parser: FrameParser;
  readonly connect: (feeds: Parameters<typeof connectTo>[0]) => VenueClient;
  /** Events expected in the time, by type: least and most. */
  readonly expected: Readonly<Record<string, readonly [number, number]>>;
}

const sent = (client: VenueClient, messages: readonly object[]): VenueClient => {
  for (const message of messages) client.send(message);
  return client;
};

const CASES: readonly Case[] = [
  {
    name: 'binance public, combined',
    parser: parseBinanceFrame('binance-futures', 'BTCUSDT'),
    connect: (feeds) => connectTo(feeds, '/binance/public/stream', 'streams=btcusdt@depth20@100ms/btcusdt@bookTicker'),
    expected: { 'depth-received': [599, 601], 'ticker-received': [740, 760] },
  },
  {
    name: 'binance market, combined',
    parser: parseBinanceFrame('binance-futures', 'BTCUSDT'),
    connect: (feeds) =>
      connectTo(feeds, '/binance/market/stream', 'streams=btcusdt@aggTrade/btcusdt@markPrice@1s/btcusdt@forceOrder'),
    expected: { 'trade-received': [5 * 30, 60 * 70], 'mark-price-received': [60, 60] },
  },
  {
    name: 'coinbase',
    parser: parseCoinbaseFrame('BTC-USD'),
    connect: (feeds) =>
      sent(
        connectTo(feeds, '/coinbase'),
        ['market_trades', 'ticker', 'heartbeats'].map((channel) => ({
          type: 'subscribe',
          product_ids: ['BTC-USD'],
          channel,
        })),
      ),
    expected: { 'trade-received': [30, 1_200], 'ticker-received': [20, 241], 'heartbeat-received': [59, 61] },
  },
  {
    name: 'deribit',
    parser: parseDeribitFrame('btc_usd'),
    connect: (feeds) =>
      sent(connectTo(feeds, '/deribit/ws/api/v2'), [
        {
          jsonrpc: '2.0',
          id: 1,
          method: 'public/subscribe',
          params: { channels: ['deribit_volatility_index.btc_usd'] },
        },
      ]),
    expected: { 'volatility-index-received': [60, 60] },
  },
  {
    name: 'polybolt',
    parser: parsePolyBoltFrame,
    connect: (feeds) =>
      sent(connectTo(feeds, '/polybolt/ws'), [
        { op: 'auth', rid: 'a1', auth: EMBEDDED_CREDENTIALS },
        SUBSCRIBE_POLYBOLT,
      ]),
    expected: { 'reference-price-received': [2 * (110 + 50), 2 * (120 + 60)] },
  },
  {
    name: 'rtds',
    parser: parseRtdsFrame,
    connect: (feeds) => sent(connectTo(feeds, '/rtds'), [SUBSCRIBE_RTDS]),
    expected: { 'reference-price-received': [280, 4 * 60 + 2 * 60] },
  },
];

function run({ connect, parser }: Case): { events: MarketDataEvent[]; rejections: unknown[] } {
  const world = worldAtOrigin();
  const client = connect(world.feeds);
  advanceSeconds(world, ORIGIN_MS, SECONDS);
  const parsed = client.frames.map(parser);
  return { events: parsed.flatMap((frame) => frame.events), rejections: parsed.flatMap((frame) => frame.rejected) };
}

describe('createWorld', () => {
  test.each(CASES)('behavior: $name is accepted by its parser', (entry) => {
    const { events, rejections } = run(entry);
    expect(rejections).toEqual([]);
    for (const [type, [least, most]] of Object.entries(entry.expected)) {
      const count = events.filter((event) => event.type === type).length;
      expect(count, type).toBeGreaterThanOrEqual(least);
      expect(count, type).toBeLessThanOrEqual(most);
    }
  });

  test.each(CASES)('behavior: $name sends nothing from the future', (entry) => {
    const world = worldAtOrigin();
    const client = entry.connect(world.feeds);
    for (let now = ORIGIN_MS; now <= ORIGIN_MS + 5_000; now += 50) {
      world.advanceTo(now);
      const events = client.frames.splice(0).flatMap((frame) => entry.parser(frame).events);
      for (const event of events) expect(event.tsEvent).toBeLessThanOrEqual(now);
    }
  });

  test('behavior: both price feeds tell the same TWAP, the mean of the path', () => {
    const world = worldAtOrigin();
    const polybolt = sent(connectTo(world.feeds, '/polybolt/ws'), [
      { op: 'auth', rid: 'a', auth: EMBEDDED_CREDENTIALS },
      SUBSCRIBE_POLYBOLT,
    ]);
    const rtds = sent(connectTo(world.feeds, '/rtds'), [SUBSCRIBE_RTDS]);
    advanceSeconds(world, ORIGIN_MS, SECONDS);
    const twaps = (client: VenueClient, parser: FrameParser): ReferencePriceReceived[] =>
      client.frames
        .flatMap((frame) => parser(frame).events)
        .filter((event) => event.type === 'reference-price-received')
        .filter((event) => event.lookbackSeconds === 60 && !event.snapshot);
    const told = twaps(rtds, parseRtdsFrame);
    expect(told.length).toBeGreaterThan(50);
    for (const event of told) expect(event.priceE18).toBe(world.path.twapAt(event.tsEvent, 60));
    const both = twaps(polybolt, parsePolyBoltFrame).map(({ tsEvent, priceE18 }) => ({ tsEvent, priceE18 }));
    expect(both.slice(0, told.length)).toEqual(told.map(({ tsEvent, priceE18 }) => ({ tsEvent, priceE18 })));
  });

  test('behavior: a world that is continued tells what one that never stopped tells', () => {
    const connect = CASES[1]?.connect;
    if (connect === undefined) throw new Error('no case');
    const restartMs = ORIGIN_MS + 300_000;
    const steady = worldAtOrigin();
    steady.advanceTo(restartMs);
    const continued = worldAtOrigin({ startMs: restartMs });
    const frames = [steady, continued].map((world) => {
      const client = connect(world.feeds);
      advanceSeconds(world, restartMs, 10);
      return client.frames;
    });
    expect(frames[0]?.length).toBeGreaterThan(50);
    expect(frames[1]).toEqual(frames[0]);
  });

  test('behavior: at great speed quotes are thinned, prices of the second are not', () => {
    const speed = 60;
    const world = worldAtOrigin({ speed });
    const clients = CASES.map((entry) => entry.connect(world.feeds));
    for (const client of clients) client.frames.length = 0;
    advanceSeconds(world, ORIGIN_MS, 300, 5 * speed);
    const perWallSecond = clients.reduce((sum, client) => sum + client.frames.length, 0) / (300 / speed);
    expect(perWallSecond).toBeLessThan(1_500);
    const twaps = clients[4]?.frames.filter((frame) => frame.includes('"price.crypto.twap"')).length ?? 0;
    expect(twaps).toBeGreaterThan(280);
    expect(clients[3]?.frames).toHaveLength(300);
  });
});
