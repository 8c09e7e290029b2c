/**
 * Matches of our orders and their settlement: booked once each, whenever they are told, and taken back when they fail. Everything
 * that a match moved is moved back exactly: position, cost, cash, fees and counters, also in a window whose result is booked already.
 */
import { isSettled, settlementRow } from '../execution/settlement-machine.ts';
import { formatMicro } from '../model/money.ts';
import type { FillSettlementChanged, OrderFilled } from '../model/report.ts';
import { bookCorrection, bookFill, bookReversal } from '../portfolio/ledger.ts';
import { windowPnl } from '../portfolio/payout.ts';
import { enterMatch, type Match, matchKey, matchOf, paidMicro, reverseMatch } from '../portfolio/window-book.ts';
import { accountingFacts } from './accounting-facts.ts';
import { accountWindow, enterAttribution } from './apply-accounting.ts';
import { knownWindow } from './known-orders.ts';
import { publishSoon, raise, restrictSoon } from './pending.ts';
import type { EngineState, KnownOrder, WindowState } from './state.ts';
import { noteWindowFills } from './strategies-state.ts';
import { positionFacts, windowFact } from './window-facts.ts';

/** Books a match. Says what it is to the order machine, or `null` for one that was told before. */
export function applyMatch(
  state: EngineState,
  known: KnownOrder,
  report: OrderFilled,
): 'partly-filled' | 'filled' | null {
  const { order } = known;
  const { tradeId, priceTicks, sizeMicro, feeMicro, liquidity, clientOrderId } = report;
  const window = knownWindow(state.durable, order.windowStartMs);
  if (window === undefined) {
    const detail = `Trade ${tradeId} of ${clientOrderId} is of a window that is forgotten, and in no position.`;
    raise(state, 'critical', 'fill-without-window', detail);
    restrictSoon(state, 'unbooked-fill', 'halted', `${detail} Compare the account with the venue before you resume.`);
    return null;
  }
  // Links and channels repeat themselves: the same match is booked once.
  if (matchOf(window, tradeId, clientOrderId) !== undefined) return null;
  const key = matchKey(tradeId, clientOrderId);
  const early = window.earlySettlements[key];
  delete window.earlySettlements[key];
  const match: Match = {
    tradeId,
    clientOrderId,
    outcome: order.outcome,
    side: order.side,
    priceTicks,
    sizeMicro,
    feeMicro,
    liquidity,
    filledAtMs: report.tsEvent,
    // A simulated match is final when it is made (docs/design/simulated-execution.md).
    settlement: early?.status ?? (state.durable.config.execution === 'simulated' ? 'confirmed' : 'matched'),
    settlementMs: early?.atMs ?? report.tsEvent,
    transactionHash: early?.transactionHash ?? null,
  };
  enterMatch(window, match);
  enterAttribution(state.durable, window, match, order.strategy);
  if (match.settlement === 'failed') {
    window.failedFills++;
  } else {
    known.filledMicro += sizeMicro;
    known.spentMicro += Math.max(0, paidMicro(match));
    bookFill(state.durable.ledger, paidMicro(match), feeMicro);
    window.fills++;
  }
  warnOfLimit(state, known, match);
  settleBooks(state, window, 'short-position');
  publishMatch(state, known, match);
  return isComplete(known, window) ? 'filled' : 'partly-filled';
}

/** Notes how a match settles. Says `reversed` when its fill was taken back. */
export function applySettlement(
  state: EngineState,
  known: KnownOrder,
  report: FillSettlementChanged,
): 'noted' | 'reversed' {
  const { tradeId, clientOrderId, status, transactionHash } = report;
  const window = knownWindow(state.durable, known.order.windowStartMs);
  if (window === undefined) {
    raise(state, status === 'failed' ? 'critical' : 'info', 'settlement-without-window', wordsOf(report));
    return 'noted';
  }
  const match = matchOf(window, tradeId, clientOrderId);
  if (match === undefined) {
    noteEarly(state, window, report);
    return 'noted';
  }
  const row = settlementRow(match.settlement, status);
  // Messages overtake each other: by the venue's own clock, the later word counts. An end counts whenever it comes.
  if (report.tsEvent < match.settlementMs && !isSettled(status)) return 'noted';
  if (row.raise !== null) {
    const code = row.to === match.settlement ? 'settlement-surprise' : 'fill-failed';
    raise(state, row.raise, code, `${wordsOf(report)} after ${match.settlement}: ${row.why}.`);
  }
  const before = match.settlement;
  if (row.to === status) {
    match.settlementMs = report.tsEvent;
    match.transactionHash = transactionHash ?? match.transactionHash;
  }
  if (row.to === before) return 'noted';
  if (row.to === 'failed') takeBack(state, known, window, match);
  else match.settlement = row.to;
  if (isSettled(row.to)) publishMatch(state, known, match);
  return row.to === 'failed' ? 'reversed' : 'noted';
}

