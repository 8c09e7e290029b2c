/**
 * Execution reports change orders, positions and the ledger. Price and side of a fill are our own order's. Nothing that is told is
 * lost: a match of an order that has ended is booked all the same, what fits no row of the order machine is raised, and a match that
 * cannot be booked halts trading.
 */
import { isEnded, type OrderMachineEvent, orderRow } from '../execution/order-machine.ts';
import { assertNever } from '../model/errors.ts';
import type { OrderFact } from '../model/fact.ts';
import type { OrderStatus } from '../model/order.ts';
import type { ExecutionReport, FillSettlementChanged, OrderFilled } from '../model/report.ts';
import { applyMatch, applySettlement } from './apply-match.ts';
import { knownOrder, knownWindow } from './known-orders.ts';
import { raise, restrictSoon } from './pending.ts';
import type { EndedOrder, EngineState, KnownOrder, OpenOrder } from './state.ts';

/** One part in eight of each new delay: half of a step shows after five cancels. */
const CANCEL_DELAY_WEIGHT = 1 / 8;

type OrderWord = Exclude<ExecutionReport, OrderFilled | FillSettlementChanged>;

/** Applies one report. Facts, alerts and restrictions are left for `decide` to publish in the same step. */
export function applyReport(state: EngineState, report: ExecutionReport): void {
  const known = knownOrder(state.durable, report.clientOrderId);
  if (known === undefined) {
    applyStray(state, report);
    return;
  }
  switch (report.type) {
    case 'order-filled': {
      const event = applyMatch(state, known, report);
      if (event !== null) move(state, known, event, '');
      return;
    }
    case 'fill-settlement-changed':
      if (applySettlement(state, known, report) === 'reversed') move(state, known, 'fill-failed', '');
      return;
    default:
      if (report.type === 'order-rejected' && !isEnded(known.status)) noteRefusal(state, known);
      if (report.type === 'order-canceled') noteCancelDelay(state, known);
      if (report.type === 'order-accepted') known.venueOrderId = report.venueOrderId;
      move(state, known, machineEventOf(report), detailOf(report));
  }
}

/** A report on an order of which nothing is known, or not any more. */
function applyStray(state: EngineState, report: ExecutionReport): void {
  const what = `${report.type} for ${report.clientOrderId}, an order that is not known`;
  // A cancel of what has ended long ago is refused: it is gone, which is what was wanted.
  if (report.type === 'cancel-rejected') return;
  raise(state, 'critical', 'report-without-order', `${what}.`);
  if (report.type !== 'order-filled') return;
  const detail = `${what}: trade ${report.tradeId} is in no position. Compare the account with the venue before you resume.`;
  restrictSoon(state, 'unbooked-fill', 'halted', detail);
}

function noteRefusal({ durable, scratch }: EngineState, { order }: KnownOrder): void {
  scratch.lastRefusedMs[`${order.windowStartMs}:${order.outcome}`] = durable.nowMs;
}

/** From our decision to the venue's word that the order is gone: what a quote has to be wide enough for. */
function noteCancelDelay({ durable, market }: EngineState, { cancelRequestedMs }: KnownOrder): void {
  if (cancelRequestedMs === null) return;
  const delayMs = Math.max(0, durable.nowMs - cancelRequestedMs);
  market.cancelDelayMs =
    market.cancelDelayMs === null
      ? delayMs
      : market.cancelDelayMs + (delayMs - market.cancelDelayMs) * CANCEL_DELAY_WEIGHT;
}

function machineEventOf(report: OrderWord): OrderMachineEvent {
  switch (report.type) {
    case 'order-accepted':
      return 'accepted';
    case 'order-rejected':
      return 'rejected';
    case 'order-canceled':
      return 'canceled';
    case 'cancel-rejected':
      return 'cancel-rejected';
    case 'submission-unknown':
      return 'unknown';
    case 'expired-unsent':
      return 'expired-unsent';
    case 'order-absent':
      return 'absent';
    default:
      return assertNever(report, 'execution report');
  }
}

