/**
 * The life of windows: find them ahead of time, listen to them before they open, capture the price at every boundary, learn the
 * result, compare it with the venue's own, and write exactly one final record for each.
 */

import { priceAt } from '../market-data/reference-tracker.ts';
import { strikeInterval } from '../market-data/strike-interval.ts';
import type { MarketSlug } from '../model/identifiers.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import { marketSlugOf, windowAt } from '../model/window.ts';
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import { closeIfFinal } from './decide-result.ts';
import type { EngineState, WindowState } from './state.ts';

/** Windows kept known ahead: more than an hour, so that an hour without Gamma costs no window (12 are demanded). */
const WINDOWS_AHEAD = 15;
/** Markets asked for in one request: Gamma's event look-ups are cheap, but not free. */
const REQUEST_BATCH = 8;
/** How long to wait before asking again for windows that Gamma did not list. */
const DISCOVERY_INTERVAL_MS = 20 * SECOND_MS;
/** Listening begins this long before a window opens, and its rules are read once more. */
const SUBSCRIBE_AHEAD_MS = MINUTE_MS;
/** Books stay quoted for 1–5 s past the end (venue notes of 2026-11-23): then we stop listening. */
const UNSUBSCRIBE_AFTER_MS = 10 * SECOND_MS;

/** Until then the frame itself may still come: ten seconds of frames behind the boundary, and a lag of two. */
const INTERVAL_AFTER_MS = 12 * SECOND_MS;
/** The seconds around a boundary are remembered for so long. */
const INTERVAL_BEFORE_MS = 40 * SECOND_MS;

/** Decides everything about windows, which are all that are known, except trading in them. */
export function decideLifecycle(context: DecideContext, windows: readonly WindowState[]): void {
  discover(context);
  capture(context);
  for (const window of windows) {
    listen(context, window);
    captureInterval(context, window);
    warnOfRules(context, window);
    closeIfFinal(context, window);
  }
  scheduleNextBoundary(context);
}

/** The windows that are known and not closed, by start. */
export function windowsInOrder(state: EngineState): WindowState[] {
  const windows = Object.values(state.durable.windows);
  // They are mostly listed in their order, and this runs at each decision.
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const { window } of windows) {
    if (window.startMs < latestMs) return windows.sort((a, b) => a.window.startMs - b.window.startMs);
    latestMs = window.startMs;
  }
  return windows;
}

function discover(context: DecideContext): void {
  const { state, nowMs } = context;
  const { durable, scratch } = state;
  if (nowMs - scratch.lastDiscoveryMs < DISCOVERY_INTERVAL_MS) return;
  const { slug: series, durationMs } = durable.config.series;
  const current = windowAt(nowMs, durationMs);
  // Windows that lie ahead stay known: once they all are, there is nothing to look for until the next one begins.
  if (scratch.allListedFromMs === current.startMs) return;
  const slugs: MarketSlug[] = [];
  for (let ahead = 0; ahead <= WINDOWS_AHEAD && slugs.length < REQUEST_BATCH; ahead++) {
    const startMs = current.startMs + ahead * durationMs;
    if (durable.windows[startMs] === undefined) slugs.push(marketSlugOf(series, startMs));
  }
  if (slugs.length === 0) {
    scratch.allListedFromMs = current.startMs;
    return;
  }
  scratch.lastDiscoveryMs = nowMs;
  emit(context, { type: 'request-markets', slugs });
}

/** Captures the price that stands exactly at each boundary, for traded and untraded windows alike. */
function capture(context: DecideContext): void {
  const { durable, market } = context.state;
  const { durationMs } = durable.config.series;
  const lookbackSeconds = durable.config.guard.twapLookbackSeconds;
  const latest = windowAt(context.nowMs, durationMs).startMs;
  // The frame of a boundary comes a few seconds late, a feed's snapshot brings the last two minutes: look at two boundaries.
  for (const boundaryMs of [latest - durationMs, latest]) {
    if (durable.boundaries[boundaryMs] !== undefined) continue;
    const price = priceAt(market.reference, boundaryMs, lookbackSeconds);
    if (price === null) continue;
    emit(context, {
      type: 'capture-boundary-price',
      boundaryMs,
      lookbackSeconds,
      priceE18: price.priceE18,
      source: price.source,
      snapshot: price.snapshot,
    });
  }
}

