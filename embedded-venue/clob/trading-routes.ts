/** Orders, cancels and beats, signed with an API key. Source: venue notes of 2026-11-23 §3.2, §3.4, §3.5. */
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import type { TradingModes } from '../faults/trading-modes.ts';
import { json } from '../http.ts';
import { isJsonObject, parseJsonObject, stringsOf } from '../json-frame.ts';
import type { VenueExchange } from '../trading/venue-exchange.ts';
import { jsonOf } from './account-routes.ts';
import type { Accounts } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { cancelOrders, openOrdersOf } from './cancel-desk.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { OrderDesk } from './order-desk.ts';
import type { RateLimits } from './rate-limits.ts';

export interface TradingRoutesOptions {
  readonly exchange: VenueExchange;
  readonly accounts: Accounts;
  readonly desk: OrderDesk;
  readonly modes: TradingModes;
  readonly limits: RateLimits;
  readonly heartbeats: Heartbeats;
}

/** Orders of one POST /orders. */
const MAX_ORDERS = 15;
/** Ids of one DELETE /orders, since 2026-06-15. */
const MAX_CANCELS = 1_000;

/** Carries out what `key` orders; `null`: not such a route. */
export function tradingRoute(
  request: VenueRequest,
  path: string,
  key: ApiKey,
  nowMs: UnixMs,
  options: TradingRoutesOptions,
): VenueResponse | null {
  switch (`${request.method} ${path}`) {
    case 'POST /order':
      return limited('order', 1, key, nowMs, options, () => options.desk.place(jsonOf(request.body), key, nowMs));
    case 'POST /orders':
      return placeBatch(request, key, nowMs, options);
    case 'DELETE /order': {
      const orderId = parseJsonObject(request.body)?.['orderID'];
      if (typeof orderId !== 'string' || !isOrderId(orderId)) return json(400, { error: 'Invalid orderID' });
      return cancelSome([orderId], 1, key, nowMs, options);
    }
    case 'DELETE /orders': {
      const body = jsonOf(request.body);
      const ids = stringsOf(body);
      if (!Array.isArray(body) || ids.length !== body.length || !ids.every(isOrderId)) {
        return json(400, { error: 'Invalid orderID' });
      }
      if (ids.length > MAX_CANCELS) return tooMany(ids.length, MAX_CANCELS);
      return cancelSome(ids, ids.length, key, nowMs, options);
    }
    case 'DELETE /cancel-all':
      return cancelMatching({}, key, nowMs, options);
    case 'DELETE /cancel-market-orders': {
      const body = parseJsonObject(request.body) ?? {};
      const [market, assetId] = [textOf(body['market']), textOf(body['asset_id'])];
      // Without either the real venue's behaviour is not known: refusing cancels nothing by mistake.
      if (market === null && assetId === null) return json(400, { error: 'Invalid order payload' });
      return cancelMatching({ market, assetId }, key, nowMs, options);
    }
    case 'POST /v1/heartbeats': {
      const id = parseJsonObject(request.body)?.['heartbeat_id'];
      return options.heartbeats.beat(options.accounts.ownerOf(key), textOf(id) ?? '', nowMs);
    }
    default:
      return null;
  }
}

function placeBatch(request: VenueRequest, key: ApiKey, nowMs: UnixMs, options: TradingRoutesOptions): VenueResponse {
  const body = jsonOf(request.body);
  if (!Array.isArray(body) || body.length === 0 || !body.every(isJsonObject)) {
    return json(400, { error: 'Invalid order payload' });
  }
  if (body.length > MAX_ORDERS) return tooMany(body.length, MAX_ORDERS);
  // A venue that takes no order at all says so once; in post-only mode each order of a batch has its own answer.
  const refusal = options.modes.refusal('post-only-order', nowMs);
  if (refusal !== null) return refusal;
  return limited('order', body.length, key, nowMs, options, () =>
    json(
      200,
      body.map((item) => options.desk.placeInBatch(item, key, nowMs)),
    ),
  );
}

function cancelMatching(
  filter: { readonly market?: string | null; readonly assetId?: string | null },
  key: ApiKey,
  nowMs: UnixMs,
  options: TradingRoutesOptions,
): VenueResponse {
  const open = openOrdersOf(options.exchange, options.accounts.addressesOf(key), filter);
  const ids = open.map(({ orderHash }) => orderHash);
  return cancelSome(ids, 1 + ids.length, key, nowMs, options);
}

function cancelSome(
  ids: readonly string[],
  cost: number,
  key: ApiKey,
  nowMs: UnixMs,
  options: TradingRoutesOptions,
): VenueResponse {
  const refusal = options.modes.refusal('cancel', nowMs);
  if (refusal !== null) return refusal;
  const { exchange, accounts } = options;
  return limited('cancel', cost, key, nowMs, options, () =>
    json(200, cancelOrders(exchange, accounts.addressesOf(key), ids, nowMs)),
  );
}

/** Answers within the signer's bucket; its level is told with every answer. */
function limited(
  bucket: 'order' | 'cancel',
  cost: number,
  key: ApiKey,
  nowMs: UnixMs,
  options: TradingRoutesOptions,
  answer: () => VenueResponse,
): VenueResponse {
  const { refusal, headers } = options.limits.take(options.accounts.ownerOf(key), bucket, cost, nowMs);
  if (refusal !== null) return refusal;
  const response = answer();
  return { ...response, headers: { ...response.headers, ...headers } };
}

function tooMany(count: number, most: number): VenueResponse {
  return json(400, { error: `Too many orders in payload: ${count}, max allowed: ${most}` });
}

function isOrderId(text: string): boolean {
  return /^0x[0-9a-fA-F]{64}$/.test(text);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
