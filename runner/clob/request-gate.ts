/**
 * Who may send next. Cancels before orders before questions, each within the venue's limits, and never so many under way that a cancel
 * would find no connection: questions and orders that hang must not hold up the way out. Nobody waits beyond its own deadline.
 */
import { assertNever } from '../../core/model/errors.ts';
import type { ClockPort, TimersPort } from '../ports.ts';
import type { LimitName } from './request-limits.ts';
import {
  type BucketLimit,
  blockUntil,
  createBucket,
  giveBack,
  learnRemaining,
  readyAtMs,
  type TokenBucket,
  take,
} from './token-bucket.ts';

/** In order of precedence. */
export type RequestClass = 'cancel' | 'order' | 'query';
const CLASSES: readonly RequestClass[] = ['cancel', 'order', 'query'];

export interface GateRequest {
  readonly requestClass: RequestClass;
  readonly limits: readonly LimitName[];
  /** Tokens from each of the signer's buckets: the length of a batch. The address's windows count requests, one each. */
  readonly cost: number;
  /** It must not wait beyond this. Monotonic time. */
  readonly deadlineMs: number;
}

export type Admission =
  | { readonly admitted: true }
  /** The limits leave no room before the deadline; there is some at `readyMs`, monotonic time. */
  | { readonly admitted: false; readonly cause: 'limit'; readonly readyMs: number }
  /** The deadline passed while others were under way. */
  | { readonly admitted: false; readonly cause: 'deadline' };

export interface RequestGate {
  /** Comes at once where there is room; else when there is, or when it is too late. After an admission `leave` must follow. */
  enter(request: GateRequest): Admission | Promise<Admission>;
  /** The request has ended. `sent` false: it never left, so that it has used up nothing. */
  leave(request: GateRequest, sent: boolean): void;
  /** More was spent than was asked for (a cancel-all costs what it cancels). */
  charge(limit: LimitName, cost: number): void;
  /** What the venue says is left. */
  remaining(limit: LimitName, tokens: number): void;
  /** The venue refuses calls under these limits for so long. Cancels are not held up by what orders were refused for. */
  block(limits: readonly LimitName[], durationMs: number): void;
}

export interface RequestGateDeps {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly limits: Readonly<Record<LimitName, BucketLimit>>;
  /** Connections to the venue: not more than that is under way. */
  readonly connections: number;
}

interface Waiting {
  readonly request: GateRequest;
  readonly decide: (admission: Admission) => void;
}

/** Connections kept free of orders for cancels, and of questions for both, as parts of all. */
const ORDER_SHARE = 0.75;
const QUERY_SHARE = 0.375;

/** Creates the gate in front of one venue's connections. */
export function createRequestGate({ clock, timers, limits, connections }: RequestGateDeps): RequestGate {
  const buckets = new Map<LimitName, TokenBucket>();
  const bucketOf = (name: LimitName): TokenBucket => {
    const known = buckets.get(name);
    if (known !== undefined) return known;
    const made = createBucket(limits[name], clock.monotonicMs());
    buckets.set(name, made);
    return made;
  };
  const waiting: Record<RequestClass, Waiting[]> = { cancel: [], order: [], query: [] };
  const underWay: Record<RequestClass, number> = { cancel: 0, order: 0, query: 0 };
  let cancelTimer: (() => void) | null = null;

  const readyMs = (request: GateRequest, nowMs: number): number => {
    let latest = nowMs;
    for (const name of request.limits)
      latest = Math.max(latest, readyAtMs(bucketOf(name), costOf(request, name), nowMs));
    return latest;
  };
  const admit = (request: GateRequest, nowMs: number): Admission => {
    for (const name of request.limits) take(bucketOf(name), costOf(request, name), nowMs);
    underWay[request.requestClass]++;
    return { admitted: true };
  };

  /** Lets in whoever may, gives up whoever has waited too long, and comes back when something can change by time alone. */
  const pump = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    const nowMs = clock.monotonicMs();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const requestClass of CLASSES) {
      giveUpLate(waiting[requestClass], nowMs);
      const queue = waiting[requestClass];
      for (let first = queue[0]; first !== undefined; first = queue[0]) {
        const ready = readyMs(first.request, nowMs);
        const refused = refusalOf(first.request, ready, nowMs);
        if (refused === null && (ready > nowMs || !hasRoom(requestClass, underWay, connections))) {
          if (ready > nowMs) nextMs = Math.min(nextMs, ready);
          break;
        }
        queue.shift();
        first.decide(refused ?? admit(first.request, nowMs));
      }
      for (const { request } of queue) nextMs = Math.min(nextMs, request.deadlineMs + 1);
    }
    if (nextMs !== Number.POSITIVE_INFINITY) cancelTimer = timers.after(Math.max(0, nextMs - nowMs), pump);
  };

  return {
    enter(request) {
      const nowMs = clock.monotonicMs();
      const ready = readyMs(request, nowMs);
      const refused = refusalOf(request, ready, nowMs);
      if (refused !== null) return refused;
      const { requestClass } = request;
      const isFree =
        ready <= nowMs && waiting[requestClass].length === 0 && hasRoom(requestClass, underWay, connections);
      if (isFree) return admit(request, nowMs);
      return new Promise((decide) => {
        waiting[requestClass].push({ request, decide });
        pump();
      });
    },
    leave(request, sent) {
      underWay[request.requestClass]--;
      const nowMs = clock.monotonicMs();
      if (!sent) for (const name of request.limits) giveBack(bucketOf(name), costOf(request, name), nowMs);
      pump();
    },
    charge: (name, cost) => take(bucketOf(name), cost, clock.monotonicMs()),
    remaining: (name, tokens) => learnRemaining(bucketOf(name), tokens, clock.monotonicMs()),
    block(names, durationMs) {
      const untilMs = clock.monotonicMs() + durationMs;
      for (const name of names) blockUntil(bucketOf(name), untilMs);
      pump();
    },
  };
}

/** Anyone in the queue may be too late, not only the first. */
function giveUpLate(queue: Waiting[], nowMs: number): void {
  for (let index = queue.length - 1; index >= 0; index--) {
    const entry = queue[index];
    if (entry === undefined || nowMs <= entry.request.deadlineMs) continue;
    queue.splice(index, 1);
    entry.decide({ admitted: false, cause: 'deadline' });
  }
}

function costOf(request: GateRequest, name: LimitName): number {
  return name.startsWith('signer-') ? request.cost : 1;
}

function refusalOf(request: GateRequest, ready: number, nowMs: number): Admission | null {
  if (nowMs > request.deadlineMs) return { admitted: false, cause: 'deadline' };
  return ready > request.deadlineMs ? { admitted: false, cause: 'limit', readyMs: ready } : null;
}

function hasRoom(
  requestClass: RequestClass,
  underWay: Readonly<Record<RequestClass, number>>,
  connections: number,
): boolean {
  const { cancel, order, query } = underWay;
  const all = cancel + order + query;
  switch (requestClass) {
    case 'cancel':
      return all < connections;
    case 'order':
      return all < connections && order + query < Math.max(1, Math.floor(connections * ORDER_SHARE));
    case 'query':
      return all < connections && query < Math.max(1, Math.floor(connections * QUERY_SHARE));
    default:
      return assertNever(requestClass, 'request class');
  }
}
