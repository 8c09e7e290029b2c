/**
 * What has to be kept of a row of observations so that an interval for their mean can be had at any time: five sums. An observation is
 * an amount `x` on a weight `w`, with |x| ≤ w ≤ 1; the mean that is looked for is θ with E[x − θ·w] = 0 in every observation.
 *
 * For trades an observation is a window: x its PnL and w its shares, both divided by the most shares that it could have bought, a number
 * that is fixed before the window. A share costs at least nothing and at most 1 pUSD, fee included, and pays 0 or 1: |x| ≤ w. A window in
 * which much was traded thus weighs more, and no window can weigh more than the bound says. Shares of one window win and lose together, so
 * a window is one observation, however many trades it had.
 */
import { invariant } from '../model/errors.ts';

/** Plain data: it is snapshotted as it is. */
export interface MeanEvidence {
  count: number;
  sumX: number;
  sumW: number;
  sumXX: number;
  sumXW: number;
  sumWW: number;
}

/** Nothing seen yet. */
export function createMeanEvidence(): MeanEvidence {
  return { count: 0, sumX: 0, sumW: 0, sumXX: 0, sumXW: 0, sumWW: 0 };
}

/** True for numbers that may be observed: 0 < w ≤ 1 and |x| ≤ w. NaN is none. */
export function isObservation(x: number, w: number): boolean {
  return w > 0 && w <= 1 && Math.abs(x) <= w;
}

/** Adds an observation. Throws `InvariantError` for one beyond its bounds: the interval would not hold any more. */
export function observe(evidence: MeanEvidence, x: number, w: number): void {
  invariant(isObservation(x, w), 'an observation is within its bounds', { x, w });
  evidence.count++;
  evidence.sumX += x;
  evidence.sumW += w;
  evidence.sumXX += x * x;
  evidence.sumXW += x * w;
  evidence.sumWW += w * w;
}

/** The weighted mean, Σx ÷ Σw; `null` before the first observation. */
export function meanOf(evidence: MeanEvidence): number | null {
  return evidence.count === 0 ? null : evidence.sumX / evidence.sumW;
}

/** The same evidence `factor` times over: what more of the same would show. */
export function scaled(evidence: MeanEvidence, factor: number): MeanEvidence {
  return {
    count: evidence.count * factor,
    sumX: evidence.sumX * factor,
    sumW: evidence.sumW * factor,
    sumXX: evidence.sumXX * factor,
    sumXW: evidence.sumXW * factor,
    sumWW: evidence.sumWW * factor,
  };
}

/** The same evidence with each amount's sign turned: what it says of −θ. */
export function mirrored(evidence: MeanEvidence): MeanEvidence {
  return { ...evidence, sumX: -evidence.sumX, sumXW: -evidence.sumXW };
}
