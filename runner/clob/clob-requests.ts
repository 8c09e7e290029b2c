/**
 * The requests of the CLOB's REST API, byte for byte as the official client makes them. Source: @polymarket/clob-client-v2 1.1.0, venue
 * notes of 2026-11-23, polymarket §3.1–§3.3, §9; rebates and read-only keys: the venue's pages, stored copies read 2026-11-23.
 */
import type { ConditionId, TokenId, TradeId, VenueOrderId } from '../../core/model/identifiers.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { L2Auth } from './auth.ts';
import type { SignedOrder } from './clob-client.ts';

export interface ClobRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's base, without the query: this is what L2 signs. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** The exact bytes, or `null` for none. */
  readonly body: string | null;
  /** Carries L2 headers. */
  readonly signed: boolean;
}

/** Cloudflare in front of the venue refuses the user agents of libraries; this is the official client's (§8). */
export const USER_AGENT = '@polymarket/clob-client';

/** Headers of a request that is sent at `timestampS` (unix seconds). A public question carries none but the user agent. */
export function headersOf(
  { method, path, body, signed }: ClobRequest,
  auth: L2Auth,
  timestampS: number,
): Readonly<Record<string, string>> {
  if (!signed) return { 'User-Agent': USER_AGENT };
  return signedHeaders({ ...auth.headers({ timestampS, method, path, body }) });
}

/** The headers that go with any log-in, L1 or L2. */
export function signedHeaders(login: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { 'Content-Type': 'application/json', 'User-Agent': USER_AGENT, ...login };
}

const signed = (
  method: ClobRequest['method'],
  path: string,
  body: string | null = null,
  parameters: Parameters = [],
): ClobRequest => ({ method, path, query: queryOf(parameters), body, signed: true });

const open = (path: string, parameters: Parameters = []): ClobRequest => ({
  method: 'GET',
  path,
  query: queryOf(parameters),
  body: null,
  signed: false,
});

type Parameters = readonly (readonly [name: string, value: string | undefined])[];

function queryOf(parameters: Parameters): string {
  const parts = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

export const placeRequest = (order: SignedOrder): ClobRequest => signed('POST', '/order', order.body);

export const placeBatchRequest = (orders: readonly SignedOrder[]): ClobRequest =>
  signed('POST', '/orders', `[${orders.map(({ body }) => body).join(',')}]`);

export const cancelRequest = (orderHash: VenueOrderId): ClobRequest =>
  signed('DELETE', '/order', JSON.stringify({ orderID: orderHash }));

export const cancelManyRequest = (orderHashes: readonly VenueOrderId[]): ClobRequest =>
  signed('DELETE', '/orders', JSON.stringify(orderHashes));

export const cancelAllRequest = (): ClobRequest => signed('DELETE', '/cancel-all');

/** Of one token where it is named, else of both. */
export const cancelMarketRequest = (conditionId: ConditionId, tokenId?: TokenId): ClobRequest =>
  signed('DELETE', '/cancel-market-orders', JSON.stringify({ market: conditionId, asset_id: tokenId }));

export const openOrdersRequest = (conditionId: ConditionId | undefined, cursor: string): ClobRequest =>
  signed('GET', '/data/orders', null, [
    ['market', conditionId],
    ['next_cursor', cursor],
  ]);

export const orderRequest = (orderHash: VenueOrderId): ClobRequest => signed('GET', `/data/order/${orderHash}`);

export interface TradesFilter {
  readonly tradeId?: TradeId;
  readonly conditionId?: ConditionId;
  readonly afterMs?: UnixMs;
}

/** `after` counts seconds, and whether it includes its own is not documented: one second earlier loses nothing. */
export const tradesRequest = ({ tradeId, conditionId, afterMs }: TradesFilter, cursor: string): ClobRequest =>
  signed('GET', '/data/trades', null, [
    ['id', tradeId],
    ['market', conditionId],
    ['after', afterMs === undefined ? undefined : String(Math.floor(afterMs / SECOND_MS) - 1)],
    ['next_cursor', cursor],
  ]);

/** The venue's cached balance of pUSD, or of one token. A wrong signature type asks for another wallet's (§8). */
export const balanceRequest = (tokenId: TokenId | null, signatureType: number, refresh: boolean): ClobRequest =>
  signed('GET', refresh ? '/balance-allowance/update' : '/balance-allowance', null, [
    ['asset_type', tokenId === null ? 'COLLATERAL' : 'CONDITIONAL'],
    ['token_id', tokenId ?? undefined],
    ['signature_type', String(signatureType)],
  ]);

export const heartbeatRequest = (heartbeatId: string): ClobRequest =>
  signed('POST', '/v1/heartbeats', JSON.stringify({ heartbeat_id: heartbeatId }));

export const closedOnlyRequest = (): ClobRequest => signed('GET', '/auth/ban-status/closed-only');
export const apiKeysRequest = (): ClobRequest => signed('GET', '/auth/api-keys');
export const deleteApiKeyRequest = (): ClobRequest => signed('DELETE', '/auth/api-key');
export const createReadonlyKeyRequest = (): ClobRequest => signed('POST', '/auth/readonly-api-key');
export const readonlyKeysRequest = (): ClobRequest => signed('GET', '/auth/readonly-api-keys');
export const deleteReadonlyKeyRequest = (key: string): ClobRequest =>
  signed('DELETE', '/auth/readonly-api-key', JSON.stringify({ key }));

export const timeRequest = (): ClobRequest => open('/time');
export const marketRequest = (conditionId: ConditionId): ClobRequest => open(`/clob-markets/${conditionId}`);

/** @param day of UTC, as YYYY-MM-DD. */
export const rebatesRequest = (day: string, makerAddress: string): ClobRequest =>
  open('/rebates/current', [
    ['date', day],
    ['maker_address', makerAddress],
  ]);
