/**
 * Recorded prices of the settlement source, run through the pricing model once for many of its variants: what each would have said of
 * every window at every horizon, beside the outcome.
 */
import type { PricingConfig } from '../config/pricing-config.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { type FairValueRequest, fairValue } from '../pricing/fair-value.ts';
import { createPricing, noteReferenceSpot, noteVolatilityIndex } from '../pricing/pricing.ts';
import type { VolatilityIndex } from '../pricing/volatility.ts';

/** A recorded price: when it was observed, and from when on it may be used. */
export interface RecordedPrice {
  readonly observedMs: UnixMs;
  readonly knownMs: UnixMs;
  readonly usd: number;
}

/** A window with its price to beat and its outcome. */
export interface JudgedWindow {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly lookbackSeconds: number;
  readonly strikeUsd: number;
  readonly up: boolean;
  /** Seconds of the start's mean without a price of their own. */
  readonly missingSeconds: number;
}

/** One window at one horizon. */
export interface Judgement {
  readonly window: JudgedWindow;
  readonly secondsLeft: number;
  /** One probability of Up for each variant; `null` where the variant states none. */
  readonly probabilities: readonly (number | null)[];
}

/** With more of the start's seconds missing, or an older last price, nobody is judged. */
export const MAX_MISSING_SECONDS = 5;
export const MAX_PRICE_AGE_MS = 5 * SECOND_MS;

export interface ReplayOptions {
  /** Seconds left at which each window is judged. */
  readonly horizons: readonly number[];
  readonly variants: readonly PricingConfig[];
  /** Oldest last price that is judged. */
  readonly maxPriceAgeMs: number;
  /** Values of the volatility index in order of time, where they were recorded. */
  readonly index?: readonly VolatilityIndex[];
}

export interface ReplayedPricing {
  readonly judgements: readonly Judgement[];
  /** Windows left out, by horizon in the order given. */
  readonly leftOut: readonly number[];
}

/**
 * Runs the prices through the model and asks it at every horizon of every window. Prices are taken in the order in which they became
 * known; a variant's own limits of staleness and missing seconds apply on top of what is left out for all alike.
 */
export function replayPricing(
  prices: readonly RecordedPrice[],
  windows: readonly JudgedWindow[],
  options: ReplayOptions,
): ReplayedPricing {
  const { horizons, variants, maxPriceAgeMs } = options;
  const ordered = [...prices].sort((left, right) => left.knownMs - right.knownMs || left.observedMs - right.observedMs);
  const moments = windows
    .flatMap((window) =>
      horizons.map((secondsLeft, place) => ({
        window,
        secondsLeft,
        place,
        atMs: window.endMs - secondsLeft * SECOND_MS,
      })),
    )
    .sort((left, right) => left.atMs - right.atMs);
  const longestMs = windows.reduce((most, { startMs, endMs }) => Math.max(most, endMs - startMs), 0);
  const pricing = createPricing(Math.max(300, Math.ceil(longestMs / SECOND_MS)));
  const judgements: Judgement[] = [];
  const leftOut = horizons.map(() => 0);
  const index = options.index ?? [];
  let next = 0;
  let nextIndex = 0;
  for (const { window, secondsLeft, place, atMs } of moments) {
    for (; next < ordered.length && (ordered[next] as RecordedPrice).knownMs <= atMs; next++) {
      const { observedMs, usd } = ordered[next] as RecordedPrice;
      noteReferenceSpot(pricing, observedMs, usd);
    }
    for (; nextIndex < index.length && (index[nextIndex] as VolatilityIndex).atMs <= atMs; nextIndex++) {
      const { atMs: publishedMs, percent } = index[nextIndex] as VolatilityIndex;
      noteVolatilityIndex(pricing, publishedMs, percent);
    }
    const isOld = atMs - pricing.reference.newestMs > maxPriceAgeMs;
    if (isOld || window.missingSeconds > MAX_MISSING_SECONDS) {
      leftOut[place] = (leftOut[place] as number) + 1;
      continue;
    }
    const { startMs, endMs, lookbackSeconds, strikeUsd } = window;
    const request: FairValueRequest = {
      nowMs: atMs,
      startMs,
      endMs,
      lookbackSeconds,
      strike: { kind: 'known', usd: strikeUsd },
    };
    const probabilities = variants.map((variant) => {
      const priced = fairValue(pricing, request, variant);
      return priced.ok ? priced.value.upProbability : null;
    });
    judgements.push({ window, secondsLeft, probabilities });
  }
  return { judgements, leftOut };
}

/** Prices second by second, a second without one held at the one before, as the reference tool holds them. */
export interface HeldSeconds {
  readonly firstSecond: number;
  readonly usd: readonly number[];
  readonly missing: readonly boolean[];
}

/** Holds each price until the next. The prices must not be empty. */
export function holdSeconds(prices: readonly RecordedPrice[]): HeldSeconds {
  const ordered = [...prices].sort((left, right) => left.observedMs - right.observedMs);
  const secondOf = ({ observedMs }: RecordedPrice): number => Math.floor(observedMs / SECOND_MS);
  const firstSecond = secondOf(ordered[0] as RecordedPrice);
  const lastSecond = secondOf(ordered[ordered.length - 1] as RecordedPrice);
  const usd: number[] = [];
  const missing: boolean[] = [];
  let next = 0;
  for (let second = firstSecond; second <= lastSecond; second++) {
    while (next + 1 < ordered.length && secondOf(ordered[next + 1] as RecordedPrice) <= second) next++;
    const price = ordered[next] as RecordedPrice;
    usd.push(price.usd);
    missing.push(secondOf(price) !== second);
  }
  return { firstSecond, usd, missing };
}

/** How windows are cut out of the seconds. */
export interface WindowRule {
  readonly durationSeconds: number;
  readonly lookbackSeconds: number;
  /** Windows start at multiples of this: the duration, or less where overlapping ones are wanted. */
  readonly stepSeconds: number;
  /** Windows that start earlier than so many seconds after the first price are left out; likewise at or after the end, if given. */
  readonly fromSecond: number;
  readonly untilSecond?: number;
}

/** All windows of a recording, by the TWAP rule: Up if the last mean is at or above the first. */
export function windowsOf(held: HeldSeconds, rule: WindowRule): JudgedWindow[] {
  const { durationSeconds, lookbackSeconds, stepSeconds, fromSecond } = rule;
  const { firstSecond, usd, missing } = held;
  const untilSecond = rule.untilSecond ?? usd.length;
  const mean = (second: number): number => {
    let sum = 0;
    for (let back = 0; back < lookbackSeconds; back++) sum += usd[second - firstSecond - back] as number;
    return sum / lookbackSeconds;
  };
  const windows: JudgedWindow[] = [];
  // One whole window before the first, so that volatility has been seen: as the reference tool begins.
  let start = (Math.floor(firstSecond / durationSeconds) + 2) * durationSeconds;
  for (; start + durationSeconds <= firstSecond + usd.length - 1; start += stepSeconds) {
    const offset = start - firstSecond;
    if (offset < fromSecond || offset + durationSeconds > untilSecond) continue;
    const strikeUsd = mean(start);
    let missingSeconds = 0;
    for (let back = 0; back < lookbackSeconds; back++) if (missing[offset - back] === true) missingSeconds++;
    windows.push({
      startMs: start * SECOND_MS,
      endMs: (start + durationSeconds) * SECOND_MS,
      lookbackSeconds,
      strikeUsd,
      up: mean(start + durationSeconds) >= strikeUsd,
      missingSeconds,
    });
  }
  return windows;
}
