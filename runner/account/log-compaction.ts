/** Forgets what is over, in the submission log and in memory alike: what the log has lost must not be remembered, nor the reverse. */
import type { AccountContext } from './account-state.ts';
import { compactLog, KEEP_ORDERS_MS } from './order-log.ts';

/** The log is written anew while nothing stands, so that no order waits for it; after so long all the same. Wall time. */
const COMPACT_AT_LAST_MS = 600_000;

/** A look at whether there is something to forget, to be taken again and again. */
export function createLogCompaction({ state, log, ports }: AccountContext): () => void {
  const { clock } = ports;
  let compactedMonoMs = clock.monotonicMs();

  return () => {
    const [oldest] = state.orders.values();
    const isOver = oldest !== undefined && oldest.windowEndMs <= clock.now() - KEEP_ORDERS_MS;
    const isCalm = state.open.size === 0 || clock.monotonicMs() - compactedMonoMs > COMPACT_AT_LAST_MS;
    if (!isOver || !isCalm) return;
    compactedMonoMs = clock.monotonicMs();
    const compacted = compactLog(state, log.entries, clock.now());
    const isWorth = compacted.forgotten.length > 0 || compacted.forgottenWindows.length > 0;
    if (!isWorth) return;
    log.compact(compacted.entries);
    for (const key of compacted.forgotten) {
      const order = state.orders.get(key);
      if (order !== undefined) {
        state.byHash.delete(order.orderHash);
        state.sentAt.delete(order);
      }
      state.orders.delete(key);
    }
    for (const conditionId of compacted.forgottenWindows) state.book.forgetWindow(conditionId);
    state.carriedLossMicro = compacted.carriedLossMicro;
    for (const [key, { notAfterMs }] of state.tombstones) {
      if (notAfterMs <= clock.now() - KEEP_ORDERS_MS) state.tombstones.delete(key);
    }
  };
}
