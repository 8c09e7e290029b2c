/**
 * Readers of foreign recordings: each turns one file's text into tape records. A line that is not what the format says ends the
 * import with its number: a recording that is misread is worse than none.
 */
import { err, ok, type Result } from '../core/model/result.ts';
import type { Source } from '../core/model/source.ts';
import { isJsonObject, parseJsonObject } from './json-frame.ts';
import type { TapeMarket, TapeRecord } from './raw-tape.ts';

type Records = Result<TapeRecord[], string>;

const NANOSECONDS_PER_MS = 1_000_000n;

/** Reads non-empty lines with `read`; the first error is the result. */
function eachLine<T>(text: string, read: (line: string) => T | null | string): Result<T[], string> {
  const values: T[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const value = read(line);
    if (typeof value === 'string') return err(`line ${index + 1}: ${value}`);
    if (value !== null) values.push(value);
  }
  return ok(values);
}

/** `<receive time in ns> <combined frame>`; futures streams lie on two paths (venue notes of 2026-11-23, market data §1.1). */
export function readBinanceLines(text: string, market: 'futures' | 'spot'): Records {
  return eachLine(text, (line): TapeRecord | string => {
    const space = line.indexOf(' ');
    const stamp = line.slice(0, space);
    if (space < 0 || !/^\d{16,20}$/.test(stamp)) return 'no receive time in nanoseconds';
    const frame = line.slice(space + 1);
    const message = parseJsonObject(frame);
    const stream = message?.['stream'];
    const recvMs = Number(BigInt(stamp) / NANOSECONDS_PER_MS);
    const source = market === 'spot' ? 'binance-spot' : 'binance-futures';
    // Recorders keep the REST snapshot that a book of diffs starts from: no frame of a stream, but needed to rebuild the book.
    if (message !== null && 'lastUpdateId' in message) return { source, channel: 'depth-snapshot', recvMs, frame };
    if (typeof stream !== 'string') return 'neither a combined stream frame nor a depth snapshot';
    if (market === 'spot') return { source, channel: 'stream', recvMs, frame };
    const isPublic = /@(depth|bookTicker|trade|rpiDepth)/.test(stream);
    return { source, channel: isPublic ? 'public' : 'market', recvMs, frame };
  });
}

/** Lines of cryptofeed's recorder, format 2: what was received, at `ts` seconds. */
export function readCryptofeedLines(text: string, source: Extract<Source, 'coinbase' | 'deribit'>): Records {
  return eachLine(text, (line): TapeRecord | string | null => {
    const entry = parseJsonObject(line);
    if (entry === null) return 'no JSON object';
    if (entry['t'] !== 'recv') return null;
    const { ts, data } = entry as { ts?: unknown; data?: unknown };
    if (typeof ts !== 'number' || typeof data !== 'string') return 'a received frame has a time and data';
    return { source, channel: 'ws', recvMs: Math.floor(ts * 1_000), frame: data };
  });
}

/** Rows of a table of recorded `book` messages: the venue's own JSON in `raw_data`, the receive time in seconds. */
export function readBookRows(rows: readonly Readonly<Record<string, unknown>>[]): Records {
  const records: TapeRecord[] = [];
  for (const [index, row] of rows.entries()) {
    const { timestamp, raw_data: frame } = row as { timestamp?: unknown; raw_data?: unknown };
    if (typeof timestamp !== 'number' || typeof frame !== 'string')
      return err(`row ${index + 1}: no time or no raw_data`);
    records.push({ source: 'polymarket-clob', channel: 'market', recvMs: Math.floor(timestamp * 1_000), frame });
  }
  return ok(records);
}

/** Lines of recorded Gamma markets: a summary and Gamma's own object in `raw`. */
export function readGammaMarketLines(text: string): Result<TapeMarket[], string> {
  return eachLine(text, (line): TapeMarket | string => {
    const entry = parseJsonObject(line);
    const object = entry?.['raw'];
    if (entry === null || !isJsonObject(object)) return 'no market object';
    const {
      slug,
      start_sec: start,
      end_sec: end,
      condition_id: conditionId,
      strike_value: strike,
    } = entry as never as {
      readonly [key: string]: unknown;
    };
    const tokens = textList(object['clobTokenIds']);
    const outcomes = textList(object['outcomes']);
    const prices = textList(object['outcomePrices']);
    const up = outcomes.indexOf('Up');
    const down = outcomes.indexOf('Down');
    const [upTokenId, downTokenId] = [tokens[up], tokens[down]];
    if (typeof slug !== 'string' || typeof start !== 'number' || typeof end !== 'number') return 'no slug or no times';
    if (typeof conditionId !== 'string' || upTokenId === undefined || downTokenId === undefined) return 'no tokens';
    const resolved = object['umaResolutionStatus'] === 'resolved';
    const winner = resolved ? outcomeOf(prices[up], prices[down]) : null;
    return {
      slug,
      startMs: start * 1_000,
      endMs: end * 1_000,
      conditionId,
      upTokenId,
      downTokenId,
      strikeE18: typeof strike === 'string' && /^\d+$/.test(strike) ? strike : null,
      outcome: winner,
      object: { ...object },
    };
  });
}

function outcomeOf(up: string | undefined, down: string | undefined): 'up' | 'down' | null {
  if (up === '1' && down === '0') return 'up';
  return up === '0' && down === '1' ? 'down' : null;
}

/** Gamma writes lists as JSON texts. */
function textList(value: unknown): string[] {
  const wrapped = typeof value === 'string' ? parseJsonObject(`{"list":${value}}`) : null;
  const list = wrapped?.['list'];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === 'string') : [];
}
