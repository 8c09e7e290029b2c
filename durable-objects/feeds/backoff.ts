/**
 * When to try a feed again. The first retry comes at once, since 30 s is a tenth of a window; later ones with full jitter, so
 * that sockets that fell together do not return together. Wall time throughout. Source: market data notes §5, 2026-11-23.
 */
import type { DurationMs } from '../../core/model/time.ts';

/** Spread of the first retry. */
export const FIRST_RETRY_MS = 250;
const BASE_MS = 1_000;
const CEILING_MS = 30_000;
/** The pause of a tripped circuit: hammering a venue that refuses us is how addresses get banned. */
export const CIRCUIT_MS = 60_000;
export const CIRCUIT_FAILURES = 10;
/** Data for this long proves a connection good; less, and a server that accepts and drops would be retried at once for ever. */
export const HEALTHY_DATA_MS = 30_000;
/** PolyBolt's 4003 asks to come back after 0–10 s at random (venue notes §5.3). */
const DRAIN_SPREAD_MS = 10_000;
/** Forbidden, teapot (Binance's ban), too many requests, not here. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([403, 418, 429, 451]);

/** Failures in a row, since data last flowed for `HEALTHY_DATA_MS`. */
export interface BackoffState {
  readonly failures: number;
}

/** How a connection ended. `refused`: the server said that it does not want us (credentials). `drained`: it asked us to come back. */
export interface ConnectionOutcome {
  readonly cause: 'dropped' | 'refused' | 'drained';
  /** HTTP status of a refused upgrade. */
  readonly status: number | null;
  /** From the first to the last data frame of the connection. */
  readonly healthyDataMs: DurationMs;
}

export const INITIAL_BACKOFF: BackoffState = { failures: 0 };

/**
 * The pause before the next attempt, in wall milliseconds, and the state after this outcome.
 *
 * @param random uniform in [0, 1).
 */
export function nextDelay(
  state: BackoffState,
  outcome: ConnectionOutcome,
  random: number,
): { readonly state: BackoffState; readonly delayMs: DurationMs } {
  const before = outcome.healthyDataMs >= HEALTHY_DATA_MS ? 0 : state.failures;
  if (outcome.cause === 'drained')
    return { state: { failures: before }, delayMs: Math.floor(random * DRAIN_SPREAD_MS) };
  const failures = before + 1;
  return { state: { failures }, delayMs: delayOf(failures, outcome, random) };
}

function delayOf(failures: number, outcome: ConnectionOutcome, random: number): DurationMs {
  const refused = outcome.cause === 'refused' || (outcome.status !== null && REFUSING_STATUSES.has(outcome.status));
  if (refused || failures >= CIRCUIT_FAILURES) return CIRCUIT_MS;
  if (failures === 1) return Math.floor(random * FIRST_RETRY_MS);
  return Math.floor(random * Math.min(CEILING_MS, BASE_MS * 2 ** (failures - 2)));
}
