/** How orders end without a match: cancelled by their owner, by time, by the resolution, or because nothing covers them any more. */
import type { TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { type AccountOrder, type ExchangeState, leftOf, noteOrder, reserveOf } from './exchange-state.ts';
import { coveredCash, coveredShares, openOrdersOf } from './funds.ts';
import { isHouse } from './house-accounts.ts';
import type { VenueAddress, VenueOrderState } from './venue-exchange.ts';

/** Why an order cannot be cancelled, in the venue's words and, for the delay, in ours: its own are not known. */
const NOT_FOUND = "order can't be found - already canceled or matched";
const INSIDE_DELAY = 'order is inside the taker delay and cannot be canceled';

/** Cancels an order of `maker`; `null` when done, else why not. */
export function cancelOrder(
  state: ExchangeState,
  maker: VenueAddress,
  orderHash: VenueOrderId,
  atMs: UnixMs,
): string | null {
  const order = state.open.get(orderHash);
  if (order === undefined || order.maker !== maker) return NOT_FOUND;
  if (order.state === 'DELAYED') return INSIDE_DELAY;
  withdrawOrder(state, order, 'CANCELED', atMs);
  return null;
}

/** Takes an open order out of the book and ends it. */
export function withdrawOrder(state: ExchangeState, order: AccountOrder, ended: VenueOrderState, atMs: UnixMs): void {
  const known = state.markets.get(order.conditionId);
  if (order.bookId !== null && known !== undefined) {
    state.options.books.bookOf(known.market)?.withdraw(state.nowMs, order.bookId);
  }
  endOrder(state, order, ended, atMs);
  noteOrder(state, 'CANCELLATION', order, atMs);
}

/** An order that is no longer in the book has ended; the caller tells of it. */
export function endOrder(state: ExchangeState, order: AccountOrder, ended: VenueOrderState, atMs: UnixMs): void {
  order.state = ended;
  order.matchAtMs = null;
  order.bookId = null;
  order.endedMs = atMs;
  state.open.delete(order.orderHash);
}

/**
 * Cancels resting orders of an account that its balance or its approvals no longer cover, those that came last first
 * (`CANCELED_NOT_ENOUGH_BALANCE`). Delayed ones are looked at when they match.
 */
export function cancelUncovered(state: ExchangeState, owner: VenueAddress, atMs: UnixMs): void {
  if (isHouse(owner)) return;
  const own = openOrdersOf(state, owner).sort((left, right) => right.sequence - left.sequence);
  let excessMicro = -coveredCash(state, owner);
  const excessShares = new Map<TokenId, number>();
  for (const order of own) {
    excessMicro += reserveOf(order);
    if (order.side === 'buy') continue;
    const before = excessShares.get(order.tokenId) ?? -coveredShares(state, owner, order.tokenId);
    excessShares.set(order.tokenId, before + leftOf(order));
  }
  for (const order of own) {
    if (order.state === 'DELAYED') continue;
    if (order.side === 'buy') {
      if (excessMicro <= 0) continue;
      excessMicro -= reserveOf(order);
    } else {
      const excess = excessShares.get(order.tokenId) ?? 0;
      if (excess <= 0) continue;
      excessShares.set(order.tokenId, excess - leftOf(order));
    }
    withdrawOrder(state, order, 'CANCELED_NOT_ENOUGH_BALANCE', atMs);
  }
}
