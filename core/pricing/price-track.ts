/**
 * One source's prices, second by second, for averages and volatility: plain numbers that a snapshot restores bit for bit. A second
 * without a price of its own holds 0, and reads as the price before it.
 */
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { createVolatilityBank, noteReturn, type VolatilityBank } from './volatility.ts';

export interface PriceTrack {
  /** USD at each second's place modulo the length; 0: none. */
  readonly prices: number[];
  /** Second of the newest price; −1: nothing seen. */
  newestSecond: number;
  newestMs: UnixMs;
  newestUsd: number;
  /**
   * How far the last seconds' changes stand above their fading sum, in USD: what a feed that smooths its prices still owes
   * (`feedLagSeconds` turns it into a price).
   */
  momentumUsd: number;
  readonly volatility: VolatilityBank;
}

/** Prices further apart say nothing of each other's direction. */
const MOMENTUM_GAP_SECONDS = 5;
/**
 * Each second the fading sum keeps so much of itself: one half. With longer memories the fit on the Chainlink seconds of 2026-07-24,
 * 0–6 h, gains nothing.
 */
const MOMENTUM_KEPT_EACH_SECOND = 0.5;

/** A track that remembers so many seconds. */
export function createPriceTrack(seconds: number): PriceTrack {
  return {
    prices: new Array<number>(seconds).fill(0),
    newestSecond: -1,
    newestMs: 0,
    newestUsd: 0,
    momentumUsd: 0,
    volatility: createVolatilityBank(),
  };
}

/** Takes a finite, positive price. An older second is filled where it was empty; what is too old is dropped. */
export function notePrice(track: PriceTrack, atMs: UnixMs, usd: number): void {
  const { prices, newestSecond } = track;
  const second = Math.floor(atMs / SECOND_MS);
  const slot = second % prices.length;
  if (newestSecond >= 0 && second < newestSecond) {
    if (second > newestSecond - prices.length && prices[slot] === 0) prices[slot] = usd;
    return;
  }
  if (second === newestSecond && atMs < track.newestMs) return;
  if (newestSecond >= 0) noteChange(track, second - newestSecond, usd - track.newestUsd);
  clearBetween(track, second);
  prices[slot] = usd;
  const isNewSecond = second > newestSecond;
  track.newestSecond = second;
  track.newestMs = atMs;
  track.newestUsd = usd;
  if (isNewSecond) noteReturn(track.volatility, second, usd, (wanted) => lastPriceSecond(track, wanted), prices);
}

function noteChange(track: PriceTrack, seconds: number, changeUsd: number): void {
  if (seconds > MOMENTUM_GAP_SECONDS) {
    track.momentumUsd = 0;
    return;
  }
  let kept = track.momentumUsd;
  for (let passed = 0; passed < seconds; passed++) kept *= MOMENTUM_KEPT_EACH_SECOND;
  track.momentumUsd = kept + changeUsd;
}

/** The seconds that were passed over have no price. */
function clearBetween(track: PriceTrack, second: number): void {
  const { prices, newestSecond } = track;
  if (newestSecond < 0) return;
  if (second - newestSecond >= prices.length) {
    prices.fill(0);
    return;
  }
  for (let passed = newestSecond + 1; passed < second; passed++) prices[passed % prices.length] = 0;
}

/** The last second at or before the wanted one that has a price and is still remembered; −1: none. */
export function lastPriceSecond(track: PriceTrack, wanted: number): number {
  const { prices, newestSecond } = track;
  if (newestSecond < 0) return -1;
  const oldest = newestSecond - prices.length;
  for (let second = Math.min(wanted, newestSecond); second > oldest && second >= 0; second--) {
    if (prices[second % prices.length] !== 0) return second;
  }
  return -1;
}

/** What is known of the mean over whole seconds. */
export interface ObservedSum {
  /** Sum over the seconds up to the newest price, those without one held at the price before. */
  sumUsd: number;
  /** Seconds in the sum. */
  seconds: number;
  /** Of these, the ones without a price of their own. */
  missing: number;
  /** Sum of (length + 1)³ / 12 over the gaps: seconds² of variance of the sum that the gaps leave open, if a price walks at random. */
  gapVariance: number;
}

/**
 * Sums the `length` seconds up to and including `endSecond`, as far as they are observed. Seconds before the first price that is
 * remembered are held at that one, and missing.
 */
export function observedSum(track: PriceTrack, endSecond: number, length: number): ObservedSum {
  const { prices, newestSecond } = track;
  const sum: ObservedSum = { sumUsd: 0, seconds: 0, missing: 0, gapVariance: 0 };
  const first = endSecond - length + 1;
  const last = Math.min(endSecond, newestSecond);
  if (newestSecond < 0 || first > last) return sum;
  const before = lastPriceSecond(track, first - 1);
  let held = before < 0 ? 0 : (prices[before % prices.length] as number);
  let unheld = 0;
  let gap = 0;
  for (let second = first; second <= last; second++) {
    const price = second > newestSecond - prices.length ? (prices[second % prices.length] as number) : 0;
    if (price === 0) {
      sum.missing++;
      gap++;
      if (held === 0) unheld++;
    } else {
      held = price;
      sum.gapVariance += bridged(gap);
      gap = 0;
      if (unheld > 0) {
        sum.sumUsd += price * unheld;
        unheld = 0;
      }
    }
    sum.sumUsd += held;
  }
  sum.gapVariance += bridged(gap);
  sum.seconds = last - first + 1;
  return sum;
}

/** Integral of a Brownian bridge over a gap: (n + 1)³ / 12. */
function bridged(gap: number): number {
  const length = gap + 1;
  return gap === 0 ? 0 : (length * length * length) / 12;
}
