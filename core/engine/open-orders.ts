/** Orders of ours that may still trade, always in the order in which they were sent: a restored state must look at them alike. */
import type { UnixMs } from '../model/time.ts';
import type { DurableState, OpenOrder } from './state.ts';

/** All open orders, oldest first. */
export function openOrders(durable: DurableState): OpenOrder[] {
  return sorted(Object.values(durable.orders));
}

/** The open orders of one window, oldest first. */
export function openOrdersOf(durable: DurableState, windowStartMs: UnixMs): OpenOrder[] {
  return ordersOf(openOrders(durable), windowStartMs);
}

/** Those of `open` that are of one window, in their order. */
export function ordersOf(open: readonly OpenOrder[], windowStartMs: UnixMs): OpenOrder[] {
  return open.filter(({ order }) => order.windowStartMs === windowStartMs);
}

/** Orders come into the state in the order of their numbers, so there is hardly ever anything to sort: this runs at each decision. */
function sorted(open: OpenOrder[]): OpenOrder[] {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { number } of open) {
    if (number < latest) return open.sort((a, b) => a.number - b.number);
    latest = number;
  }
  return open;
}
