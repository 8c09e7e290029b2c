/**
 * Conflation before the journal: what the engine sees is what the tape holds (RUNTIME §2), so this rule decides what both miss.
 * Pure and deterministic: the same events at the same times give the same output. Nothing that was said is lost but by something
 * newer of the same kind:
 *
 * - `depth-received`: the latest within `depthMs`. Frames are complete, each replaces the one before.
 * - `ticker-received`: the latest within `tickerMs`; within `tickerTouchMs` when a price moved. A busy minute has 190 a second.
 * - `book-changed`: merged for each token within `bookMs`, the last write to a level wins; at once when a level at or inside the
 *   touch changes, or when the touch is not known.
 * - `book-received`: takes the place of what is pending for its token; at once when its touch is another than the last one, else
 *   within `bookMs`.
 * - `book-touch-received`: dropped when it states the touch that is known already.
 * - `book-trade-received`, `tick-size-changed`: never, and what is pending for their token goes before them.
 * - all else (trades, reference prices, volatility, marks, liquidations, heartbeats, markets, history, diffs, reports): never.
 *
 * Events of one token, and of one stream, never change their order. Control events do not come here: they are never conflated.
 */
import type {
  BookChanged,
  BookReceived,
  BookTouchReceived,
  DepthReceived,
  MarketDataEvent,
  TickerReceived,
} from '../model/market-data.ts';
import type { ExecutionReport } from '../model/report.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import {
  type KnownTouch,
  reachesTouch,
  sameTouch,
  statedTouch,
  touchOfSnapshot,
  UNKNOWN_TOUCH,
} from './known-touch.ts';
import { mergeChanges } from './merge-changes.ts';

export interface ConflationRules {
  readonly depthMs: DurationMs;
  readonly tickerMs: DurationMs;
  readonly tickerTouchMs: DurationMs;
  readonly bookMs: DurationMs;
}

/**
 * Depth comes every 100 ms: held for as long it would be a whole frame late whenever it comes a little early, so it is held for less.
 * Ten looks a second at an exchange's quotes are what `decide` takes at most without a changed touch (RUNTIME §3); a
 * moved quote is worth 20 ms; deep levels of a token's book change no decision within 50 ms.
 */
export const CONFLATION_RULES: ConflationRules = { depthMs: 80, tickerMs: 100, tickerTouchMs: 20, bookMs: 50 };

/** The rules where the product's clock runs `simSpeed` times as fast as the wall. */
export function scaledRules(rules: ConflationRules, simSpeed: number): ConflationRules {
  return {
    depthMs: rules.depthMs * simSpeed,
    tickerMs: rules.tickerMs * simSpeed,
    tickerTouchMs: rules.tickerTouchMs * simSpeed,
    bookMs: rules.bookMs * simSpeed,
  };
}

type PendingItem =
  | { readonly kind: 'latest'; event: DepthReceived | TickerReceived; dueMs: UnixMs }
  | { readonly kind: 'book'; snapshot: BookReceived | null; changes: BookChanged[]; dueMs: UnixMs };

interface TokenState {
  touch: KnownTouch;
  lastPassedMs: UnixMs;
  lastOfferedMs: UnixMs;
}

interface TickerState {
  bidE8: number;
  askE8: number;
  lastPassedMs: UnixMs;
}

export interface Conflator {
  readonly rules: ConflationRules;
  /** By stream or token, in order of first arrival. */
  readonly pending: Map<string, PendingItem>;
  readonly tokens: Map<string, TokenState>;
  readonly tickers: Map<string, TickerState>;
  readonly depthPassedMs: Map<string, UnixMs>;
  readonly counters: { offered: number; emitted: number };
}

/** What comes out: market data, and reports untouched. */
export type Emit = (event: MarketDataEvent | ExecutionReport) => void;

const LONG_AGO = Number.NEGATIVE_INFINITY;
/** A token that was silent for so long belongs to a window that is over. */
const FORGET_TOKEN_AFTER_MS = 900_000;
/** How many tokens are known before silent ones are looked for: two windows have four. */
const TOKENS_BEFORE_FORGETTING = 32;

