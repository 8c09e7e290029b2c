/**
 * What a share of Up is worth: the probability that the mean of the settlement source's last seconds ends at or above that of its first.
 * The seconds that were observed are known. The rest follow a price that walks at random from the last one seen, and as far as the exchange
 * has shown its way already, along it. Strike and final mean are priced together, so that what both still wait for moves both.
 */
import type { PricingConfig } from '../config/pricing-config.ts';
import type { FairValue, PricingPhase, UnpricedReason } from '../model/fair-value.ts';
import { exp } from '../model/math.ts';
import { err, ok, type Result } from '../model/result.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { type Block, blockVariance, cappedDistanceSum, distanceSum } from './average-blocks.ts';
import { MIDDLE_WEIGHT, OUTER_WEIGHT, tailShape, upProbability } from './digital.ts';
import { type ObservedSum, observedSum, type PriceTrack } from './price-track.ts';
import type { MeanTrack, Pricing } from './pricing.ts';
import { forecastVariance } from './volatility.ts';

/** What is known of the price to beat, in USD. `pending`: nothing but the prices that it is the mean of. */
export type StrikeKnowledge =
  | { readonly kind: 'known'; readonly usd: number }
  | { readonly kind: 'interval'; readonly lowUsd: number; readonly highUsd: number }
  | { readonly kind: 'pending' };

export interface FairValueRequest {
  readonly nowMs: UnixMs;
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  /** Seconds that strike and final price are the mean of; 0: the price of that second (the rule until 2026-08-07). */
  readonly lookbackSeconds: number;
  readonly strike: StrikeKnowledge;
}

/** Published means before what they differ by is believed. */
const MIN_COMPARED_MEANS = 10;
const BP = 0.0001;
/** How far two clocks may differ: beyond it trading is halted anyway. */
const MAX_AHEAD_MS = 5 * SECOND_MS;

/** The final price less the strike, as it stands. */
interface Lead {
  /** Expected, for a strike in the middle of what is known of it. */
  usd: number;
  /** Half of the interval that the strike lies in. */
  strikeHalfUsd: number;
  /** Variance to come, in seconds of the price's own. */
  seconds: number;
  /** Variance of what the venue computes around what we compute, USD². */
  noiseUsd2: number;
  /** Variance that belongs to the error bar alone: missing seconds (in seconds of the price's own) and the basis (USD²). */
  gapSeconds: number;
  basisUsd2: number;
}

/**
 * Prices one window at one moment. Fails with the reason why there is no price; a number that is not finite, wherever it came in or
 * comes out, is one of them and never a probability.
 */
export function fairValue(
  pricing: Pricing,
  request: FairValueRequest,
  config: PricingConfig,
): Result<FairValue, UnpricedReason> {
  const { nowMs, endMs } = request;
  const { notFinite, reference } = pricing;
  if (notFinite.reference || notFinite.mean || notFinite.exchange || notFinite.index || !isWellFormed(request)) {
    return err('not-finite');
  }
  if (reference.newestSecond < 0) return err('no-reference-price');
  const secondsLeft = Math.max(0, endMs - nowMs) / SECOND_MS;
  const endSecond = Math.floor(endMs / SECOND_MS);
  if (reference.newestSecond < endSecond && isStale(reference, nowMs, secondsLeft, config)) {
    return err('reference-stale');
  }
  const { volatility } = reference;
  const perSecond = forecastVariance(volatility, pricing.index, nowMs, Math.max(nowMs, endMs), config);
  if (perSecond === null) return err('no-volatility');
  const lead = leadOf(pricing, request, endSecond, perSecond, config);
  if (typeof lead === 'string') return err(lead);
  return value(lead, perSecond, secondsLeft, phaseOf(request), reference, config);
}

function isWellFormed({ nowMs, startMs, endMs, lookbackSeconds, strike }: FairValueRequest): boolean {
  // One sum is finite only if all of its parts are.
  const times = nowMs + startMs + endMs + lookbackSeconds;
  if (times - times !== 0 || lookbackSeconds < 0) return false;
  switch (strike.kind) {
    case 'known':
      return strike.usd - strike.usd === 0 && strike.usd > 0;
    case 'interval':
      return strike.highUsd - strike.highUsd === 0 && strike.lowUsd > 0 && strike.lowUsd <= strike.highUsd;
    case 'pending':
      return true;
  }
}

function phaseOf({ nowMs, startMs, strike }: FairValueRequest): PricingPhase {
  if (strike.kind === 'known') return 'known';
  return nowMs < startMs ? 'pre-open' : 'strike-pending';
}

function isStale(reference: PriceTrack, nowMs: UnixMs, secondsLeft: number, config: PricingConfig): boolean {
  const tenthMs = secondsLeft * (SECOND_MS / 10);
  const limitMs = Math.min(config.staleAfterMostMs, Math.max(config.staleAfterLeastMs, tenthMs));
  const ageMs = nowMs - reference.newestMs;
  // A price from the future is as little the present one as an old one.
  return ageMs > limitMs + config.publicationLagMs || ageMs < -MAX_AHEAD_MS;
}

