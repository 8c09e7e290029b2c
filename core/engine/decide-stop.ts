/**
 * What a person's kill or flatten has begun is driven on until it is done (DESIGN §3.9). Kill: everything is cancelled again and again
 * until the venue has confirmed that nothing of ours is open. Flatten: complete sets are merged, then each position leaves by the better
 * of two ways where that is not too dear, and is else held to its resolution; each step waits for the report of the one before.
 */
import { formatMicro } from '../model/money.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { StopState } from './account-state.ts';
import { type DecideContext, emit, emitAlert, emitAudit } from './decide-context.ts';
import { flattenWindow } from './decide-flatten.ts';
import { openOrders } from './open-orders.ts';
import type { WindowState } from './state.ts';

/** Not confirmed: everything is cancelled again after this. Real time: scaled where the product's clock runs faster. */
const CANCEL_ALL_AGAIN_MS = 2 * SECOND_MS;
/** A kill that is not confirmed after this is somebody's business: the venue's own cancels and the heartbeat should have ended it. */
const OVERDUE_MS = MINUTE_MS;
const STOP_TIMER = 'stop';

/** Drives the stop that is under way, if there is one. */
export function decideStop(context: DecideContext, windows: readonly WindowState[]): void {
  const { stop } = context.state.durable;
  if (stop === null) return;
  if (stop.verb === 'kill') driveKill(context, stop);
  if (stop.verb === 'flatten') driveFlatten(context, stop, windows);
}

function driveKill(context: DecideContext, stop: StopState): void {
  const { durable } = context.state;
  if (stop.confirmed) {
    announce(context, stop, 'The venue has confirmed that no order of ours is open.');
    return;
  }
  // The simulated venue is a part of us: what we do not know of is not there.
  if (durable.config.execution === 'simulated' && openOrders(durable).length === 0) {
    announce(context, { ...stop, confirmed: true, confirmedMs: context.nowMs }, 'No order of ours is open.');
    return;
  }
  const { simSpeed } = durable.config;
  let next = stop;
  if (context.nowMs - stop.canceledAllMs >= CANCEL_ALL_AGAIN_MS * simSpeed) {
    emit(context, { type: 'cancel-all-orders', reason: 'kill-unconfirmed' });
    next = { ...next, canceledAllMs: context.nowMs };
  }
  if (!stop.overdue && context.nowMs - stop.startedMs >= OVERDUE_MS * simSpeed) {
    next = { ...next, overdue: true };
    const detail = `The kill of ${stop.actor} is not confirmed after a minute: look at the venue's own open orders.`;
    emitAlert(context, 'critical', 'kill-unconfirmed', detail);
  }
  if (next !== stop) emit(context, { type: 'set-stop', stop: next });
  const dueMs = next.canceledAllMs + CANCEL_ALL_AGAIN_MS * simSpeed;
  if (durable.timers[STOP_TIMER]?.dueMs === dueMs) return;
  emit(context, { type: 'schedule-timer', key: STOP_TIMER, dueMs, generation: durable.timerGeneration + 1 });
}

function driveFlatten(context: DecideContext, stop: StopState, windows: readonly WindowState[]): void {
  const { durable } = context.state;
  let underWay = openOrders(durable).length > 0 || Object.keys(durable.account.merging).length > 0;
  for (const window of windows) if (flattenWindow(context, window)) underWay = true;
  const now = durable.stop ?? stop;
  if (underWay && now.confirmed) {
    // A fill that nobody knew of has come: there is something to do again.
    emit(context, { type: 'set-stop', stop: { ...now, confirmed: false, confirmedMs: null } });
  } else if (!underWay && !now.confirmed) {
    emit(context, { type: 'set-stop', stop: { ...now, confirmed: true, confirmedMs: context.nowMs } });
    const held = now.held.map(({ sizeMicro, outcome, reason }) => `${formatMicro(sizeMicro)} ${outcome}: ${reason}`);
    const detail = held.length === 0 ? 'nothing is held.' : `held to resolution: ${held.join(' ')}`;
    emitAlert(context, 'info', 'flatten-done', `Flattened for ${stop.actor}, ${detail}`);
    emitAudit(context, 'engine', 'flatten-done', `${stop.commandId}: ${detail}`);
  }
}

/** Tells once that a kill is done. */
function announce(context: DecideContext, stop: StopState, detail: string): void {
  if (stop.announced) return;
  emit(context, { type: 'set-stop', stop: { ...stop, announced: true } });
  emitAlert(context, 'info', 'kill-confirmed', detail);
  emitAudit(context, 'engine', 'kill-confirmed', `${stop.commandId}: ${detail}`);
}
