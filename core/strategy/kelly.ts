/**
 * How much to bet on a binary that costs c and pays 1 with probability q: the part of wealth that makes it grow fastest is
 * (q − c) / (1 − c) (J. L. Kelly 1956). A fraction of that is used, on a cautious q, under a cap.
 */
import { MICRO_PER_UNIT, type MoneyMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';
import { isProbability } from './blend.ts';

export interface KellyBet {
  /** Probability of winning, from the cautious end of its error bar. */
  readonly probability: number;
  /** What a share costs with all that is paid for it, in pUSD, 0 … 1. */
  readonly costPerShare: number;
  readonly equityMicro: MoneyMicro;
  /** Share of the full Kelly stake. */
  readonly kellyPpm: number;
  /** Most that may be staked. */
  readonly capMicro: MoneyMicro;
}

/** Part of wealth that full Kelly stakes, 0 … 1: nothing without an edge, and nothing on numbers that are none. */
export function kellyFraction(probability: number, costPerShare: number): number {
  if (!isProbability(probability) || !(costPerShare > 0 && costPerShare < 1)) return 0;
  return Math.max(0, (probability - costPerShare) / (1 - costPerShare));
}

/**
 * The stake with its fees, a whole number of millionths, never above the cap. `no-edge` where there is none or less than a millionth is
 * to be staked; `not-finite` where one of the numbers is no number.
 */
export function kellyStakeMicro(bet: KellyBet): Result<MoneyMicro, 'no-edge' | 'not-finite'> {
  const { probability, costPerShare, equityMicro, kellyPpm, capMicro } = bet;
  if (!isProbability(probability) || !(costPerShare >= 0) || !Number.isFinite(costPerShare)) return err('not-finite');
  if (!Number.isFinite(equityMicro) || !Number.isFinite(kellyPpm) || !Number.isFinite(capMicro))
    return err('not-finite');
  const stake = Math.floor(kellyFraction(probability, costPerShare) * (kellyPpm / MICRO_PER_UNIT) * equityMicro);
  const stakeMicro = Math.min(stake, Math.floor(capMicro));
  return stakeMicro > 0 ? ok(stakeMicro) : err('no-edge');
}
