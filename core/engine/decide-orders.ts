/**
 * Orders that do not do what is expected of them: those of which nothing is known are sent once more or cancelled, cancels that nobody
 * confirms are asked for again, and silence is told to a person. Until the venue or our own log has spoken each of them counts as
 * exposure (DESIGN §3.4).
 */
import { assertNever } from '../model/errors.ts';
import type { StrategyId } from '../model/identifiers.ts';
import type { OrderIntent } from '../model/order.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { cashNeededMicro } from '../risk/exposure.ts';
import { approveOrder } from '../risk/risk-engine.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import type { StaleInput } from './required-streams.ts';
import { riskContextOf } from './risk-context.ts';
import type { OpenOrder, WindowState } from './state.ts';

/** A cancel that is not confirmed after this is asked for again. */
const CANCEL_AGAIN_MS = 2 * SECOND_MS;
/** The same bytes may be sent once more within this of the first sending (DESIGN §3.4); an order is sent right after it is made. */
const RESEND_WITHIN_MS = SECOND_MS;
/** What was sent again and is not answered within this is cancelled. */
const RESEND_ANSWER_MS = SECOND_MS;
/** No answer of any kind so long after the last moment of sending. Real time: scaled where the product's clock runs faster. */
const UNANSWERED_MS = 5 * SECOND_MS;
/** Nothing found out so long after it: twice the 30 s after which absence can be proven. Real time, scaled likewise. */
const UNKNOWN_FOR_LONG_MS = MINUTE_MS;

/** A cancel is on its way. An unknown order keeps its status when it is cancelled: nobody has seen it yet. */
export function isLeaving({ status, cancelRequestedMs }: OpenOrder): boolean {
  return status === 'cancel-pending' || (status === 'unknown' && cancelRequestedMs !== null);
}

/** Cancels what stands. */
export function cancelAll(context: DecideContext, standing: readonly OpenOrder[], reason: string): void {
  for (const open of standing) if (!isLeaving(open)) cancel(context, open, reason);
}

/** Looks after the orders of one window, whoever sent them: cancels are repeated, and silence is told. */
export function watchOrders(context: DecideContext, standing: readonly OpenOrder[]): void {
  for (const open of standing) {
    const { cancelRequestedMs } = open;
    if (isLeaving(open) && cancelRequestedMs !== null && context.nowMs - cancelRequestedMs >= CANCEL_AGAIN_MS) {
      cancel(context, open, 'unconfirmed');
    }
    warnOfSilence(context, open);
  }
}

/** A wish of a strategy, as far as it matters for an order that is out already. */
export interface WantedOrder {
  readonly strategy: StrategyId;
  readonly outcome: Outcome;
}

/** What a decision says about an order of which nothing is known: whether it is still wanted, and with which inputs. */
export interface PresentView {
  /** What is wanted now; `null` while the books are between two messages, when nothing can be said. */
  readonly wanted: readonly WantedOrder[] | null;
  readonly staleInput: StaleInput | null;
}

/**
 * Orders of one window that were sent and not answered: sent once more while that is allowed and risk would approve them today,
 * cancelled otherwise. What is on its way out is left to `watchOrders`.
 */
export function resolveUnknown(
  context: DecideContext,
  window: WindowState,
  standing: readonly OpenOrder[],
  view: PresentView,
): void {
  for (const open of standing) {
    if (open.status !== 'unknown' || open.cancelRequestedMs !== null) continue;
    const next = nextStep(context, window, open, view);
    switch (next) {
      case 'wait':
        break;
      case 'resend':
        emit(context, { type: 'resend-order', clientOrderId: open.order.clientOrderId });
        break;
      case 'cancel':
        cancel(context, open, 'unknown');
        break;
      default:
        assertNever(next, 'step for an unknown order');
    }
  }
}

function nextStep(
  context: DecideContext,
  window: WindowState,
  open: OpenOrder,
  view: PresentView,
): 'wait' | 'resend' | 'cancel' {
  const { nowMs } = context;
  const { order, resentMs } = open;
  if (resentMs !== null) return nowMs - resentMs < RESEND_ANSWER_MS ? 'wait' : 'cancel';
  if (nowMs - order.createdMs > RESEND_WITHIN_MS || nowMs >= order.notAfterMs) return 'cancel';
  if (view.wanted === null) return 'wait';
  const wanted = view.wanted.some(({ strategy, outcome }) => strategy === order.strategy && outcome === order.outcome);
  return wanted && isApprovedNow(context, window, open, view.staleInput) ? 'resend' : 'cancel';
}

/** True when risk would approve what is left of the order at this moment, were it not standing already. */
function isApprovedNow(
  context: DecideContext,
  window: WindowState,
  { order, filledMicro, spentMicro }: OpenOrder,
  staleInput: StaleInput | null,
): boolean {
  const { amount } = order;
  const intent: OrderIntent = {
    ...order,
    amount:
      amount.unit === 'shares'
        ? { unit: 'shares', sizeMicro: amount.sizeMicro - filledMicro }
        : { unit: 'pusd', spendMicro: amount.spendMicro - spentMicro },
  };
  const risk = riskContextOf(context, window, intent, staleInput);
  const own = risk.openInWindow.find((exposure) => exposure.intent === order);
  const others = {
    ...risk,
    openInWindow: risk.openInWindow.filter((exposure) => exposure !== own),
    reservedCashMicro: risk.reservedCashMicro - (own === undefined ? 0 : cashNeededMicro(own)),
    ordersInWindow: risk.ordersInWindow - 1,
    ordersInLastSecond: Math.max(0, risk.ordersInLastSecond - 1),
  };
  return approveOrder(intent, others, order).ok;
}

function cancel(context: DecideContext, { order }: OpenOrder, reason: string): void {
  emit(context, { type: 'cancel-order', clientOrderId: order.clientOrderId, reason });
}

/** An order that nobody answers for leaves, and a person is told, once. */
function warnOfSilence(context: DecideContext, open: OpenOrder): void {
  const { scratch, durable } = context.state;
  const { order, status, venueOrderId } = open;
  if (status === 'resting' || scratch.unansweredWarnings.includes(order.clientOrderId)) return;
  const { simSpeed } = durable.config;
  const silentMs = context.nowMs - order.notAfterMs;
  const limitMs = (status === 'in-flight' ? UNANSWERED_MS : UNKNOWN_FOR_LONG_MS) * simSpeed;
  if (silentMs < limitMs || (status === 'cancel-pending' && venueOrderId !== null)) return;
  scratch.unansweredWarnings.push(order.clientOrderId);
  const seconds = Math.round(limitMs / simSpeed / SECOND_MS);
  const detail = `${order.clientOrderId} is ${status} ${seconds} s after it had to be sent: it counts as exposure until it is known.`;
  emitAlert(context, 'critical', 'order-unanswered', detail);
  if (status === 'in-flight') cancel(context, open, 'unanswered');
}
