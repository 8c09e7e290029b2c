import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordedTick } from '../../core/simulation/recorded-price-path.ts';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import { joinTape } from '../../embedded-venue/joined-tape.ts';
import { type TapeRecord, writeRawTape } from '../../embedded-venue/raw-tape.ts';
import { polyBoltRecords } from '../../embedded-venue/tape-chainlink.ts';
import { createTapePlayer, type TapePlayer } from '../../embedded-venue/tape-player.ts';
import { createWorld, type World } from '../../embedded-venue/world.ts';
import { connectTo } from '../support/venue-client.ts';

const START = 1_784_851_200_000;
const SECONDS = 600;
const FUTURES = '/binance/public/stream';
const DEPTH = 'btcusdt@depth20@100ms';
const parseFutures = parseBinanceFrame('binance-futures');

/** Rises by a dollar a second from 65,000. */
const TICKS: readonly RecordedTick[] = Array.from({ length: SECONDS }, (_value, index) => ({
  observedMs: START + index * 1_000,
  priceE18: (65_000n + BigInt(index)) * 10n ** 18n,
  publishedMs: START + index * 1_000 + 1_600,
}));

const recordedTicker: TapeRecord = {
  source: 'binance-futures',
  channel: 'public',
  recvMs: START + 400_000,
  frame: JSON.stringify({ stream: 'btcusdt@bookTicker', data: { e: 'bookTicker', E: START + 400_000 } }),
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'joined-tape-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function play(records: readonly TapeRecord[]): TapePlayer {
  const folder = mkdtempSync(join(root, 'tape-'));
  const ordered = [...records].sort((left, right) => left.recvMs - right.recvMs);
  const written = writeRawTape(folder, { records: ordered, markets: [], source: 'by hand' });
  if (!written.ok) throw new Error(written.error);
  const player = createTapePlayer({ folder });
  if (!player.ok) throw new Error(player.error);
  return player.value;
}

function worldOf(tape: TapePlayer): World {
  return createWorld({ seed: 3, originMs: START, startMs: START, speed: 1, tape });
}

/** What a client of Binance's depth is sent in the second that begins `atSeconds` after the start. */
function depthOfSecond(world: World, atSeconds: number): string[] {
  world.advanceTo(START + atSeconds * 1_000);
  const client = connectTo(world.feeds, FUTURES, `streams=${DEPTH}/btcusdt@bookTicker`);
  world.advanceTo(START + (atSeconds + 1) * 1_000);
  client.disconnect();
  return client.frames.filter((frame) => frame.startsWith(`{"stream":"${DEPTH}"`));
}

describe('joinTape', () => {
  test('default: an exchange that the tape lacks quotes around its prices', () => {
    const world = worldOf(play(polyBoltRecords(TICKS)));
    expect(new Set(world.feeds.map(({ path }) => path)).size).toBe(world.feeds.length);
    for (const atSeconds of [60, 500]) {
      const frames = depthOfSecond(world, atSeconds);
      expect(frames).toHaveLength(10);
      for (const frame of frames) {
        const [event] = parseFutures(frame).events;
        if (event?.type !== 'depth-received') throw new Error(frame);
        // The perpetual trades some basis points below spot.
        expect(Math.abs((event.bidsE8[0] ?? 0) / 1e8 / (65_000 + atSeconds) - 1)).toBeLessThan(0.001);
      }
    }
    const candles = world.routes
      .map((routes) =>
        routes.handle(
          {
            method: 'GET',
            path: '/binance-rest/fapi/v1/klines',
            query: new URLSearchParams('symbol=BTCUSDT&interval=1m&limit=5'),
            body: '',
            headers: {},
          },
          START + 501_000,
        ),
      )
      .find((response) => response !== null);
    expect(JSON.parse(candles?.body ?? '[]')).toHaveLength(5);
  });

  test('behavior: the recorded prices are sent as they are', () => {
    const world = worldOf(play(polyBoltRecords(TICKS)));
    const client = connectTo(world.feeds, '/polybolt/ws');
    client.send({ op: 'auth', auth: { apiKey: 'any' } });
    const filter = { source: 'chainlink', symbol: 'btcusd' };
    client.send({ op: 'subscribe', subscriptions: [{ channel: 'price.crypto', filter }] });
    world.advanceTo(START + 1_600);
    world.advanceTo(START + 5_000);
    const prices = client.frames.flatMap((frame) => parsePolyBoltFrame(frame).events);
    expect(prices.map(({ tsEvent }) => tsEvent)).toEqual([0, 1_000, 2_000, 3_000].map((ms) => START + ms));
    expect(prices.at(-1)).toMatchObject({ priceE18: 65_003n * 10n ** 18n });
  });

  test('behavior: the same tape and seed give the same frames, whatever the steps', () => {
    const tape = polyBoltRecords(TICKS);
    const once = worldOf(play(tape));
    const again = worldOf(play(tape));
    for (let seconds = 0; seconds < 100; seconds += 7) again.advanceTo(START + seconds * 1_000);
    expect(depthOfSecond(again, 100)).toEqual(depthOfSecond(once, 100));
  });

  test('behavior: an exchange that the tape holds is not generated', () => {
    const world = worldOf(play([...polyBoltRecords(TICKS), recordedTicker]));
    const client = connectTo(world.feeds, FUTURES, `streams=${DEPTH}/btcusdt@bookTicker`);
    world.advanceTo(START + SECONDS * 1_000);
    expect(client.frames).toEqual([recordedTicker.frame]);
  });

  test('behavior: without recorded prices nothing is generated', () => {
    const tape = play([recordedTicker]);
    expect(joinTape(tape, [{ source: 'coinbase', feeds: [], routes: [] }])).toEqual([tape]);
  });
});
