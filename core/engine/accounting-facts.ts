/**
 * A resolved window's rows of accounting: a markout for each match, the figures of each strategy, and its fees and accrued rebates as
 * entries. Made when the window closes, and once more, under the same keys, when a match is told or taken back later.
 */
import type { Fact, LedgerEntryFact, MarkoutFact } from '../model/fact.ts';
import { carriedMarks, markoutOf } from '../portfolio/markout.ts';
import type { StrategyWindow } from '../portfolio/strategy-pnl.ts';
import { matchesInOrder } from '../portfolio/window-book.ts';
import type { DurableState, WindowState } from './state.ts';

/** Nothing for a window without a result. */
export function accountingFacts(durable: DurableState, state: WindowState): Fact[] {
  const { resolved, accounted } = state;
  if (resolved === null || accounted === null) return [];
  const place = { series: durable.config.series.slug, windowStartMs: state.window.startMs };
  const facts: Fact[] = markoutFacts(durable, state);
  for (const row of accounted) {
    facts.push({ kind: 'strategy-pnl', ...place, outcome: resolved.outcome, ...row });
    facts.push(entryOf(durable, state, row, 'fee', -row.feesMicro));
    facts.push(entryOf(durable, state, row, 'rebate-accrued', row.rebateAccruedMicro));
  }
  return facts;
}

function markoutFacts(durable: DurableState, state: WindowState): MarkoutFact[] {
  const { resolved, matches, attributions, window } = state;
  return matchesInOrder(matches).flatMap(([key, match]) => {
    const mine = attributions[key];
    if (mine === undefined || resolved === null) return [];
    const { tradeId, clientOrderId, outcome, side, liquidity, priceTicks, sizeMicro, filledAtMs } = match;
    return {
      kind: 'markout',
      series: durable.config.series.slug,
      windowStartMs: window.startMs,
      tradeId,
      clientOrderId,
      ledger: mine.ledger,
      strategy: mine.strategy,
      outcome,
      side,
      liquidity,
      priceTicks,
      sizeMicro,
      filledAtMs,
      ...markoutOf(match, mine, resolved.outcome),
      carriedMarks: carriedMarks(mine),
      worstMarkDelayMs: mine.worstDelayMs,
      failed: match.settlement === 'failed',
    };
  });
}

/** Entries of zero are written too: a row that says something else may stand from before. They carry the window's end. */
function entryOf(
  { config }: DurableState,
  { window }: WindowState,
  { ledger, strategy }: StrategyWindow,
  entry: LedgerEntryFact['entry'],
  amountMicro: number,
): LedgerEntryFact {
  return {
    kind: 'ledger-entry',
    series: config.series.slug,
    atMs: window.endMs,
    id: `${entry}:${window.startMs}:${ledger}:${strategy}`,
    ledger,
    entry,
    windowStartMs: window.startMs,
    strategy,
    // No fee is 0, not −0, which JSON would not bring back.
    amountMicro: amountMicro === 0 ? 0 : amountMicro,
  };
}
