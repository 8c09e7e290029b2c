/**
 * Fits the pricing model's parameters to recorded windows: the least mean log-loss over all horizons, by the simplex method of Nelder and
 * Mead (Computer Journal 7, 1965). Deterministic: the same recording gives the same parameters.
 */
import type { PricingConfig } from '../config/pricing-config.ts';
import { exp, log } from '../model/math.ts';
import { HOUR_MS, SECOND_MS } from '../model/time.ts';
import { createPriceTrack, notePrice } from '../pricing/price-track.ts';
import { logLossOf } from './calibration.ts';
import { type JudgedWindow, type RecordedPrice, replayPricing } from './pricing-replay.ts';

/** A parameter as a free number: how to read it from a configuration, and how to write it into one. */
export interface FittedParameter {
  readonly name: string;
  readonly read: (config: PricingConfig) => number;
  readonly write: (config: PricingConfig, value: number) => PricingConfig;
}

/** A positive parameter, fitted by its logarithm. */
function positive(
  name: string,
  read: (config: PricingConfig) => number,
  write: (config: PricingConfig, value: number) => PricingConfig,
): FittedParameter {
  return { name, read: (config) => log(read(config)), write: (config, value) => write(config, exp(value)) };
}

type Weights = PricingConfig['volatilityWeights'];

/** Weight of one memory as a part of that of the ten minutes. */
function weightOf(memory: 0 | 2 | 3): FittedParameter {
  return positive(
    `volatilityWeights[${memory}]`,
    ({ volatilityWeights }) => volatilityWeights[memory],
    (config, value) => {
      const volatilityWeights: Weights = [...config.volatilityWeights];
      volatilityWeights[memory] = value;
      return { ...config, volatilityWeights };
    },
  );
}

export const FITTED_PARAMETERS = {
  weight120: weightOf(0),
  weight3600: weightOf(2),
  weight21600: weightOf(3),
  varianceScale: positive(
    'varianceScale',
    ({ varianceScale }) => varianceScale,
    (config, varianceScale) => ({ ...config, varianceScale }),
  ),
  tailSpread: positive(
    'tailSpread',
    ({ tailSpread }) => tailSpread,
    // Two is where the schema ends.
    (config, tailSpread) => ({ ...config, tailSpread: Math.min(2, tailSpread) }),
  ),
  shortTailSpread: positive(
    'shortTailSpread',
    ({ shortTailSpread }) => shortTailSpread,
    (config, shortTailSpread) => ({ ...config, shortTailSpread: Math.min(2, shortTailSpread) }),
  ),
} as const satisfies Record<string, FittedParameter>;

/** What to fit to. */
export interface FitData {
  readonly prices: readonly RecordedPrice[];
  readonly windows: readonly JudgedWindow[];
  readonly horizons: readonly number[];
  readonly maxPriceAgeMs: number;
}

/** Mean log-loss of one configuration. */
export function meanLogLoss(data: FitData, config: PricingConfig): number {
  const { judgements } = replayPricing(data.prices, data.windows, { ...data, variants: [config] });
  let sum = 0;
  for (const { window, probabilities } of judgements) {
    // No price is no opinion.
    sum += logLossOf({ probability: probabilities[0] ?? 0.5, up: window.up });
  }
  return sum / judgements.length;
}

/** First step in each direction: a quarter, since every parameter is a logarithm. */
const FIRST_STEP = 0.25;

/** Fits some parameters from where they stand in `start`. */
export function fitPricing(
  data: FitData,
  start: PricingConfig,
  parameters: readonly FittedParameter[],
  evaluations = 150,
): PricingConfig {
  const configAt = (point: readonly number[]): PricingConfig =>
    parameters.reduce((config, parameter, index) => parameter.write(config, point[index] as number), start);
  const origin = parameters.map((parameter) => parameter.read(start));
  return configAt(leastPoint((point) => meanLogLoss(data, configAt(point)), origin, evaluations));
}

interface Vertex {
  readonly point: readonly number[];
  readonly value: number;
}

