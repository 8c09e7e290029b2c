/**
 * Looks after orders until they are known: asks for those of which something is missing, cancels those that are to go until the venue
 * shows them gone, and proves the absence of those that never arrived (DESIGN §3.4). Cancels go before questions.
 */
import type { ConditionId, VenueOrderId } from '../../core/model/identifiers.ts';
import { MINUTE_MS } from '../../core/model/time.ts';
import { type AccountContext, settleTracked } from './account-state.ts';
import { RESEND_WITHIN_MS } from './order-path.ts';
import { lacksMatches, noteAbsent, noteCancelRefused, type TrackedOrder } from './order-tracker.ts';
import type { Reports } from './reports.ts';
import { noteAuthorised, noteFailure } from './venue-mode.ts';

export interface OrderCare {
  askOrder(tracked: TrackedOrder): void;
  askTrades(tracked: TrackedOrder): void;
  /** From now on until the venue shows them gone. */
  cancel(orders: readonly TrackedOrder[]): void;
  cancelStranger(orderHash: VenueOrderId): void;
  /** Once a second: whatever is still owed. */
  look(): void;
}

/** No proof of absence before this long after the last sending, with the user channel open all the while (DESIGN §3.4). Wall time. */
export const ABSENCE_AFTER_MS = 30_000;
/** Between two questions about the same order: at first, and at most. Wall time. */
const ASK_AGAIN_MS = 1_000;
const ASK_AGAIN_MAX_MS = 5_000;
/** The venue takes at most so many ids in one cancel (venue notes of 2026-11-23, polymarket §3.2). */
const MAX_CANCELS = 1_000;

