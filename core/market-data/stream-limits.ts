/**
 * How old each stream may be before it counts as stale, as data with the reason for each number (market-data notes §5,
 * 2026-11-23). Ages by receive time say whether a feed still speaks, ages by source time say how old what it says is.
 */
import type { Stream } from '../model/source.ts';
import type { DurationMs } from '../model/time.ts';

export interface StreamLimit {
  /** Which time the age is measured from. */
  readonly clock: 'receive' | 'source';
  /** `null`: silence is normal, no age is too old. */
  readonly limitMs: DurationMs | null;
  readonly reason: string;
}

export const STREAM_LIMITS: Readonly<Record<Stream, StreamLimit>> = {
  'binance-depth': { clock: 'receive', limitMs: 2_000, reason: 'ten frames a second; two seconds are twenty missed' },
  'binance-trade': {
    clock: 'receive',
    limitMs: 10_000,
    reason: 'a minute never passed without trades; ten seconds can be quiet',
  },
  'binance-ticker': { clock: 'receive', limitMs: 10_000, reason: 'sent on change only; ten seconds can be quiet' },
  'binance-mark-price': { clock: 'receive', limitMs: 5_000, reason: 'one frame a second' },
  'binance-liquidation': { clock: 'receive', limitMs: null, reason: 'no liquidation, no message: silence is normal' },
  'coinbase-trade': { clock: 'receive', limitMs: 10_000, reason: 'as Binance trades' },
  'coinbase-ticker': { clock: 'receive', limitMs: 10_000, reason: 'sent with trades' },
  'coinbase-heartbeat': { clock: 'receive', limitMs: 5_000, reason: 'one message a second, always' },
  dvol: { clock: 'receive', limitMs: 60_000, reason: 'about one a second, but the index moves slowly' },
  book: { clock: 'receive', limitMs: 10_000, reason: 'median 11 events a second for each token, fewer near the end' },
  'reference-spot': {
    clock: 'source',
    limitMs: 5_000,
    reason: 'one observation a second, received 1.6 s later (median)',
  },
  'reference-twap': {
    clock: 'source',
    limitMs: 5_000,
    reason: 'what the window settles on; `referenceTwapLimitMs` is finer',
  },
};

/** The limit of one stream at a simulation speed; receive times run with the clock's speed, source times do not (RUNTIME §6). */
export function streamLimitMs(stream: Stream, simSpeed: number): DurationMs | null {
  const { clock, limitMs } = STREAM_LIMITS[stream];
  return limitMs === null || clock === 'source' ? limitMs : limitMs * simSpeed;
}

/** Bounds of the age that the TWAP may have by source time, and the share of the time left that it may be. */
const TWAP_LIMIT_MIN_MS = 3_000;
const TWAP_LIMIT_MAX_MS = 5_000;
const TWAP_LIMIT_SHARE = 10;

/**
 * Oldest TWAP by source time that still allows a new order with `msToEnd` left: min(5 s, max(3 s, τ/10)), on top of the feed's
 * own lag (market-data notes §5).
 */
export function referenceTwapLimitMs(msToEnd: DurationMs, lagMs: DurationMs): DurationMs {
  return lagMs + Math.min(TWAP_LIMIT_MAX_MS, Math.max(TWAP_LIMIT_MIN_MS, msToEnd / TWAP_LIMIT_SHARE));
}
