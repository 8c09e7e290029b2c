import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import type { RecordedTick } from '../../core/simulation/recorded-price-path.ts';
import { parseGammaBody } from '../../core/venue/gamma.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import { parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import type { VenueConnection, VenueFeed } from '../../embedded-venue/connection.ts';
import { type TapeMarket, type TapeRecord, writeRawTape } from '../../embedded-venue/raw-tape.ts';
import { polyBoltRecords } from '../../embedded-venue/tape-chainlink.ts';
import { createTapePlayer, type TapePlayer, type TapePlayerOptions } from '../../embedded-venue/tape-player.ts';

const START = 1_784_851_200_000;
const FIRST = START - 400_000;
const SLUG = `btc-updown-5m-${START / 1_000}`;
const UP = '7'.repeat(77);
const DOWN = '8'.repeat(77);
const E18 = 10n ** 18n;

const market = (
  index: number,
  tokens: readonly [string, string],
  strike: bigint,
  outcome: 'up' | 'down',
): TapeMarket => {
  const startMs = START + index * 300_000;
  const conditionId = `0x${String(index).repeat(64)}`;
  return {
    slug: `btc-updown-5m-${startMs / 1_000}`,
    startMs,
    endMs: startMs + 300_000,
    conditionId,
    upTokenId: tokens[0],
    downTokenId: tokens[1],
    strikeE18: (strike * E18).toString(),
    outcome,
    object: {
      id: String(index),
      slug: `btc-updown-5m-${startMs / 1_000}`,
      conditionId,
      outcomes: '["Up","Down"]',
      clobTokenIds: JSON.stringify(tokens),
      endDate: new Date(startMs + 300_000).toISOString(),
      eventStartTime: new Date(startMs).toISOString(),
      orderMinSize: 5,
      negRisk: false,
      feesEnabled: true,
      feeSchedule: { rate: 0.07, exponent: 1, takerOnly: true, rebateRate: 0.2 },
      resolutionSource: 'https://data.chain.link/streams/btc-usd',
      // What Gamma said long after the end: none of it may show before.
      closed: true,
      acceptingOrders: false,
      outcomePrices: outcome === 'up' ? '["1", "0"]' : '["0", "1"]',
      umaResolutionStatus: 'resolved',
      closedTime: new Date(startMs + 320_000).toISOString(),
      lastTradePrice: outcome === 'up' ? 0.99 : 0.01,
      volumeNum: 1,
    },
  };
};

/** Rises by a dollar a second from 65,000; a second in a hundred is missing. */
const TICKS: readonly RecordedTick[] = Array.from({ length: 1_300 }, (_value, index) => index)
  .filter((index) => index % 100 !== 50)
  .map((index) => ({
    observedMs: FIRST + index * 1_000,
    priceE18: (65_000n + BigInt(index)) * E18,
    publishedMs: FIRST + index * 1_000 + 1_600,
  }));

const bookFrame = (tokenId: string, bid: string, ask: string, atMs: number): string =>
  JSON.stringify({
    event_type: 'book',
    market: `0x${'0'.repeat(64)}`,
    asset_id: tokenId,
    timestamp: String(atMs),
    hash: 'ab',
    bids: [{ price: bid, size: '10' }],
    asks: [{ price: ask, size: '20' }],
  });

const books: readonly TapeRecord[] = [10, 20].flatMap((seconds) =>
  [UP, DOWN].map(
    (tokenId): TapeRecord => ({
      source: 'polymarket-clob',
      channel: 'market',
      recvMs: START + seconds * 1_000,
      frame: bookFrame(tokenId, '0.48', seconds === 10 ? '0.5' : '0.51', START + seconds * 1_000),
    }),
  ),
);

const binance = (atMs: number, stream: string): TapeRecord => ({
  source: 'binance-futures',
  channel: 'public',
  recvMs: atMs,
  frame: JSON.stringify({ stream, data: { e: stream, E: atMs } }),
});

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tape-player-'));
  const records = [
    ...polyBoltRecords(TICKS),
    ...books,
    binance(START + 1_000, 'btcusdt@bookTicker'),
    binance(START + 2_000, 'btcusdt@trade'),
  ].sort((left, right) => left.recvMs - right.recvMs);
  // Recorded the other way round than the ticks would settle: recorded outcomes must win by default.
  const markets = [market(0, [UP, DOWN], 65_000n, 'down'), market(1, ['5'.repeat(77), '6'.repeat(77)], 65_100n, 'up')];
  const written = writeRawTape(join(root, 'tape'), { records, markets, source: 'by hand' });
  if (!written.ok) throw new Error(written.error);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function play(options: Partial<TapePlayerOptions> = {}): TapePlayer {
  const player = createTapePlayer({ folder: join(root, 'tape'), ...options });
  if (!player.ok) throw new Error(player.error);
  return player.value;
}

