/**
 * What the pricing model remembers: plain data in the engine's snapshot, changed only by the notes below. Asking it for a fair value
 * changes nothing (`fair-value.ts`).
 */
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { type BasisTrack, createBasis, noteBasis } from './basis.ts';
import { createPriceTrack, notePrice, observedSum, type PriceTrack } from './price-track.ts';
import type { VolatilityIndex } from './volatility.ts';

/** A published mean of the settlement source. */
export interface MeanFrame {
  readonly second: number;
  readonly usd: number;
}

/** The settlement source's own means over one look-back, and how ours have differed from them. */
export interface MeanTrack {
  latest: MeanFrame | null;
  /** The last one stamped at a whole minute: it settles a window that has just ended. */
  latestMinute: MeanFrame | null;
  /** A frame whose seconds we did not have yet. */
  uncompared: MeanFrame | null;
  samples: number;
  /** Theirs minus ours, in USD, and the mean square of what one frame differs by from that. */
  biasUsd: number;
  varianceUsd2: number;
}

export interface Pricing {
  readonly reference: PriceTrack;
  readonly exchange: PriceTrack;
  readonly basis: readonly BasisTrack[];
  /** By look-back in seconds. */
  readonly means: Record<string, MeanTrack>;
  index: VolatilityIndex | null;
  /** What is not a number, by source: until a number follows, nothing is priced. */
  readonly notFinite: { reference: boolean; mean: boolean; exchange: boolean; index: boolean };
}

/** Longest average that settles a window, and room for what comes late. */
const AVERAGE_SECONDS = 60;
const ROOM_SECONDS = 60;
/** A frame stamped further ahead of its receipt is nonsense: two clocks never differ by so much while trading is allowed. */
const MAX_AHEAD_MS = 5 * SECOND_MS;
/** Frames that the difference to our own means is averaged over: five minutes. */
const MEAN_MEMORY_FRAMES = 300;
/** With more seconds missing our own mean says nothing of how well we follow theirs. */
const MAX_MISSING_TO_COMPARE = 2;

/** A model that has seen nothing, for windows of this length. */
export function createPricing(windowSeconds = 300): Pricing {
  const seconds = windowSeconds + AVERAGE_SECONDS + ROOM_SECONDS;
  return {
    reference: createPriceTrack(seconds),
    exchange: createPriceTrack(seconds),
    basis: createBasis(),
    means: {},
    index: null,
    notFinite: { reference: false, mean: false, exchange: false, index: false },
  };
}

function isPrice(atMs: number, usd: number): boolean {
  return Number.isFinite(atMs) && atMs >= 0 && Number.isFinite(usd) && usd > 0;
}

/** Takes a price of the settlement source (look-back 0), by its observation's own time, in USD. */
export function noteReferenceSpot(pricing: Pricing, observedMs: UnixMs, usd: number): void {
  pricing.notFinite.reference = !isPrice(observedMs, usd);
  if (pricing.notFinite.reference) return;
  const { reference } = pricing;
  const before = reference.newestSecond;
  notePrice(reference, observedMs, usd);
  if (reference.newestSecond === before) return;
  noteBasis(pricing.basis, pricing.exchange, reference.newestSecond, usd);
  for (const lookback in pricing.means) compareMean(pricing, Number(lookback));
}

/** Takes a mean that the settlement source has published: `lookbackSeconds` up to and including `observedMs`, in USD. */
export function noteReferenceTwap(
  pricing: Pricing,
  observedMs: UnixMs,
  receivedMs: UnixMs,
  lookbackSeconds: number,
  usd: number,
): void {
  pricing.notFinite.mean = !isPrice(observedMs, usd) || !Number.isFinite(receivedMs);
  if (pricing.notFinite.mean || observedMs > receivedMs + MAX_AHEAD_MS) return;
  const known = pricing.means[lookbackSeconds];
  const track = known ?? createMeanTrack();
  if (known === undefined) pricing.means[lookbackSeconds] = track;
  const frame: MeanFrame = { second: Math.floor(observedMs / SECOND_MS), usd };
  if (track.latest !== null && frame.second <= track.latest.second) return;
  track.latest = frame;
  if (frame.second % AVERAGE_SECONDS === 0) track.latestMinute = frame;
  track.uncompared = frame;
  compareMean(pricing, lookbackSeconds);
}

function createMeanTrack(): MeanTrack {
  return { latest: null, latestMinute: null, uncompared: null, samples: 0, biasUsd: 0, varianceUsd2: 0 };
}

/** Learns from a published mean whose seconds are all behind us. */
function compareMean(pricing: Pricing, lookbackSeconds: number): void {
  const track = pricing.means[lookbackSeconds] as MeanTrack;
  const frame = track.uncompared;
  if (frame === null || pricing.reference.newestSecond < frame.second) return;
  track.uncompared = null;
  const own = observedSum(pricing.reference, frame.second, lookbackSeconds);
  if (own.missing > MAX_MISSING_TO_COMPARE || own.seconds < lookbackSeconds) return;
  const difference = frame.usd - own.sumUsd / own.seconds;
  const deviation = difference - track.biasUsd;
  track.samples++;
  const share = 1 / Math.min(track.samples, MEAN_MEMORY_FRAMES);
  track.biasUsd += deviation * share;
  // The first difference is all bias, which a spread around it must not hide.
  track.varianceUsd2 += (deviation * deviation - track.varianceUsd2) * share;
}

/** Takes a price of the exchange (trade or middle of the book), by its own time, in USD or what stands for it. */
export function noteExchangePrice(pricing: Pricing, tsMs: UnixMs, usd: number): void {
  pricing.notFinite.exchange = !isPrice(tsMs, usd);
  if (!pricing.notFinite.exchange) notePrice(pricing.exchange, tsMs, usd);
}

/** Takes a value of the volatility index, annualised percent. */
export function noteVolatilityIndex(pricing: Pricing, atMs: UnixMs, percent: number): void {
  pricing.notFinite.index = !isPrice(atMs, percent);
  if (pricing.notFinite.index) return;
  if (pricing.index === null || atMs >= pricing.index.atMs) pricing.index = { atMs, percent };
}
