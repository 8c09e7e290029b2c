/**
 * How long it takes to find an edge of a given size, and what may be lost meanwhile: reckoned with the same test that later gives the
 * verdict, before a stage starts.
 */
import type { EvidenceConfig } from '../config/evidence-config.ts';
import { log, normalQuantile } from '../model/math.ts';
import { MICRO_PER_UNIT, type MoneyMicro, type SizeMicro } from '../model/money.ts';
import { err, ok, type Result } from '../model/result.ts';
import { logWealthAbove } from './confidence-sequence.ts';
import { createMeanEvidence } from './mean-evidence.ts';

export interface SampleQuestion {
  /** Profit of a share after fees, in pUSD: 0.02. */
  readonly edge: number;
  /** Price that is paid for a share, 0 … 1. */
  readonly price: number;
  /** Fee of a share at that price, in pUSD. */
  readonly feePerShare: number;
  readonly sharesMicro: SizeMicro;
  readonly tradesPerDay: number;
  /** Chance with which an edge that is there must be found, 0.5 … 0.999. */
  readonly power: number;
}

export interface SampleAnswer {
  /** Traded windows after which an edge of that size is proven with the asked chance: the end of a stage. */
  readonly windows: number;
  readonly days: number;
  /** Traded windows by which it is proven half of the time. */
  readonly medianWindows: number;
  /** Standard deviation of a share's PnL, in pUSD. */
  readonly deviation: number;
  /** A share without the edge, at a fair price: its fee is lost. */
  readonly lossPerShareWithoutEdge: number;
  /** The smallest budget that an edge of that size outlives with 95 %. */
  readonly learningBudgetMicro: MoneyMicro;
  /** Traded windows after which the budget is spent on average when there is no edge; `null`: never, as nothing is paid for trading. */
  readonly windowsToSpendBudget: number | null;
  /** What goes through the market until the end of the stage. */
  readonly turnoverMicro: MoneyMicro;
}

/** A budget ends a true edge in this part of all campaigns: as rare as a true edge that is not found. */
const BUDGET_RUIN = 0.05;
/** A budget is said in whole cents, rounded up. */
const CENT_MICRO = 10_000;
/** Half a century of 5-minute windows: an edge that takes longer is none. */
const MOST_WINDOWS = 5_000_000;

/** Sample, days and budget. An edge that cannot be, or that nobody lives long enough to see, is refused with a sentence. */
export function planSample(question: SampleQuestion, config: EvidenceConfig): Result<SampleAnswer, string> {
  const refusal = questionRefusal(question);
  if (refusal !== null) return err(refusal);
  const { edge, price, feePerShare, sharesMicro, tradesPerDay, power } = question;
  // What must be true for a share at this price and fee to earn the edge.
  const probability = price + feePerShare + edge;
  const deviation = Math.sqrt(probability * (1 - probability));
  const windows = windowsToProve(edge, deviation, normalQuantile(power), config);
  const medianWindows = windowsToProve(edge, deviation, 0, config);
  if (windows === null || medianWindows === null)
    return err(
      `An edge of ${edge} takes more than ${MOST_WINDOWS} traded windows to prove: it is too small to be found.`,
    );
  const shares = sharesMicro / MICRO_PER_UNIT;
  // A random walk that rises by `edge` with this deviation ever falls by B with a chance of exp(−2·edge·B/deviation²); one order more,
  // since the last loss may go beyond.
  const fall = (deviation * deviation * -log(BUDGET_RUIN)) / (2 * edge);
  const learningBudgetMicro = Math.ceil(((fall + price + feePerShare) * sharesMicro) / CENT_MICRO) * CENT_MICRO;
  const windowsToSpendBudget = feePerShare > 0 ? Math.ceil(learningBudgetMicro / (feePerShare * sharesMicro)) : null;
  return ok({
    windows,
    days: windows / tradesPerDay,
    medianWindows,
    deviation,
    lossPerShareWithoutEdge: feePerShare,
    learningBudgetMicro,
    windowsToSpendBudget,
    turnoverMicro: Math.ceil(windows * shares * (price + feePerShare) * MICRO_PER_UNIT),
  });
}

function questionRefusal({
  edge,
  price,
  feePerShare,
  sharesMicro,
  tradesPerDay,
  power,
}: SampleQuestion): string | null {
  if (!(edge > 0 && edge < 1)) return 'The edge must lie between 0 and 1 pUSD a share, such as 0.02 for two cents.';
  if (!(price > 0 && price < 1)) return 'The price must lie between 0 and 1, such as 0.5.';
  if (!(feePerShare >= 0 && feePerShare < 1)) return 'The fee of a share must lie between 0 and 1 pUSD.';
  if (price + feePerShare + edge >= 1)
    return `A share at ${price} with a fee of ${feePerShare.toFixed(4)} cannot earn ${edge}: it pays 1 pUSD at most.`;
  if (!(Number.isSafeInteger(sharesMicro) && sharesMicro > 0)) return 'The size must be more than 0 shares.';
  if (!(tradesPerDay > 0 && tradesPerDay <= 1_440)) return 'Trades a day must be more than 0, and at most 1440.';
  if (!(power >= 0.5 && power <= 0.999)) return 'The chance of finding the edge must lie between 0.5 and 0.999.';
  return null;
}

/** The number of windows at which a sum that is `z` deviations below its mean is proof still; `null` beyond the most. */
function windowsToProve(edge: number, deviation: number, z: number, config: EvidenceConfig): number | null {
  const wealthNeeded = -log(config.errorRatePpm / MICRO_PER_UNIT);
  const proves = (count: number): boolean => {
    const sumX = count * edge - z * deviation * Math.sqrt(count);
    const sumXX = count * (deviation * deviation + edge * edge);
    const evidence = { ...createMeanEvidence(), count, sumX, sumW: count, sumXX, sumXW: sumX, sumWW: count };
    return logWealthAbove(evidence, 0) >= wealthNeeded;
  };
  let tooFew = config.minWindows - 1;
  let enough = config.minWindows;
  while (!proves(enough)) {
    if (enough >= MOST_WINDOWS) return null;
    tooFew = enough;
    enough = Math.min(2 * enough, MOST_WINDOWS);
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (proves(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
