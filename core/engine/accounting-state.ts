/**
 * What the engine keeps of its strategies over all windows: their totals, by ledger, the rebates, and when the next mark is due. Part
 * of the durable state, so it outlives windows, restarts and releases.
 */
import type { LedgerName } from '../model/ledger-name.ts';
import type { MoneyMicro } from '../model/money.ts';
import type { UnixMs } from '../model/time.ts';
import type { StrategyFigures } from '../portfolio/strategy-pnl.ts';

export interface StrategyTotals extends StrategyFigures {
  /** Windows with a result in which the strategy had a match. */
  windows: number;
}

export interface LedgerTotals {
  /** By strategy. */
  strategies: Record<string, StrategyTotals>;
  /** Rebates that the venue has paid. They are cash, and in nobody's result. */
  rebatesPaidMicro: MoneyMicro;
}

export interface AccountingState {
  /** Ledgers in which something was booked. */
  ledgers: Partial<Record<LedgerName, LedgerTotals>>;
  /** The earliest mark that is still to be taken. */
  marksDueMs: UnixMs | null;
}

/** Books of which nothing is known. */
export function createAccounting(): AccountingState {
  return { ledgers: {}, marksDueMs: null };
}