function leadOf(
  pricing: Pricing,
  request: FairValueRequest,
  endSecond: number,
  perSecond: number,
  config: PricingConfig,
): Lead | UnpricedReason {
  const { strike, startMs } = request;
  const { reference } = pricing;
  const length = Math.max(1, Math.floor(request.lookbackSeconds));
  const means = config.components.settlementError ? pricing.means[request.lookbackSeconds] : undefined;
  const strikeUsd =
    strike.kind === 'known' ? strike.usd : strike.kind === 'interval' ? (strike.lowUsd + strike.highUsd) / 2 : 0;
  const strikeHalfUsd = strike.kind === 'interval' ? (strike.highUsd - strike.lowUsd) / 2 : 0;
  const settled = strike.kind === 'pending' ? null : meanAt(pricing.means[request.lookbackSeconds], endSecond);
  if (settled !== null) {
    return { usd: settled - strikeUsd, strikeHalfUsd, seconds: 0, noiseUsd2: 0, gapSeconds: 0, basisUsd2: 0 };
  }
  const final = observedSum(reference, endSecond, length);
  if (final.missing > config.forbidAboveMissingSeconds) return 'too-many-missing-seconds';
  const finalBlock = blockAfter(reference, endSecond, length, final);
  const compared = means !== undefined && means.samples >= MIN_COMPARED_MEANS ? means : null;
  const priorUsd = config.components.settlementError ? config.settlementErrorBp * BP * reference.newestUsd : 0;
  const noiseUsd2 = compared === null ? priorUsd * priorUsd : compared.varianceUsd2;
  const path = expectedPath(pricing, request.nowMs, perSecond, config);

  if (strike.kind !== 'pending') {
    const expected = (final.sumUsd + blockSumUsd(path, finalBlock)) / length;
    const seen = path.horizon > 0 ? cappedDistanceSum(finalBlock, path.horizon) / length : 0;
    return {
      usd: expected + (compared?.biasUsd ?? 0) - strikeUsd,
      strikeHalfUsd,
      seconds: Math.max(0, blockVariance(finalBlock) / (length * length) - path.told * seen * seen),
      noiseUsd2,
      gapSeconds: openGaps(final, config) / (length * length),
      basisUsd2: basisShare(path, seen),
    };
  }

  const startSecond = Math.floor(startMs / SECOND_MS);
  const first = observedSum(reference, startSecond, length);
  if (first.seconds > 0 && first.missing === first.seconds && request.nowMs >= startMs) return 'no-strike';
  if (first.missing > config.forbidAboveMissingSeconds) return 'too-many-missing-seconds';
  const firstBlock = blockAfter(reference, startSecond, length, first);
  const both = length * length;
  const expected =
    (final.sumUsd - first.sumUsd + blockSumUsd(path, finalBlock) - blockSumUsd(path, firstBlock)) / length;
  const seen =
    path.horizon > 0
      ? (cappedDistanceSum(finalBlock, path.horizon) - cappedDistanceSum(firstBlock, path.horizon)) / length
      : 0;
  // Every second of the strike lies before every one of the final mean: their common variance is the strike's distance.
  const variance =
    blockVariance(finalBlock) + blockVariance(firstBlock) - 2 * finalBlock.count * distanceSum(firstBlock);
  return {
    // What our means lack, they lack at both ends.
    usd: expected,
    strikeHalfUsd: 0,
    seconds: Math.max(0, variance / both - path.told * seen * seen),
    noiseUsd2: 2 * noiseUsd2,
    gapSeconds: (openGaps(final, config) + openGaps(first, config)) / both,
    basisUsd2: basisShare(path, seen),
  };
}

/** The published mean of exactly this second. */
function meanAt(track: MeanTrack | undefined, second: number): number | null {
  if (track === undefined) return null;
  if (track.latest?.second === second) return track.latest.usd;
  return track.latestMinute?.second === second ? track.latestMinute.usd : null;
}

/** The seconds of an average that lie ahead of the newest price. */
function blockAfter(reference: PriceTrack, endSecond: number, length: number, observed: ObservedSum): Block {
  const count = length - observed.seconds;
  return { offset: endSecond - count - reference.newestSecond, count };
}

function openGaps(sum: ObservedSum, config: PricingConfig): number {
  return sum.missing > config.widenAboveMissingSeconds ? sum.gapVariance : 0;
}

/** Where the price is expected to go from the settlement source's newest one. */
interface ExpectedPath {
  /** Where it stands. */
  readonly usd: number;
  /** Up to here, in seconds ahead, the exchange has shown its way; 0: it has not. */
  readonly horizon: number;
  /** Change that is expected by then. */
  readonly changeUsd: number;
  /** Part of the variance until then that the exchange takes away, for each second. */
  readonly told: number;
  /** Variance of the exchange's word, USD², as far as it is followed. */
  readonly errorUsd2: number;
}