/** A conflator that has seen nothing. */
export function createConflator(rules: ConflationRules): Conflator {
  return {
    rules,
    pending: new Map(),
    tokens: new Map(),
    tickers: new Map(),
    depthPassedMs: new Map(),
    counters: { offered: 0, emitted: 0 },
  };
}

/** Takes one event. Emits it, or what was pending before it and it, or keeps it for `flush`. */
export function offer(conflator: Conflator, event: MarketDataEvent | ExecutionReport, nowMs: UnixMs, emit: Emit): void {
  conflator.counters.offered++;
  switch (event.type) {
    case 'depth-received':
      offerDepth(conflator, event, nowMs, emit);
      break;
    case 'ticker-received':
      offerTicker(conflator, event, nowMs, emit);
      break;
    case 'book-received':
      offerSnapshot(conflator, event, nowMs, emit);
      break;
    case 'book-changed':
      offerChanges(conflator, event, nowMs, emit);
      break;
    case 'book-touch-received':
      offerTouch(conflator, event, nowMs, emit);
      break;
    case 'book-trade-received':
    case 'tick-size-changed':
      passBook(conflator, event.tokenId, nowMs, emit);
      pass(conflator, event, emit);
      break;
    default:
      pass(conflator, event, emit);
      break;
  }
}

/** Emits what is due, in order of first arrival. */
export function flush(conflator: Conflator, nowMs: UnixMs, emit: Emit): void {
  for (const [key, item] of conflator.pending) if (item.dueMs <= nowMs) passPending(conflator, key, item, nowMs, emit);
  if (conflator.tokens.size > TOKENS_BEFORE_FORGETTING) forgetSilentTokens(conflator, nowMs);
}

/** Emits everything that is pending, due or not: before a shutdown, or where a decision is to see all that came. */
export function flushAll(conflator: Conflator, nowMs: UnixMs, emit: Emit): void {
  for (const [key, item] of conflator.pending) passPending(conflator, key, item, nowMs, emit);
}

/** When `flush` has something to do next; `null` while nothing is pending. */
export function nextFlushMs(conflator: Conflator): UnixMs | null {
  let next: UnixMs | null = null;
  for (const { dueMs } of conflator.pending.values()) if (next === null || dueMs < next) next = dueMs;
  return next;
}

function pass(conflator: Conflator, event: MarketDataEvent | ExecutionReport, emit: Emit): void {
  conflator.counters.emitted++;
  emit(event);
}

function passPending(conflator: Conflator, key: string, item: PendingItem, nowMs: UnixMs, emit: Emit): void {
  conflator.pending.delete(key);
  if (item.kind === 'book') {
    const first = item.snapshot ?? item.changes[0];
    if (first !== undefined) tokenOf(conflator, first.tokenId).lastPassedMs = nowMs;
    if (item.snapshot !== null) pass(conflator, item.snapshot, emit);
    if (item.changes.length > 0) pass(conflator, mergeChanges(item.changes), emit);
    return;
  }
  if (item.event.type === 'depth-received') conflator.depthPassedMs.set(key, nowMs);
  else notePassedTicker(conflator, key, item.event, nowMs);
  pass(conflator, item.event, emit);
}

/** Keeps the newest; the first arrival fixes the place in the order, an earlier time the due time. */
function keepLatest(conflator: Conflator, key: string, event: DepthReceived | TickerReceived, dueMs: UnixMs): void {
  const item = conflator.pending.get(key);
  if (item === undefined || item.kind !== 'latest') {
    conflator.pending.set(key, { kind: 'latest', event, dueMs });
    return;
  }
  item.event = event;
  item.dueMs = Math.min(item.dueMs, dueMs);
}

function offerDepth(conflator: Conflator, event: DepthReceived, nowMs: UnixMs, emit: Emit): void {
  const key = `depth ${event.source}`;
  const dueMs = (conflator.depthPassedMs.get(key) ?? LONG_AGO) + conflator.rules.depthMs;
  keepLatest(conflator, key, event, dueMs);
  passIfDue(conflator, key, nowMs, emit);
}

