/** The end in order, as SIGTERM wants it: no new orders, everything cancelled, and no going before it is known how every order ended. */
import { type AccountContext, openOrders } from './account-state.ts';
import type { OrderCare } from './order-care.ts';
import type { Reconciliation, ReconciliationResult } from './reconciliation.ts';
import type { SeriesSafety } from './series-safety.ts';

export interface DrainReport {
  readonly canceled: number;
  /** Orders of which it is still not known how they ended. */
  readonly left: number;
  readonly reconciliation: ReconciliationResult;
}

/** SIGTERM waits so long for known ends, below the supervisor's 45 s (operations notes of 2026-11-23 §8). */
export const DRAIN_WITHIN_MS = 40_000;
/** Between two looks at what is still open while draining. Wall time. */
const DRAIN_LOOK_MS = 200;

export interface DrainParts {
  readonly care: Pick<OrderCare, 'cancel'>;
  readonly safety: Pick<SeriesSafety, 'cancelSeries'>;
  readonly reconciliation: Pick<Reconciliation, 'run'>;
}

/** Drains the account; what was going on before goes on until it is stopped. */
export async function drainAccount(context: AccountContext, parts: DrainParts): Promise<DrainReport> {
  const { state, ports, log, restrictions } = context;
  const { clock, timers } = ports;
  state.draining = true;
  restrictions.set(null, 'runner-stopping', 'halted', 'The runner is stopping.');
  const orders = openOrders(state);
  const startedMonoMs = clock.monotonicMs();
  parts.care.cancel(orders);
  for (const series of state.series.values()) parts.safety.cancelSeries(series);
  while (state.open.size > 0 && clock.monotonicMs() - startedMonoMs < DRAIN_WITHIN_MS) {
    await new Promise<void>((resolve) => void timers.after(DRAIN_LOOK_MS, resolve));
  }
  const result = await parts.reconciliation.run();
  log.sync();
  return { canceled: orders.length, left: state.open.size, reconciliation: result };
}
