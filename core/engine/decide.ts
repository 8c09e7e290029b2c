/**
 * New outputs from state: when a decision is due, and in which order its parts are taken. Due at once on a report, command, timer,
 * changed touch or reference price, otherwise at most every 100 ms, and 20 times a second in all (reports, commands and timers
 * excepted; RUNTIME §3).
 */

import type { TokenId } from '../model/identifiers.ts';
import type { Urgency } from './apply-market.ts';
import { decideAccount } from './decide-account.ts';
import { decideClock } from './decide-clock.ts';
import { decideCommands } from './decide-commands.ts';
import { type DecideContext, emit, emitAlert, emitAudit } from './decide-context.ts';
import { decideLifecycle, readRulesAgain, windowsInOrder } from './decide-lifecycle.ts';
import { decideMarks } from './decide-marks.ts';
import { decideQuotes } from './decide-quotes.ts';
import { decideStop } from './decide-stop.ts';
import type { EngineEvent } from './events.ts';
import { openOrders } from './open-orders.ts';
import type { Output } from './outputs.ts';
import type { EngineState } from './state.ts';

/** Between decisions that market data causes: 20 a second. */
const MIN_INTERVAL_MS = 50;
/** How long a change of one token waits for that of the other, real time: they come in one frame, or in two that follow each other. */
const OTHER_TOKEN_MS = 20;
/** Between decisions when nothing urgent happened. */
const RELAXED_INTERVAL_MS = 100;

/** Decides, if a decision is due, and appends to `outputs`. */
export function decide(state: EngineState, event: EngineEvent, urgency: Urgency, outputs: Output[]): void {
  const { scratch, durable } = state;
  if (!isDue(state, event, urgency)) return;
  scratch.lastDecideMs = durable.nowMs;
  scratch.decidePending = false;
  scratch.halfMovedSinceMs = null;
  scratch.decisions++;
  const context: DecideContext = { state, nowMs: durable.nowMs, outputs };
  publishPending(context);
  decideCommands(context, event);
  decideClock(context, event);
  if (event.type === 'restarted' || event.type === 'step-failed') cancelOwnOrders(context);
  decideAccount(context, event);
  const windows = windowsInOrder(state);
  if (event.type === 'recovery-completed') readRulesAgain(context, windows);
  // Before a window can be resolved: afterwards nothing of it is marked.
  decideMarks(context);
  decideLifecycle(context, windows);
  // An order that is not confirmed gone is looked after for as long as it takes, also when nobody listens to its book any more.
  const standing = new Set(openOrders(durable).map(({ order }) => order.windowStartMs));
  for (const window of windows) {
    if (window.subscribed || standing.has(window.window.startMs)) decideQuotes(context, window);
  }
  decideStop(context, windows);
}

function isDue(state: EngineState, event: EngineEvent, urgency: Urgency): boolean {
  const { scratch, durable } = state;
  if (urgency === 'now' && !isMarketData(event)) return true;
  const sinceMs = durable.nowMs - scratch.lastDecideMs;
  if (urgency === 'now') scratch.decidePending = true;
  if (awaitsOtherToken(state, event)) return false;
  if (scratch.decidePending) return sinceMs >= MIN_INTERVAL_MS;
  return urgency === 'soon' && sinceMs >= RELAXED_INTERVAL_MS;
}

/**
 * A change of price is told for each of the two tokens, one after the other: a decision between the two would see a market that never
 * was. It waits for the second, and not for long.
 */
function awaitsOtherToken(state: EngineState, event: EngineEvent): boolean {
  if (event.type !== 'book-changed' && event.type !== 'book-received') return false;
  const { scratch, durable, market } = state;
  const other = otherToken(state, event.tokenId);
  const book = other === null ? undefined : market.books[other];
  if (book === undefined || book.status !== 'live' || book.updatedMs >= event.tsInit) {
    scratch.halfMovedSinceMs = null;
    return false;
  }
  scratch.halfMovedSinceMs ??= durable.nowMs;
  return durable.nowMs - scratch.halfMovedSinceMs < OTHER_TOKEN_MS * durable.config.simSpeed;
}

function otherToken(state: EngineState, tokenId: TokenId): TokenId | null {
  for (const key in state.durable.windows) {
    const tokens = state.durable.windows[key]?.market?.tokens;
    if (tokens?.up === tokenId) return tokens.down;
    if (tokens?.down === tokenId) return tokens.up;
  }
  return null;
}

/** Market data is what can come hundreds of times a second; everything else is decided on at once, always. */
function isMarketData(event: EngineEvent): boolean {
  switch (event.type) {
    case 'book-received':
    case 'book-changed':
    case 'book-trade-received':
    case 'reference-price-received':
    case 'tick-size-changed':
      return true;
    default:
      return false;
  }
}

function publishPending(context: DecideContext): void {
  const { scratch } = context.state;
  const facts = scratch.pendingFacts;
  const alerts = scratch.pendingAlerts;
  const audits = scratch.pendingAudits;
  const restrictions = scratch.pendingRestrictions;
  scratch.pendingFacts = [];
  scratch.pendingAlerts = [];
  scratch.pendingAudits = [];
  scratch.pendingRestrictions = [];
  for (const fact of facts) emit(context, { type: 'publish-fact', fact });
  for (const { actor, action, detail } of audits) emitAudit(context, actor, action, detail);
  for (const { severity, code, detail } of alerts) emitAlert(context, severity, code, detail);
  for (const restriction of restrictions) {
    const stands = context.state.durable.restrictions.some(({ reason }) => reason === restriction.reason);
    if (!stands) emit(context, { type: 'set-trading-restriction', ...restriction, actor: 'engine' });
  }
}

/** After a restart our own resting orders leave first: nobody watched them while we were away. */
function cancelOwnOrders(context: DecideContext): void {
  for (const { order } of openOrders(context.state.durable)) {
    emit(context, { type: 'cancel-order', clientOrderId: order.clientOrderId, reason: 'restarted' });
  }
}
