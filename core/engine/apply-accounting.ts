/**
 * Whose a match is, its marks, and what each strategy comes to: kept with the window while it is known and in the totals for good. A
 * match that is told or taken back after the result changes the totals by exactly the difference.
 */
import { invariant } from '../model/errors.ts';
import type { LedgerEntryFact } from '../model/fact.ts';
import type { LedgerName } from '../model/ledger-name.ts';
import type { MoneyMicro } from '../model/money.ts';
import type { UnixMs } from '../model/time.ts';
import { createAttribution, nextMarkMs, noteMark } from '../portfolio/markout.ts';
import { addFigures, attribute, noFigures, type StrategyWindow } from '../portfolio/strategy-pnl.ts';
import { type Match, matchKey } from '../portfolio/window-book.ts';
import type { LedgerTotals } from './accounting-state.ts';
import type { TakeMarks } from './outputs.ts';
import { publishSoon } from './pending.ts';
import type { DurableState, EngineState, WindowState } from './state.ts';

/** A match belongs to the strategy of its order, and to the ledger in force when it is booked. Its first mark is due at its fill. */
export function enterAttribution(durable: DurableState, window: WindowState, match: Match, strategy: string): void {
  window.attributions[matchKey(match.tradeId, match.clientOrderId)] = createAttribution(
    strategy,
    durable.config.ledger,
  );
  // After the result nothing is marked any more: the price that was paid stands.
  if (window.resolved !== null || match.settlement === 'failed') return;
  const { accounting } = durable;
  accounting.marksDueMs = Math.min(accounting.marksDueMs ?? match.filledAtMs, match.filledAtMs);
}

/** Notes marks that were taken, and when the next is due. */
export function applyMarks(durable: DurableState, { marks }: TakeMarks): void {
  for (const { windowStartMs, match: key, markMicro } of marks) {
    const window = durable.windows[windowStartMs];
    const match = window?.matches[key];
    const mine = window?.attributions[key];
    invariant(match !== undefined && mine !== undefined, 'a mark is of a known match', { windowStartMs, key });
    noteMark(match, mine, markMicro, Math.max(0, durable.nowMs - (nextMarkMs(match, mine) ?? durable.nowMs)));
  }
  durable.accounting.marksDueMs = nextDueMs(durable);
}

function nextDueMs({ windows }: DurableState): UnixMs | null {
  let next: UnixMs | null = null;
  for (const { resolved, matches, attributions } of Object.values(windows)) {
    if (resolved !== null) continue;
    for (const [key, match] of Object.entries(matches)) {
      const mine = attributions[key];
      const dueMs = mine === undefined ? null : nextMarkMs(match, mine);
      if (dueMs !== null && (next === null || dueMs < next)) next = dueMs;
    }
  }
  return next;
}

/** Enters a window's result in the totals, or what has changed of it. */
export function accountWindow(durable: DurableState, window: WindowState): void {
  const { resolved, market } = window;
  if (resolved === null) return;
  const rows = attribute(window, market?.fees ?? null, resolved.outcome);
  for (const row of window.accounted ?? []) addToTotals(durable, row, -1);
  for (const row of rows) addToTotals(durable, row, 1);
  window.accounted = rows;
  durable.accounting.marksDueMs = nextDueMs(durable);
}

function addToTotals(durable: DurableState, row: StrategyWindow, sign: 1 | -1): void {
  const { strategies } = totalsOf(durable, row.ledger);
  strategies[row.strategy] ??= { ...noFigures(), windows: 0 };
  const totals = strategies[row.strategy];
  if (totals === undefined) return;
  addFigures(totals, row, sign);
  totals.windows += sign;
}

function totalsOf({ accounting }: DurableState, ledger: LedgerName): LedgerTotals {
  const totals = accounting.ledgers[ledger] ?? { strategies: {}, rebatesPaidMicro: 0 };
  accounting.ledgers[ledger] = totals;
  return totals;
}

/** Notes a rebate that was paid, in the ledger in force. */
export function noteRebatePaid(durable: DurableState, amountMicro: MoneyMicro): void {
  totalsOf(durable, durable.config.ledger).rebatesPaidMicro += amountMicro;
}

/** An entry of the series' own, published in the same step. One of nothing is none. */
export function enterSoon(
  state: EngineState,
  entry: Pick<LedgerEntryFact, 'entry' | 'id' | 'windowStartMs' | 'amountMicro'>,
): void {
  const { config, nowMs } = state.durable;
  if (entry.amountMicro === 0) return;
  publishSoon(state, {
    kind: 'ledger-entry',
    series: config.series.slug,
    atMs: nowMs,
    ledger: config.ledger,
    strategy: null,
    ...entry,
  });
}
