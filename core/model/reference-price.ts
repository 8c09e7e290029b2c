/**
 * The settlement source's price: integers of 1e-18 USD, the precision of Chainlink's data streams. Strike, final price and
 * outcome are decided on these integers and nothing else (DESIGN §3.6).
 */
import { formatDecimal } from './decimal.ts';
import type { Flavor } from './flavor.ts';

export type PriceE18 = Flavor<bigint, 'PriceE18'>;

/** Decimals of a reference price. */
export const E18_DECIMALS = 18;

/** The price as a float, for pricing and display only: never for the outcome. */
export function e18ToNumber(priceE18: PriceE18): number {
  // Split so that the whole part is exact and the fraction keeps 15 digits.
  const whole = priceE18 / 1_000_000_000_000_000_000n;
  const fraction = priceE18 % 1_000_000_000_000_000_000n;
  return Number(whole) + Number(fraction) / 1e18;
}

/** "84501.20345" from its integer form. */
export function formatE18(priceE18: PriceE18): string {
  return formatDecimal(priceE18, E18_DECIMALS);
}
