/**
 * Ledgers that are kept apart: what was earned with invented money proves nothing about real money, so no figure ever adds them up
 * (DESIGN §2, the way to an answer). A fill belongs to the ledger that was in force when it was booked.
 */

/** In the order in which money becomes real. */
export const LEDGER_NAMES = ['sim', 'paper', 'shadow', 'probe', 'funded'] as const;
export type LedgerName = (typeof LEDGER_NAMES)[number];

export interface LedgerPlace {
  readonly feeds: 'embedded' | 'real';
  readonly execution: 'simulated' | 'venue';
  /** Real feeds, decisions recorded and nothing sent: a stage of a campaign. */
  readonly shadow?: boolean;
  /** The venue's smallest order and so many a window: what trades before a signed verdict. */
  readonly probe: boolean;
}

/** The ledger of a deployment. The embedded venue's money is invented, whoever matches the orders. */
export function ledgerNameOf({ feeds, execution, shadow = false, probe }: LedgerPlace): LedgerName {
  if (feeds === 'embedded') return 'sim';
  if (execution === 'simulated') return shadow ? 'shadow' : 'paper';
  return probe ? 'probe' : 'funded';
}

/** Ledgers in which real money stands. */
export function isRealMoney(ledger: LedgerName): boolean {
  return ledger === 'probe' || ledger === 'funded';
}