/** The simplex method: the best point found within so many evaluations. */
export function leastPoint(
  cost: (point: readonly number[]) => number,
  origin: readonly number[],
  evaluations: number,
): readonly number[] {
  let left = evaluations;
  const vertex = (point: readonly number[]): Vertex => {
    left--;
    return { point, value: cost(point) };
  };
  const simplex = [
    vertex(origin),
    ...origin.map((_, moved) => vertex(origin.map((value, index) => (index === moved ? value + FIRST_STEP : value)))),
  ];
  const byValue = (one: Vertex, other: Vertex): number => one.value - other.value;
  simplex.sort(byValue);
  while (left > 0) {
    const best = simplex[0] as Vertex;
    const worst = simplex[simplex.length - 1] as Vertex;
    const second = simplex[simplex.length - 2] as Vertex;
    const others = simplex.slice(0, -1);
    const centre = origin.map(
      (_, index) => others.reduce((sum, { point }) => sum + (point[index] as number), 0) / others.length,
    );
    const along = (factor: number): Vertex =>
      vertex(centre.map((value, index) => value + factor * ((worst.point[index] as number) - value)));
    const reflected = along(-1);
    if (reflected.value < best.value) {
      const expanded = along(-2);
      simplex[simplex.length - 1] = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < second.value) simplex[simplex.length - 1] = reflected;
    else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (contracted.value < Math.min(worst.value, reflected.value)) simplex[simplex.length - 1] = contracted;
      else {
        for (let index = 1; index < simplex.length; index++) {
          const { point } = simplex[index] as Vertex;
          simplex[index] = vertex(point.map((value, at) => (value + (best.point[at] as number)) / 2));
        }
      }
    }
    simplex.sort(byValue);
  }
  return (simplex[0] as Vertex).point;
}

/** So many returns of an hour weigh as much as the belief that it is like any other: five days of minutes. */
const PRIOR_RETURNS = 300;

/** Volatility of each UTC hour as a part of the whole, from squared returns by second; hours that were seen little stay near 1. */
export function fitHourFactors(prices: readonly RecordedPrice[]): number[] {
  const sums = new Array<number>(24).fill(0);
  const counts = new Array<number>(24).fill(0);
  let total = 0;
  let seen = 0;
  for (let index = 1; index < prices.length; index++) {
    const before = prices[index - 1] as RecordedPrice;
    const after = prices[index] as RecordedPrice;
    // The absolute return, since the few largest would otherwise be the hour.
    const size = Math.abs(log(after.usd / before.usd));
    const hour = Math.floor(before.observedMs / HOUR_MS) % 24;
    sums[hour] = (sums[hour] as number) + size;
    counts[hour] = (counts[hour] as number) + 1;
    total += size;
    seen++;
  }
  const mean = total / seen;
  return sums.map((sum, hour) => (sum / mean + PRIOR_RETURNS) / ((counts[hour] as number) + PRIOR_RETURNS));
}

/** By then the settlement source has made up what it owed: longer spans add noise only. */
const MADE_UP_SECONDS = 10;
const TRACK_SECONDS = 60;

/**
 * How much of its fading sum of changes the settlement source makes up in the ten seconds after, by least squares over all seconds that
 * have both. Far more telling than outcomes, of which a recording has few.
 */
export function fitFeedLag(prices: readonly RecordedPrice[]): number {
  const bySecond = new Map(prices.map(({ observedMs, usd }) => [Math.floor(observedMs / SECOND_MS), usd]));
  const track = createPriceTrack(TRACK_SECONDS);
  let product = 0;
  let square = 0;
  for (const { observedMs, usd } of prices) {
    notePrice(track, observedMs, usd);
    const later = bySecond.get(Math.floor(observedMs / SECOND_MS) + MADE_UP_SECONDS);
    if (later === undefined) continue;
    product += track.momentumUsd * (later - usd);
    square += track.momentumUsd * track.momentumUsd;
  }
  return square === 0 ? 0 : Math.max(0, product / square);
}
