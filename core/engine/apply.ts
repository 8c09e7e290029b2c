/**
 * Recorded facts change state, here and nowhere else: the event that came in, and the outputs that were decided on it. Recovery
 * runs these two functions over the journal and never decides anything again (RUNTIME §3).
 */

import { configChanges } from '../config/config-changes.ts';
import type { EngineConfig } from '../config/engine-config.ts';
import { presentConfig } from '../config/present-config.ts';
import { orderSalt } from '../execution/order-identity.ts';
import { isEnded, nextOrderStatus } from '../execution/order-machine.ts';
import { noteTradesLost } from '../market-data/candles.ts';
import { forgetSequences, streamAgeMs } from '../market-data/feed-health.ts';
import { createBook } from '../market-data/order-book.ts';
import { assertNever, invariant } from '../model/errors.ts';
import type { ApprovedOrder } from '../model/order.ts';
import { SECOND_MS } from '../model/time.ts';
import { bookResolution, createLedger, rollDay } from '../portfolio/ledger.ts';
import { windowPnl } from '../portfolio/payout.ts';
import { recordCall } from '../strategy/directional/accuracy.ts';
import { copyStop } from './account-state.ts';
import {
  applyAccount,
  applyAccountRestart,
  applyAccountTimer,
  applyCommand,
  applyInstruction,
  applyRunnerLink,
  noteCommand,
} from './apply-account.ts';
import { accountWindow, applyMarks } from './apply-accounting.ts';
import { applyMarketData, type Urgency } from './apply-market.ts';
import { applyReport } from './apply-report.ts';
import type { ConfigApplied, EngineEvent, Restarted } from './events.ts';
import { forgetOldOrders } from './known-orders.ts';
import type {
  CancelOrder,
  CaptureStrikeInterval,
  CloseWindow,
  Output,
  ResolveWindow,
  SetTradingRestriction,
  SubmitOrder,
  TakeMarks,
} from './outputs.ts';
import { requiredStreamNames } from './required-streams.ts';
import { restart } from './restart.ts';
import { noteWindowResult, rollRiskDay } from './risk-state.ts';
import type { DurableState, EngineState, WindowState } from './state.ts';
import { noteShadowWindow, noteWindowFills, noteWindowOutcome } from './strategies-state.ts';
import { liftedByOf } from './trading-state.ts';

/** Boundary prices that are kept: two hours of 5-minute windows. */
const KEPT_BOUNDARIES = 24;

/** Applies an event: time moves on, and the event's facts are noted. Says how urgent a decision is. */
export function applyEvent(state: EngineState, event: EngineEvent): Urgency {
  const { durable } = state;
  if (event.tsInit > durable.nowMs) durable.nowMs = event.tsInit;
  durable.lastSeq = event.seq;
  rollRiskDay(durable);
  rollDay(durable.ledger, durable.nowMs);
  switch (event.type) {
    case 'restarted':
      applyRestarted(state, event);
      return 'now';
    case 'recovery-completed':
      state.market.recovered = true;
      return 'now';
    case 'step-failed':
      restart(state);
      return 'now';
    case 'config-applied':
      applyConfig(state, event);
      return 'now';
    case 'timer-fired':
      applyTimer(state, event.key, event.generation);
      return 'now';
    case 'feed-connected':
      // A feed may number its messages anew after each connection.
      forgetSequences(state.market.health, event.source);
      return 'now';
    case 'feed-disconnected':
      if (event.source === durable.config.exchangeFeed) noteTradesLost(state.market.candles);
      return 'now';
    case 'command-received':
      applyCommand(state, event);
      return 'now';
    case 'runner-linked':
    case 'runner-unlinked':
      applyRunnerLink(state, event);
      return 'now';
    case 'order-accepted':
    case 'order-rejected':
    case 'order-filled':
    case 'order-canceled':
    case 'cancel-rejected':
    case 'submission-unknown':
    case 'expired-unsent':
    case 'fill-settlement-changed':
    case 'order-absent':
      applyReport(state, event);
      return 'now';
    case 'account-observed':
    case 'window-redeemed':
    case 'complete-sets-changed':
    case 'complete-sets-failed':
    case 'rebate-paid':
    case 'venue-mode-changed':
    case 'reconciliation-completed':
    case 'runner-restriction-changed':
    case 'stop-progressed':
    case 'runner-alerted':
      applyAccount(state, event);
      return 'now';
    default:
      return applyMarketData(state, event);
  }
}

