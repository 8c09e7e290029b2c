/**
 * How each window of a path ends: strike and final price are the 60-second means of the settlement source at its two ends, and
 * Up wins a tie, decided on the exact integers (DESIGN §3.6; venue notes of 2026-11-23 §6). Kept for good: the path forgets.
 */
import type { PriceE18 } from '../model/reference-price.ts';
import { type DurationMs, HOUR_MS, type UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { PricePath } from './price-path.ts';
import { SETTLEMENT_LOOKBACK_SECONDS } from './window-probability.ts';

export interface WindowResult {
  readonly strikeE18: PriceE18;
  readonly finalE18: PriceE18;
  readonly outcome: Outcome;
}

export interface WindowResults {
  /** Notes every boundary up to `nowMs`. Idempotent. */
  advanceTo(nowMs: UnixMs): void;
  /** The result of an ended window; `null` while it runs, or when it ended before what the path remembers. */
  resultOf(windowStartMs: UnixMs): WindowResult | null;
}

/** Boundaries older than this at the first look are unknown: the path keeps two hours, and a mean reaches back another minute. */
const REMEMBERED_MS = 1.9 * HOUR_MS;

/** The results of all windows of length `durationMs` on a path. */
export function createWindowResults(path: PricePath, durationMs: DurationMs): WindowResults {
  const boundaries = new Map<UnixMs, PriceE18>();
  let nextMs: UnixMs | null = null;
  return {
    advanceTo: (nowMs) => {
      path.advanceTo(nowMs);
      const oldestMs = Math.ceil((nowMs - REMEMBERED_MS) / durationMs) * durationMs;
      nextMs = nextMs === null ? oldestMs : Math.max(nextMs, oldestMs);
      for (; nextMs <= nowMs; nextMs += durationMs) {
        boundaries.set(nextMs, path.twapAt(nextMs, SETTLEMENT_LOOKBACK_SECONDS));
      }
    },
    resultOf: (windowStartMs) => {
      const strikeE18 = boundaries.get(windowStartMs);
      const finalE18 = boundaries.get(windowStartMs + durationMs);
      if (strikeE18 === undefined || finalE18 === undefined) return null;
      return { strikeE18, finalE18, outcome: finalE18 >= strikeE18 ? 'up' : 'down' };
    },
  };
}
