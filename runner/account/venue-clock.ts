/**
 * How far our clock is from the venue's (RUNTIME §6). The venue tells whole seconds, so each call only bounds the offset; several calls
 * at different parts of a second bound it well. Only what is proven counts: an offset of zero that fits all calls is none.
 */
import type { UnixMs } from '../../core/model/time.ts';

/** One call: our time when it was asked and when the answer was there, and the venue's whole seconds. */
export interface TimeSample {
  readonly askedMs: UnixMs;
  readonly answeredMs: UnixMs;
  readonly venueSeconds: number;
}

/** More than this: no opening orders; more than the other: halted (RUNTIME §6). In the product's time, times its speed. */
export const CLOCK_REDUCING_MS = 250;
export const CLOCK_HALTED_MS = 1_000;

/** The least offset (venue less ours, milliseconds) that explains all samples; `null` without samples, or where none explains all. */
export function provenOffsetMs(samples: readonly TimeSample[]): number | null {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { askedMs, answeredMs, venueSeconds } of samples) {
    // The venue read its clock between the two, and it stood somewhere within that second.
    low = Math.max(low, venueSeconds * 1_000 - answeredMs);
    high = Math.min(high, venueSeconds * 1_000 + 1_000 - askedMs);
  }
  if (samples.length === 0 || low > high) return null;
  if (low <= 0 && high >= 0) return 0;
  return low > 0 ? low : high;
}

/** What an offset means for trading. `speed`: how much faster than the wall the product's time runs. */
export function clockVerdict(
  offsetMs: number,
  speed: number,
): { readonly mode: 'active' | 'reducing' | 'halted'; readonly detail: string } {
  const away = Math.abs(offsetMs);
  if (away <= CLOCK_REDUCING_MS * speed) return { mode: 'active', detail: '' };
  const mode = away > CLOCK_HALTED_MS * speed ? 'halted' : 'reducing';
  const direction = offsetMs > 0 ? 'behind' : 'ahead of';
  return {
    mode,
    detail: `This machine's clock is at least ${Math.round(away)} ms ${direction} the venue's: set it right, for example with systemd-timesyncd.`,
  };
}
