import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import type { BookReceived, MarketDataEvent } from '../../core/model/market-data.ts';
import { createMarketGenerator } from '../../core/simulation/market-generator.ts';
import { parseGammaBody } from '../../core/venue/gamma.ts';
import { parsePolymarketBookResponse, parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import type { VenueConnection, VenueFeed, VenueRequest, VenueResponse } from '../../embedded-venue/connection.ts';
import { createPolymarketWorld, type PolymarketWorld } from '../../embedded-venue/polymarket-world.ts';

const START = 1_795_405_200_000;
const SERIES = { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 };

function worldOf(options: { speed?: number; seed?: number } = {}): PolymarketWorld {
  const seed = options.seed ?? 7;
  const originMs = START - 20_000;
  const path = createMarketGenerator({ seed, originMs, startPriceUsd: 84_000 });
  return createPolymarketWorld({ path, series: SERIES, seed, speed: options.speed ?? 1, originMs });
}

interface TestClient extends VenueConnection {
  readonly frames: string[];
}

function connect(feed: VenueFeed): TestClient {
  const frames: string[] = [];
  const client: TestClient = {
    id: 1,
    frames,
    send: (frame) => void frames.push(frame),
    close: () => undefined,
  };
  feed.onConnect(client, new URLSearchParams());
  return client;
}

function feedOf(world: PolymarketWorld): VenueFeed {
  const feed = world.feeds[0];
  if (feed === undefined) throw new Error('the world has a market feed');
  return feed;
}

function get(world: PolymarketWorld, url: string, nowMs: number): VenueResponse {
  const parsed = new URL(url, 'http://venue');
  const request: VenueRequest = {
    method: 'GET',
    path: parsed.pathname,
    query: parsed.searchParams,
    body: '',
    headers: {},
  };
  for (const routes of world.routes) {
    const response = routes.handle(request, nowMs);
    if (response !== null) return response;
  }
  throw new Error(`no route for ${url}`);
}

const json = (response: VenueResponse): unknown => JSON.parse(response.body);

function tokensAt(world: PolymarketWorld, startMs: number): readonly [string, string] {
  const market = world.directory.bySlug(`btc-updown-5m-${startMs / 1_000}`, START);
  if (market === null) throw new Error('the market is listed');
  return [market.tokens.up, market.tokens.down];
}

const subscribe = (tokens: readonly string[], custom: boolean): string =>
  JSON.stringify({ type: 'market', assets_ids: tokens, custom_feature_enabled: custom });

const kindOf = (frame: string): string => /"event_type":"([a-z_]+)"/.exec(frame)?.[1] ?? '';

describe('clob market feed', () => {
  test('default: an initial dump with the best level last, both tokens mirrored', () => {
    const world = worldOf();
    const feed = feedOf(world);
    feed.advanceTo(START);
    const client = connect(feed);
    feed.onMessage(client, subscribe(tokensAt(world, START), false));
    const books = JSON.parse(client.frames[0] ?? '');
    expect(books).toHaveLength(2);
    const [up, down] = books;
    expect(up.event_type).toBe('book');
    expect(up.timestamp).toBe(String(START));
    expect(Number(up.bids.at(-1).price)).toBeGreaterThan(Number(up.bids[0].price));
    expect(Number(up.asks.at(-1).price)).toBeLessThan(Number(up.asks[0].price));
    expect(Number(up.bids.at(-1).price) + Number(down.asks.at(-1).price)).toBeCloseTo(1, 12);
    expect(up.bids.at(-1).size).toBe(down.asks.at(-1).size);
  });

  test('behavior: PING is answered with PONG, and nonsense is left alone', () => {
    const feed = feedOf(worldOf());
    feed.advanceTo(START);
    const client = connect(feed);
    feed.onMessage(client, 'PING');
    feed.onMessage(client, '{');
    feed.onMessage(client, '[]');
    expect(client.frames).toEqual(['PONG']);
  });

  test('behavior: tokens come and go by operation, and only those asked for are told', () => {
    const world = worldOf();
    const feed = feedOf(world);
    feed.advanceTo(START);
    const [up, down] = tokensAt(world, START);
    const client = connect(feed);
    feed.onMessage(client, subscribe([up], false));
    feed.advanceTo(START + 5_000);
    expect(client.frames.length).toBeGreaterThan(50);
    expect(client.frames.join('').includes(down)).toBe(false);

    feed.onMessage(client, JSON.stringify({ operation: 'subscribe', assets_ids: [down] }));
    expect(JSON.parse(client.frames.at(-1) ?? '')[0].asset_id).toBe(down);
    feed.onMessage(client, JSON.stringify({ operation: 'unsubscribe', assets_ids: [up, down] }));
    const before = client.frames.length;
    feed.advanceTo(START + 10_000);
    expect(client.frames.length).toBe(before);
  });

  test('behavior: no book of an unknown token, none at all without initial_dump', () => {
    const world = worldOf();
    const feed = feedOf(world);
    feed.advanceTo(START);
    const client = connect(feed);
    feed.onMessage(client, subscribe(['123'], false));
    expect(client.frames).toEqual(['[]']);
    const request = { type: 'market', assets_ids: tokensAt(world, START), initial_dump: false };
    feed.onMessage(client, JSON.stringify(request));
    expect(client.frames).toHaveLength(1);
  });

  test('behavior: touch, listing and resolution only behind the custom flag', () => {
    const world = worldOf();
    const feed = feedOf(world);
    feed.advanceTo(START);
    const plain = connect(feed);
    const custom = connect(feed);
    feed.onMessage(plain, subscribe(tokensAt(world, START), false));
    feed.onMessage(custom, subscribe(tokensAt(world, START), true));
    for (let atMs = START; atMs <= START + 400_000; atMs += 1_000) feed.advanceTo(atMs);
    const behind = ['best_bid_ask', 'new_market', 'market_resolved'];
    const plainKinds = new Set(plain.frames.map(kindOf));
    const customKinds = new Set(custom.frames.map(kindOf));
    for (const kind of behind) {
      expect(plainKinds.has(kind)).toBe(false);
      expect(customKinds.has(kind)).toBe(true);
    }
    const resolved = custom.frames
      .filter((frame) => kindOf(frame) === 'market_resolved')
      .map((frame) => JSON.parse(frame));
    const own = resolved.filter((message) => message.assets_ids.includes(tokensAt(world, START)[0]));
    expect(own).toHaveLength(1);
    const result = world.directory.publishedResult(
      world.directory.bySlug(`btc-updown-5m-${START / 1_000}`, START) ?? fail(),
      START + 600_000,
    );
    expect(own[0].winning_outcome.toLowerCase()).toBe(result.outcome);
    const lateness = Number(own[0].timestamp) - (START + 300_000);
    expect(lateness).toBeGreaterThanOrEqual(53_000);
    expect(lateness).toBeLessThanOrEqual(90_000);
  });

  test('behavior: over a whole window every frame is understood, and its events rebuild the book', () => {
    const world = worldOf({ seed: 9 });
    const feed = feedOf(world);
    feed.advanceTo(START - 5_000);
    const client = connect(feed);
    const tokens = tokensAt(world, START);
    feed.onMessage(client, subscribe(tokens, true));
    const ladders = new Map<string, Map<string, number>>();
    const kinds = new Map<string, number>();
    const rejected: unknown[] = [];
    let checked = 0;
    for (let atMs = START; atMs < START + 310_000; atMs += 500) {
      feed.advanceTo(atMs);
      for (const frame of client.frames.splice(0)) {
        const parsed = parsePolymarketMarketFrame(frame);
        rejected.push(...parsed.rejected);
        for (const event of parsed.events) {
          kinds.set(event.type, (kinds.get(event.type) ?? 0) + 1);
          follow(ladders, event);
        }
      }
      if (atMs % 10_000 !== 0) continue;
      for (const token of tokens) {
        const shown = parsePolymarketBookResponse(get(world, `/clob/book?token_id=${token}`, atMs).body);
        expect(shown.rejected).toEqual([]);
        expect(ladders.get(token)).toEqual(ladderOf(shown.events[0] as BookReceived));
        checked++;
      }
    }
    expect(rejected).toEqual([]);
    expect(checked).toBeGreaterThan(50);
    for (const kind of [
      'book-received',
      'book-changed',
      'book-trade-received',
      'book-touch-received',
      'tick-size-changed',
    ]) {
      expect(kinds.get(kind) ?? 0).toBeGreaterThan(0);
    }
  });

  test.each([1, 5, 6, 60, 500])(
    'behavior: at speed %d one client gets at most 800 frames in a second of wall time',
    (speed) => {
      const world = worldOf({ speed });
      const feed = feedOf(world);
      feed.advanceTo(START);
      const client = connect(feed);
      feed.onMessage(client, subscribe([...tokensAt(world, START), ...tokensAt(world, START + 300_000)], true));
      // Two seconds of wall time in steps of 10 ms.
      for (let step = 1; step <= 200; step++) feed.advanceTo(START + step * 10 * speed);
      expect(client.frames.length).toBeGreaterThan(speed === 1 ? 50 : 300);
      expect(client.frames.length).toBeLessThan(1_600);
    },
  );
});

describe('gamma', () => {
  const slug = `btc-updown-5m-${START / 1_000}`;
  const END = START + 300_000;

  function eventAt(
    world: PolymarketWorld,
    nowMs: number,
  ): Record<string, never> & { markets: Record<string, unknown>[] } {
    feedOf(world).advanceTo(nowMs);
    const response = get(world, `/gamma/events/slug/${slug}`, nowMs);
    expect(response.status).toBe(200);
    return json(response) as never;
  }

  test('default: the fields that discovery and the rule guard read', () => {
    const world = worldOf();
    const event = eventAt(world, START);
    expect(event).toMatchObject({
      slug,
      seriesSlug: 'btc-up-or-down-5m',
      startTime: new Date(START).toISOString().replace('.000', ''),
      closed: false,
    });
    expect(event).not.toHaveProperty('eventMetadata');
    const market = event.markets[0] ?? {};
    expect(market).toMatchObject({
      slug,
      outcomes: '["Up","Down"]',
      orderPriceMinTickSize: 0.01,
      orderMinSize: 5,
      negRisk: false,
      acceptingOrders: true,
      feesEnabled: true,
      feeType: 'crypto_fees_v2',
      feeSchedule: { rate: 0.07, exponent: 1, takerOnly: true, rebateRate: 0.2 },
      version: 'v1',
      takerOrderDelayMs: 150,
      resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
      cryptoMarketConfig: {
        id: 'btc-5m-twap-60',
        asset: 'btc',
        duration: '5m',
        twapEnabled: true,
        twapLookbackSeconds: 60,
      },
    });
    expect(market['conditionId']).toMatch(/^0x[0-9a-f]{64}$/);
    const tokens: unknown = JSON.parse(String(market['clobTokenIds']));
    expect(tokens).toEqual(tokensAt(world, START));
    for (const token of tokensAt(world, START)) expect(token).toMatch(/^\d{77}$/);
  });

  test('behavior: strike, outcome and final appear after the end, each in its time', () => {
    const world = worldOf();
    const seen: Record<string, number> = {};
    let previous: unknown;
    for (let atMs = END - 1_000; atMs <= END + 200_000; atMs += 1_000) {
      const event = eventAt(world, atMs);
      const metadata: { priceToBeat?: number; finalPrice?: number } = event['eventMetadata'] ?? {};
      const market = event.markets[0] ?? {};
      if (metadata.priceToBeat !== undefined) seen['strike'] ??= atMs - END;
      if (metadata.finalPrice !== undefined) seen['final'] ??= atMs - END;
      if (market['closed'] === true) {
        seen['closed'] ??= atMs - END;
        expect(market['umaResolutionStatus']).toBe('resolved');
        previous ??= market['outcomePrices'];
        expect(market['outcomePrices']).toBe(previous);
        if (metadata.finalPrice !== undefined && metadata.priceToBeat !== undefined) {
          expect(market['outcomePrices']).toBe(metadata.finalPrice >= metadata.priceToBeat ? '["1","0"]' : '["0","1"]');
        }
      }
    }
    expect(seen['closed']).toBeGreaterThanOrEqual(53_000);
    expect(seen['closed']).toBeLessThanOrEqual(91_000);
    expect(seen['strike']).toBeGreaterThanOrEqual(60_000);
    expect(seen['final']).toBeGreaterThan(Math.max(seen['strike'] ?? 0, seen['closed'] ?? 0));
  });

  test('behavior: every answer is understood, and says what the market is', () => {
    const world = worldOf();
    const parse = parseGammaBody(SERIES);
    const later = END + 200_000;
    for (const nowMs of [START, END, later]) {
      feedOf(world).advanceTo(nowMs);
      for (const url of [`/gamma/events/slug/${slug}`, `/gamma/markets?slug=${slug}`, '/gamma/events?limit=100']) {
        const { events, rejected } = parse(get(world, url, nowMs).body);
        expect(rejected).toEqual([]);
        expect(events[0]).toMatchObject({ type: 'market-listed' });
      }
    }
    const { events } = parse(get(world, `/gamma/events/slug/${slug}`, later).body);
    const market = world.directory.bySlug(slug, later) ?? fail();
    expect(events).toMatchObject([
      { market: { slug, tokens: market.tokens, takerDelayMs: 150, protocolVersion: 'v1', fees: { ratePpm: 70_000 } } },
      { type: 'official-result-published', outcome: world.directory.publishedResult(market, later).outcome },
    ]);
  });

  test('behavior: the final price of a window is the strike of the next', () => {
    const world = worldOf();
    const later = END + 500_000;
    for (let atMs = START; atMs <= later; atMs += 100_000) feedOf(world).advanceTo(atMs);
    const metadata = (start: number): { priceToBeat: number; finalPrice: number } =>
      (json(get(world, `/gamma/events/slug/btc-updown-5m-${start / 1_000}`, later)) as never)['eventMetadata'];
    expect(metadata(START).finalPrice).toBe(metadata(START + 300_000).priceToBeat);
  });

  test('behavior: the list holds what ends within the dates, a day ahead and no more', () => {
    const world = worldOf();
    const list = (query: string): { slug: string }[] => json(get(world, `/gamma/events?${query}`, START)) as never;
    const dates = `end_date_min=${new Date(START).toISOString()}&end_date_max=${new Date(START + 1_200_000).toISOString()}`;
    const slugs = list(`tag_slug=up-or-down&closed=false&${dates}&limit=100`).map((event) => event.slug);
    // A window that ends at the moment of asking is not resolved yet.
    expect(slugs).toEqual([-1, 0, 1, 2, 3].map((window) => `btc-updown-5m-${START / 1_000 + window * 300}`));
    expect(list(`tag_slug=up-or-down&closed=false&${dates}&limit=2`)).toHaveLength(2);
    expect(list('tag_slug=sports')).toEqual([]);
    expect(list(`slug=btc-updown-5m-${START / 1_000 + 86_400}`)).toHaveLength(1);
    expect(list(`slug=btc-updown-5m-${START / 1_000 + 86_700}`)).toHaveLength(0);
    expect(json(get(world, `/gamma/markets?slug=${slug}`, START))).toMatchObject([{ slug, events: [{ slug }] }]);
  });

  test('error: an unknown slug is not found', () => {
    expect(get(worldOf(), '/gamma/events/slug/nothing', START).status).toBe(404);
  });
});

describe('clob rest', () => {
  test('default: the public routes', () => {
    const world = worldOf();
    feedOf(world).advanceTo(START + 400);
    const market = world.directory.bySlug(`btc-updown-5m-${START / 1_000}`, START) ?? fail();
    const { conditionId, tokens } = market;
    const at = START + 400;
    expect(get(world, '/clob/time', at).body).toBe(String(START / 1_000));
    expect(json(get(world, '/geoblock', at))).toMatchObject({ blocked: false });
    expect(json(get(world, `/clob/tick-size?token_id=${tokens.up}`, at))).toEqual({ minimum_tick_size: 0.01 });
    expect(json(get(world, `/clob/markets/${conditionId}`, at))).toMatchObject({
      condition_id: conditionId,
      accepting_orders: true,
      tokens: [
        { token_id: tokens.up, outcome: 'Up', winner: false },
        { token_id: tokens.down, outcome: 'Down', winner: false },
      ],
    });
    expect(json(get(world, `/clob/clob-markets/${conditionId}`, at))).toMatchObject({
      c: conditionId,
      t: [
        { t: tokens.up, o: 'Up' },
        { t: tokens.down, o: 'Down' },
      ],
      mts: 0.01,
      mos: 5,
      fd: { r: 0.07, e: 1, to: true },
      ao: true,
    });
  });

  test.each(['/clob/book?token_id=1', '/clob/tick-size?token_id=1', '/clob/markets/0x1', '/clob/clob-markets/0x1'])(
    'error: %s is not found',
    (url) => {
      expect(get(worldOf(), url, START).status).toBe(404);
    },
  );

  test('behavior: the book is gone and the winner stated once the market is resolved', () => {
    const world = worldOf();
    const market = world.directory.bySlug(`btc-updown-5m-${START / 1_000}`, START) ?? fail();
    for (let atMs = START; atMs <= START + 400_000; atMs += 50_000) feedOf(world).advanceTo(atMs);
    expect(get(world, `/clob/book?token_id=${market.tokens.up}`, START + 400_000).status).toBe(404);
    const shown = json(get(world, `/clob/markets/${market.conditionId}`, START + 400_000)) as {
      tokens: { winner: boolean }[];
    };
    expect(shown.tokens.filter((token) => token.winner)).toHaveLength(1);
  });
});

describe('createPolymarketWorld', () => {
  test('behavior: a world that is started again has the same markets, books and results', () => {
    const first = worldOf();
    for (let atMs = START; atMs <= START + 1_000_000; atMs += 250_000) feedOf(first).advanceTo(atMs);
    const again = worldOf();
    feedOf(again).advanceTo(START + 1_000_000);
    for (const url of [
      `/gamma/events/slug/btc-updown-5m-${START / 1_000}`,
      `/gamma/events/slug/btc-updown-5m-${START / 1_000 + 900}`,
      `/clob/book?token_id=${tokensAt(first, START + 900_000)[0]}`,
    ]) {
      expect(get(again, url, START + 1_000_000).body).toBe(get(first, url, START + 1_000_000).body);
    }
  });
});

function fail(): never {
  throw new Error('the market is listed');
}

function ladderOf(event: BookReceived): Map<string, number> {
  const ladder = new Map<string, number>();
  for (const [side, flat] of [[0, event.bids] as const, [1, event.asks] as const]) {
    for (let index = 0; index < flat.length; index += 2) ladder.set(`${side}:${flat[index]}`, flat[index + 1] ?? 0);
  }
  return ladder;
}

function follow(ladders: Map<string, Map<string, number>>, event: MarketDataEvent): void {
  if (event.type === 'book-received') ladders.set(event.tokenId, ladderOf(event));
  if (event.type !== 'book-changed') return;
  const ladder = ladders.get(event.tokenId);
  if (ladder === undefined) throw new Error('a change follows a book');
  for (let index = 0; index < event.changes.length; index += 3) {
    const [side, ticks, size] = event.changes.slice(index, index + 3);
    if (size === 0) ladder.delete(`${side}:${ticks}`);
    else ladder.set(`${side}:${ticks}`, size ?? 0);
  }
  // The stated touch, at every twentieth change: looking at all levels takes its time.
  if (event.tsEvent % 20 !== 0) return;
  const best = (side: number): number | null => {
    const prices = [...ladder.keys()].filter((key) => key.startsWith(`${side}:`)).map((key) => Number(key.slice(2)));
    if (prices.length === 0) return null;
    return side === 0 ? Math.max(...prices) : Math.min(...prices);
  };
  expect(event.bestBidTicks).toBe(best(0));
  expect(event.bestAskTicks).toBe(best(1));
}
