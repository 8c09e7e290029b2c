/**
 * How good probabilities are, once the outcomes are known: Brier score, log-loss, the slope that would set them right, and what became of
 * each tenth. Pure arithmetic on pairs, whoever made them.
 */
import { exp, log } from '../model/math.ts';

/** A probability of Up that was stated, and what happened. */
export interface Scored {
  readonly probability: number;
  readonly up: boolean;
}

/** Probabilities are held this far from 0 and 1 in scores, as the reference tool does: one sure and wrong word would outweigh the rest. */
export const LEAST_PROBABILITY = 0.001;

/** A probability within the limits above. */
export function clipProbability(probability: number): number {
  return Math.min(Math.max(probability, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
}

/** Squared error of one clipped probability. */
export function brierOf({ probability, up }: Scored): number {
  const error = clipProbability(probability) - (up ? 1 : 0);
  return error * error;
}

/** Negative logarithm of the clipped probability of what happened. */
export function logLossOf({ probability, up }: Scored): number {
  const clipped = clipProbability(probability);
  return -log(up ? clipped : 1 - clipped);
}

/** Mean of a score; `null` of nothing. */
export function meanScore(scored: readonly Scored[], score: (one: Scored) => number): number | null {
  if (scored.length === 0) return null;
  let sum = 0;
  for (const one of scored) sum += score(one);
  return sum / scored.length;
}

export interface SlopeEstimate {
  /** What log-odds must be multiplied by: 1 is right, above 1 is too timid, below too bold. */
  readonly slope: number;
  readonly standardError: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** Half-width of a 95 % interval in standard errors. */
const Z_95 = 1.959963984540054;
const MAX_NEWTON_STEPS = 50;
/** Log-odds slopes beyond this mean that the outcomes are separated: no finite estimate exists. */
const MAX_SLOPE = 50;

/**
 * Slope of a logistic regression of outcomes on the stated log-odds, with an intercept, and its interval by Fisher's information. `null`
 * where there is no finite one: too few, all alike, or perfectly separated.
 */
export function calibrationSlope(scored: readonly Scored[]): SlopeEstimate | null {
  const odds = scored.map(({ probability }) => {
    const clipped = clipProbability(probability);
    return log(clipped / (1 - clipped));
  });
  let intercept = 0;
  let slope = 1;
  for (let step = 0; step < MAX_NEWTON_STEPS; step++) {
    let gradient0 = 0;
    let gradient1 = 0;
    let h00 = 0;
    let h01 = 0;
    let h11 = 0;
    for (let index = 0; index < odds.length; index++) {
      const x = odds[index] as number;
      const fitted = 1 / (1 + exp(-(intercept + slope * x)));
      const residual = ((scored[index] as Scored).up ? 1 : 0) - fitted;
      const weight = fitted * (1 - fitted);
      gradient0 += residual;
      gradient1 += residual * x;
      h00 += weight;
      h01 += weight * x;
      h11 += weight * x * x;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (!(determinant > 1e-9)) return null;
    const move0 = (h11 * gradient0 - h01 * gradient1) / determinant;
    const move1 = (h00 * gradient1 - h01 * gradient0) / determinant;
    intercept += move0;
    slope += move1;
    if (!(Math.abs(slope) < MAX_SLOPE)) return null;
    if (Math.abs(move0) + Math.abs(move1) < 1e-9) {
      const standardError = Math.sqrt(h00 / determinant);
      return { slope, standardError, low: slope - Z_95 * standardError, high: slope + Z_95 * standardError };
    }
  }
  return null;
}

/** One tenth of the probabilities. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean of what was stated, and the part that happened; `null` where the bin is empty. */
  readonly stated: number | null;
  readonly happened: number | null;
}

const BINS = 10;

/** What was stated against what happened, by tenths. */
export function reliabilityBins(scored: readonly Scored[]): ReliabilityBin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, stated: 0, ups: 0 }));
  for (const { probability, up } of scored) {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))];
    if (bin === undefined) continue;
    bin.count++;
    bin.stated += probability;
    if (up) bin.ups++;
  }
  return bins.map(({ count, stated, ups }, index) => ({
    from: index / BINS,
    to: (index + 1) / BINS,
    count,
    stated: count === 0 ? null : stated / count,
    happened: count === 0 ? null : ups / count,
  }));
}

/** Mean of paired differences, with its 95 % bootstrap interval. */
export interface PairedDifference {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Resamples the pairs with replacement: windows are the units, so one difference a window. `uniform` gives numbers in [0, 1), from a seed of
 * the caller's. `null` of nothing.
 */
export function pairedBootstrap(
  differences: readonly number[],
  uniform: () => number,
  resamples = 2_000,
): PairedDifference | null {
  const size = differences.length;
  if (size === 0) return null;
  const means: number[] = [];
  for (let round = 0; round < resamples; round++) {
    let sum = 0;
    for (let drawn = 0; drawn < size; drawn++) sum += differences[Math.floor(uniform() * size)] as number;
    means.push(sum / size);
  }
  means.sort((left, right) => left - right);
  const at = (part: number): number => means[Math.min(resamples - 1, Math.floor(part * resamples))] as number;
  let total = 0;
  for (const difference of differences) total += difference;
  return { mean: total / size, low: at(0.025), high: at(0.975) };
}