/** Applies an output as the fact it is once recorded. */
export function applyOutput(state: EngineState, output: Output): void {
  const { durable } = state;
  switch (output.type) {
    case 'submit-order':
      applySubmit(state, output);
      return;
    case 'cancel-order':
      applyCancel(state, output);
      return;
    case 'resend-order': {
      const open = durable.orders[output.clientOrderId];
      if (open !== undefined) open.resentMs = durable.nowMs;
      return;
    }
    case 'schedule-timer':
      durable.timers[output.key] = { dueMs: output.dueMs, generation: output.generation };
      durable.timerGeneration = Math.max(durable.timerGeneration, output.generation);
      return;
    case 'subscribe-market':
      for (const window of Object.values(durable.windows)) if (window.slug === output.slug) window.subscribed = true;
      for (const tokenId of output.tokenIds) state.market.books[tokenId] ??= createBook(tokenId);
      return;
    case 'unsubscribe-market':
      for (const window of Object.values(durable.windows)) if (window.slug === output.slug) window.subscribed = false;
      for (const tokenId of output.tokenIds) delete state.market.books[tokenId];
      return;
    case 'capture-boundary-price':
      durable.boundaries[output.boundaryMs] = {
        priceE18: output.priceE18,
        lookbackSeconds: output.lookbackSeconds,
        source: output.source,
        snapshot: output.snapshot,
      };
      pruneBoundaries(state);
      return;
    case 'capture-strike-interval':
      applyStrikeInterval(durable, output);
      return;
    case 'record-call':
      durable.strategies.accuracy = recordCall(durable.strategies.accuracy, output.call);
      return;
    case 'note-shadow-window':
      noteShadowWindow(state, output.ended);
      return;
    case 'resolve-window':
      applyResolution(state, output);
      return;
    case 'take-marks':
      applyMarks(durable, output);
      noteMarkedFills(durable, output);
      return;
    case 'close-window':
      closeWindow(state, output);
      durable.unverifiedInRow = output.verification === 'missing' ? durable.unverifiedInRow + 1 : 0;
      return;
    case 'set-trading-restriction':
      applyRestriction(state, output);
      return;
    case 'set-stop':
      durable.stop = output.stop === null ? null : copyStop(output.stop);
      return;
    case 'instruct-runner':
      applyInstruction(state, output);
      return;
    case 'merge-complete-sets':
      durable.account.merging[output.conditionId] = output.sizeMicro;
      return;
    case 'record-decision': {
      const window = durable.windows[output.windowStartMs];
      if (window !== undefined) {
        window.decisions[output.strategy] = { outcome: output.outcome, rule: output.rule };
      }
      return;
    }
    case 'publish-fact':
      if (output.fact.kind === 'audit') durable.nextAuditNumber++;
      return;
    case 'cancel-all-orders':
    case 'request-markets':
    case 'raise-alert':
      return;
    default:
      assertNever(output, 'output');
  }
}

function applyStrikeInterval({ windows }: DurableState, output: CaptureStrikeInterval): void {
  const window = windows[output.windowStartMs];
  if (window !== undefined) window.strikeInterval = { lowE18: output.lowE18, highE18: output.highE18 };
}

function noteMarkedFills(durable: DurableState, { marks }: TakeMarks): void {
  for (const { windowStartMs } of marks) {
    const window = durable.windows[windowStartMs];
    if (window !== undefined) noteWindowFills(durable, window);
  }
}

/** The very first boot opens the ledger with the bankroll of the configuration; later ones only change the limits. */
function applyRestarted(state: EngineState, event: Restarted): void {
  const { durable } = state;
  if (durable.epoch === 0) durable.ledger = createLedger(event.config.risk.bankrollMicro, durable.nowMs);
  const isFirst = durable.epoch === 0;
  const before = durable.config;
  durable.epoch = event.epoch;
  durable.config = presentConfig(event.config);
  if (event.keepsDocument !== true) durable.applied = null;
  applyAccountRestart(state);
  restart(state);
  if (!isFirst) auditConfig(state, before, 'deployment', '');
}

/** A person's new limits, over restarts too; what was there before stands in the audit. */
function applyConfig(state: EngineState, { config, change }: ConfigApplied): void {
  const { durable } = state;
  const before = durable.config;
  durable.config = presentConfig(config);
  if (change === undefined) return;
  const { commandId, actor, document, deployedDocument } = change;
  noteCommand(durable, commandId);
  durable.applied = { document, deployedDocument, actor, appliedMs: durable.nowMs };
  auditConfig(state, before, actor, `${commandId}: `);
}

function auditConfig({ durable, scratch }: EngineState, before: EngineConfig, actor: string, about: string): void {
  const changes = configChanges(before, durable.config);
  if (changes.length === 0 && about === '') return;
  const detail = `${about}${changes.length === 0 ? 'nothing changed' : changes.join('; ')}`;
  scratch.pendingAudits.push({ actor, action: 'config', detail });
}

