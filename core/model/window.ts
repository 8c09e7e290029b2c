/**
 * A window: one market of a series, from its start to its end. The venue names it by its start in unix seconds
 * (`btc-updown-5m-<start>`, start = floor(now / 300) · 300; specs polymarket §6, 2026-11-23).
 */
import type { MarketSlug, SeriesSlug } from './identifiers.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from './time.ts';

export interface Window {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
}

/** The two outcomes of a window. A tie is Up. */
export type Outcome = 'up' | 'down';

/** The other outcome. */
export function oppositeOutcome(outcome: Outcome): Outcome {
  return outcome === 'up' ? 'down' : 'up';
}

/** The window of length `durationMs` that holds `atMs`. */
export function windowAt(atMs: UnixMs, durationMs: DurationMs): Window {
  const startMs = Math.floor(atMs / durationMs) * durationMs;
  return { startMs, endMs: startMs + durationMs };
}

/** Slug of the window of `series` that starts at `startMs`. */
export function marketSlugOf(series: SeriesSlug, startMs: UnixMs): MarketSlug {
  return `${series}-${startMs / SECOND_MS}` as MarketSlug;
}

/** Start of the window that a slug names, or `null` when it is not a window of `series`. */
export function windowStartOf(series: SeriesSlug, slug: MarketSlug): UnixMs | null {
  if (!slug.startsWith(`${series}-`)) return null;
  const seconds = Number(slug.slice(series.length + 1));
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds * SECOND_MS : null;
}
