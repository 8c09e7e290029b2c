/**
 * Marks that are due: for each match the worth of its shares at its fill and 1, 5, 30 and 60 seconds later, at the first decision from
 * then on. They are outputs, so that a state which is rebuilt from records alone, without books, has the same ones.
 */
import { nextMarkMs } from '../portfolio/markout.ts';
import { matchesInOrder } from '../portfolio/window-book.ts';
import { type DecideContext, emit } from './decide-context.ts';
import { markOf } from './mark.ts';
import type { TakenMark } from './outputs.ts';
import type { WindowState } from './state.ts';

/** Takes every mark that is due. */
export function decideMarks(context: DecideContext): void {
  // A match that was told late can be due for several of its horizons at once.
  for (;;) {
    const marks = marksDue(context);
    if (marks.length === 0) return;
    emit(context, { type: 'take-marks', marks });
  }
}

function marksDue(context: DecideContext): TakenMark[] {
  const { durable } = context.state;
  const { marksDueMs } = durable.accounting;
  if (marksDueMs === null || marksDueMs > context.nowMs) return [];
  const marks: TakenMark[] = [];
  for (const window of Object.values(durable.windows)) {
    if (window.resolved === null) marks.push(...marksOfWindow(context, window));
  }
  return marks;
}

function marksOfWindow({ state, nowMs }: DecideContext, window: WindowState): TakenMark[] {
  const marks: TakenMark[] = [];
  for (const [key, match] of matchesInOrder(window.matches)) {
    const mine = window.attributions[key];
    const dueMs = mine === undefined ? null : nextMarkMs(match, mine);
    if (dueMs === null || dueMs > nowMs) continue;
    marks.push({ windowStartMs: window.window.startMs, match: key, markMicro: markOf(state, window, match.outcome) });
  }
  return marks;
}