/** Takes the row of the order machine, and publishes an end that is new or has changed. */
function move(state: EngineState, known: KnownOrder, event: OrderMachineEvent, detail: string): void {
  const { clientOrderId } = known.order;
  const before = known.status;
  const row = orderRow(before, event);
  if (row === null) {
    raise(state, 'critical', 'order-surprise', `${event} for ${clientOrderId}, which is ${before}.`);
    return;
  }
  if (row.raise !== null) {
    raise(state, row.raise, 'order-surprise', `${event} for ${clientOrderId}, which is ${before}: ${row.why}.`);
  }
  const next = statusAfter(state, known, row.to);
  known.status = next;
  if (isEnded(next)) {
    if (next !== before) end(state, known, detail);
    else if (event === 'partly-filled' || event === 'filled' || event === 'fill-failed') publishEnd(state, known);
  } else if (isEnded(before)) {
    standAgain(state, known);
  }
}

/** Where the table's word is not the whole of it: our own cancel that is still on its way, and markets that are over. */
function statusAfter({ durable }: EngineState, known: KnownOrder, to: OrderStatus): OrderStatus {
  const { status, order, cancelRequestedMs } = known;
  if (status === 'unknown' && to === 'resting' && cancelRequestedMs !== null) return 'cancel-pending';
  // In a market that is resolved and closed nothing can stand again.
  if (isEnded(status) && !isEnded(to) && durable.windows[order.windowStartMs] === undefined) return status;
  return to;
}

function end({ durable, scratch }: EngineState, known: KnownOrder, statusDetail: string): void {
  const { clientOrderId, windowStartMs } = known.order;
  if (known.endedMs === null || statusDetail !== '') known.statusDetail = statusDetail;
  known.endedMs ??= durable.nowMs;
  delete durable.orders[clientOrderId];
  if (knownWindow(durable, windowStartMs) !== undefined) durable.endedOrders[clientOrderId] = known as EndedOrder;
  scratch.unansweredWarnings = scratch.unansweredWarnings.filter((id) => id !== clientOrderId);
  publishEnd({ durable, scratch } as EngineState, known);
}

/** It was taken for ended and may trade after all: it counts again, and is cancelled like any order of which nothing is known. */
function standAgain({ durable }: EngineState, known: KnownOrder): void {
  const { clientOrderId } = known.order;
  delete durable.endedOrders[clientOrderId];
  known.endedMs = null;
  known.cancelRequestedMs = null;
  // What was refused or proven absent is not sent again.
  known.resentMs ??= durable.nowMs;
  durable.orders[clientOrderId] = known as OpenOrder;
}

function publishEnd({ durable, scratch }: EngineState, known: KnownOrder): void {
  const { order, status, endedMs } = known;
  if (!isEnded(status)) return;
  const { amount } = order;
  const fact: OrderFact = {
    kind: 'order',
    clientOrderId: order.clientOrderId,
    venueOrderId: known.venueOrderId,
    series: durable.config.series.slug,
    windowStartMs: order.windowStartMs,
    strategy: order.strategy,
    tokenId: order.tokenId,
    outcome: order.outcome,
    side: order.side,
    timeInForce: order.timeInForce,
    postOnly: order.postOnly,
    priceTicks: order.priceTicks,
    sizeMicro: amount.unit === 'shares' ? amount.sizeMicro : null,
    spendMicro: amount.unit === 'pusd' ? amount.spendMicro : null,
    filledMicro: known.filledMicro,
    status,
    statusDetail: known.statusDetail,
    createdMs: order.createdMs,
    endedMs: endedMs ?? durable.nowMs,
  };
  scratch.pendingFacts.push(fact);
}

function detailOf(report: OrderWord): string {
  switch (report.type) {
    case 'order-rejected':
      return `${report.code}: ${report.detail}`;
    case 'order-canceled':
      return report.reason;
    case 'cancel-rejected':
    case 'order-absent':
      return report.detail;
    default:
      return '';
  }
}
