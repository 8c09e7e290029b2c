import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import { parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import { openRawTape, type RawTape, type TapeRecord } from '../../embedded-venue/raw-tape.ts';
import { decompressZstd, importTape, type TapeInput } from '../../embedded-venue/tape-import.ts';
import { createTapePlayer } from '../../embedded-venue/tape-player.ts';
import { hasSharedData, sharedDataPath } from '../support/shared-data.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tape-import-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function file(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(root, name), bytes);
  return join(root, name);
}

async function imported(inputs: readonly TapeInput[], span: { fromMs?: number; toMs?: number } = {}): Promise<RawTape> {
  const outputFolder = join(root, 'tape');
  const result = await importTape({ inputs, outputFolder, source: 'test', ...span });
  if (!result.ok) throw new Error(result.error);
  const opened = openRawTape(outputFolder);
  if (!opened.ok) throw new Error(opened.error);
  return opened.value;
}

const channelsOf = (records: readonly TapeRecord[]): Map<string, number> => {
  const channels = new Map<string, number>();
  for (const { source, channel } of records) {
    channels.set(`${source}/${channel}`, (channels.get(`${source}/${channel}`) ?? 0) + 1);
  }
  return channels;
};

describe('importTape', () => {
  const ticks = Array.from({ length: 61 }, (_value, second) => {
    const observed = 1_784_851_200_000 + second * 1_000;
    return `${observed},65000,65000${String(second).padStart(18, '0')},${observed + 1_000},${observed + 1_500}`;
  });
  const csv = `${['feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms', ...ticks].join('\n')}\n`;

  test('default: several recordings become one tape in order of receipt', async () => {
    const lines = [
      '1784851202000000001 {"stream":"btcusdt@bookTicker","data":{}}',
      '1784851203999999999 {"stream":"btcusdt@aggTrade","data":{}}',
      '1784851204000000000 {"lastUpdateId":5}',
    ];
    const tape = await imported([
      { kind: 'chainlink', path: file('ticks.csv.gz', gzipSync(csv)) },
      { kind: 'binance-futures', path: file('frames.txt', lines.join('\n')) },
    ]);
    const records = [...tape.records()];
    expect(channelsOf(records)).toEqual(
      new Map([
        ['polybolt/ws', 63],
        ['binance-futures/public', 1],
        ['binance-futures/market', 1],
        ['binance-futures/depth-snapshot', 1],
      ]),
    );
    expect(records.map(({ recvMs }) => recvMs)).toEqual(records.map(({ recvMs }) => recvMs).sort((a, b) => a - b));
    expect(records.find(({ channel }) => channel === 'market')?.recvMs).toBe(1_784_851_203_999);
    // Whole units of 1e-18: 0 … 59, of which the mean is 29 towards zero, then 1 … 60.
    const twaps = records
      .flatMap(({ frame }) => parsePolyBoltFrame(frame).events)
      .filter((event) => event.type === 'reference-price-received' && event.lookbackSeconds === 60);
    const priceE18 = 65_000n * 10n ** 18n;
    expect(twaps).toMatchObject([{ priceE18: priceE18 + 29n }, { priceE18: priceE18 + 30n }]);
  });

  test('args: only what was received within the span', async () => {
    const input: TapeInput = { kind: 'chainlink', path: file('ticks.csv', csv) };
    const tape = await imported([input], { fromMs: 1_784_851_210_000, toMs: 1_784_851_212_000 });
    expect(tape.manifest.span).toEqual({ fromMs: 1_784_851_210_500, toMs: 1_784_851_211_500 });
  });

  test.each<[string, TapeInput['kind'], string, string]>([
    ['another CSV', 'chainlink', 'a,b\n1,2\n', 'line 1'],
    ['a tick that is none', 'chainlink', `${csv}x,1,1,1,1\n`, 'line 63'],
    ['a line without a time', 'binance-spot', '{"stream":"x","data":{}}\n', 'line 1'],
    ['a frame of no stream', 'binance-futures', '1784851202000000001 {}\n', 'line 1'],
    ['a recorder line that is no JSON', 'coinbase', '{"t":"recv","ts":1,"data":"{}"}\nx\n', 'line 2'],
    ['a market without tokens', 'gamma-markets', '{"slug":"x","raw":{}}\n', 'line 1'],
  ])('error: %s', async (_name, kind, text, where) => {
    const path = file('input.txt', text);
    const result = await importTape({ inputs: [{ kind, path }], outputFolder: join(root, 'tape'), source: '' });
    expect(result).toEqual({ ok: false, error: expect.stringContaining(`${path}: ${where}`) });
  });
});