function connect(
  player: TapePlayer,
  path: string,
  query = '',
): { readonly feed: VenueFeed; readonly frames: string[]; say(frame: string): void } {
  const feed = player.feeds.find((each) => each.path === path);
  if (feed === undefined) throw new Error(`no feed at ${path}`);
  const frames: string[] = [];
  const connection: VenueConnection = { id: 1, send: (frame) => void frames.push(frame), close: () => undefined };
  feed.onConnect(connection, new URLSearchParams(query));
  return { feed, frames, say: (frame) => feed.onMessage(connection, frame) };
}

function advance(player: TapePlayer, nowMs: number): void {
  for (const feed of player.feeds) feed.advanceTo(nowMs);
}

function get(player: TapePlayer, url: string, nowMs: number): string {
  const { pathname, searchParams } = new URL(url, 'http://venue');
  for (const routes of player.routes) {
    const response = routes.handle(
      { method: 'GET', path: pathname, query: searchParams, body: '', headers: {} },
      nowMs,
    );
    if (response !== null) return response.body;
  }
  throw new Error(`no route for ${url}`);
}

const AUTH = JSON.stringify({ op: 'auth', rid: 'a', auth: { apiKey: 'k', secret: 's', passphrase: 'p' } });
const SUBSCRIBE = JSON.stringify({
  op: 'subscribe',
  rid: 's',
  subscriptions: [{ channel: 'price.crypto.twap', filter: { symbol: 'btcusd', window_seconds: 60 } }],
});

