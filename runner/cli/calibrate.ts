/**
 * `cli calibrate`: what the pricing model would have said of every window of a recording, how right that was, and what each of its parts
 * is worth. Strike and outcome by the rule that settles windows now: the mean of 60 seconds at both ends.
 */
import { writeFileSync } from 'node:fs';
import { DEFAULT_PRICING } from '../../core/config/pricing-config.ts';
import {
  brierOf,
  calibrationSlope,
  logLossOf,
  meanScore,
  type PairedDifference,
  pairedBootstrap,
  type ReliabilityBin,
  reliabilityBins,
  type Scored,
  type SlopeEstimate,
} from '../../core/evidence/calibration.ts';
import {
  holdSeconds,
  type Judgement,
  MAX_PRICE_AGE_MS,
  replayPricing,
  windowsOf,
} from '../../core/evidence/pricing-replay.ts';
import { pricingVariants, UNMEASURED_COMPONENTS } from '../../core/evidence/pricing-variants.ts';
import { SECOND_MS } from '../../core/model/time.ts';
import { createRng } from '../../core/simulation/rng.ts';
import { readTicks } from './calibrate-ticks.ts';
import { CliProblem, messageOf } from './cli-problem.ts';

export interface CalibrateOptions {
  readonly ticks: string;
  readonly json?: boolean | undefined;
  /** Hours from the first price on; windows that start earlier are left out of the score. */
  readonly scoreFromHour?: string | undefined;
  /** Where every probability is written. */
  readonly windows?: string | undefined;
  /** A price counts from its receipt on, not from its observation. */
  readonly asReceived?: boolean | undefined;
}

/** Seconds left at which each window is judged. */
export const HORIZONS = [240, 120, 60, 30, 10] as const;
const DURATION_SECONDS = 300;
const LOOKBACK_SECONDS = 60;
/** Any seed will do; a fixed one prints the same interval each time. */
const BOOTSTRAP_SEED = 20_261_123;
const HOUR_SECONDS = 3_600;

export interface ModelScore {
  readonly model: string;
  readonly brier: number;
  readonly logLoss: number;
  /** `null`: too few windows, or all told right. */
  readonly slope: SlopeEstimate | null;
  readonly bins: readonly ReliabilityBin[];
  /** Log-loss of this one minus that of the full model: above 0, the part that is missing helps. `null` for the full model itself. */
  readonly logLossAboveFull: PairedDifference | null;
}

export interface HorizonScore {
  readonly secondsLeft: number;
  readonly windows: number;
  /** More than 5 missing seconds in the start's mean, or a last price older than 5 s. */
  readonly leftOut: number;
  readonly models: readonly ModelScore[];
}

export interface Calibration {
  readonly file: string;
  readonly prices: number;
  readonly windows: number;
  readonly horizons: readonly HorizonScore[];
  readonly notMeasured: Readonly<Record<string, string>>;
}

/** Judges the default model on a file and prints the result. Throws `CliProblem`. */
export function calibrate(options: CalibrateOptions, print: (line: string) => void): void {
  const prices = readTicks(options.ticks, options.asReceived === true);
  const windows = windowsOf(holdSeconds(prices), {
    durationSeconds: DURATION_SECONDS,
    lookbackSeconds: LOOKBACK_SECONDS,
    stepSeconds: DURATION_SECONDS,
    fromSecond: readHours(options.scoreFromHour) * HOUR_SECONDS,
  });
  if (windows.length === 0) {
    throw new CliProblem(
      `${options.ticks}: its prices span no whole window to judge. Give at least 15 minutes beyond --score-from-hour.`,
    );
  }
  const variants = pricingVariants(DEFAULT_PRICING);
  const { judgements, leftOut } = replayPricing(prices, windows, {
    horizons: HORIZONS,
    variants: variants.map(({ config }) => config),
    maxPriceAgeMs: MAX_PRICE_AGE_MS + (options.asReceived === true ? DEFAULT_PRICING.publicationLagMs : 0),
  });
  const names = variants.map(({ name }) => name);
  if (options.windows !== undefined) writeWindows(options.windows, judgements, names);
  const calibration: Calibration = {
    file: options.ticks,
    prices: prices.length,
    windows: windows.length,
    horizons: HORIZONS.map((secondsLeft, place) =>
      scoreHorizon(
        secondsLeft,
        judgements.filter((judgement) => judgement.secondsLeft === secondsLeft),
        leftOut[place] as number,
        names,
      ),
    ),
    notMeasured: UNMEASURED_COMPONENTS,
  };
  if (options.json === true) print(JSON.stringify(calibration));
  else for (const line of describeCalibration(calibration)) print(line);
}

