/**
 * How good our probability of Up is beside the market's mid, while the series runs: one pair of forecasts for each window and each number of
 * seconds left, scored once the outcome is known. Only pairs are scored, so both are judged on the same windows. Plain state.
 */
import type { EvidenceConfig } from '../config/evidence-config.ts';
import { MICRO_PER_UNIT } from '../model/money.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { brierOf, clipProbability, logLossOf } from './calibration.ts';
import { confidenceInterval, isAbove, isBelow, type MeanInterval } from './confidence-sequence.ts';
import { createMeanEvidence, type MeanEvidence, meanOf, observe } from './mean-evidence.ts';

/** Seconds before the end at which forecasts are scored. */
export const FORECAST_SECONDS = [240, 120, 60, 30, 10] as const;
export type ForecastSeconds = (typeof FORECAST_SECONDS)[number];

/** A forecast is that of 60 seconds when it is made from 60 to this much less before the end: decisions come many times a second. */
const LATENESS_SECONDS = 5;
/** Tenths of the probability, in which what was said is compared with what happened. */
const RELIABILITY_BINS = 10;
/** Windows whose outcome is awaited. A result that comes later than that is not scored: state must not grow without end. */
const MAX_PENDING = 24;

export interface ReliabilityBin {
  count: number;
  /** Sum of what was said, and how often it was Up. */
  sumProbability: number;
  ups: number;
}

export interface ForecasterScore {
  squaredErrors: number;
  logLosses: number;
  bins: ReliabilityBin[];
}

export interface ForecastBucket {
  count: number;
  model: ForecasterScore;
  market: ForecasterScore;
  /** Squared error of the market less that of the model, each window: above zero, the model is the better one. */
  gain: MeanEvidence;
}

interface ForecastPair {
  model: number;
  market: number;
}

export interface LiveCalibration {
  /** Forecasts of windows without an outcome yet, by window start, then by seconds left. */
  pending: Record<string, Record<string, ForecastPair>>;
  buckets: Record<string, ForecastBucket>;
  /** Forecasts that were no probabilities. */
  invalid: number;
}

/** Nothing forecast yet. */
export function createLiveCalibration(): LiveCalibration {
  return {
    pending: {},
    buckets: Object.fromEntries(FORECAST_SECONDS.map((seconds) => [seconds, createBucket()])),
    invalid: 0,
  };
}

function createBucket(): ForecastBucket {
  return { count: 0, model: createScore(), market: createScore(), gain: createMeanEvidence() };
}

function createScore(): ForecasterScore {
  const bins = Array.from({ length: RELIABILITY_BINS }, () => ({ count: 0, sumProbability: 0, ups: 0 }));
  return { squaredErrors: 0, logLosses: 0, bins };
}

const isProbability = (value: number): boolean => value >= 0 && value <= 1;

/**
 * Notes what the model and the market's mid say of Up. The first forecast of each bucket stands, so it can be called as often as one likes;
 * without one of the two there is nothing to compare, and what is no probability is counted and left out.
 */
export function noteForecast(
  calibration: LiveCalibration,
  windowStartMs: UnixMs,
  secondsLeft: number,
  model: number | null,
  market: number | null,
): void {
  const seconds = FORECAST_SECONDS.find((mark) => secondsLeft <= mark && secondsLeft > mark - LATENESS_SECONDS);
  if (seconds === undefined || model === null || market === null) return;
  if (!isProbability(model) || !isProbability(market)) {
    calibration.invalid++;
    return;
  }
  const pairs = calibration.pending[windowStartMs] ?? {};
  if (pairs[seconds] !== undefined) return;
  pairs[seconds] = { model, market };
  calibration.pending[windowStartMs] = pairs;
  const starts = Object.keys(calibration.pending);
  if (starts.length <= MAX_PENDING) return;
  delete calibration.pending[Math.min(...starts.map(Number))];
}

/** Scores the window's forecasts. A window without any, or scored already, changes nothing. */
export function noteOutcome(calibration: LiveCalibration, windowStartMs: UnixMs, outcome: Outcome): void {
  const pairs = calibration.pending[windowStartMs];
  if (pairs === undefined) return;
  delete calibration.pending[windowStartMs];
  const up = outcome === 'up';
  for (const [seconds, { model, market }] of Object.entries(pairs)) {
    const bucket = calibration.buckets[seconds] ?? createBucket();
    calibration.buckets[seconds] = bucket;
    bucket.count++;
    score(bucket.model, model, up);
    score(bucket.market, market, up);
    const gain = brierOf({ probability: market, up }) - brierOf({ probability: model, up });
    observe(bucket.gain, gain, 1);
  }
}

function score(forecaster: ForecasterScore, probability: number, up: boolean): void {
  forecaster.squaredErrors += brierOf({ probability, up });
  forecaster.logLosses += logLossOf({ probability, up });
  const bin =
    forecaster.bins[Math.min(RELIABILITY_BINS - 1, Math.floor(clipProbability(probability) * RELIABILITY_BINS))];
  if (bin === undefined) return;
  bin.count++;
  bin.sumProbability += probability;
  if (up) bin.ups++;
}

export interface ForecasterFigures {
  /** Mean squared error and mean logarithmic loss; `null` without a window. */
  readonly brier: number | null;
  readonly logLoss: number | null;
  /** Bins with at least one forecast: mean of what was said, part that was Up. */
  readonly reliability: readonly { readonly said: number; readonly happened: number; readonly count: number }[];
}

export interface CalibrationFigures {
  readonly secondsLeft: ForecastSeconds;
  readonly windows: number;
  readonly model: ForecasterFigures;
  readonly market: ForecasterFigures;
  /** How much lower the model's Brier score is than the market's, with bounds that hold however often one looks. */
  readonly gain: number | null;
  readonly gainInterval: MeanInterval;
  readonly better: 'model' | 'market' | 'undecided';
}

/** The figures of every bucket, most seconds left first. */
export function calibrationFigures(calibration: LiveCalibration, config: EvidenceConfig): CalibrationFigures[] {
  const errorRate = config.errorRatePpm / MICRO_PER_UNIT;
  return FORECAST_SECONDS.map((secondsLeft) => {
    const bucket = calibration.buckets[secondsLeft] ?? createBucket();
    const { gain } = bucket;
    const better = isAbove(gain, 0, errorRate) ? 'model' : isBelow(gain, 0, errorRate) ? 'market' : 'undecided';
    return {
      secondsLeft,
      windows: bucket.count,
      model: figuresOf(bucket.model, bucket.count),
      market: figuresOf(bucket.market, bucket.count),
      gain: meanOf(gain),
      gainInterval: confidenceInterval(gain, errorRate),
      better,
    };
  });
}

function figuresOf({ squaredErrors, logLosses, bins }: ForecasterScore, count: number): ForecasterFigures {
  const reliability = bins
    .filter((bin) => bin.count > 0)
    .map((bin) => ({ said: bin.sumProbability / bin.count, happened: bin.ups / bin.count, count: bin.count }));
  if (count === 0) return { brier: null, logLoss: null, reliability };
  return { brier: squaredErrors / count, logLoss: logLosses / count, reliability };
}
