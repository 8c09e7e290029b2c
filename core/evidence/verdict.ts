/** What the evidence allows to be said, in one word and one sentence. Nothing here promises profit. */
import type { EvidenceConfig } from '../config/evidence-config.ts';
import { MICRO_PER_UNIT } from '../model/money.ts';
import { confidenceInterval, isAbove, isBelow, isResolved, observationsToResolve } from './confidence-sequence.ts';
import { createMeanEvidence, type MeanEvidence, meanOf, observe } from './mean-evidence.ts';

/**
 * `proven`: the lower bound is above zero. `disproven`: the upper bound is below zero. `not-proven`: the interval holds zero and is as narrow
 * as one cent to each side. `insufficient-data`: it is wider than that, or there are too few windows.
 */
export type VerdictName = 'proven' | 'not-proven' | 'disproven' | 'insufficient-data';

export interface Verdict {
  readonly verdict: VerdictName;
  /** Windows with a trade: the observations. */
  readonly windows: number;
  /** Mean PnL of a share in pUSD, fees included; `null` without a window. */
  readonly mean: number | null;
  /** Bounds that hold however often one looks. */
  readonly lower: number;
  readonly upper: number;
  /** Traded windows still needed until one cent can be told from none; 0 when it can, `null` when no number of them would do. */
  readonly windowsNeeded: number | null;
  readonly sentence: string;
}

/** Fewer windows than this say nothing of the variance; the greatest that a binary can have is taken instead. */
const WINDOWS_FOR_VARIANCE = 30;

/** The verdict on the mean PnL of a share. */
export function verdictOn(evidence: MeanEvidence, config: EvidenceConfig): Verdict {
  const errorRate = config.errorRatePpm / MICRO_PER_UNIT;
  const { lower, upper } = confidenceInterval(evidence, errorRate);
  const verdict = verdictNameOf(evidence, config);
  const windowsNeeded = windowsStillNeeded(evidence, config);
  const mean = meanOf(evidence);
  const facts = { verdict, windows: evidence.count, mean, lower, upper, windowsNeeded };
  return { ...facts, sentence: sentenceOf(facts, config) };
}

/** Only the word: all that a look after every window has to compute. */
export function verdictNameOf(evidence: MeanEvidence, config: EvidenceConfig): VerdictName {
  const errorRate = config.errorRatePpm / MICRO_PER_UNIT;
  if (evidence.count < config.minWindows) return 'insufficient-data';
  if (isAbove(evidence, 0, errorRate)) return 'proven';
  if (isBelow(evidence, 0, errorRate)) return 'disproven';
  return isResolved(evidence, config.resolutionMicro / MICRO_PER_UNIT, errorRate) ? 'not-proven' : 'insufficient-data';
}

function windowsStillNeeded(evidence: MeanEvidence, config: EvidenceConfig): number | null {
  const basis = evidence.count < WINDOWS_FOR_VARIANCE ? greatestVariance() : evidence;
  const errorRate = config.errorRatePpm / MICRO_PER_UNIT;
  const total = observationsToResolve(basis, config.resolutionMicro / MICRO_PER_UNIT, errorRate);
  return total === null ? null : Math.max(0, Math.max(total, config.minWindows) - evidence.count);
}

/** Shares at even prices, bought to the bound: nothing varies more. */
function greatestVariance(): MeanEvidence {
  const evidence = createMeanEvidence();
  observe(evidence, 0.5, 1);
  observe(evidence, -0.5, 1);
  return evidence;
}

const cents = (value: number): string => `${(value * 100).toFixed(2)}`;

function sentenceOf(facts: Omit<Verdict, 'sentence'>, config: EvidenceConfig): string {
  const { verdict, windows, mean, lower, upper, windowsNeeded } = facts;
  const resolution = `${cents(config.resolutionMicro / MICRO_PER_UNIT)} cents`;
  const more =
    windowsNeeded === null
      ? `No number of windows would tell ${resolution} from none at these sizes: the bound is far above what is traded.`
      : `About ${windowsNeeded} more traded windows would tell ${resolution} a share from none.`;
  if (mean === null) return `Insufficient data: no window with a trade yet. ${more}`;
  const seen = `${cents(mean)} cents a share over ${windows} traded windows, between ${cents(lower)} and ${cents(upper)} however often one looks`;
  switch (verdict) {
    case 'proven':
      return `Proven: a profit of ${seen}.`;
    case 'disproven':
      return `Disproven: it loses, with ${seen}.`;
    case 'not-proven':
      return `Not proven: ${seen}; an edge that matters would have shown.`;
    case 'insufficient-data':
      return `Insufficient data: ${seen}. ${more}`;
  }
}
