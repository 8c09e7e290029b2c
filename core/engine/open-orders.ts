/** Orders of ours that may still trade, always in the order in which they were sent: a restored state must look at them alike. */
import type { UnixMs } from '../model/time.ts';
import type { DurableState, OpenOrder } from './state.ts';

/** All open orders, oldest first. */
export function openOrders(durable: DurableState): OpenOrder[] {
  return Object.values(durable.orders).sort((a, b) => a.number - b.number);
}

/** The open orders of one window, oldest first. */
export function openOrdersOf(durable: DurableState, windowStartMs: UnixMs): OpenOrder[] {
  return openOrders(durable).filter(({ order }) => order.windowStartMs === windowStartMs);
}
