/**
 * Execution reports change orders, positions and the ledger. Price and side of a fill are our own order's; a report that fits no
 * open order, or no row of the order machine, changes nothing and is raised, never swallowed.
 */
import { isEnded, nextOrderStatus, type OrderMachineEvent } from '../execution/order-machine.ts';
import { assertNever } from '../model/errors.ts';
import { costRoundedUp, proceedsRoundedDown } from '../model/money.ts';
import type { EndedOrderStatus } from '../model/order.ts';
import type { ExecutionReport, OrderFilled } from '../model/report.ts';
import { bookCorrection, bookFill } from '../portfolio/ledger.ts';
import { windowPnl } from '../portfolio/payout.ts';
import { applyFill } from '../portfolio/position.ts';
import type { EngineState, OpenOrder, WindowState } from './state.ts';

/** Applies one report. Facts for the projection and alerts are left for `decide` to publish in the same step. */
export function applyReport(state: EngineState, report: ExecutionReport): void {
  const open = state.durable.orders[report.clientOrderId];
  if (open === undefined) {
    // A cancel that crosses the order's own end on its way is refused: the order is gone, which is what was wanted.
    if (report.type === 'cancel-rejected') return;
    alert(state, 'report-without-order', `${report.type} for ${report.clientOrderId}, which is not open.`);
    return;
  }
  if (report.type === 'order-filled') {
    // Links and channels repeat themselves: the same match is booked once.
    if (open.tradeIds.includes(report.tradeId)) return;
    open.tradeIds.push(report.tradeId);
    fill(state, open, report);
  }
  if (report.type === 'order-rejected') noteRefusal(state, open);
  if (report.type === 'order-accepted') open.venueOrderId = report.venueOrderId;
  const event = machineEventOf(report, open);
  const next = nextOrderStatus(open.status, event);
  if (next === null) {
    alert(state, 'order-surprise', `${event} for ${report.clientOrderId}, which is ${open.status}.`);
    return;
  }
  if (isEnded(next)) end(state, open, next, detailOf(report));
  else open.status = next;
}

function noteRefusal({ durable, scratch }: EngineState, { order }: OpenOrder): void {
  scratch.lastRefusedMs[`${order.windowStartMs}:${order.outcome}`] = durable.nowMs;
}

function machineEventOf(report: ExecutionReport, open: OpenOrder): OrderMachineEvent {
  switch (report.type) {
    case 'order-accepted':
      return 'accepted';
    case 'order-rejected':
      return 'rejected';
    case 'order-filled':
      return isComplete(open) ? 'filled' : 'partly-filled';
    case 'order-canceled':
      return 'canceled';
    case 'cancel-rejected':
      return 'cancel-rejected';
    case 'submission-unknown':
      return 'unknown';
    case 'expired-unsent':
      return 'expired-unsent';
    default:
      return assertNever(report, 'execution report');
  }
}

/** A share order is complete when all shares are filled; one that spends money ends by the venue's own word. */
function isComplete(open: OpenOrder): boolean {
  const { amount } = open.order;
  return amount.unit === 'shares' ? open.filledMicro >= amount.sizeMicro : open.spentMicro >= amount.spendMicro;
}

function fill(state: EngineState, open: OpenOrder, report: OrderFilled): void {
  const { order } = open;
  const window = state.durable.windows[order.windowStartMs];
  if (window === undefined) {
    alert(state, 'fill-without-window', `Fill ${report.tradeId} for a window that is closed already.`);
    return;
  }
  const { priceTicks, sizeMicro, feeMicro } = report;
  const paidMicro =
    order.side === 'buy' ? costRoundedUp(priceTicks, sizeMicro) : -proceedsRoundedDown(priceTicks, sizeMicro);
  open.filledMicro += sizeMicro;
  open.spentMicro += Math.max(0, paidMicro);
  applyFill(window.positions[order.outcome], { side: order.side, priceTicks, sizeMicro, feeMicro });
  bookFill(state.durable.ledger, paidMicro, feeMicro);
  settleLateFill(state, window);
  window.fills++;
  state.scratch.pendingFacts.push({
    kind: 'fill',
    tradeId: report.tradeId,
    clientOrderId: order.clientOrderId,
    series: state.durable.config.series.slug,
    windowStartMs: order.windowStartMs,
    strategy: order.strategy,
    outcome: order.outcome,
    side: order.side,
    priceTicks,
    sizeMicro,
    feeMicro,
    liquidity: report.liquidity,
    filledAtMs: report.tsEvent,
  });
}

/** A fill can be reported after the result, of an order of which nothing was known: its shares are paid all the same. */
function settleLateFill(state: EngineState, window: WindowState): void {
  const { resolved, positions } = window;
  if (resolved === null) return;
  const { payoutMicro, pnlMicro } = windowPnl([positions.up, positions.down], resolved.outcome);
  bookCorrection(state.durable.ledger, payoutMicro - resolved.payoutMicro, pnlMicro - resolved.pnlMicro);
  window.resolved = { ...resolved, payoutMicro, pnlMicro };
}

function end(state: EngineState, open: OpenOrder, status: EndedOrderStatus, statusDetail: string): void {
  const { order } = open;
  const { amount } = order;
  delete state.durable.orders[order.clientOrderId];
  state.scratch.pendingFacts.push({
    kind: 'order',
    clientOrderId: order.clientOrderId,
    venueOrderId: open.venueOrderId,
    series: state.durable.config.series.slug,
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
    filledMicro: open.filledMicro,
    status,
    statusDetail,
    createdMs: order.createdMs,
    endedMs: state.durable.nowMs,
  });
}

function detailOf(report: ExecutionReport): string {
  switch (report.type) {
    case 'order-rejected':
      return `${report.code}: ${report.detail}`;
    case 'order-canceled':
      return report.reason;
    case 'cancel-rejected':
      return report.detail;
    default:
      return '';
  }
}

function alert(state: EngineState, code: string, detail: string): void {
  state.scratch.pendingAlerts.push({ code, severity: 'critical', detail });
}
