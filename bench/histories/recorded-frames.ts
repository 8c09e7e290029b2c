/**
 * What venues really sent, laid over one another: half an hour of Polymarket books of 2026-04-16, the 345 seconds of Binance USDⓈ-M
 * frames of 2024-08-08 again and again beneath them, and Chainlink ticks of 2026-07-24 with the 60-second mean that they give. They
 * are of different days, so the prices do not belong together; rates and messages are real. One token's book was recorded of most
 * windows; the other's is its mirror image, as it was in all pairs that were recorded (market data notes of 2026-11-23 §9).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { TokenId } from '../../core/model/identifiers.ts';
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import { complementTicks } from '../../core/model/price.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import type { FrameParser } from '../../core/venue/parsed-frame.ts';
import { parsePolyBoltFrame } from '../../core/venue/polybolt.ts';
import { parsePolymarketMarketFrame } from '../../core/venue/polymarket-market.ts';
import type { TapeRecord } from '../../embedded-venue/raw-tape.ts';
import { polyBoltRecords, readChainlinkTicks } from '../../embedded-venue/tape-chainlink.ts';
import { readBookRows } from '../../embedded-venue/tape-readers.ts';
import { createVenueMarket } from '../../embedded-venue/venue-market.ts';
import { sharedDataPath } from '../../test/support/shared-data.ts';

/** One parsed message, at the time the history receives it. */
export interface TimedEvent {
  readonly atMs: UnixMs;
  readonly event: MarketDataEvent;
}

export interface RecordedFrames {
  readonly events: readonly TimedEvent[];
  readonly frames: readonly string[];
  /** Tokens of each recorded window, by its start: the recorded one stands for Up. */
  readonly tokens: ReadonlyMap<UnixMs, Readonly<Record<Outcome, TokenId>>>;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
}

/** First and last window of the recorded books. */
const START_MS = 1_776_327_900_000;
const END_MS = 1_776_329_700_000;
/** First Chainlink tick; a window's worth of ticks lies before the first window. */
const CHAINLINK_START_MS = 1_784_851_200_000;
const WARM_UP_MS = 300_000;
/** The Binance recorder's clock was 1.3 s behind the exchange's: its events are moved back by this. */
const BINANCE_CLOCK_MS = 1_300;
const NANOSECONDS_PER_MS = 1_000_000n;

/** Reads all of it through the product's own parsers. */
export async function readRecordedFrames(): Promise<RecordedFrames> {
  const books = await readBooks();
  const binance = parseAll(binanceRecords(), parseBinanceFrame('binance-futures'));
  const references = parseAll(chainlinkRecords(), parsePolyBoltFrame);
  const events = [
    ...withMirrors(parseAll(books.records, parsePolymarketMarketFrame), books.tokens),
    ...repeatBinance(binance),
    ...references.map((timed) => moved(timed, START_MS - WARM_UP_MS - CHAINLINK_START_MS)),
  ];
  const within = events.filter(({ atMs }) => atMs >= START_MS - WARM_UP_MS && atMs < END_MS);
  return {
    events: within.sort((left, right) => left.atMs - right.atMs),
    frames: [...books.records, ...binanceRecords()].map(({ frame }) => frame),
    tokens: books.tokens,
    startMs: START_MS,
    endMs: END_MS,
  };
}

function parseAll(records: readonly TapeRecord[], parse: FrameParser): TimedEvent[] {
  return records.flatMap(({ recvMs, frame }) => parse(frame).events.map((event) => ({ atMs: recvMs, event })));
}

function binanceRecords(): TapeRecord[] {
  const path = sharedDataPath('binance', 'hftbacktest_usdm_btcusdt_20240808.gz');
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const space = line.indexOf(' ');
    const recvMs = Number(BigInt(line.slice(0, space)) / NANOSECONDS_PER_MS);
    return { source: 'binance-futures', channel: 'public', recvMs, frame: line.slice(space + 1) };
  });
}

function chainlinkRecords(): TapeRecord[] {
  const path = sharedDataPath('chainlink', 'Ligengxin96_btcusd_ticks_20260724_h00_h12.csv.gz');
  const ticks = must(readChainlinkTicks(gunzipSync(readFileSync(path)).toString('utf8')));
  const endMs = CHAINLINK_START_MS + WARM_UP_MS + (END_MS - START_MS);
  return polyBoltRecords(ticks.filter(({ observedMs }) => observedMs < endMs));
}

