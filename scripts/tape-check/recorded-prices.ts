/**
 * What the recorded ticks give, worked out from the files alone and in integers: the other side of the comparison, so nothing of the
 * venue's or the engine's own arithmetic is used here.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { UnixMs } from '../../core/model/time.ts';

const SECOND_MS = 1_000;
/** The mean that markets settle by since 2026-08-14 (venue notes of 2026-11-23 §6). */
const MEAN_SECONDS = 60;

/** Price in 1e-18 USD by the second of its observation, in unix milliseconds. */
export type RecordedTicks = ReadonlyMap<UnixMs, bigint>;

export interface RecordedMarket {
  readonly slug: string;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly conditionId: string;
  readonly strikeE18: bigint | null;
  readonly outcome: 'up' | 'down';
}

/** Reads the ticks; each second is there once. */
export function readRecordedTicks(file: string): RecordedTicks {
  const [, ...lines] = textLines(file);
  const ticks = new Map<UnixMs, bigint>();
  for (const line of lines) {
    const [observedMs, , priceE18] = line.split(',');
    ticks.set(Number(observedMs), BigInt(priceE18 ?? ''));
  }
  return ticks;
}

/** Reads the markets by start. */
export function readRecordedMarkets(file: string): RecordedMarket[] {
  return textLines(file)
    .map((line) => JSON.parse(line) as RecordedLine)
    .map((line) => {
      const upIndex = (JSON.parse(line.raw.outcomes) as string[]).indexOf('Up');
      return {
        slug: line.slug,
        startMs: line.start_sec * SECOND_MS,
        endMs: line.end_sec * SECOND_MS,
        conditionId: line.condition_id,
        strikeE18: line.strike_value === null ? null : BigInt(line.strike_value),
        outcome: line.outcome_prices[upIndex] === '1' ? ('up' as const) : ('down' as const),
      };
    })
    .sort((left, right) => left.startMs - right.startMs);
}

interface RecordedLine {
  readonly slug: string;
  readonly start_sec: number;
  readonly end_sec: number;
  readonly condition_id: string;
  readonly strike_value: string | null;
  readonly outcome_prices: readonly string[];
  readonly raw: { readonly outcomes: string };
}

function textLines(file: string): string[] {
  return gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/**
 * The mean over the 60 seconds that end with `atMs`, that second included; a second without a tick counts with the last one before
 * it, before the first tick with the first; the division cuts.
 */
export function meanAt(ticks: RecordedTicks, atMs: UnixMs): bigint {
  let sum = 0n;
  for (let back = MEAN_SECONDS - 1; back >= 0; back--) sum += standingAt(ticks, atMs - back * SECOND_MS);
  return sum / BigInt(MEAN_SECONDS);
}

/** The mean that can be seen: sent with a tick, so a boundary without one has none, nor has one with less than a minute behind it. */
export function meanSeenAt(ticks: RecordedTicks, atMs: UnixMs): bigint | null {
  const wholeMinute = firstOf(ticks) <= atMs - (MEAN_SECONDS - 1) * SECOND_MS;
  return ticks.has(atMs) && wholeMinute ? meanAt(ticks, atMs) : null;
}

function standingAt(ticks: RecordedTicks, atMs: UnixMs): bigint {
  const firstMs = firstOf(ticks);
  for (let secondMs = Math.max(atMs, firstMs); ; secondMs -= SECOND_MS) {
    const priceE18 = ticks.get(secondMs);
    if (priceE18 !== undefined) return priceE18;
    if (secondMs <= firstMs) throw new Error(`no tick at ${firstMs}`);
  }
}

function firstOf(ticks: RecordedTicks): UnixMs {
  const [first] = ticks.keys();
  if (first === undefined) throw new Error('there are no ticks');
  return first;
}