function applySubmit(state: EngineState, output: SubmitOrder): void {
  const { durable, scratch } = state;
  const { order } = output;
  invariant(durable.orders[order.clientOrderId] === undefined, 'an order is submitted once', {
    clientOrderId: order.clientOrderId,
  });
  durable.orders[order.clientOrderId] = {
    // Orders of a journal from before salts were journalled: the salt follows from what is known.
    order: order.salt === undefined ? withSalt(durable, order) : order,
    number: durable.nextOrderNumber,
    status: 'in-flight',
    statusDetail: '',
    venueOrderId: null,
    filledMicro: 0,
    spentMicro: 0,
    cancelRequestedMs: null,
    resentMs: null,
    endedMs: null,
  };
  durable.nextOrderNumber++;
  const window = durable.windows[order.windowStartMs];
  if (window !== undefined) window.orders++;
  scratch.sentAtMs = scratch.sentAtMs.filter((sentMs) => durable.nowMs - sentMs < SECOND_MS);
  scratch.sentAtMs.push(durable.nowMs);
  scratch.lastPlacedMs[`${order.windowStartMs}:${order.outcome}`] = durable.nowMs;
}

function withSalt({ config, epoch }: DurableState, order: ApprovedOrder): ApprovedOrder {
  return { ...order, salt: orderSalt(config.series.slug, epoch, order.clientOrderId) };
}

/** Our cancel is on its way. What has ended meanwhile needs none. */
function applyCancel({ durable }: EngineState, output: CancelOrder): void {
  const open = durable.orders[output.clientOrderId];
  if (open === undefined) return;
  const next = nextOrderStatus(open.status, 'cancel-requested');
  invariant(next !== null && !isEnded(next), 'any open order can be cancelled', { status: open.status });
  open.status = next;
  open.cancelRequestedMs = durable.nowMs;
}

/** A window in which something was done is remembered for a while: its matches can still fail, or be told late. */
function closeWindow({ durable }: EngineState, { windowStartMs, verification }: CloseWindow): void {
  const window = durable.windows[windowStartMs];
  delete durable.windows[windowStartMs];
  if (window !== undefined && (window.orders > 0 || window.sets.length > 0)) {
    durable.closedWindows[windowStartMs] = { state: window, verification, closedAtMs: durable.nowMs };
  }
  forgetOldOrders(durable);
}

function applyTimer(state: EngineState, key: string, generation: number): void {
  const { timers } = state.durable;
  if (timers[key]?.generation === generation) {
    delete timers[key];
    applyAccountTimer(state, key);
  }
  noteWorstFeedAges(state);
}

/** The greatest age of a required feed while a window is open: sampled at every timer, of which the tick is the frequent one. */
function noteWorstFeedAges(state: EngineState): void {
  const { durable, market } = state;
  const { nowMs } = durable;
  const open = Object.values(durable.windows).find(
    ({ window }: WindowState) => window.startMs <= nowMs && nowMs < window.endMs,
  );
  if (open === undefined) return;
  for (const stream of requiredStreamNames(durable.config)) {
    const ageMs = streamAgeMs(market.health, stream, nowMs);
    if (ageMs !== null && ageMs > open.worstFeed.ageMs) open.worstFeed = { stream, ageMs };
  }
}

function pruneBoundaries(state: EngineState): void {
  const { boundaries } = state.durable;
  const starts = Object.keys(boundaries)
    .map(Number)
    .sort((a, b) => a - b);
  for (const startMs of starts.slice(0, Math.max(0, starts.length - KEPT_BOUNDARIES))) delete boundaries[startMs];
}

function applyResolution(state: EngineState, output: ResolveWindow): void {
  const window = state.durable.windows[output.windowStartMs];
  invariant(window !== undefined && window.resolved === null, 'a window is resolved once', {
    windowStartMs: output.windowStartMs,
  });
  const { positions } = window;
  const { payoutMicro, pnlMicro } = windowPnl([positions.up, positions.down], output.outcome);
  window.resolved = { outcome: output.outcome, by: output.by, payoutMicro, pnlMicro };
  bookResolution(state.durable.ledger, payoutMicro, pnlMicro);
  noteWindowResult(state.durable.risk, pnlMicro, window.fills > 0, state.durable.nowMs);
  accountWindow(state.durable, window);
  noteWindowOutcome(state, window, output.outcome);
}

function applyRestriction(state: EngineState, output: SetTradingRestriction): void {
  const { durable } = state;
  durable.restrictions = durable.restrictions.filter(({ reason }) => reason !== output.reason);
  if (output.mode === 'active') return;
  const { reason, mode, detail, actor } = output;
  durable.restrictions.push({ reason, mode, detail, actor, sinceMs: durable.nowMs, liftedBy: liftedByOf(reason) });
}
