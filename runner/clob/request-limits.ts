/**
 * The venue's limits for the calls that the runner makes: per signer for orders and cancels, per address for everything. Source:
 * rate-limit pages of 2026-09-17, venue notes of 2026-11-23, polymarket §3.5. The signer's are those of the lowest tier: higher ones
 * come with volume, and nothing here needs them.
 */
import { type BucketLimit, windowLimit } from './token-bucket.ts';

const TEN_SECONDS = 10;
const TEN_MINUTES = 600;

const LIMITS = {
  'signer-order': { capacity: 60, perSecond: 40 },
  'signer-cancel': { capacity: 120, perSecond: 80 },
  general: windowLimit(9_000, TEN_SECONDS),
  order: windowLimit(5_000, TEN_SECONDS),
  'order-long': windowLimit(120_000, TEN_MINUTES),
  orders: windowLimit(2_000, TEN_SECONDS),
  'orders-long': windowLimit(21_000, TEN_MINUTES),
  'cancel-many': windowLimit(2_000, TEN_SECONDS),
  'cancel-many-long': windowLimit(15_000, TEN_MINUTES),
  'cancel-all': windowLimit(250, TEN_SECONDS),
  'cancel-all-long': windowLimit(6_000, TEN_MINUTES),
  'cancel-market': windowLimit(1_500, TEN_SECONDS),
  'cancel-market-long': windowLimit(21_000, TEN_MINUTES),
  /** Orders and trades queries. */
  data: windowLimit(500, TEN_SECONDS),
  balance: windowLimit(200, TEN_SECONDS),
  'balance-update': windowLimit(50, TEN_SECONDS),
  'api-key': windowLimit(100, TEN_SECONDS),
} as const satisfies Record<string, BucketLimit>;

export type LimitName = keyof typeof LIMITS;

export const REQUEST_LIMITS: Readonly<Record<LimitName, BucketLimit>> = LIMITS;

/** A batch above the bucket's size is never admitted (§3.5): cancels of many are cut into pieces of this length at most. */
export const MAX_CANCEL_BATCH = REQUEST_LIMITS['signer-cancel'].capacity;

/** The venue takes at most so many orders in one request (§3.2). */
export const MAX_ORDER_BATCH = 15;
