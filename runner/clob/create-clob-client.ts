/** The CLOB client: contract in `clob-client.ts`, requests in `clob-requests.ts`, the way they go in `venue-calls.ts`. */
import { invariant } from '../../core/model/errors.ts';
import type { TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { AccountIdentity, BalanceAllowance, CancelAnswer, PlacedOrder } from '../../core/venue/clob-account.ts';
import {
  readBalanceAllowance,
  readClobMarket,
  readClosedOnly,
  readGeoblock,
  readHeartbeatId,
  readRebates,
  readServerTime,
} from '../../core/venue/clob-account-answers.ts';
import { readCancelAnswer, readPlacedOrder, readPlacedOrders } from '../../core/venue/clob-answers.ts';
import { accepted, ambiguous, type ClobFailure, type Outcome, unreadable } from '../../core/venue/clob-outcome.ts';
import { readClobAnswer } from '../../core/venue/polymarket-error.ts';
import { readVenueOrder } from '../../core/venue/polymarket-order.ts';
import { readVenueTrade } from '../../core/venue/polymarket-trade.ts';
import type { ClockPort, HttpPort, RandomPort, TimersPort } from '../ports.ts';
import type { L2Auth } from './auth.ts';
import type { ClobClient, SendLimit } from './clob-client.ts';
import { ask, jsonOf, listAll, QUERY_TIMEOUT_MS, query, readAs, readLookup, refusalOf } from './clob-questions.ts';
import {
  balanceRequest,
  type ClobRequest,
  cancelAllRequest,
  cancelManyRequest,
  cancelMarketRequest,
  cancelRequest,
  closedOnlyRequest,
  heartbeatRequest,
  marketRequest,
  openOrdersRequest,
  orderRequest,
  placeBatchRequest,
  placeRequest,
  rebatesRequest,
  timeRequest,
  tradesRequest,
  USER_AGENT,
} from './clob-requests.ts';
import { DEFAULT_CONNECTIONS } from './http-port.ts';
import { createRequestGate } from './request-gate.ts';
import { type LimitName, MAX_CANCEL_BATCH, MAX_ORDER_BATCH, REQUEST_LIMITS } from './request-limits.ts';
import type { BucketLimit } from './token-bucket.ts';
import { type CallRules, createVenueCalls } from './venue-calls.ts';

export interface ClobClientDeps {
  readonly http: HttpPort;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly random: RandomPort;
  readonly auth: L2Auth;
  /** Of the CLOB's API, without a slash at its end. */
  readonly clobUrl: string;
  /** The whole address of the geoblock end-point: it stands on another host. */
  readonly geoblockUrl: string;
  readonly identity: AccountIdentity;
  /** Of the wallet: a balance asked with another type is another wallet's (venue notes §8). */
  readonly signatureType: 0 | 1 | 2 | 3;
  /** Connections that the HTTP port keeps to the venue. */
  readonly connections?: number;
  readonly limits?: Readonly<Record<LimitName, BucketLimit>>;
}

export const CLOB_URL = 'https://clob.polymarket.com';
export const GEOBLOCK_URL = 'https://polymarket.com/api/geoblock';

/** After this a POST counts as unanswered (RUNTIME §7). Wall time, as all below. */
export const POST_DEADLINE_MS = 15_000;
/** An order that nobody gave a time to leave by waits so long at most. */
const ORDER_WAIT_MS = 250;
/** A series' cancel has to be confirmed after 3 s, or the heartbeat stops (RUNTIME §7). */
const CANCEL_WAIT_MS = 3_000;
const CANCEL_TIMEOUT_MS = 5_000;
/** The venue cancels everything 10 s after the last beat; beats come every 5 s (venue notes §3.2). */
const HEARTBEAT_TIMEOUT_MS = 4_000;
/** Connections that are opened before a window: an order, its cancel, and the questions beside them. */
const WARM_CONNECTIONS = 4;

const ORDER_RULES: CallRules = {
  requestClass: 'order',
  limits: ['signer-order', 'order', 'order-long', 'general'],
  maxWaitMs: ORDER_WAIT_MS,
  timeoutMs: POST_DEADLINE_MS,
};
const CANCEL_RULES: CallRules = {
  requestClass: 'cancel',
  limits: ['signer-cancel', 'order', 'order-long', 'general'],
  maxWaitMs: CANCEL_WAIT_MS,
  timeoutMs: CANCEL_TIMEOUT_MS,
};
/** Creates the client of one account. Every call ends in an `Outcome`; none throws, and none is repeated by itself. */
export function createClobClient(deps: ClobClientDeps): ClobClient {
  const { clock, timers, identity, signatureType } = deps;
  const connections = deps.connections ?? DEFAULT_CONNECTIONS;
  const gate = createRequestGate({ clock, timers, limits: deps.limits ?? REQUEST_LIMITS, connections });
  const calls = createVenueCalls({ ...deps, gate });
  let heartbeatId = '';

  const within = (rules: CallRules, limit: SendLimit | undefined): CallRules => {
    if (limit?.notAfterMs === undefined) return rules;
    return { ...rules, maxWaitMs: (limit.notAfterMs - clock.now()) / clock.speed };
  };

  const cancelWith = async (request: ClobRequest, rules: CallRules): Promise<Outcome<CancelAnswer>> => {
    const outcome = await calls.value(request, rules);
    return outcome.kind === 'accepted' ? readCancelAnswer(outcome.value) : outcome;
  };

  const balance = async (tokenId: TokenId | null, refresh: boolean): Promise<Outcome<BalanceAllowance>> => {
    if (refresh) {
      // Its answer may be empty: only that it was taken counts.
      const refreshed = await calls.raw(balanceRequest(tokenId, signatureType, true), query('balance-update'));
      if (refreshed.kind !== 'answer') return refreshed;
      const refusal = refusalOf(calls, refreshed.answer);
      if (refusal !== null) return refusal;
    }
    const request = balanceRequest(tokenId, signatureType, false);
    return ask(calls, request, query('balance'), readBalanceAllowance);
  };

  const beat = async (mayResync: boolean): Promise<Outcome<void>> => {
    const rules: CallRules = { ...CANCEL_RULES, limits: ['general'], timeoutMs: HEARTBEAT_TIMEOUT_MS };
    const result = await calls.raw(heartbeatRequest(heartbeatId), rules);
    if (result.kind !== 'answer') return result;
    const stated = readHeartbeatId(jsonOf(result.answer.body));
    const outcome = calls.read(result.answer);
    if (outcome.kind === 'accepted') {
      if (stated === null) return unreadable('the beat was answered without an id');
      heartbeatId = stated;
      return accepted(undefined);
    }
    if (!isStaleBeat(outcome)) return outcome;
    // The venue names the id that it expects; without one the count begins anew.
    heartbeatId = stated ?? '';
    return mayResync ? beat(false) : outcome;
  };

  const time = (): Promise<Outcome<number>> => ask(calls, timeRequest(), query(), readServerTime);

  return {
    async place(order, limit) {
      const outcome = await calls.value(placeRequest(order), within(ORDER_RULES, limit));
      return outcome.kind === 'accepted' ? readPlacedOrder(outcome.value, clock.now()) : outcome;
    },
    async placeBatch(orders, limit) {
      invariant(orders.length <= MAX_ORDER_BATCH, 'a batch holds at most 15 orders', { orders: orders.length });
      if (orders.length === 0) return [];
      const limits: readonly LimitName[] = ['signer-order', 'orders', 'orders-long', 'general'];
      const rules = within({ ...ORDER_RULES, limits, cost: orders.length }, limit);
      const outcome = await calls.value(placeBatchRequest(orders), rules);
      const all = (failure: ClobFailure): readonly Outcome<PlacedOrder>[] => orders.map(() => failure);
      if (outcome.kind !== 'accepted') return all(outcome);
      const placed = readPlacedOrders(outcome.value, orders.length, clock.now());
      return placed ?? all(unreadable('the batch was not answered order by order'));
    },
    cancel: (orderHash) => cancelWith(cancelRequest(orderHash), CANCEL_RULES),
    cancelMany: (orderHashes) => cancelInPieces(orderHashes, cancelWith),
    cancelMarket: (conditionId) => {
      const limits: readonly LimitName[] = ['signer-cancel', 'cancel-market', 'cancel-market-long', 'general'];
      return cancelWith(cancelMarketRequest(conditionId), { ...CANCEL_RULES, limits });
    },
    async cancelAll() {
      const limits: readonly LimitName[] = ['signer-cancel', 'cancel-all', 'cancel-all-long', 'general'];
      const outcome = await cancelWith(cancelAllRequest(), { ...CANCEL_RULES, limits });
      // It costs one and as many as it cancels (venue notes §3.5).
      if (outcome.kind === 'accepted') gate.charge('signer-cancel', outcome.value.canceled.length);
      return outcome;
    },
    openOrders: ({ conditionId }) =>
      listAll(
        calls,
        (cursor) => openOrdersRequest(conditionId, cursor),
        readVenueOrder,
        ({ orderHash }) => orderHash,
      ),
    async order(orderHash) {
      const result = await calls.raw(orderRequest(orderHash), query('data'));
      return result.kind === 'answer' ? readLookup(calls, result.answer, orderHash) : result;
    },
    async fills(filter) {
      const trades = await listAll(
        calls,
        (cursor) => tradesRequest(filter, cursor),
        (row) => readVenueTrade(row, identity),
        ([first]) => first?.tradeId ?? '',
      );
      return trades.kind === 'accepted' ? accepted(trades.value.flat()) : trades;
    },
    collateral: (refresh) => balance(null, refresh),
    conditional: (tokenId, refresh) => balance(tokenId, refresh),
    market: (conditionId) =>
      ask(calls, marketRequest(conditionId), query(), (value) => readClobMarket(value, conditionId)),
    time,
    heartbeat: () => beat(true),
    async geoblock() {
      const headers = { 'User-Agent': USER_AGENT };
      const request = {
        method: 'GET',
        url: deps.geoblockUrl,
        headers,
        body: null,
        timeoutMs: QUERY_TIMEOUT_MS,
      } as const;
      const result = await deps.http.request(request);
      if (!('status' in result))
        return result.sent ? ambiguous(result.detail) : { kind: 'not-sent', detail: result.detail };
      return readAs(readClobAnswer(result, clock.now()), readGeoblock);
    },
    rebates: (dayStartMs) =>
      ask(calls, rebatesRequest(isoDay(dayStartMs), identity.funderAddress), query(), readRebates),
    closedOnly: () => ask(calls, closedOnlyRequest(), query('api-key'), readClosedOnly),
    async warm() {
      await Promise.all(Array.from({ length: Math.min(WARM_CONNECTIONS, connections) }, time));
    },
  };
}

/** Pieces that the venue's bucket can hold. All are sent, whatever becomes of the others; the first failure is what is reported. */
async function cancelInPieces(
  orderHashes: readonly VenueOrderId[],
  cancelWith: (request: ClobRequest, rules: CallRules) => Promise<Outcome<CancelAnswer>>,
): Promise<Outcome<CancelAnswer>> {
  const refillMs = (orderHashes.length / REQUEST_LIMITS['signer-cancel'].perSecond) * SECOND_MS;
  const pieces: Promise<Outcome<CancelAnswer>>[] = [];
  for (let start = 0; start < orderHashes.length; start += MAX_CANCEL_BATCH) {
    const piece = orderHashes.slice(start, start + MAX_CANCEL_BATCH);
    const limits: readonly LimitName[] = ['signer-cancel', 'cancel-many', 'cancel-many-long', 'general'];
    const rules = { ...CANCEL_RULES, limits, cost: piece.length, maxWaitMs: CANCEL_WAIT_MS + refillMs };
    pieces.push(cancelWith(cancelManyRequest(piece), rules));
  }
  const canceled: VenueOrderId[] = [];
  const notCanceled: CancelAnswer['notCanceled'][number][] = [];
  let failure: ClobFailure | null = null;
  for (const outcome of await Promise.all(pieces)) {
    if (outcome.kind !== 'accepted') {
      failure ??= outcome;
      continue;
    }
    canceled.push(...outcome.value.canceled);
    notCanceled.push(...outcome.value.notCanceled);
  }
  return failure ?? accepted({ canceled, notCanceled });
}

function isStaleBeat(failure: ClobFailure): boolean {
  return failure.kind === 'rejected' && /invalid heartbeat id/i.test(failure.detail);
}

/** The UTC day as the venue writes it. */
function isoDay(dayStartMs: UnixMs): string {
  return new Date(dayStartMs).toISOString().slice(0, 10);
}