function offerTicker(conflator: Conflator, event: TickerReceived, nowMs: UnixMs, emit: Emit): void {
  const { rules } = conflator;
  const key = `ticker ${event.source}`;
  const state = conflator.tickers.get(key);
  const moved = state === undefined || state.bidE8 !== event.bidE8 || state.askE8 !== event.askE8;
  const dueMs = (state?.lastPassedMs ?? LONG_AGO) + (moved ? rules.tickerTouchMs : rules.tickerMs);
  keepLatest(conflator, key, event, dueMs);
  passIfDue(conflator, key, nowMs, emit);
}

function notePassedTicker(conflator: Conflator, key: string, event: TickerReceived, nowMs: UnixMs): void {
  conflator.tickers.set(key, { bidE8: event.bidE8, askE8: event.askE8, lastPassedMs: nowMs });
}

function passIfDue(conflator: Conflator, key: string, nowMs: UnixMs, emit: Emit): void {
  const item = conflator.pending.get(key);
  if (item !== undefined && item.dueMs <= nowMs) passPending(conflator, key, item, nowMs, emit);
}

function tokenOf(conflator: Conflator, tokenId: string): TokenState {
  const known = conflator.tokens.get(tokenId);
  if (known !== undefined) return known;
  const state: TokenState = { touch: UNKNOWN_TOUCH, lastPassedMs: LONG_AGO, lastOfferedMs: LONG_AGO };
  conflator.tokens.set(tokenId, state);
  return state;
}

const bookKey = (tokenId: string): string => `book ${tokenId}`;

function passBook(conflator: Conflator, tokenId: string, nowMs: UnixMs, emit: Emit): void {
  const key = bookKey(tokenId);
  const item = conflator.pending.get(key);
  if (item !== undefined) passPending(conflator, key, item, nowMs, emit);
}

function offerSnapshot(conflator: Conflator, event: BookReceived, nowMs: UnixMs, emit: Emit): void {
  const key = bookKey(event.tokenId);
  const token = tokenOf(conflator, event.tokenId);
  const touch = touchOfSnapshot(event);
  const dueMs = sameTouch(token.touch, touch) ? token.lastPassedMs + conflator.rules.bookMs : nowMs;
  token.touch = touch;
  token.lastOfferedMs = nowMs;
  const item = conflator.pending.get(key);
  if (item === undefined || item.kind !== 'book') {
    conflator.pending.set(key, { kind: 'book', snapshot: event, changes: [], dueMs });
  } else {
    item.snapshot = event;
    item.changes.length = 0;
    item.dueMs = Math.min(item.dueMs, dueMs);
  }
  passIfDue(conflator, key, nowMs, emit);
}

function offerChanges(conflator: Conflator, event: BookChanged, nowMs: UnixMs, emit: Emit): void {
  const key = bookKey(event.tokenId);
  const token = tokenOf(conflator, event.tokenId);
  const urgent = reachesTouch(token.touch, event);
  token.touch = statedTouch(event);
  token.lastOfferedMs = nowMs;
  const dueMs = urgent ? nowMs : token.lastPassedMs + conflator.rules.bookMs;
  const item = conflator.pending.get(key);
  if (item === undefined || item.kind !== 'book') {
    conflator.pending.set(key, { kind: 'book', snapshot: null, changes: [event], dueMs });
  } else {
    item.changes.push(event);
    item.dueMs = Math.min(item.dueMs, dueMs);
  }
  passIfDue(conflator, key, nowMs, emit);
}

function offerTouch(conflator: Conflator, event: BookTouchReceived, nowMs: UnixMs, emit: Emit): void {
  const token = tokenOf(conflator, event.tokenId);
  const touch = statedTouch(event);
  token.lastOfferedMs = nowMs;
  if (sameTouch(token.touch, touch)) return;
  token.touch = touch;
  passBook(conflator, event.tokenId, nowMs, emit);
  pass(conflator, event, emit);
}

function forgetSilentTokens(conflator: Conflator, nowMs: UnixMs): void {
  for (const [tokenId, token] of conflator.tokens) {
    if (token.lastOfferedMs < nowMs - FORGET_TOKEN_AFTER_MS) conflator.tokens.delete(tokenId);
  }
}