/** A settlement ahead of its match: remembered, so that a match that has failed is never booked. */
function noteEarly(state: EngineState, window: WindowState, report: FillSettlementChanged): void {
  const key = matchKey(report.tradeId, report.clientOrderId);
  const before = window.earlySettlements[key];
  const row = settlementRow(before?.status ?? 'matched', report.status);
  if (before !== undefined && report.tsEvent < before.atMs && !isSettled(report.status)) return;
  if (row.raise !== null) {
    const code = row.to === 'failed' && before?.status !== 'failed' ? 'fill-failed' : 'settlement-surprise';
    raise(state, row.raise, code, `${wordsOf(report)} before its match was told: ${row.why}.`);
  }
  if (row.to !== report.status) return;
  window.earlySettlements[key] = {
    status: row.to,
    atMs: report.tsEvent,
    transactionHash: report.transactionHash ?? before?.transactionHash ?? null,
  };
}

function takeBack(state: EngineState, known: KnownOrder, window: WindowState, match: Match): void {
  const paid = paidMicro(match);
  reverseMatch(window, match);
  known.filledMicro -= match.sizeMicro;
  known.spentMicro -= Math.max(0, paid);
  bookReversal(state.durable.ledger, paid, match.feeMicro);
  window.fills--;
  window.failedFills++;
  settleBooks(state, window, 'settlement-failed');
}

/**
 * A share order is complete when all shares are matched; one that spends money ends by the venue's own word, at the latest when all
 * of it is spent. What failed counts: a matched order does not return to the book.
 */
function isComplete({ order }: KnownOrder, window: WindowState): boolean {
  let sharesMicro = 0;
  let moneyMicro = 0;
  for (const match of Object.values(window.matches)) {
    if (match.clientOrderId !== order.clientOrderId) continue;
    sharesMicro += match.sizeMicro;
    moneyMicro += Math.max(0, paidMicro(match));
  }
  const { amount } = order;
  return amount.unit === 'shares' ? sharesMicro >= amount.sizeMicro : moneyMicro >= amount.spendMicro;
}

/** A match beyond what was ordered is booked, and is the venue's error or ours: a person is told. */
function warnOfLimit(state: EngineState, { order, filledMicro, spentMicro }: KnownOrder, match: Match): void {
  const { amount } = order;
  const worse = order.side === 'buy' ? match.priceTicks > order.priceTicks : match.priceTicks < order.priceTicks;
  const tooMuch = amount.unit === 'shares' ? filledMicro > amount.sizeMicro : spentMicro > amount.spendMicro;
  if (!worse && !tooMuch) return;
  const what = tooMuch ? 'more than was ordered' : 'at a worse price than was ordered';
  raise(state, 'critical', 'fill-beyond-order', `Trade ${match.tradeId} fills ${order.clientOrderId} ${what}.`);
}

/** What follows from changed positions: the result of a resolved window, the rows of a closed one, and shares that are owed. */
export function settleBooks(
  state: EngineState,
  window: WindowState,
  reason: 'short-position' | 'settlement-failed',
): void {
  const { durable } = state;
  const { resolved, positions } = window;
  noteWindowFills(durable, window);
  if (resolved !== null) {
    const { payoutMicro, pnlMicro } = windowPnl([positions.up, positions.down], resolved.outcome);
    bookCorrection(durable.ledger, payoutMicro - resolved.payoutMicro, pnlMicro - resolved.pnlMicro);
    window.resolved = { ...resolved, payoutMicro, pnlMicro };
    accountWindow(durable, window);
  }
  const closed = durable.closedWindows[window.window.startMs];
  if (closed?.state === window) {
    for (const fact of positionFacts(durable, closed)) publishSoon(state, fact);
    publishSoon(state, windowFact(durable, closed));
    for (const fact of accountingFacts(durable, window)) publishSoon(state, fact);
  }
  for (const position of [positions.up, positions.down]) {
    if (position.sizeMicro >= 0) continue;
    const cause = reason === 'settlement-failed' ? 'a purchase failed to settle' : 'more was sold than is in the books';
    const detail = `${window.slug}: ${formatMicro(-position.sizeMicro)} ${position.outcome} shares are owed, because ${cause}.`;
    raise(state, 'critical', reason, detail);
    restrictSoon(state, reason, 'reducing', detail);
  }
}

function publishMatch(state: EngineState, { order }: KnownOrder, match: Match): void {
  publishSoon(state, {
    kind: 'fill',
    tradeId: match.tradeId,
    clientOrderId: match.clientOrderId,
    series: state.durable.config.series.slug,
    windowStartMs: order.windowStartMs,
    strategy: order.strategy,
    outcome: match.outcome,
    side: match.side,
    priceTicks: match.priceTicks,
    sizeMicro: match.sizeMicro,
    feeMicro: match.feeMicro,
    liquidity: match.liquidity,
    filledAtMs: match.filledAtMs,
    settlement: match.settlement,
  });
}

function wordsOf({ tradeId, clientOrderId, status }: FillSettlementChanged): string {
  return `The settlement of trade ${tradeId} of ${clientOrderId} is ${status}`;
}
