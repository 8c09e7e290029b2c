/**
 * The probability that trades: the model's and the market's, mixed in log-odds. There a weight means the same at 0.5 and at 0.95, and
 * the mix never leaves the two it is made of.
 */
import { exp, log } from '../model/math.ts';
import { err, ok, type Result } from '../model/result.ts';

/** A price has no smaller step than a tick: nothing surer than 0.0001 can be traded, and log-odds stay finite. */
const SUREST = 0.0001;

/**
 * Mixes two probabilities of 0 … 1, `modelWeight` (0 … 1) being the model's. `not-finite` for NaN or for what is no probability: a model
 * that says 1.2 is broken, not sure.
 */
export function blendProbability(model: number, market: number, modelWeight: number): Result<number, 'not-finite'> {
  if (!isProbability(model) || !isProbability(market) || !isProbability(modelWeight)) return err('not-finite');
  return ok(expit(modelWeight * logit(model) + (1 - modelWeight) * logit(market)));
}

/** True for 0 … 1; false for NaN. */
export function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

function logit(probability: number): number {
  const bounded = Math.min(1 - SUREST, Math.max(SUREST, probability));
  return log(bounded / (1 - bounded));
}

function expit(logOdds: number): number {
  return 1 / (1 + exp(-logOdds));
}
