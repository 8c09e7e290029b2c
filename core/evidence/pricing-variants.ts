/** The pricing model and what is left of it without each of its parts, to be judged on one recording. */
import type { PricingComponent, PricingConfig } from '../config/pricing-config.ts';
import { MAX_PRICE_AGE_MS } from './pricing-replay.ts';

export interface PricingVariant {
  /** `full`, or `without-` and the part. */
  readonly name: string;
  readonly config: PricingConfig;
}

/** Parts that a recording of the settlement source's prices alone says something of. */
export const MEASURABLE_COMPONENTS = {
  volatilityMemories: 'without-volatility-memories',
  hourOfDay: 'without-hour-of-day',
  fatTails: 'without-fat-tails',
  feedLag: 'without-feed-lag',
} as const satisfies Partial<Record<PricingComponent, string>>;

/** The others, and what it would take to measure them. */
export const UNMEASURED_COMPONENTS = {
  volatilityIndex: 'needs the volatility index of the same time',
  basis: "needs the exchange's prices of the same time",
  settlementError: 'needs the published means of the same time',
} as const satisfies Partial<Record<PricingComponent, string>>;

/**
 * The model as it is judged: what is left out is left out for everybody alike, before it is asked, so its own limits on old prices and
 * missing seconds do not decide.
 */
export function judgedConfig(config: PricingConfig): PricingConfig {
  return {
    ...config,
    staleAfterLeastMs: Math.max(config.staleAfterLeastMs, MAX_PRICE_AGE_MS),
    staleAfterMostMs: Math.max(config.staleAfterMostMs, MAX_PRICE_AGE_MS),
    forbidAboveMissingSeconds: Number.MAX_SAFE_INTEGER,
  };
}

/** The full model first, then without each measurable part. */
export function pricingVariants(config: PricingConfig): PricingVariant[] {
  const judged = judgedConfig(config);
  return [
    { name: 'full', config: judged },
    ...Object.entries(MEASURABLE_COMPONENTS).map(([component, name]) => ({
      name,
      config: { ...judged, components: { ...judged.components, [component]: false } },
    })),
  ];
}
