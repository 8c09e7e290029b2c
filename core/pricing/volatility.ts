/**
 * How much the price moves: averages of squared returns over several memories, and their forecast with the hour of the day and the
 * volatility index. The averages know no configuration, so that every variant of the model can be asked of one state.
 */
import type { PricingConfig } from '../config/pricing-config.ts';
import { exp, log } from '../model/math.ts';
import { HOUR_MS, SECOND_MS, type UnixMs } from '../model/time.ts';

/** Time constants of the averages, in seconds; `PricingConfig.volatilityWeights` has a weight for each. */
export const VOLATILITY_MEMORY_SECONDS = [120, 600, 3_600, 21_600] as const;
/** Which of them stands alone where the others are switched off: the ten minutes of the reference (library notes, 2026-11-23). */
const TEN_MINUTES = 1;

/** A return is taken so often. */
const SAMPLE_SECONDS = 5;
/**
 * Length of a return. The settlement source smooths its prices: the variance of 5-second returns is 0.6 of that of minutes, of
 * 30-second ones 0.85 (Chainlink BTC/USD of 2026-07-24, 0–6 h).
 */
const RETURN_SECONDS = 30;
/** A return over a longer gap is not taken for one. */
const MAX_RETURN_SECONDS = 180;
/** One return is not trusted with more time than this, however long nothing was seen before it. */
const MAX_SAMPLE_WEIGHT_SECONDS = 60;

export interface VolatilityBank {
  sampledSecond: number;
  /** Seconds that returns stand for, all in all. */
  seenSeconds: number;
  /** Weighted sum of squared returns for each second, for each memory, and the sum of the weights. */
  readonly sums: number[];
  readonly weights: number[];
}

/** A bank that has seen nothing. */
export function createVolatilityBank(): VolatilityBank {
  return {
    sampledSecond: -1,
    seenSeconds: 0,
    sums: VOLATILITY_MEMORY_SECONDS.map(() => 0),
    weights: VOLATILITY_MEMORY_SECONDS.map(() => 0),
  };
}

/** Takes the price of a new second, if it is time for a return. `secondBefore` finds the last second with a price, −1 where there is none. */
export function noteReturn(
  bank: VolatilityBank,
  second: number,
  usd: number,
  secondBefore: (wanted: number) => number,
  prices: readonly number[],
): void {
  const isFirst = bank.sampledSecond < 0;
  if (!isFirst && second - bank.sampledSecond < SAMPLE_SECONDS) return;
  const from = secondBefore(second - RETURN_SECONDS);
  if (from < 0) return;
  const elapsed = isFirst ? SAMPLE_SECONDS : second - bank.sampledSecond;
  bank.sampledSecond = second;
  if (second - from > MAX_RETURN_SECONDS) return;
  const change = log(usd / (prices[from % prices.length] as number));
  const perSecond = (change * change) / (second - from);
  const weightSeconds = Math.min(elapsed, MAX_SAMPLE_WEIGHT_SECONDS);
  bank.seenSeconds += weightSeconds;
  for (let index = 0; index < VOLATILITY_MEMORY_SECONDS.length; index++) {
    const kept = exp(-weightSeconds / (VOLATILITY_MEMORY_SECONDS[index] as number));
    bank.sums[index] = (bank.sums[index] as number) * kept + perSecond * (1 - kept);
    bank.weights[index] = (bank.weights[index] as number) * kept + (1 - kept);
  }
}

/** The volatility index as it was last published: annualised percent. */
export interface VolatilityIndex {
  readonly atMs: UnixMs;
  readonly percent: number;
}

const YEAR_SECONDS = 31_536_000;

/**
 * Variance of the log price over one second, expected between now and `untilMs`; `null` where neither returns nor a fresh index say
 * anything of it.
 */
export function forecastVariance(
  bank: VolatilityBank,
  index: VolatilityIndex | null,
  nowMs: UnixMs,
  untilMs: UnixMs,
  config: PricingConfig,
): number | null {
  const { components } = config;
  const ahead = components.hourOfDay ? hourVariance(config, (nowMs + untilMs) / 2) : 1;
  let sum = 0;
  let weights = 0;
  if (bank.seenSeconds >= config.minVolatilitySeconds) {
    for (let memory = 0; memory < VOLATILITY_MEMORY_SECONDS.length; memory++) {
      const weight = components.volatilityMemories
        ? (config.volatilityWeights[memory] as number)
        : memory === TEN_MINUTES
          ? 1
          : 0;
      if (weight === 0) continue;
      const average = (bank.sums[memory] as number) / (bank.weights[memory] as number);
      const behind = components.hourOfDay ? pastHourVariance(config, nowMs, memory) : 1;
      sum += (weight * average * ahead) / behind;
      weights += weight;
    }
  }
  if (
    index !== null &&
    components.volatilityIndex &&
    nowMs - index.atMs <= config.volatilityIndexMaxAgeMs &&
    config.volatilityIndexWeight > 0
  ) {
    const fraction = (index.percent / 100) * config.volatilityIndexScale;
    sum += (config.volatilityIndexWeight * ahead * fraction * fraction) / YEAR_SECONDS;
    weights += config.volatilityIndexWeight;
  }
  if (weights === 0) return null;
  const scaled = (sum / weights) * config.varianceScale;
  const least = config.minSigmaPerRootSecond;
  return Math.max(scaled, least * least);
}

/** Squared factor of the time of day, between the middles of the hours. */
function hourVariance(config: PricingConfig, atMs: UnixMs): number {
  const hours = atMs / HOUR_MS - 0.5;
  const floor = Math.floor(hours);
  const part = hours - floor;
  const left = ((floor % 24) + 24) % 24;
  const right = (left + 1) % 24;
  const factor =
    (config.hourOfDayFactors[left] as number) * (1 - part) + (config.hourOfDayFactors[right] as number) * part;
  return factor * factor;
}

/** Nodes and weights of three-point Gauss–Laguerre quadrature: the mean of something under a memory that fades exponentially. */
const LAGUERRE_AGES = [0.4157745567834791, 2.294280360279042, 6.289945082937479] as const;
const LAGUERRE_WEIGHTS = [0.711093009929173, 0.2785177335692408, 0.0103892565015861] as const;

/** The hours' part in an average of the past. */
function pastHourVariance(config: PricingConfig, nowMs: UnixMs, memory: number): number {
  const memoryMs = (VOLATILITY_MEMORY_SECONDS[memory] as number) * SECOND_MS;
  let mean = 0;
  for (let node = 0; node < LAGUERRE_AGES.length; node++) {
    mean +=
      (LAGUERRE_WEIGHTS[node] as number) * hourVariance(config, nowMs - memoryMs * (LAGUERRE_AGES[node] as number));
  }
  return mean;
}
