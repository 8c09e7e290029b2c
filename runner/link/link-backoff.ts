/** When to dial the object again, in real milliseconds (DESIGN §6). */
import type { DurationMs } from '../../core/model/time.ts';

/** Spread of the first retry: at once, but not all links in the same moment. */
const FIRST_RETRY_MS = 250;
const BASE_MS = 1_000;
const CEILING_MS = 30_000;
/** The pause after a refusal: the key, the clock or the rate is wrong, and dialling harder mends none of them. */
const REFUSED_MS = 60_000;
const REFUSING_STATUSES: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * The pause before the next attempt: at once, then 1, 2, 4 … 30 s, of which a half is jitter.
 *
 * @param failures attempts in a row that came to nothing, this one included; 1 or more.
 * @param status HTTP status of a refused upgrade.
 * @param random uniform in [0, 1).
 */
export function nextDialDelay(failures: number, status: number | null, random: number): DurationMs {
  if (status !== null && REFUSING_STATUSES.has(status)) return REFUSED_MS;
  if (failures <= 1) return Math.floor(random * FIRST_RETRY_MS);
  const ceiling = Math.min(CEILING_MS, BASE_MS * 2 ** Math.min(failures - 2, 10));
  return Math.floor((ceiling * (1 + random)) / 2);
}