/** `reports` gets what the questions bring. */
export function createOrderCare(context: AccountContext, reports: () => Reports): OrderCare {
  const { state, ports, clob, log } = context;
  const { clock } = ports;
  const asking = new Set<TrackedOrder>();
  const askedTrades = new Map<ConditionId, number>();
  const tradesRunning = new Set<ConditionId>();
  const canceling = new Set<TrackedOrder>();
  const refusedOnce = new Set<TrackedOrder>();
  const strangers = new Set<VenueOrderId>();
  const next = new Map<TrackedOrder, { dueMonoMs: number; waitMs: number }>();
  const bug = (what: string) => (error: unknown) => ports.log.log('error', what, { detail: String(error) });

  const delay = (tracked: TrackedOrder): void => {
    const waitMs = Math.min(ASK_AGAIN_MAX_MS, (next.get(tracked)?.waitMs ?? ASK_AGAIN_MS / 1.5) * 1.5);
    next.set(tracked, { dueMonoMs: clock.monotonicMs() + waitMs, waitMs });
  };

  const ask = async (tracked: TrackedOrder, notCanceled: string | null): Promise<void> => {
    if (asking.has(tracked)) return;
    asking.add(tracked);
    delay(tracked);
    const askedMonoMs = clock.monotonicMs();
    try {
      const answer = await clob.order(tracked.orderHash);
      if (answer.kind !== 'accepted') return noteFailure(context, answer);
      noteAuthorised(context);
      if (answer.value === null) return await notFound(tracked, askedMonoMs);
      reports().order(answer.value);
      if (notCanceled !== null && tracked.phase === 'standing' && !refusedOnce.has(tracked)) {
        refusedOnce.add(tracked);
        settleTracked(context, tracked, noteCancelRefused(tracked, notCanceled, clock.now()));
      }
    } finally {
      asking.delete(tracked);
    }
  };

  /** The venue knows no such order. That alone proves nothing: it may still be on its way in. */
  const notFound = async (tracked: TrackedOrder, askedMonoMs: number): Promise<void> => {
    if (tracked.phase !== 'unknown' || tracked.seenAtVenue) return;
    const sentMonoMs = state.sentAt.get(tracked)?.lastMonoMs ?? null;
    const { channelSinceMonoMs } = state;
    if (sentMonoMs === null || channelSinceMonoMs === null) return;
    if (askedMonoMs - Math.max(sentMonoMs, channelSinceMonoMs) < ABSENCE_AFTER_MS) return;
    const fills = await clob.fills({ conditionId: tracked.conditionId, afterMs: tracked.order.createdMs - MINUTE_MS });
    if (fills.kind !== 'accepted') return noteFailure(context, fills);
    for (const fill of fills.value) reports().fill(fill);
    // A message of the channel, or a break in it, can have come while the question was out.
    if (tracked.phase !== 'unknown' || state.channelSinceMonoMs !== channelSinceMonoMs) return;
    const detail = `Neither order, trades nor user channel show it ${Math.round((askedMonoMs - sentMonoMs) / 1000)} s after it was sent.`;
    settleTracked(context, tracked, noteAbsent(tracked, detail, clock.now()));
  };

  const trades = async (conditionId: ConditionId, sinceMs: number): Promise<void> => {
    if (tradesRunning.has(conditionId)) return;
    tradesRunning.add(conditionId);
    askedTrades.set(conditionId, clock.monotonicMs());
    try {
      const answer = await clob.fills({ conditionId, afterMs: sinceMs });
      if (answer.kind !== 'accepted') return noteFailure(context, answer);
      for (const fill of answer.value) reports().fill(fill);
    } finally {
      tradesRunning.delete(conditionId);
    }
  };

  const cancelNow = async (orders: readonly TrackedOrder[]): Promise<void> => {
    const wanted = orders.filter((order) => !canceling.has(order)).slice(0, MAX_CANCELS);
    const [first] = wanted;
    if (first === undefined) return;
    for (const order of wanted) canceling.add(order);
    try {
      const answer =
        wanted.length === 1
          ? await clob.cancel(first.orderHash)
          : await clob.cancelMany(wanted.map(({ orderHash }) => orderHash));
      if (answer.kind !== 'accepted') return noteFailure(context, answer);
      noteAuthorised(context);
      const canceled = new Set(answer.value.canceled);
      const reasons = new Map(answer.value.notCanceled.map(({ orderHash, reason }) => [orderHash, reason]));
      for (const order of wanted) {
        if (order.phase === 'ended') continue;
        if (canceled.has(order.orderHash)) state.cancelConfirmed.add(order);
        // How much of it has matched is asked; only then it has ended.
        ask(order, canceled.has(order.orderHash) ? null : (reasons.get(order.orderHash) ?? 'not canceled')).catch(
          bug('Asking for an order threw.'),
        );
      }
    } finally {
      for (const order of wanted) canceling.delete(order);
    }
  };

  const cancel = (orders: readonly TrackedOrder[]): void => {
    const open = orders.filter(({ phase }) => phase !== 'ended');
    for (const order of open) {
      if (order.cancelAsked) continue;
      order.cancelAsked = true;
      log.append({ kind: 'cancel', series: order.series, clientOrderId: order.order.clientOrderId });
    }
    cancelNow(open.filter((order) => !state.cancelConfirmed.has(order))).catch(bug('Cancelling threw.'));
  };

  const askOrder = (tracked: TrackedOrder): void => {
    ask(tracked, null).catch(bug('Asking for an order threw.'));
  };
  const askTrades = (tracked: TrackedOrder): void => {
    trades(tracked.conditionId, tracked.order.createdMs - MINUTE_MS).catch(bug('Asking for trades threw.'));
  };

  /** To be cancelled, again where the last cancel was not confirmed. One that nobody knows of goes once it cannot be sent again. */
  const isToGo = (order: TrackedOrder, nowMonoMs: number): boolean => {
    if (state.cancelConfirmed.has(order)) return false;
    const sent = state.sentAt.get(order);
    const isOverdue = sent === undefined || nowMonoMs - sent.firstMonoMs > RESEND_WITHIN_MS;
    return order.cancelAsked || (order.phase === 'unknown' && isOverdue);
  };
  const isOwed = (order: TrackedOrder): boolean =>
    order.phase === 'unknown' || state.cancelConfirmed.has(order) || order.ending !== null || lacksMatches(order);

  return {
    askOrder,
    askTrades,
    cancel,
    cancelStranger(orderHash) {
      if (strangers.has(orderHash)) return;
      strangers.add(orderHash);
      ports.log.log('error', 'An order stands at the venue that the runner does not know: it is cancelled.', {
        detail: orderHash,
      });
      clob.cancel(orderHash).then(
        // It is cancelled again when it is seen again.
        () => void strangers.delete(orderHash),
        bug('Cancelling threw.'),
      );
    },
    look() {
      const nowMonoMs = clock.monotonicMs();
      for (const order of next.keys()) if (order.phase === 'ended') next.delete(order);
      for (const order of refusedOnce) if (order.phase === 'ended') refusedOnce.delete(order);
      const open = [...state.open];
      cancel(open.filter((order) => isToGo(order, nowMonoMs)));
      for (const order of open) if (isOwed(order) && (next.get(order)?.dueMonoMs ?? 0) <= nowMonoMs) askOrder(order);
      for (const order of state.orders.values()) {
        const waited = nowMonoMs - (askedTrades.get(order.conditionId) ?? 0);
        if (waited >= 2 * ASK_AGAIN_MS && lacksMatches(order)) askTrades(order);
      }
      reports().giveUpOnUnclaimed();
    },
  };
}
