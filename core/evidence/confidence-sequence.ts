/**
 * Intervals for a mean that hold at all times at once: whoever looks after every window, and stops when the picture pleases, is still
 * wrong no more often than stated.
 *
 * A test of "θ is at most t" is a gambler who bets on every observation that it comes out above t. With a stake of λ his wealth is
 * multiplied by 1 + λz, z = x − t·w. If the hypothesis is true the bets are not in his favour, so that his wealth reaches 1/α with a chance
 * of α at most, at any time (Ville's inequality). The lower bound is the smallest t that such gamblers have not refuted (betting as in
 * Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86, 2024). What is computed is a little
 * less than the gambler's wealth, so that five sums are enough instead of every observation: for z ≥ −b and λb < 1
 *
 *     1 + λz ≥ exp(λz − ψ(λb)/b² · z²),   ψ(u) = −log(1 − u) − u
 *
 * (Fan, Grama and Liu, "Exponential inequalities for martingales with applications", EJP 20, 2015), with b = 1 + t, since |x| ≤ w ≤ 1. A few
 * stakes are mixed with fixed weights: a mean of wealths is a wealth. With stakes of at most ½ the wealth falls as t rises, for every t
 * in −1 … 1, so what is not refuted is one interval and bisection finds its end.
 */
import { exp, log, log1p, normalQuantile } from '../model/math.ts';
import { type MeanEvidence, meanOf, mirrored, scaled } from './mean-evidence.ts';

/** 95 % interval: [lower, upper], in units of x per unit of w. */
export interface MeanInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Stakes per share, and what part of the money each has. A stake of λ sees best the edge that it takes √(2·log(1/α)/n)/σ observations for:
 * 0.07 is that of 6,000 windows at even prices, in which 3 cents must be seen; 0.012 is that of 200,000, 0.03 of
 * 33,000, 0.15 of 1,300, 0.4 of 200.
 */
const BETS: readonly { readonly stake: number; readonly weight: number }[] = [
  { stake: 0.012, weight: 0.05 },
  { stake: 0.03, weight: 0.12 },
  { stake: 0.07, weight: 0.55 },
  { stake: 0.15, weight: 0.18 },
  { stake: 0.4, weight: 0.1 },
];

/** Halvings of a range of at most 2: to 2⁻⁴⁰, a millionth of a millionth. */
const HALVINGS = 41;
/** Beyond this many times what was seen nothing is extrapolated. */
const MOST_TIMES = 1_000_000;
/** Below it ψ(λb)/b² is λ²/2 to the last digit that matters, and the quotient would lose digits. */
const SMALL_BOUND = 1e-5;

/** ψ(λb)/b², the price of variance for a stake where no observation is below −b. */
function variancePrice(stake: number, bound: number): number {
  if (bound < SMALL_BOUND) return (stake * stake) / 2;
  const u = stake * bound;
  return (-log1p(-u) - u) / (bound * bound);
}

/** Prices of variance where nothing is below −1: for the threshold 0, which is asked after every window. */
const PRICES_AT_ZERO: readonly number[] = BETS.map(({ stake }) => variancePrice(stake, 1));

/** Logarithm of the wealth of those who bet that the mean is above `threshold` (−1 … 1), having begun with 1. */
export function logWealthAbove(evidence: MeanEvidence, threshold: number): number {
  return logMean(logWealths(evidence, threshold));
}

/** True when "the mean is at most `threshold`" is refuted at this error rate. */
export function isAbove(evidence: MeanEvidence, threshold: number, errorRate: number): boolean {
  const needed = -log(errorRate);
  const wealths = logWealths(evidence, threshold);
  // A mean is no more than its greatest part: most looks end here.
  return Math.max(...wealths) >= needed && logMean(wealths) >= needed;
}

/** Logarithm of each gambler's wealth. */
function logWealths(evidence: MeanEvidence, threshold: number): number[] {
  const gain = evidence.sumX - threshold * evidence.sumW;
  const square = evidence.sumXX - 2 * threshold * evidence.sumXW + threshold * threshold * evidence.sumWW;
  return BETS.map(({ stake }, index) => {
    const price = threshold === 0 ? PRICES_AT_ZERO[index] : undefined;
    return stake * gain - (price ?? variancePrice(stake, 1 + threshold)) * square;
  });
}

/** Logarithm of the weighted mean, from logarithms, so that no wealth overflows. */
function logMean(wealths: readonly number[]): number {
  const greatest = Math.max(...wealths);
  let sum = 0;
  for (const [index, { weight }] of BETS.entries()) sum += weight * exp((wealths[index] ?? 0) - greatest);
  return greatest + log(sum);
}

/** True when "the mean is at least `threshold`" is refuted at this error rate. */
export function isBelow(evidence: MeanEvidence, threshold: number, errorRate: number): boolean {
  return isAbove(mirrored(evidence), -threshold, errorRate);
}

/** The interval at this moment, each side with this error rate; −1 … 1 before anything is known. */
export function confidenceInterval(evidence: MeanEvidence, errorRate: number): MeanInterval {
  return { lower: lowerBound(evidence, errorRate), upper: -lowerBound(mirrored(evidence), errorRate) };
}

function lowerBound(evidence: MeanEvidence, errorRate: number): number {
  const mean = meanOf(evidence);
  if (mean === null || !isAbove(evidence, -1, errorRate)) return -1;
  let refuted = -1;
  let open = mean;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (refuted + open) / 2;
    if (isAbove(evidence, middle, errorRate)) refuted = middle;
    else open = middle;
  }
  return refuted;
}

/** True when both ends of the interval lie within `resolution` of the mean. */
export function isResolved(evidence: MeanEvidence, resolution: number, errorRate: number): boolean {
  const mean = meanOf(evidence);
  if (mean === null) return false;
  const low = mean - resolution;
  const high = mean + resolution;
  return (low <= -1 || isAbove(evidence, low, errorRate)) && (high >= 1 || isBelow(evidence, high, errorRate));
}

/**
 * How many observations in all it takes until the interval is as narrow as `resolution` to each side, if what comes is like what was
 * seen; `null` where even a million times as many are not enough, or nothing was seen.
 */
export function observationsToResolve(evidence: MeanEvidence, resolution: number, errorRate: number): number | null {
  const resolvedBy = (factor: number): boolean => isResolved(scaled(evidence, factor), resolution, errorRate);
  if (evidence.count === 0 || !resolvedBy(MOST_TIMES)) return null;
  let tooFew = 0;
  let enough = MOST_TIMES;
  for (let halving = 0; halving < 2 * HALVINGS && (enough - tooFew) * evidence.count > 0.5; halving++) {
    const middle = (tooFew + enough) / 2;
    if (resolvedBy(middle)) enough = middle;
    else tooFew = middle;
  }
  return Math.ceil(enough * evidence.count);
}

/**
 * The textbook interval for a size that was fixed beforehand: narrower, and true only for whoever looks once. A sanity check beside the
 * other, never a verdict; `null` for fewer than two observations.
 */
export function fixedSizeInterval(evidence: MeanEvidence, errorRate: number): MeanInterval | null {
  const mean = meanOf(evidence);
  if (mean === null || evidence.count < 2) return null;
  const { count, sumW, sumXX, sumXW, sumWW } = evidence;
  const square = Math.max(0, sumXX - 2 * mean * sumXW + mean * mean * sumWW);
  const error = (Math.sqrt((square * count) / (count - 1)) / sumW) * normalQuantile(1 - errorRate);
  return { lower: mean - error, upper: mean + error };
}
