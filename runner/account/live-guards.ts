/**
 * What has to be so before real money opens a position (DESIGN §6, §3.15). Pure: from what was observed to refusals, one sentence each. A
 * failed guard never ends the process: it cancels, reconciles, redeems, and opens nothing.
 */
import { formatMicro, type MoneyMicro } from '../../core/model/money.ts';
import type { ReconciliationResult } from './reconciliation.ts';

export interface LiveFacts {
  readonly isLive: boolean;
  readonly confirmed: boolean;
  /** What is wrong with the key file's rights, or `null`. */
  readonly keyFileProblem: string | null;
  /** `null`: not known. */
  readonly geoblocked: boolean | null;
  readonly reconciliation: ReconciliationResult | null;
  readonly balanceMicro: MoneyMicro | null;
  readonly allowanceMicro: MoneyMicro | null;
  readonly redeemableMicro: MoneyMicro;
  /** Positions at the lower of their cost and the venue's bid. */
  readonly positionsMicro: MoneyMicro;
  readonly bankrollMicro: MoneyMicro;
  /** Money that may be lost for learning; `null`: none is set. */
  readonly learningBudgetMicro: MoneyMicro | null;
  /** Lost for good so far, gains taken off. */
  readonly lostMicro: MoneyMicro;
}

/** Why no position may be opened; empty when all guards are green. */
export function liveRefusals(facts: LiveFacts): readonly string[] {
  const refusals: string[] = [];
  if (facts.keyFileProblem !== null) refusals.push(facts.keyFileProblem);
  if (facts.geoblocked !== false) {
    refusals.push(
      facts.geoblocked === null
        ? 'It is not known whether the venue serves this place.'
        : 'The venue does not serve this place: no position is opened from here.',
    );
  }
  if (facts.reconciliation !== 'clean') {
    refusals.push(
      facts.reconciliation === 'mismatch'
        ? 'What is held differs from what the runner believes: look at the differences, and explain them.'
        : 'The runner could not reconcile with the venue completely.',
    );
  }
  const { balanceMicro, allowanceMicro, bankrollMicro } = facts;
  if (allowanceMicro === null || allowanceMicro < bankrollMicro) {
    refusals.push(
      `The exchange may take ${formatMicro(allowanceMicro ?? 0)} pUSD, the bankroll is ${formatMicro(bankrollMicro)}: run \`cli wallet approve\`.`,
    );
  }
  const equityMicro = (balanceMicro ?? 0) + facts.redeemableMicro + facts.positionsMicro;
  if (balanceMicro === null || equityMicro < bankrollMicro) {
    refusals.push(
      `The account is worth ${formatMicro(equityMicro)} pUSD, the bankroll is ${formatMicro(bankrollMicro)}: lower RUNNER_BANKROLL_USDC, or bring money in.`,
    );
  }
  if (!facts.isLive) return refusals;
  if (!facts.confirmed) refusals.push('Live trading is not confirmed: set LIVE_CONFIRM=real-money on the runner.');
  if (facts.learningBudgetMicro === null) {
    refusals.push('No learning budget is set: set LEARNING_BUDGET_USDC on the runner to what may be lost.');
  } else if (facts.lostMicro >= facts.learningBudgetMicro) {
    refusals.push(
      `The learning budget of ${formatMicro(facts.learningBudgetMicro)} pUSD is spent (${formatMicro(facts.lostMicro)} lost).`,
    );
  }
  return refusals;
}
