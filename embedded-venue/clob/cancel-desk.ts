/** Takes cancels: what was cancelled, and for the rest why not. Source: venue notes of 2026-11-23 §3.2. */
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueAddress, VenueExchange, VenueOrderView } from '../trading/venue-exchange.ts';

export interface CancelAnswer {
  readonly canceled: readonly VenueOrderId[];
  readonly not_canceled: Readonly<Record<string, string>>;
}

/** The venue's words for an order that it does not know, or not as this account's. */
const NOT_FOUND = "order can't be found - already canceled or matched";

/** Cancels orders of an account by id. */
export function cancelOrders(
  exchange: VenueExchange,
  addresses: readonly VenueAddress[],
  orderHashes: readonly string[],
  nowMs: UnixMs,
): CancelAnswer {
  const canceled: VenueOrderId[] = [];
  const notCanceled: Record<string, string> = {};
  for (const text of orderHashes) {
    const orderHash = text.toLowerCase() as VenueOrderId;
    const order = exchange.order(orderHash);
    const reason =
      order === null || !addresses.includes(order.maker) ? NOT_FOUND : exchange.cancel(order.maker, orderHash, nowMs);
    if (reason === null) canceled.push(orderHash);
    else notCanceled[text] = reason;
  }
  return { canceled, not_canceled: notCanceled };
}

/** Open orders of an account, of one market or one token when these are named. */
export function openOrdersOf(
  exchange: VenueExchange,
  addresses: readonly VenueAddress[],
  filter: { readonly market?: string | null; readonly assetId?: string | null } = {},
): readonly VenueOrderView[] {
  const { market, assetId } = filter;
  return addresses
    .flatMap((address) => exchange.openOrders(address))
    .filter((order) => (market ?? order.conditionId) === order.conditionId)
    .filter((order) => (assetId ?? order.tokenId) === order.tokenId);
}