describe('decompressZstd', () => {
  test('behavior: all frames of a file, where Node alone stops after the first', () => {
    const frames = ['one\n', 'two\n', 'three\n'].map((text) => zstdCompressSync(text));
    expect(decompressZstd(Buffer.concat(frames)).toString()).toBe('one\ntwo\nthree\n');
  });
});

describe.skipIf(!hasSharedData)('importTape: recorded data (skipped without it)', () => {
  test('behavior: Chainlink ticks and Gamma markets, played to the recorded outcomes', async () => {
    const tape = await imported([
      { kind: 'chainlink', path: sharedDataPath('chainlink', 'Ligengxin96_btcusd_ticks_20260724_h00_h12.csv.gz') },
      {
        kind: 'gamma-markets',
        path: sharedDataPath('polymarket', 'Ligengxin96_btc_5m_markets_20260724_h00_h12.jsonl.gz'),
      },
    ]);
    expect(tape.markets).toHaveLength(145);
    const records = [...tape.records()];
    expect(records.length).toBeGreaterThan(2 * 38_000);
    expect(records.flatMap(({ frame }) => parsePolyBoltFrame(frame).rejected)).toEqual([]);
    expect(tape.manifest.gaps.length).toBeGreaterThan(0);

    const outcomes = (settlement: 'recorded' | 'twap-60'): (string | null)[] => {
      const player = createTapePlayer({ folder: join(root, 'tape'), settlement });
      if (!player.ok) throw new Error(player.error);
      return tape.markets.map(({ slug, endMs }) => {
        const request = {
          method: 'GET',
          path: `/gamma/events/slug/${slug}`,
          query: new URLSearchParams(),
          body: '',
          headers: {},
        };
        const response = player.value.routes
          .map((routes) => routes.handle(request, endMs + 200_000))
          .find((each) => each !== null);
        return JSON.parse(response?.body ?? '').markets[0].outcomePrices === '["1","0"]' ? 'up' : 'down';
      });
    };
    const recorded = tape.markets.map(({ outcome }) => outcome);
    expect(outcomes('recorded')).toEqual(recorded);
    // Spot decided then, the mean decides now: most windows come out alike, some do not.
    const alike = outcomes('twap-60').filter((outcome, index) => outcome === recorded[index]).length;
    expect(alike).toBeGreaterThan(115);
    expect(alike).toBeLessThan(145);
  }, 60_000);

  test('behavior: recorded Binance frames keep their path and parse', async () => {
    const path = sharedDataPath('binance', 'hftbacktest_usdm_btcusdt_20240808.gz');
    const tape = await imported([{ kind: 'binance-futures', path }], {
      fromMs: 1_723_161_300_000,
      toMs: 1_723_161_320_000,
    });
    const records = [...tape.records()];
    expect(channelsOf(records)).toEqual(new Map([['binance-futures/public', records.length]]));
    expect(records.length).toBeGreaterThan(1_000);
    const parse = parseBinanceFrame('binance-futures');
    expect(records.flatMap(({ frame }) => parse(frame).rejected)).toEqual([]);
  }, 60_000);

  test('behavior: recorded books of six windows parse', async () => {
    const tape = await imported([{ kind: 'polymarket-books', path: sharedDataPath('polymarket', 'books_20260416') }]);
    const records = [...tape.records()];
    expect(records).toHaveLength(18_220);
    const parsed = records.map(({ frame }) => parsePolymarketMarketFrame(frame));
    expect(parsed.flatMap(({ rejected }) => rejected)).toEqual([]);
    const conditions = records.map(({ frame }) => JSON.parse(frame).market);
    expect(new Set(conditions).size).toBe(6);
  }, 60_000);

  test.each([
    ['coinbase', 'cryptofeed_COINBASE_20260809.jsonl.zst', 1_030],
    ['deribit', 'cryptofeed_DERIBIT_20210722.jsonl.zst', 136],
  ] as const)('behavior: %s frames of a zstd recording', async (kind, name, frames) => {
    const tape = await imported([{ kind, path: sharedDataPath(kind, name) }]);
    expect([...tape.records()]).toHaveLength(frames);
  });
});
