/**
 * Token buckets of each signer, one for orders and one for cancels. The venue warns by headers; whether it enforces is a switch, as the
 * date is not known. Source: rate limit pages of 2026-09-17, venue notes of 2026-11-23 §3.5.
 */
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { VenueResponse } from '../connection.ts';
import { json } from '../http.ts';
import type { VenueAddress } from '../trading/venue-exchange.ts';

export type RateBucket = 'order' | 'cancel';

export interface RateLimits {
  /** Takes all of `cost` or nothing. `refusal` is `null` when admitted; the headers belong on the answer either way. */
  take(signer: VenueAddress, bucket: RateBucket, cost: number, nowMs: UnixMs): RateAnswer;
}

export interface RateAnswer {
  readonly refusal: VenueResponse | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The standard tier, in requests a second and at once. */
const TIERS: Readonly<Record<RateBucket, { readonly perSecond: number; readonly burst: number }>> = {
  order: { perSecond: 40, burst: 60 },
  cancel: { perSecond: 80, burst: 120 },
};

/** Full buckets for everybody; `speed` is simulated over wall time, in which the limits are. */
export function createRateLimits(enforced: boolean, speed: number): RateLimits {
  const buckets = new Map<string, { tokens: number; atMs: UnixMs }>();
  return {
    take(signer, bucket, cost, nowMs) {
      const { perSecond, burst } = TIERS[bucket];
      const perMs = perSecond / SECOND_MS / speed;
      const name = `${bucket}:${signer}`;
      const level = buckets.get(name) ?? { tokens: burst, atMs: nowMs };
      buckets.set(name, level);
      level.tokens = Math.min(burst, level.tokens + Math.max(0, nowMs - level.atMs) * perMs);
      level.atMs = Math.max(level.atMs, nowMs);
      const isOver = cost > level.tokens;
      if (!isOver || !enforced) level.tokens = Math.max(0, level.tokens - cost);
      const headers = {
        'poly-ratelimit-remaining': String(Math.floor(level.tokens)),
        'poly-ratelimit-reset': String(Math.ceil((burst - level.tokens) / perSecond)),
        'poly-ratelimit-tier': 'Standard',
        ...(isOver ? { 'poly-ratelimit-warning': 'limit exceeded' } : {}),
      };
      if (!isOver || !enforced) return { refusal: null, headers };
      // More than a full bucket never fits: the venue says to wait all the same.
      const retryAfter = Math.max(1, Math.ceil((cost - level.tokens) / perSecond));
      const refused = json(429, { error: 'Too Many Requests' });
      return {
        refusal: { ...refused, headers: { ...refused.headers, ...headers, 'retry-after': String(retryAfter) } },
        headers,
      };
    },
  };
}