function expectedPath(pricing: Pricing, nowMs: UnixMs, perSecond: number, config: PricingConfig): ExpectedPath {
  const { reference, exchange } = pricing;
  const owed = config.components.feedLag ? config.feedLagSeconds * reference.momentumUsd : 0;
  const usd = reference.newestUsd + owed;
  const basis = pricing.basis[config.exchangeLagSeconds];
  const exchangeAgeMs = nowMs - exchange.newestMs;
  const isFresh = exchangeAgeMs <= config.exchangeMaxAgeMs && exchangeAgeMs >= -MAX_AHEAD_MS;
  const horizon =
    config.components.basis && exchange.newestSecond >= 0 && isFresh
      ? exchange.newestMs / SECOND_MS + config.exchangeLagSeconds - reference.newestSecond
      : 0;
  if (
    horizon <= 0 ||
    basis === undefined ||
    basis.samples < config.minBasisSamples ||
    Math.abs(basis.mean) > config.maxBasisBp * BP
  ) {
    return { usd, horizon: 0, changeUsd: 0, told: 0, errorUsd2: 0 };
  }
  const shownUsd = exchange.newestUsd * exp(basis.mean);
  const pathVariance = perSecond * horizon;
  // How far the exchange is believed: its error is the basis's, ours is what may have happened since our newest price.
  const believed = pathVariance / (pathVariance + basis.variance);
  return {
    usd,
    horizon,
    changeUsd: believed * (shownUsd - usd),
    told: believed / horizon,
    errorUsd2: believed * believed * basis.variance * shownUsd * shownUsd,
  };
}

/** Expected sum over the seconds to come. */
function blockSumUsd(path: ExpectedPath, block: Block): number {
  if (block.count === 0) return 0;
  const shown = path.horizon > 0 ? (path.changeUsd * cappedDistanceSum(block, path.horizon)) / path.horizon : 0;
  return block.count * path.usd + shown;
}

/** What the error of the exchange's word makes of the lead. */
function basisShare(path: ExpectedPath, seen: number): number {
  if (path.horizon <= 0) return 0;
  const share = seen / path.horizon;
  return path.errorUsd2 * share * share;
}

function value(
  lead: Lead,
  perSecond: number,
  secondsLeft: number,
  phase: PricingPhase,
  reference: PriceTrack,
  config: PricingConfig,
): Result<FairValue, UnpricedReason> {
  const unitUsd2 = perSecond * reference.newestUsd * reference.newestUsd;
  const diffusionUsd2 = unitUsd2 * lead.seconds;
  const shape = tailShape(config.components.fatTails ? tailSpread(lead.seconds, config) : 0);
  const { usd, strikeHalfUsd, noiseUsd2 } = lead;
  const probability = (leadUsd: number): number => upProbability(leadUsd, diffusionUsd2, noiseUsd2, shape);
  // A strike in an interval is taken as uniform, by Simpson's rule.
  const upProbabilityMiddle =
    strikeHalfUsd === 0
      ? probability(usd)
      : MIDDLE_WEIGHT * probability(usd) +
        OUTER_WEIGHT * (probability(usd - strikeHalfUsd) + probability(usd + strikeHalfUsd));
  const levelUsd2 = noiseUsd2 + unitUsd2 * lead.gapSeconds + lead.basisUsd2;
  const low = probability(cautious(usd - strikeHalfUsd, -1, diffusionUsd2, noiseUsd2, levelUsd2, config));
  const high = probability(cautious(usd + strikeHalfUsd, 1, diffusionUsd2, noiseUsd2, levelUsd2, config));
  if (!Number.isFinite(low + upProbabilityMiddle + high + diffusionUsd2 + lead.seconds)) return err('not-finite');
  return ok({
    phase,
    upProbability: upProbabilityMiddle,
    lowProbability: Math.min(low, upProbabilityMiddle),
    highProbability: Math.max(high, upProbabilityMiddle),
    secondsLeft,
    sigmaPerRootSecond: Math.sqrt(perSecond),
    varianceSeconds: lead.seconds,
    pricedAtMs: reference.newestMs,
  });
}

/** Half of the short tails is gone with a minute of variance to come. */
const SHORT_TAIL_SECONDS = 60;

/** Spread of log volatility with so many seconds of variance to come. */
function tailSpread(seconds: number, config: PricingConfig): number {
  const { tailSpread: lasting, shortTailSpread: short } = config;
  return Math.sqrt(lasting * lasting + (short * short * SHORT_TAIL_SECONDS) / (SHORT_TAIL_SECONDS + seconds));
}

/** The lead one standard error of our inputs away: volatility scales it, the level moves it. */
function cautious(
  leadUsd: number,
  direction: -1 | 1,
  diffusionUsd2: number,
  noiseUsd2: number,
  levelUsd2: number,
  config: PricingConfig,
): number {
  const total = diffusionUsd2 + noiseUsd2;
  const scaled = leadUsd * config.sigmaError;
  const scaledUsd2 = total > 0 ? (scaled * scaled * diffusionUsd2) / total : 0;
  return leadUsd + direction * Math.sqrt(scaledUsd2 + levelUsd2);
}
