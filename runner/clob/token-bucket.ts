/**
 * A limit as a bucket of tokens: so many at most, refilled continuously. Pure: times are monotonic milliseconds that the caller gives.
 * A window limit is kept by half a bucket: half the allowance at once and half over the window's length never exceed it in any window.
 */
export interface BucketLimit {
  readonly capacity: number;
  readonly perSecond: number;
}

export interface TokenBucket {
  readonly limit: BucketLimit;
  /** May be below zero, when more was spent than anyone could foresee. */
  tokens: number;
  atMs: number;
  /** Nothing is given before this time: the venue said so. */
  blockedUntilMs: number;
}

const SECOND_MS = 1_000;

/** A full bucket. */
export function createBucket(limit: BucketLimit, nowMs: number): TokenBucket {
  return { limit, tokens: limit.capacity, atMs: nowMs, blockedUntilMs: nowMs };
}

/** A limit of `count` requests in any `windowSeconds`. */
export function windowLimit(count: number, windowSeconds: number): BucketLimit {
  return { capacity: count / 2, perSecond: count / 2 / windowSeconds };
}

/** When `cost` tokens can be taken; `Infinity` when never, because the bucket does not hold so many. */
export function readyAtMs(bucket: TokenBucket, cost: number, nowMs: number): number {
  if (cost > bucket.limit.capacity) return Number.POSITIVE_INFINITY;
  refill(bucket, nowMs);
  const missing = cost - bucket.tokens;
  const refilledMs = missing <= 0 ? nowMs : nowMs + Math.ceil((missing * SECOND_MS) / bucket.limit.perSecond);
  return Math.max(refilledMs, bucket.blockedUntilMs);
}

/** Takes tokens, also such as are not there: whoever may wait asks `readyAtMs` first. */
export function take(bucket: TokenBucket, cost: number, nowMs: number): void {
  refill(bucket, nowMs);
  bucket.tokens -= cost;
}

/** Gives back what was taken for a request that never left. */
export function giveBack(bucket: TokenBucket, cost: number, nowMs: number): void {
  refill(bucket, nowMs);
  bucket.tokens = Math.min(bucket.limit.capacity, bucket.tokens + cost);
}

/** The venue states how many are left: never more than we count ourselves, since requests of ours may be under way. */
export function learnRemaining(bucket: TokenBucket, remaining: number, nowMs: number): void {
  refill(bucket, nowMs);
  bucket.tokens = Math.min(bucket.tokens, remaining);
}

/** The venue refuses until then. */
export function blockUntil(bucket: TokenBucket, untilMs: number): void {
  bucket.blockedUntilMs = Math.max(bucket.blockedUntilMs, untilMs);
}

function refill(bucket: TokenBucket, nowMs: number): void {
  const passedMs = nowMs - bucket.atMs;
  if (passedMs <= 0) return;
  bucket.tokens = Math.min(bucket.limit.capacity, bucket.tokens + (passedMs * bucket.limit.perSecond) / SECOND_MS);
  bucket.atMs = nowMs;
}