/** A window whose strike frame never came gets the interval that it must lie in, while what says so is remembered. */
function captureInterval(context: DecideContext, state: WindowState): void {
  const { durable, market } = context.state;
  const { startMs } = state.window;
  if (state.strikeInterval !== null || durable.boundaries[startMs] !== undefined) return;
  const sinceMs = context.nowMs - startMs;
  if (sinceMs < INTERVAL_AFTER_MS || sinceMs > INTERVAL_BEFORE_MS) return;
  const interval = strikeInterval(market.reference, startMs, durable.config.guard.twapLookbackSeconds);
  if (interval !== null) emit(context, { type: 'capture-strike-interval', windowStartMs: startMs, ...interval });
}

function listen(context: DecideContext, state: WindowState): void {
  const { market, window } = state;
  const { nowMs } = context;
  if (market === null) return;
  const tokenIds = [market.tokens.up, market.tokens.down] as const;
  if (!state.subscribed && nowMs >= window.startMs - SUBSCRIBE_AHEAD_MS && nowMs < window.endMs) {
    emit(context, { type: 'subscribe-market', slug: state.slug, tokenIds });
    emit(context, { type: 'request-markets', slugs: [state.slug] });
  }
  if (state.subscribed && nowMs >= window.endMs + UNSUBSCRIBE_AFTER_MS) {
    emit(context, { type: 'unsubscribe-market', slug: state.slug, tokenIds });
  }
}

/** What was listened to before a restart is read once more: rules can have changed, and the simulated venue can have forgotten them. */
export function readRulesAgain(context: DecideContext, windows: readonly WindowState[]): void {
  const slugs = windows
    .filter(({ subscribed, window }) => subscribed && context.nowMs < window.endMs)
    .map(({ slug }) => slug);
  if (slugs.length > 0) emit(context, { type: 'request-markets', slugs });
}

/** A market whose rules are not the known ones is not traded, and a person is told once for each difference. */
function warnOfRules(context: DecideContext, state: WindowState): void {
  if (state.guard.tradable || !state.subscribed) return;
  const { scratch } = context.state;
  const difference = state.guard.differences.join('; ');
  if (scratch.ruleWarning === difference) return;
  scratch.ruleWarning = difference;
  emitAlert(context, 'warning', 'rule-guard', `${state.slug} is not tradable: ${difference}`);
}

/** One timer for the next instant at which something must happen even if no feed says anything. */
function scheduleNextBoundary(context: DecideContext): void {
  const { durable } = context.state;
  const dueMs = nextInstant(context.state, context.nowMs);
  const scheduled = durable.timers['boundary'];
  if (scheduled !== undefined && scheduled.dueMs === dueMs) return;
  emit(context, { type: 'schedule-timer', key: 'boundary', dueMs, generation: durable.timerGeneration + 1 });
}

function nextInstant(state: EngineState, nowMs: UnixMs): UnixMs {
  const { series, marketMaker } = state.durable.config;
  const { startMs, endMs } = windowAt(nowMs, series.durationMs);
  const instants = [
    startMs + series.durationMs - SUBSCRIBE_AHEAD_MS,
    endMs - marketMaker.leaveBeforeEndMs,
    endMs - CONFIRM_BEFORE_END_MS,
    endMs,
  ];
  return Math.min(...instants.filter((atMs) => atMs > nowMs));
}

/** By then every order of ours must be confirmed gone (DESIGN §6: T − 15 s). */
export const CONFIRM_BEFORE_END_MS = 15 * SECOND_MS;
