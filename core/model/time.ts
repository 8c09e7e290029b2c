/** Time is data: unix milliseconds that came in with an event. Nothing in core reads a clock (DESIGN §3.1). */
import type { Flavor } from './flavor.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = Flavor<number, 'UnixMs'>;
/** A length of time in milliseconds. */
export type DurationMs = Flavor<number, 'DurationMs'>;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Start of the UTC day that holds `atMs`. */
export function utcDayStart(atMs: UnixMs): UnixMs {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
