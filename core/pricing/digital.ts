/**
 * Probability that a lead, now expected to be `leadUsd`, ends at or above zero. Tails are fat because volatility itself is uncertain:
 * three normal distributions, whose widths are the nodes of Gauss–Hermite quadrature over a log-normal volatility, of the same variance
 * together as one.
 */
import { exp, normalCdf } from '../model/math.ts';

export interface TailShape {
  /** Widths of the three normals as parts of the standard deviation. */
  readonly narrow: number;
  readonly middle: number;
  readonly wide: number;
}

/** Weights of the outer nodes and of the middle one. */
export const OUTER_WEIGHT = 1 / 6;
export const MIDDLE_WEIGHT = 2 / 3;
const ROOT_3 = Math.sqrt(3);

/** The three widths for a spread of log volatility; 0 gives one normal. */
export function tailShape(spread: number): TailShape {
  const ratio = exp(ROOT_3 * spread);
  const square = ratio * ratio;
  const middle = 1 / Math.sqrt(MIDDLE_WEIGHT + OUTER_WEIGHT * (square + 1 / square));
  return { narrow: middle / ratio, middle, wide: middle * ratio };
}

/**
 * Probability that the lead ends at or above 0: `diffusionUsd2` is the variance that volatility makes, `noiseUsd2` that of what we cannot
 * measure. Without either the lead is final, and a tie is Up.
 */
export function upProbability(leadUsd: number, diffusionUsd2: number, noiseUsd2: number, shape: TailShape): number {
  if (diffusionUsd2 <= 0 && noiseUsd2 <= 0) return leadUsd >= 0 ? 1 : 0;
  const { narrow, middle, wide } = shape;
  if (narrow === wide) return normalCdf(leadUsd / Math.sqrt(diffusionUsd2 + noiseUsd2));
  const inner = normalCdf(leadUsd / Math.sqrt(narrow * narrow * diffusionUsd2 + noiseUsd2));
  const main = normalCdf(leadUsd / Math.sqrt(middle * middle * diffusionUsd2 + noiseUsd2));
  const outer = normalCdf(leadUsd / Math.sqrt(wide * wide * diffusionUsd2 + noiseUsd2));
  // Rounding must not leave 0 … 1.
  return Math.min(1, OUTER_WEIGHT * (inner + outer) + MIDDLE_WEIGHT * main);
}
