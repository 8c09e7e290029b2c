/**
 * The pause that can end. The first bet that the strategy wishes in a window is its call, paused or not; when the window is resolved
 * the call is scored. Where the last outcomes won less often than their prices need, the strategy pauses; shadow calls go on being
 * scored and bring it back. (The original paused on trades alone, and paused there were none: it never resumed.)
 *
 * Plain data and pure functions: the engine keeps the state and feeds it from recorded facts, so that recovery does the same.
 */
import type { AccuracyPauseConfig } from '../../config/directional-config.ts';
import { MICRO_PER_UNIT } from '../../model/money.ts';
import type { UnixMs } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';

/** Windows that may wait for their resolution: more than an hour of them. What is older will not be resolved any more. */
const MAX_PENDING = 20;

export interface DirectionalCall {
  readonly windowStartMs: UnixMs;
  readonly atMs: UnixMs;
  readonly outcome: Outcome;
  /** Chance of winning at which the bet is worth nothing: its cost with fee and allowance, in millionths, rounded up. */
  readonly breakEvenPpm: number;
  /** Decided but not sent, since the strategy was paused. */
  readonly shadow: boolean;
}

/** A call whose window is resolved. */
export interface ScoredCall extends DirectionalCall {
  readonly won: boolean;
}

export interface AccuracyState {
  /** Calls that wait for their window's resolution, oldest first. */
  readonly pending: readonly DirectionalCall[];
  /** The last scored calls, oldest first, as many as the pause looks at. */
  readonly scored: readonly ScoredCall[];
  /** Resolution that caused the pause (start of that window), or `null` while trading. */
  readonly pausedSinceMs: UnixMs | null;
}

/** Accuracy of the scored calls and what they needed, in millionths; `null` when nothing has been scored. */
export interface AccuracyFigures {
  readonly outcomes: number;
  readonly accuracyPpm: number;
  readonly breakEvenPpm: number;
}

export const NO_ACCURACY: AccuracyState = { pending: [], scored: [], pausedSinceMs: null };

/** True when the window has its call: the first stands. A later one would be made with more of the answer known. */
export function hasCall(state: AccuracyState, windowStartMs: UnixMs): boolean {
  const same = (call: DirectionalCall) => call.windowStartMs === windowStartMs;
  return state.pending.some(same) || state.scored.some(same);
}

/** Notes a window's call; a second one of the same window changes nothing. */
export function recordCall(state: AccuracyState, call: DirectionalCall): AccuracyState {
  if (hasCall(state, call.windowStartMs)) return state;
  return { ...state, pending: [...state.pending, call].slice(-MAX_PENDING) };
}

/**
 * Scores the call of a resolved window and says whether the strategy is paused from then on. A window without a call changes nothing; a
 * window that was scored and is resolved otherwise (the venue's word after ours) is scored anew.
 */
export function scoreWindow(
  state: AccuracyState,
  windowStartMs: UnixMs,
  winner: Outcome,
  config: AccuracyPauseConfig,
): AccuracyState {
  const call = state.pending.find((pending) => pending.windowStartMs === windowStartMs);
  const corrected = state.scored.some(
    (past) => past.windowStartMs === windowStartMs && past.won !== (past.outcome === winner),
  );
  if (call === undefined && !corrected) return state;
  const scored =
    call === undefined
      ? state.scored.map((past) =>
          past.windowStartMs === windowStartMs ? { ...past, won: past.outcome === winner } : past,
        )
      : [...state.scored, { ...call, won: call.outcome === winner }].slice(-config.outcomes);
  const pending = state.pending.filter((other) => other !== call);
  return { pending, scored, pausedSinceMs: pausedSince(state.pausedSinceMs, scored, windowStartMs, config) };
}

/** Trading pauses below break-even, over a full count of outcomes; a pause ends a margin above it. */
function pausedSince(
  sinceMs: UnixMs | null,
  scored: readonly ScoredCall[],
  nowScoredMs: UnixMs,
  { outcomes, resumeMarginPpm }: AccuracyPauseConfig,
): UnixMs | null {
  const figures = accuracyFigures(scored);
  if (figures === null || figures.outcomes < outcomes) return sinceMs;
  const { accuracyPpm, breakEvenPpm } = figures;
  if (sinceMs === null) return accuracyPpm < breakEvenPpm ? nowScoredMs : null;
  return accuracyPpm >= Math.min(MICRO_PER_UNIT, breakEvenPpm + resumeMarginPpm) ? null : sinceMs;
}

/** How often the scored calls won, rounded down, and how often they had to, rounded up. */
export function accuracyFigures(scored: readonly ScoredCall[]): AccuracyFigures | null {
  const outcomes = scored.length;
  if (outcomes === 0) return null;
  let won = 0;
  let needed = 0;
  for (const call of scored) {
    if (call.won) won++;
    needed += call.breakEvenPpm;
  }
  return {
    outcomes,
    accuracyPpm: Math.floor((won * MICRO_PER_UNIT) / outcomes),
    breakEvenPpm: Math.ceil(needed / outcomes),
  };
}