describe('createTapePlayer', () => {
  test('default: prices come in their protocol, in order, when their receive time has come', () => {
    const player = play();
    expect(player.spanMs).toEqual({ fromMs: FIRST + 1_600, toMs: FIRST + 1_299_000 + 1_600 });
    const client = connect(player, '/polybolt/ws');
    client.say(SUBSCRIBE);
    expect(client.frames.splice(0).map((frame) => JSON.parse(frame).code)).toEqual(['auth_required']);
    client.say(AUTH);
    client.say(SUBSCRIBE);
    expect(client.frames.splice(0).map((frame) => JSON.parse(frame).op)).toEqual(['authed', 'subscribed']);
    advance(player, START + 1_599);
    const before = client.frames.splice(0).map((frame) => parsePolyBoltFrame(frame));
    expect(before.flatMap((parsed) => parsed.rejected)).toEqual([]);
    expect(before.at(-1)?.events[0]?.tsEvent).toBe(START - 1_000);
    advance(player, START + 1_600);
    expect(client.frames).toHaveLength(1);
    const event = parsePolyBoltFrame(client.frames[0] ?? '').events[0];
    // Seconds 341 to 400 of the tape, of which number 350 is missing and counts as 349.
    const mean = (60n * 65_000n + (341n + 400n) * 30n - 1n) * E18;
    expect(event).toMatchObject({ tsEvent: START, lookbackSeconds: 60, priceE18: mean / 60n });
    expect(JSON.parse(client.frames[0] ?? '').seq).toBe(before.length + 1);
  });

  test('behavior: who subscribes late gets the two minutes before as a snapshot', () => {
    const player = play();
    advance(player, START);
    const client = connect(player, '/polybolt/ws');
    client.say(AUTH);
    client.say(SUBSCRIBE);
    const snapshot = parsePolyBoltFrame(client.frames.at(-1) ?? '');
    expect(snapshot.rejected).toEqual([]);
    expect(snapshot.events.length).toBeGreaterThan(110);
    expect(snapshot.events.every((event) => event.type === 'reference-price-received' && event.snapshot)).toBe(true);
  });

  test('behavior: exchange streams go to who named them, enveloped or bare', () => {
    const player = play();
    const enveloped = connect(player, '/binance/public/stream', 'streams=btcusdt@trade');
    const bare = connect(player, '/binance/public/ws');
    bare.say('{"method":"SUBSCRIBE","params":["btcusdt@bookTicker"],"id":4}');
    advance(player, START + 5_000);
    expect(enveloped.frames).toEqual([binance(START + 2_000, 'btcusdt@trade').frame]);
    expect(bare.frames).toEqual(['{"result":null,"id":4}', `{"e":"btcusdt@bookTicker","E":${START + 1_000}}`]);
  });

  test('behavior: recorded books are passed on as they are, and shown to who comes later', () => {
    const player = play();
    advance(player, START);
    const early = connect(player, '/clob/ws/market');
    early.say(JSON.stringify({ type: 'market', assets_ids: [UP] }));
    early.frames.length = 0;
    advance(player, START + 30_000);
    expect(early.frames).toEqual([books[0]?.frame, books[2]?.frame]);
    const late = connect(player, '/clob/ws/market');
    late.say(JSON.stringify({ type: 'market', assets_ids: [UP] }));
    expect(parsePolymarketMarketFrame(late.frames[0] ?? '').events).toMatchObject([{ bids: [4_800, 10_000_000] }]);
    expect(JSON.parse(get(player, `/clob/book?token_id=${UP}`, START + 30_000)).asks).toEqual([
      { price: '0.51', size: '20' },
    ]);
  });

  test('behavior: a window without a recorded book is quoted around the recorded price when asked for', () => {
    const slug = `btc-updown-5m-${START / 1_000 + 300}`;
    const bidOf = (player: TapePlayer): unknown =>
      JSON.parse(get(player, `/gamma/markets?slug=${slug}`, START + 400_000))[0].bestBid;
    const silent = play();
    advance(silent, START + 400_000);
    expect(bidOf(silent)).toBeUndefined();
    const player = play({ books: 'simulated' });
    advance(player, START);
    const client = connect(player, '/clob/ws/market');
    client.say(JSON.stringify({ type: 'market', assets_ids: [UP, '5'.repeat(77)] }));
    for (let atMs = START; atMs <= START + 400_000; atMs += 50_000) advance(player, atMs);
    // The price has risen by a dollar a second since the start: Up is nearly sure.
    expect(bidOf(player)).toBeGreaterThan(0.9);
    const parsed = client.frames.map((frame) => parsePolymarketMarketFrame(frame));
    expect(parsed.flatMap((each) => each.rejected)).toEqual([]);
    const ofRecorded = client.frames.filter((frame) => frame.includes(UP) && !frame.startsWith('['));
    expect(ofRecorded).toEqual([books[0]?.frame, books[2]?.frame]);
  });

  test('behavior: nothing of a recorded result shows before its time', () => {
    const player = play();
    const parse = parseGammaBody({ slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 });
    const seen: Record<string, number> = {};
    for (let atMs = START - 60_000; atMs <= START + 500_000; atMs += 1_000) {
      const { events, rejected } = parse(get(player, `/gamma/events/slug/${SLUG}`, atMs));
      expect(rejected).toEqual([]);
      for (const event of events) {
        if (event.type !== 'official-result-published') continue;
        if (event.strikeE18 !== null) seen['strike'] ??= atMs;
        if (event.finalE18 !== null) seen['final'] ??= atMs;
        if (event.outcome !== null) seen['outcome'] ??= atMs;
        if (event.outcome !== null) expect(event.outcome).toBe('down');
        if (event.finalE18 !== null) expect(event.finalE18).toBe(65_100n * E18);
      }
    }
    expect(seen['outcome']).toBeGreaterThanOrEqual(START + 353_000);
    expect(seen['strike']).toBeGreaterThanOrEqual(START + 360_000);
    expect(seen['final']).toBeGreaterThan(seen['strike'] ?? 0);
  });

  test('behavior: rules and outcome are as recorded, or by the mean of the ticks with the rules of today', () => {
    const at = START + 500_000;
    const recorded = JSON.parse(get(play(), `/gamma/events/slug/${SLUG}`, at)).markets[0];
    expect(recorded).toMatchObject({
      resolutionSource: 'https://data.chain.link/streams/btc-usd',
      outcomePrices: '["0","1"]',
    });
    expect(recorded).not.toHaveProperty('cryptoMarketConfig');
    const resettled = JSON.parse(get(play({ settlement: 'twap-60' }), `/gamma/events/slug/${SLUG}`, at)).markets[0];
    expect(resettled).toMatchObject({
      resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
      cryptoMarketConfig: { twapLookbackSeconds: 60 },
      clobTokenIds: JSON.stringify([UP, DOWN]),
      outcomePrices: '["1","0"]',
    });
  });

  test('error: a folder without a tape, and simulated books without prices', () => {
    expect(createTapePlayer({ folder: join(root, 'nothing') })).toEqual({
      ok: false,
      error: expect.stringContaining('no tape'),
    });
    const folder = join(root, 'bare');
    writeRawTape(folder, { records: [binance(START, 'btcusdt@trade')], markets: [], source: '' });
    expect(createTapePlayer({ folder, books: 'simulated' })).toEqual({
      ok: false,
      error: expect.stringContaining('no reference prices'),
    });
  });
});
