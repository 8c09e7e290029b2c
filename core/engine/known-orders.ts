/** Looking up orders and windows by what a report says of them: those that live and those that are remembered. */
import type { ClientOrderId } from '../model/identifiers.ts';
import type { UnixMs } from '../model/time.ts';
import type { DurableState, KnownOrder, WindowState } from './state.ts';

/**
 * Closed windows that are remembered: half an hour of five-minute windows, some 45 kB each. A match that comes later still is told
 * as unbooked, and halts.
 */
const KEPT_CLOSED_WINDOWS = 6;
/** Ended orders that are remembered: seven busy windows have some sixty each, a hundred a window is ample. */
const KEPT_ENDED_ORDERS = 1_000;

/** An order of ours, open or ended, or `undefined`. Names come from outside: only what is really there counts. */
export function knownOrder(durable: DurableState, clientOrderId: ClientOrderId): KnownOrder | undefined {
  if (Object.hasOwn(durable.orders, clientOrderId)) return durable.orders[clientOrderId];
  return Object.hasOwn(durable.endedOrders, clientOrderId) ? durable.endedOrders[clientOrderId] : undefined;
}

/** A window that is known or was closed a while ago, or `undefined`. */
export function knownWindow(durable: DurableState, windowStartMs: UnixMs): WindowState | undefined {
  return durable.windows[windowStartMs] ?? durable.closedWindows[windowStartMs]?.state;
}

/** Forgets the oldest closed windows, and the ended orders of windows that are not known any more, or that are too many. */
export function forgetOldOrders(durable: DurableState): void {
  const starts = Object.keys(durable.closedWindows)
    .map(Number)
    .sort((a, b) => a - b);
  const dropped = starts.slice(0, Math.max(0, starts.length - KEPT_CLOSED_WINDOWS));
  for (const startMs of dropped) delete durable.closedWindows[startMs];
  const ended = Object.values(durable.endedOrders).sort((a, b) => a.number - b.number);
  const tooMany = ended.length - KEPT_ENDED_ORDERS;
  ended.forEach(({ order }, index) => {
    if (index < tooMany || knownWindow(durable, order.windowStartMs) === undefined) {
      delete durable.endedOrders[order.clientOrderId];
    }
  });
}
