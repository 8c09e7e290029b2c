/**
 * Thins a book's activity where simulated time runs faster than the wall: of all that happened to a book in an interval, the last
 * trade of each token, the last ladder and the levels that changed after it. What is left says the same of the book's end state.
 */
import type { UnixMs } from '../core/model/time.ts';
import type {
  BookActivity,
  BookShown,
  BookTraded,
  LevelChange,
  LevelsChanged,
  TickSizeSwitched,
} from '../core/simulation/book-activity.ts';

interface Pending {
  readonly trades: Map<string, BookTraded>;
  readonly changes: Map<string, LevelChange>;
  tick: TickSizeSwitched | null;
  shown: BookShown | null;
  last: LevelsChanged | null;
}

export interface ActivityConflation {
  /** Activity in, and out what is due at `nowMs`: everything at once with no interval, else once an interval. */
  take(activity: readonly BookActivity[], nowMs: UnixMs): BookActivity[];
}

/** At most one batch for each `intervalMs` of simulated time; 0 passes everything through. */
export function createActivityConflation(intervalMs: number): ActivityConflation {
  const pending = new Map<UnixMs, Pending>();
  let dueMs = Number.NEGATIVE_INFINITY;
  return {
    take: (activity, nowMs) => {
      if (intervalMs === 0) return [...activity];
      for (const happened of activity) absorb(pendingOf(pending, happened.windowStartMs), happened);
      if (nowMs < dueMs) return [];
      dueMs = nowMs + intervalMs;
      const out = [...pending.values()].flatMap((window) => release(window, nowMs));
      pending.clear();
      return out;
    },
  };
}

function pendingOf(pending: Map<UnixMs, Pending>, windowStartMs: UnixMs): Pending {
  const known = pending.get(windowStartMs);
  if (known !== undefined) return known;
  const created: Pending = { trades: new Map(), changes: new Map(), tick: null, shown: null, last: null };
  pending.set(windowStartMs, created);
  return created;
}

function absorb(window: Pending, happened: BookActivity): void {
  switch (happened.kind) {
    case 'traded':
      window.trades.set(happened.outcome, happened);
      return;
    case 'tick-size-switched':
      window.tick = happened;
      return;
    case 'book-shown':
      // The ladder holds every change before it.
      window.shown = happened;
      window.changes.clear();
      window.last = null;
      return;
    case 'levels-changed':
      for (const change of happened.changes) window.changes.set(`${change.side}:${change.priceTicks}`, change);
      window.last = happened;
  }
}

function release(window: Pending, nowMs: UnixMs): BookActivity[] {
  const out: BookActivity[] = [];
  if (window.tick !== null) out.push({ ...window.tick, atMs: nowMs });
  for (const trade of window.trades.values()) out.push({ ...trade, atMs: nowMs });
  if (window.shown !== null) out.push({ ...window.shown, atMs: nowMs });
  if (window.last !== null) out.push({ ...window.last, changes: [...window.changes.values()], atMs: nowMs });
  return out;
}
