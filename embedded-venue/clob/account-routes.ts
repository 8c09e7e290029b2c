/** What an account can read: its orders, trades, balances and allowances. Source: venue notes of 2026-11-23 §3.2. */
import { isTokenId, type VenueOrderId } from '../../core/model/identifiers.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import { json, wholeNumber } from '../http.ts';
import { stringsOf } from '../json-frame.ts';
import type { VenueAddress, VenueExchange, VenueTrade } from '../trading/venue-exchange.ts';
import { addressText, restOrder, restTrade } from './account-messages.ts';
import type { Accounts } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { openOrdersOf } from './cancel-desk.ts';
import { SPENDERS } from './chain-contracts.ts';
import { page } from './page.ts';
import { WALLET_OF_SIGNATURE } from './wallet-registry.ts';

export interface AccountRoutesOptions {
  readonly exchange: VenueExchange;
  readonly accounts: Accounts;
  readonly pageSize: number;
}

const ORDER_PATH = '/data/order/';
const UINT256_MAX = (2n ** 256n - 1n).toString();

/** Answers what `key` may read; `null`: not such a route. */
export function accountRoute(
  request: VenueRequest,
  path: string,
  key: ApiKey,
  nowMs: UnixMs,
  options: AccountRoutesOptions,
): VenueResponse | null {
  const { exchange, accounts, pageSize } = options;
  const { query } = request;
  const addresses = accounts.addressesOf(key);
  if (request.method === 'GET' && path.startsWith(ORDER_PATH)) {
    const order = exchange.order(path.slice(ORDER_PATH.length).toLowerCase() as VenueOrderId);
    const isOwn = order !== null && addresses.includes(order.maker);
    return isOwn ? json(200, restOrder(order, accounts)) : json(404, { error: 'order not found' });
  }
  switch (`${request.method} ${path}`) {
    case 'GET /data/orders': {
      const open = openOrdersOf(exchange, addresses, { market: query.get('market'), assetId: query.get('asset_id') })
        .filter((order) => (query.get('id') ?? order.orderHash) === order.orderHash)
        .map((order) => restOrder(order, accounts));
      return page(open, query.get('next_cursor'), pageSize);
    }
    case 'GET /data/trades': {
      const trades = tradesOf(exchange, addresses)
        .filter((trade) => matches(trade, query))
        .map((trade) => restTrade(trade, addresses, accounts));
      return page(trades, query.get('next_cursor'), pageSize);
    }
    case 'GET /balance-allowance':
      return balanceAllowance(query, key, nowMs, options);
    case 'GET /balance-allowance/update': {
      const wallet = walletOf(query, key, accounts);
      if (wallet !== null) exchange.refreshBalance(wallet, nowMs);
      return json(200, {});
    }
    // No liquidity programme runs on these markets: no order scores.
    case 'GET /order-scoring':
      return json(200, { scoring: false });
    case 'POST /orders-scoring':
      return json(200, Object.fromEntries(stringsOf(jsonOf(request.body)).map((orderHash) => [orderHash, false])));
    case 'GET /notifications':
      return json(200, []);
    case 'DELETE /notifications':
      return json(200, 'OK');
    default:
      return null;
  }
}

/** All matches of an account's addresses, newest first, each once. */
export function tradesOf(exchange: VenueExchange, addresses: readonly VenueAddress[]): readonly VenueTrade[] {
  const byId = new Map(addresses.flatMap((address) => exchange.trades(address)).map((trade) => [trade.tradeId, trade]));
  return [...byId.values()].sort((left, right) => right.matchedMs - left.matchedMs);
}

function matches(trade: VenueTrade, query: URLSearchParams): boolean {
  const parts = [trade.taker, ...trade.makers];
  const asked = (name: string): string | null => (query.get(name) === '' ? null : query.get(name));
  const before = wholeNumber(asked('before'));
  const after = wholeNumber(asked('after'));
  const maker = asked('maker_address')?.toLowerCase() ?? null;
  return (
    (asked('id') ?? trade.tradeId) === trade.tradeId &&
    (asked('market') ?? trade.conditionId) === trade.conditionId &&
    (asked('asset_id') === null || parts.some(({ tokenId }) => tokenId === asked('asset_id'))) &&
    (maker === null || parts.some((part) => part.maker === maker)) &&
    (before === null || trade.matchedMs < before * SECOND_MS) &&
    (after === null || trade.matchedMs > after * SECOND_MS)
  );
}

/** The wallet that a signature type means; `null`: the account has none of that type. */
function walletOf(query: URLSearchParams, key: ApiKey, accounts: Accounts): VenueAddress | null {
  const type = WALLET_OF_SIGNATURE[wholeNumber(query.get('signature_type')) ?? 0];
  if (type === undefined) return null;
  const owner = accounts.ownerOf(key);
  return type === null ? owner : accounts.wallets.walletOf(owner, type);
}

function balanceAllowance(
  query: URLSearchParams,
  key: ApiKey,
  nowMs: UnixMs,
  { exchange, accounts }: AccountRoutesOptions,
): VenueResponse {
  const wallet = walletOf(query, key, accounts);
  const assetType = query.get('asset_type');
  const tokenId = query.get('token_id') ?? '';
  if (assetType !== 'COLLATERAL' && assetType !== 'CONDITIONAL') return json(400, { error: 'invalid asset type' });
  if (assetType === 'CONDITIONAL' && !isTokenId(tokenId)) return json(400, { error: 'invalid token id' });
  // A wallet that does not exist holds nothing: what a wrong signature type looks like.
  if (wallet === null) return json(200, { balance: '0', allowances: allowancesText(() => '0') });
  const { pusdMicro, conditional } = exchange.allowances(wallet);
  const token = assetType === 'CONDITIONAL' && isTokenId(tokenId) ? tokenId : null;
  return json(200, {
    balance: String(exchange.cachedBalance(wallet, token, nowMs)),
    allowances: allowancesText((spender) =>
      token === null ? amountText(pusdMicro.get(spender) ?? 0) : conditional.has(spender) ? UINT256_MAX : '0',
    ),
  });
}

function allowancesText(amountOf: (spender: VenueAddress) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(SPENDERS.map((spender) => [addressText(spender), amountOf(spender)]));
}

function amountText(micro: number): string {
  return micro >= Number.MAX_SAFE_INTEGER ? UINT256_MAX : String(micro);
}

/** A body as JSON, `null` for what is none. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
