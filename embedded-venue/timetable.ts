/** What is due when: every simulated feed publishes by asking for the moments in (from, to]. */
import type { PricePath, ReferenceSecond } from '../core/simulation/price-path.ts';

const SECOND_MS = 1_000;
/** The longest publication lag of the settlement source, with a margin. */
const LONGEST_LAG_MS = 5_000;

/** A text to publish and when. */
export interface DueFrame {
  readonly atMs: number;
  readonly text: string;
}

/** Multiples of `intervalMs` in (fromMs, toMs]. */
export function multiplesDue(fromMs: number, toMs: number, intervalMs: number): number[] {
  const due: number[] = [];
  for (let at = (Math.floor(fromMs / intervalMs) + 1) * intervalMs; at <= toMs; at += intervalMs) due.push(at);
  return due;
}

/** Observations of the settlement source that it publishes in (fromMs, toMs], in that order; left-out seconds are not there. */
export function referencesDue(path: PricePath, fromMs: number, toMs: number): ReferenceSecond[] {
  const due: ReferenceSecond[] = [];
  const last = Math.floor(toMs / SECOND_MS) * SECOND_MS;
  for (
    let secondMs = Math.floor((fromMs - LONGEST_LAG_MS) / SECOND_MS) * SECOND_MS;
    secondMs <= last;
    secondMs += SECOND_MS
  ) {
    const reference = path.referenceAt(secondMs);
    if (!reference.missing && reference.publishedMs > fromMs && reference.publishedMs <= toMs) due.push(reference);
  }
  return due;
}

/** Observations that were published by `atMs` and made after `sinceMs`, oldest first. */
export function referencesKnown(path: PricePath, sinceMs: number, atMs: number): ReferenceSecond[] {
  const known: ReferenceSecond[] = [];
  for (let secondMs = Math.ceil(sinceMs / SECOND_MS) * SECOND_MS; secondMs <= atMs; secondMs += SECOND_MS) {
    const reference = path.referenceAt(secondMs);
    if (!reference.missing && reference.publishedMs <= atMs) known.push(reference);
  }
  return known;
}

/**
 * Turns a series of `advanceTo(now)` into intervals: the first call publishes nothing, and after a halt longer than `longestMs` of
 * simulated time (a laptop that slept) what is too old to matter is left out.
 */
export function createProgress(longestMs: number): {
  step(nowMs: number): { fromMs: number; toMs: number } | null;
  now(): number;
} {
  let reachedMs = Number.NaN;
  return {
    step(nowMs) {
      const fromMs = Number.isNaN(reachedMs) ? nowMs : Math.max(reachedMs, nowMs - longestMs);
      if (nowMs < reachedMs) return null;
      reachedMs = nowMs;
      return nowMs > fromMs ? { fromMs, toMs: nowMs } : null;
    },
    now: () => reachedMs,
  };
}
