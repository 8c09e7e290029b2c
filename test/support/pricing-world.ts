/** A pricing model that has seen a price walk, for tests: one price of the settlement source a second. */
import { DEFAULT_PRICING, type PricingConfig } from '../../core/config/pricing-config.ts';
import { createPricing, noteReferenceSpot, type Pricing } from '../../core/pricing/pricing.ts';
import { createRng } from '../../core/simulation/rng.ts';

/** A whole window boundary. */
export const START_MS = 1_790_000_100_000;
export const END_MS = START_MS + 300_000;
export const SPOT_USD = 80_000;
/** Standard deviation of one second's change in the walks: 40 % a year, in USD. */
export const STEP_USD = 5.7;

/** The default model without what it owes and expects, so that its arithmetic stands alone. */
export const PLAIN: PricingConfig = {
  ...DEFAULT_PRICING,
  components: { ...DEFAULT_PRICING.components, feedLag: false, hourOfDay: false },
};

/** Walks from `seconds` before `untilMs` up to it, ending at exactly `endUsd`. */
export function walkedPricing(untilMs: number, endUsd = SPOT_USD, seconds = 900, seed = 7): Pricing {
  const rng = createRng(seed);
  const pricing = createPricing();
  const path = [endUsd];
  for (let step = 0; step < seconds; step++) path.push((path[step] as number) + STEP_USD * rng.normal());
  for (let back = seconds; back >= 0; back--) {
    noteReferenceSpot(pricing, untilMs - back * 1_000, path[back] as number);
  }
  return pricing;
}
