/**
 * States of the venue in which it refuses some or all orders: restarting, then post-only; cancel-only; disabled; a country that may
 * not trade. Source: matching engine documentation, venue notes of 2026-11-23 §3.4, §8.
 */
import { assertNever } from '../../core/model/errors.ts';
import type { DurationMs, UnixMs } from '../../core/model/time.ts';
import type { VenueResponse } from '../connection.ts';
import { json } from '../http.ts';

export type TradingMode = 'normal' | 'restarting' | 'post-only' | 'cancel-only' | 'disabled';

/** What a client asks for. */
export type TradingRequest = 'order' | 'post-only-order' | 'cancel';

export interface TradingModes {
  /** From now on, for so much wall time (without end when left out). A restart is followed by two minutes of post-only. */
  set(mode: TradingMode, forMs: DurationMs | null, nowMs: UnixMs): void;
  modeAt(nowMs: UnixMs): TradingMode;
  /** Why the venue refuses this now, `null` when it does not. */
  refusal(request: TradingRequest, nowMs: UnixMs): VenueResponse | null;
  geoblocked: boolean;
}

/** Orders of takers wait this long after a restart. */
const POST_ONLY_AFTER_RESTART_MS = 120_000;
const SECOND_MS = 1_000;

/** A venue that trades; `speed` is simulated over wall time. */
export function createTradingModes(speed: number): TradingModes {
  let mode: TradingMode = 'normal';
  let untilMs = Number.POSITIVE_INFINITY;

  const settle = (nowMs: UnixMs): void => {
    while (mode !== 'normal' && nowMs >= untilMs) {
      const isRestart = mode === 'restarting';
      mode = isRestart ? 'post-only' : 'normal';
      untilMs = isRestart ? untilMs + POST_ONLY_AFTER_RESTART_MS * speed : Number.POSITIVE_INFINITY;
    }
  };
  const modes: TradingModes = {
    geoblocked: false,
    set(next, forMs, nowMs) {
      mode = next;
      untilMs = forMs === null ? Number.POSITIVE_INFINITY : nowMs + forMs * speed;
    },
    modeAt(nowMs) {
      settle(nowMs);
      return mode;
    },
    refusal(request, nowMs) {
      if (modes.geoblocked && request !== 'cancel') {
        return json(403, { error: 'Trading restricted in your region, please refer to available regions' });
      }
      settle(nowMs);
      const seconds = Number.isFinite(untilMs) ? Math.max(1, Math.ceil((untilMs - nowMs) / speed / SECOND_MS)) : null;
      switch (mode) {
        case 'normal':
          return null;
        case 'restarting':
          return json(425, { error: 'matching engine is restarting' });
        case 'disabled':
          return json(503, { error: 'Trading is currently disabled. Check polymarket.com for updates' });
        case 'cancel-only':
          return request === 'cancel' ? null : json(503, { error: CANCEL_ONLY });
        case 'post-only':
          return request === 'order' ? postOnlyAnswer(seconds) : null;
        default:
          return assertNever(mode, 'trading mode');
      }
    },
  };
  return modes;
}

const CANCEL_ONLY = 'Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.';

function postOnlyAnswer(seconds: number | null): VenueResponse {
  const { headers, ...response } = json(503, {
    error: 'post-only mode: only post-only orders and cancels are allowed',
    code: 'post_only_mode',
    ...(seconds === null ? {} : { retry_after_seconds: seconds }),
  });
  return { ...response, headers: { ...headers, ...(seconds === null ? {} : { 'retry-after': String(seconds) }) } };
}