function readHours(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d+(\.\d+)?$/.test(text))
    throw new CliProblem(`--score-from-hour ${text} is not a number of hours, such as 6.`);
  return Number(text);
}

function scoreHorizon(
  secondsLeft: number,
  judgements: readonly Judgement[],
  leftOut: number,
  names: readonly string[],
): HorizonScore {
  // Only where all of them state a price can they be compared.
  const judged = judgements.filter(({ probabilities }) => probabilities.every((probability) => probability !== null));
  const scoredBy = (model: number): Scored[] =>
    judged.map(({ probabilities, window }) => ({ probability: probabilities[model] as number, up: window.up }));
  const full = scoredBy(0);
  return {
    secondsLeft,
    windows: judged.length,
    leftOut: leftOut + judgements.length - judged.length,
    models:
      judged.length === 0
        ? []
        : names.map((model, index) => {
            const scored = scoredBy(index);
            const differences = scored.map((one, at) => logLossOf(one) - logLossOf(full[at] as Scored));
            return {
              model,
              brier: meanScore(scored, brierOf) as number,
              logLoss: meanScore(scored, logLossOf) as number,
              slope: calibrationSlope(scored),
              bins: reliabilityBins(scored),
              logLossAboveFull: index === 0 ? null : pairedBootstrap(differences, createRng(BOOTSTRAP_SEED).uniform),
            };
          }),
  };
}

function writeWindows(path: string, judgements: readonly Judgement[], names: readonly string[]): void {
  const lines = ['start,left,model,p,outcome'];
  for (const { window, secondsLeft, probabilities } of judgements) {
    names.forEach((name, index) => {
      const probability = probabilities[index];
      if (probability === null || probability === undefined) return;
      lines.push(`${window.startMs / SECOND_MS},${secondsLeft},${name},${probability.toFixed(6)},${window.up ? 1 : 0}`);
    });
  }
  try {
    writeFileSync(path, `${lines.join('\n')}\n`);
  } catch (cause) {
    throw new CliProblem(`--windows ${path} cannot be written (${messageOf(cause)}).`, { cause });
  }
}

/** The result for a person. */
export function describeCalibration(calibration: Calibration): string[] {
  const lines = [
    `${calibration.file}: ${calibration.prices} prices, ${calibration.windows} windows`,
    'log-loss above full: what leaving the part out costs, with its 95 % interval; slope: 1 is right, above 1 too timid',
  ];
  for (const { secondsLeft, windows, leftOut, models } of calibration.horizons) {
    lines.push('', `${secondsLeft} s left: ${windows} windows, ${leftOut} left out (missing seconds, or an old price)`);
    lines.push(
      `  ${'model'.padEnd(28)}${'Brier'.padStart(8)}${'log-loss'.padStart(10)}  ${'slope'.padEnd(22)}log-loss above full`,
    );
    for (const { model, brier, logLoss, slope, logLossAboveFull } of models) {
      lines.push(
        `  ${model.padEnd(28)}${brier.toFixed(5).padStart(8)}${logLoss.toFixed(4).padStart(10)}  ${slopeText(slope).padEnd(22)}${differenceText(logLossAboveFull)}`,
      );
    }
    const full = models[0];
    if (full !== undefined)
      lines.push(
        `  stated → happened (windows): ${full.bins
          .filter(({ count }) => count > 0)
          .map(binText)
          .join(', ')}`,
      );
  }
  lines.push(
    '',
    ...Object.entries(calibration.notMeasured).map(([component, why]) => `not measured: ${component} ${why}`),
  );
  return lines;
}

function slopeText(slope: SlopeEstimate | null): string {
  return slope === null ? '–' : `${slope.slope.toFixed(2)} (${slope.low.toFixed(2)} … ${slope.high.toFixed(2)})`;
}

function differenceText(difference: PairedDifference | null): string {
  if (difference === null) return '';
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`;
  return `${signed(difference.mean)} (${signed(difference.low)} … ${signed(difference.high)})`;
}

function binText({ stated, happened, count }: ReliabilityBin): string {
  return `${(stated ?? 0).toFixed(2)} → ${(happened ?? 0).toFixed(2)} (${count})`;
}
