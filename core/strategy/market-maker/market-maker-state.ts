/**
 * What the market maker remembers: plain data that changes by recorded facts only (matches, ended windows), so the engine keeps it with
 * its durable state, calls these functions from `apply`, and a replay leaves the same. All of it follows from what is noted: noting a
 * window's fills again, whole and in order, is how a late, repeated or reversed match is told.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { UnixMs } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';
import { type AdverseSelection, createAdverseSelection, noteAdverse } from './adverse-selection.ts';
import {
  isEmptyScore,
  isPastBreakEven,
  isStopped,
  type OneSidedStop,
  oneSidedRate,
  scoreWindow,
  type WindowScore,
} from './one-sided-stop.ts';
import { NO_LOTS, pairFills, type UnpairedLots, type WindowFill } from './unpaired-lots.ts';

export interface MarketMakerState {
  /** What waits for its other half in each window that has fills, by the window's start. */
  unpaired: Record<string, UnpairedLots>;
  /** The last windows with fills of ours, oldest first. */
  scores: WindowScore[];
  adverse: AdverseSelection;
  stop: OneSidedStop | null;
}

/** A window that has ended, as far as this strategy asks. */
export interface EndedWindow {
  readonly windowStartMs: UnixMs;
  readonly endedMs: UnixMs;
  readonly fills: readonly WindowFill[];
  /** `null` where the outcome is not known. */
  readonly winner: Outcome | null;
}

/** What a window's end has changed: worth an alert. */
export type StopChange = 'stopped' | 'resumed' | null;

/** A maker that has traded nothing. */
export function createMarketMakerState(): MarketMakerState {
  return { unpaired: {}, scores: [], adverse: createAdverseSelection(), stop: null };
}

/** Notes all fills of a window, of every strategy, in the order of their own time. Call it whenever one is added or taken back. */
export function noteFills(state: MarketMakerState, windowStartMs: UnixMs, fills: readonly WindowFill[]): void {
  const { unpaired } = pairFills(fills);
  if (unpaired.up.length === 0 && unpaired.down.length === 0) delete state.unpaired[windowStartMs];
  else state.unpaired[windowStartMs] = unpaired;
}

/** What waits for its other half in one window. */
export function unpairedOf(state: MarketMakerState, windowStartMs: UnixMs): UnpairedLots {
  return state.unpaired[windowStartMs] ?? NO_LOTS;
}

/** Notes a window that has ended: it is scored, and quoting may stop. Each window once, with its final fills. */
export function noteWindowEnded(state: MarketMakerState, ended: EndedWindow, config: MarketMakerConfig): StopChange {
  delete state.unpaired[ended.windowStartMs];
  const resumed = endByTime(state, ended.endedMs, config);
  const score = scoreWindow(ended.windowStartMs, ended.fills, ended.winner, config);
  if (isEmptyScore(score)) return resumed;
  noteAdverse(state.adverse, ended.fills);
  // Fills of orders that were still out when quoting stopped belong to what is judged already.
  if (state.stop !== null) return resumed;
  keep(state.scores, score, config);
  if (state.scores.length < config.oneSided.minWindows) return resumed;
  const rate = oneSidedRate(state.scores, config);
  if (rate === null || !isPastBreakEven(rate)) return resumed;
  state.stop = { ...rate, sinceMs: ended.endedMs, shadow: [] };
  state.scores = [];
  return 'stopped';
}

/** Notes how shadow quotes did in a window while quoting is stopped: the way back. `fills` are those of the shadow. */
export function noteShadowWindowEnded(
  state: MarketMakerState,
  ended: EndedWindow,
  config: MarketMakerConfig,
): StopChange {
  const resumed = endByTime(state, ended.endedMs, config);
  const { stop } = state;
  if (stop === null) return resumed;
  const score = scoreWindow(ended.windowStartMs, ended.fills, ended.winner, config);
  if (isEmptyScore(score)) return null;
  keep(stop.shadow, score, config);
  if (stop.shadow.length < config.oneSided.resumeWindows) return null;
  const rate = oneSidedRate(stop.shadow.slice(-config.oneSided.resumeWindows), config);
  if (rate === null || isPastBreakEven(rate)) return null;
  state.stop = null;
  return 'resumed';
}

/** A stop that has lasted long enough ends: quoting is judged anew, from its next fills on. */
function endByTime(state: MarketMakerState, nowMs: UnixMs, config: MarketMakerConfig): StopChange {
  if (state.stop === null || isStopped(state.stop, nowMs, config)) return null;
  state.stop = null;
  return 'resumed';
}

function keep(scores: WindowScore[], score: WindowScore, config: MarketMakerConfig): void {
  scores.push(score);
  if (scores.length > config.oneSided.windowsKept) scores.splice(0, scores.length - config.oneSided.windowsKept);
}
