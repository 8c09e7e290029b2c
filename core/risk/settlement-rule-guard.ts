/**
 * Is this market the one we know how to price? Everything that decides its settlement and its costs is compared with what the
 * configuration says is known; anything unknown or changed makes it not tradable, with the difference in words (DESIGN §3.7).
 * Source of the expected values: venue notes of 2026-11-23 (§0, §4, §6).
 */
import type { GuardConfig } from '../config/engine-config.ts';
import type { Market } from '../model/market.ts';
import { formatMicro } from '../model/money.ts';
import { formatPriceTicks } from '../model/price.ts';
import type { DurationMs } from '../model/time.ts';
import { isLegacyPositionToken } from '../venue/token-namespace.ts';

export type GuardVerdict =
  | { readonly tradable: true; readonly takerDelayMs: DurationMs }
  | { readonly tradable: false; readonly differences: readonly string[] };

/** Compares a market with the known rules. */
export function guardMarket(market: Market, known: GuardConfig): GuardVerdict {
  const differences = [
    ...settlementDifferences(market, known),
    ...feeDifferences(market, known),
    ...tradingDifferences(market, known),
  ];
  const takerDelayMs = market.takerDelayMs ?? known.acknowledgedTakerDelayMs;
  if (takerDelayMs === null) differences.push('taker delay is not stated and none is acknowledged');
  if (differences.length > 0 || takerDelayMs === null) return { tradable: false, differences };
  return { tradable: true, takerDelayMs };
}

/** What in a market's way of settling is not the known: where there is anything, our strike and outcome are not its own. */
export function settlementDifferences(market: Market, known: GuardConfig): string[] {
  const differences: string[] = [];
  const { rule } = market;
  if (rule.resolutionSource !== known.resolutionSource) {
    differences.push(`resolution source is "${rule.resolutionSource}", known is "${known.resolutionSource}"`);
  }
  const lookback = rule.twapLookbackSeconds ?? 0;
  if (lookback !== known.twapLookbackSeconds) {
    differences.push(`TWAP look-back is ${lookback} s, known is ${known.twapLookbackSeconds} s`);
  }
  return differences;
}

function feeDifferences(market: Market, known: GuardConfig): string[] {
  const { fees } = market;
  if (fees === null) return ['fee schedule is not stated'];
  const differences: string[] = [];
  if (fees.ratePpm !== known.feeRatePpm) {
    differences.push(`fee rate is ${fees.ratePpm} ppm, known is ${known.feeRatePpm} ppm`);
  }
  if (fees.exponent !== known.feeExponent) {
    differences.push(`fee exponent is ${fees.exponent}, known is ${known.feeExponent}`);
  }
  if (!fees.takerOnly) differences.push('makers pay fees too, known is takers only');
  return differences;
}

function tradingDifferences(market: Market, known: GuardConfig): string[] {
  const differences: string[] = [];
  if (!known.tickSizesTicks.includes(market.tickSizeTicks)) {
    differences.push(`tick size is ${formatPriceTicks(market.tickSizeTicks)}, which is not a known one`);
  }
  if (market.minSizeMicro !== known.minSizeMicro) {
    differences.push(
      `minimum size is ${formatMicro(market.minSizeMicro)}, known is ${formatMicro(known.minSizeMicro)} shares`,
    );
  }
  if (market.negRisk) differences.push('the market is a neg-risk one');
  if (market.protocolVersion !== known.protocolVersion) {
    differences.push(
      `protocol version is ${market.protocolVersion ?? 'not stated'}, known is ${known.protocolVersion ?? 'none'}`,
    );
  }
  for (const outcome of ['up', 'down'] as const) {
    if (!isLegacyPositionToken(market.tokens[outcome])) {
      differences.push(`the ${outcome} token id lies outside the known namespace`);
    }
  }
  if (market.tokens.up === market.tokens.down) differences.push('both outcomes have the same token id');
  return differences;
}
