/**
 * The part of a TWAP that can already be known, from the spot seconds we saw. An estimate with an error term, never a settlement
 * price: the venue's own sampling is unpublished (market-data notes §3, 2026-11-23).
 */
import type { PriceE18 } from '../model/reference-price.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { RECENT_SECONDS, type ReferenceFrame, type ReferenceTracker } from './reference-tracker.ts';

export interface RunningTwap {
  /** Seconds of the averaging window that lie at or before the newest spot observation. */
  readonly elapsedSeconds: number;
  /** Of these, the ones without an observation of their own; the last one before stands in. */
  readonly missingSeconds: number;
  /** Sum over the elapsed seconds that have a price, so that the rest can be added to it. */
  readonly sumE18: bigint;
  /** Elapsed seconds in the sum: fewer than elapsed only where nothing at all was seen before the first. */
  readonly summedSeconds: number;
  /** Mean of the sum, cut towards zero. */
  readonly meanE18: PriceE18;
}

/**
 * What the spot seconds say of the TWAP over the `lookbackSeconds` whole seconds up to and including `endMs`. `null` while none of
 * them has a price. Seconds older than two minutes are forgotten.
 */
export function runningTwap(tracker: ReferenceTracker, endMs: UnixMs, lookbackSeconds: number): RunningTwap | null {
  const spot = tracker.lookbacks[0];
  if (spot === undefined || spot.latest === null) return null;
  const endSecond = Math.floor(endMs / SECOND_MS);
  const newestSecond = Math.min(endSecond, Math.floor(spot.latest.observedMs / SECOND_MS));
  const firstSecond = endSecond - lookbackSeconds + 1;
  let last = lastBefore(spot.recent, firstSecond, newestSecond);
  let sumE18 = 0n;
  let summedSeconds = 0;
  let missingSeconds = 0;
  for (let second = firstSecond; second <= newestSecond; second++) {
    const frame = frameOf(spot.recent, second);
    if (frame === null) missingSeconds++;
    else last = frame;
    if (last === null) continue;
    sumE18 += last.priceE18;
    summedSeconds++;
  }
  if (summedSeconds === 0) return null;
  const elapsedSeconds = newestSecond - firstSecond + 1;
  return { elapsedSeconds, missingSeconds, sumE18, summedSeconds, meanE18: sumE18 / BigInt(summedSeconds) };
}

function frameOf(recent: readonly (ReferenceFrame | null)[], second: number): ReferenceFrame | null {
  const frame = recent[second % RECENT_SECONDS] ?? null;
  return frame !== null && Math.floor(frame.observedMs / SECOND_MS) === second ? frame : null;
}

/** The last observation before the averaging window that is still kept. */
function lastBefore(
  recent: readonly (ReferenceFrame | null)[],
  firstSecond: number,
  newestSecond: number,
): ReferenceFrame | null {
  for (let second = firstSecond - 1; second > newestSecond - RECENT_SECONDS; second--) {
    const frame = frameOf(recent, second);
    if (frame !== null) return frame;
  }
  return null;
}
