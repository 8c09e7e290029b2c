/**
 * Where the strike must lie when its own frame was not seen: between the TWAP frames around it, widened by the most that an average over
 * `lookbackSeconds` can move in the seconds between. In one second the mean of n prices moves by (newest − dropped) / n, so by the range
 * of all prices in it at most, over n. Sampling and weighting are not published (market-data notes §3, 2026-11-23), so an interval is
 * never a strike: it is traded only where every strike in it decides alike (DESIGN §3.8).
 */
import type { PriceE18 } from '../model/reference-price.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { RECENT_SECONDS, type ReferenceFrame, type ReferenceTracker } from './reference-tracker.ts';

export interface StrikeInterval {
  readonly lowE18: PriceE18;
  readonly highE18: PriceE18;
}

/**
 * A frame further from the boundary than this says too little: at a usual 5 bp range of two minutes, ten seconds widen the interval by
 * 0.8 bp, as much as what decides a quarter of all windows.
 */
const MAX_GAP_SECONDS = 10;
/** Spot seconds of the averaging window that must have been seen for their range to bound anything. */
const MIN_SEEN_PART = 0.9;

/** The interval at `boundaryMs`, or `null` where too little was seen around it. */
export function strikeInterval(
  tracker: ReferenceTracker,
  boundaryMs: UnixMs,
  lookbackSeconds: number,
): StrikeInterval | null {
  if (lookbackSeconds <= 0) return null;
  const track = tracker.lookbacks[lookbackSeconds];
  const spot = tracker.lookbacks[0];
  if (track === undefined || spot === undefined) return null;
  const boundary = Math.floor(boundaryMs / SECOND_MS);
  const range = spotRange(spot.recent, boundary, lookbackSeconds);
  if (range === null) return null;
  const bounds = [-1, 1]
    .map((direction) => nearest(track.recent, boundary, direction))
    .filter((found) => found !== null)
    .map(({ frame, gapSeconds }) => {
      const moved = (range * BigInt(gapSeconds)) / BigInt(lookbackSeconds) + 1n;
      return { lowE18: frame.priceE18 - moved, highE18: frame.priceE18 + moved };
    });
  const [first, second] = bounds;
  if (first === undefined) return null;
  if (second === undefined) return first;
  const lowE18 = first.lowE18 > second.lowE18 ? first.lowE18 : second.lowE18;
  const highE18 = first.highE18 < second.highE18 ? first.highE18 : second.highE18;
  // Bounds that exclude each other: the frames are not averages of what we saw.
  return lowE18 <= highE18 ? { lowE18, highE18 } : null;
}

/** The nearest frame on one side of the boundary, and how many seconds away it is. */
function nearest(
  recent: readonly (ReferenceFrame | null)[],
  boundary: number,
  direction: number,
): { readonly frame: ReferenceFrame; readonly gapSeconds: number } | null {
  for (let gapSeconds = 1; gapSeconds <= MAX_GAP_SECONDS; gapSeconds++) {
    const frame = frameAt(recent, boundary + direction * gapSeconds);
    // A second on which two sources disagree bounds nothing.
    if (frame !== null && frame.conflictingE18 === null) return { frame, gapSeconds };
  }
  return null;
}

/** Highest less lowest spot price of all seconds that any average between the two frames can hold. */
function spotRange(
  recent: readonly (ReferenceFrame | null)[],
  boundary: number,
  lookbackSeconds: number,
): PriceE18 | null {
  const first = boundary - MAX_GAP_SECONDS - lookbackSeconds;
  let seen = 0;
  let low: PriceE18 | null = null;
  let high: PriceE18 | null = null;
  for (let second = first; second <= boundary + MAX_GAP_SECONDS; second++) {
    const frame = frameAt(recent, second);
    if (frame === null) continue;
    if (second > boundary - lookbackSeconds && second <= boundary) seen++;
    if (low === null || frame.priceE18 < low) low = frame.priceE18;
    if (high === null || frame.priceE18 > high) high = frame.priceE18;
  }
  if (low === null || high === null || seen < MIN_SEEN_PART * lookbackSeconds) return null;
  return high - low;
}

function frameAt(recent: readonly (ReferenceFrame | null)[], second: number): ReferenceFrame | null {
  const frame = recent[second % RECENT_SECONDS] ?? null;
  return frame !== null && Math.floor(frame.observedMs / SECOND_MS) === second ? frame : null;
}