interface RecordedBooks {
  readonly records: readonly TapeRecord[];
  readonly tokens: ReadonlyMap<UnixMs, Readonly<Record<Outcome, TokenId>>>;
}

/** The token of each window that was recorded throughout, with its frames. */
async function readBooks(): Promise<RecordedBooks> {
  const folder = sharedDataPath('polymarket', 'books_20260416');
  const byToken = new Map<TokenId, { readonly startMs: UnixMs; readonly records: TapeRecord[] }>();
  for (const name of readdirSync(folder).sort()) {
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(`${folder}/${name}`),
      columns: ['timestamp', 'slug', 'asset_id', 'raw_data'],
    });
    for (const [index, record] of must(readBookRows(rows)).entries()) {
      const tokenId = String(rows[index]?.['asset_id']) as TokenId;
      const startMs = Number(String(rows[index]?.['slug']).split('-').at(-1)) * SECOND_MS;
      const known = byToken.get(tokenId) ?? { startMs, records: [] as TapeRecord[] };
      known.records.push(record);
      byToken.set(tokenId, known);
    }
  }
  const records: TapeRecord[] = [];
  const tokens = new Map<UnixMs, Record<Outcome, TokenId>>();
  const fullest = [...byToken].sort(([, left], [, right]) => right.records.length - left.records.length);
  for (const [tokenId, { startMs, records: recorded }] of fullest) {
    if (tokens.has(startMs)) continue;
    const { down } = createVenueMarket(DEFAULT_ENGINE_CONFIG.series, startMs, 1).tokens;
    tokens.set(startMs, { up: tokenId, down });
    for (const record of recorded) records.push(record);
  }
  return { records, tokens };
}

/** The other token's book beside each recorded one: a bid for Up at p is an offer of Down at 1 − p. */
function withMirrors(books: readonly TimedEvent[], tokens: RecordedBooks['tokens']): TimedEvent[] {
  const mirrorOf = new Map([...tokens.values()].map(({ up, down }) => [up, down]));
  return books.flatMap((timed) => {
    const { atMs, event } = timed;
    const tokenId = event.type === 'book-received' ? mirrorOf.get(event.tokenId) : undefined;
    if (tokenId === undefined || event.type !== 'book-received') return [timed];
    const { bids, asks, lastTradeTicks } = event;
    const lastTrade = lastTradeTicks === null ? null : complementTicks(lastTradeTicks);
    const mirror = { ...event, tokenId, bids: mirrored(asks), asks: mirrored(bids), lastTradeTicks: lastTrade };
    return [timed, { atMs, event: mirror }];
  });
}

function mirrored(levels: readonly number[]): number[] {
  return levels.map((value, index) => (index % 2 === 0 ? complementTicks(value) : value));
}

/** The recording once more, and once more: its own numbers go on where the last round ended. */
function repeatBinance(events: readonly TimedEvent[]): TimedEvent[] {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error('the Binance recording is empty');
  const spanMs = last.atMs - first.atMs + 1;
  const repeated: TimedEvent[] = [];
  for (let round = 0; round * spanMs < END_MS - START_MS; round++) {
    const shiftMs = START_MS - first.atMs + round * spanMs;
    for (const timed of events) repeated.push(renumbered(moved(timed, shiftMs, BINANCE_CLOCK_MS), round));
  }
  return repeated;
}

function moved({ atMs, event }: TimedEvent, byMs: number, sourceLagMs = 0): TimedEvent {
  return { atMs: atMs + byMs, event: { ...event, tsEvent: event.tsEvent + byMs - sourceLagMs } };
}

/** Wider than the span of any number in the recording. */
const NUMBERS_A_ROUND = 1_000_000_000_000;

function renumbered({ atMs, event }: TimedEvent, round: number): TimedEvent {
  const shift = round * NUMBERS_A_ROUND;
  switch (event.type) {
    case 'trade-received':
      return { atMs, event: { ...event, tradeId: event.tradeId + shift } };
    case 'ticker-received':
      return { atMs, event: { ...event, updateId: event.updateId + shift } };
    case 'depth-changed': {
      const { firstUpdateId, updateId, previousUpdateId } = event;
      const previous = previousUpdateId === null ? null : previousUpdateId + shift;
      const numbers = { firstUpdateId: firstUpdateId + shift, updateId: updateId + shift, previousUpdateId: previous };
      return { atMs, event: { ...event, ...numbers } };
    }
    default:
      return { atMs, event };
  }
}

function must<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string }): T {
  if (result.ok) return result.value;
  throw new Error(`a recording cannot be read: ${result.error}`);
}
