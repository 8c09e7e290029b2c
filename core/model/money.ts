/**
 * Money and shares: integers of one millionth (6 decimals, as pUSD and the ERC-1155 outcome tokens have them, specs
 * polymarket §1.4). Every rounding is named and goes against us.
 */
import { formatDecimal } from './decimal.ts';
import { invariant } from './errors.ts';
import type { Flavor } from './flavor.ts';
import { type PriceTicks, TICKS_PER_PUSD } from './price.ts';

/** pUSD in millionths. */
export type MoneyMicro = Flavor<number, 'MoneyMicro'>;
/** Outcome shares in millionths. */
export type SizeMicro = Flavor<number, 'SizeMicro'>;

/** Decimals of money and of shares. */
export const MICRO_DECIMALS = 6;
/** Millionths in one pUSD or one share. */
export const MICRO_PER_UNIT = 1_000_000;

/**
 * The product price × size stays below 2^53 for sizes up to 900,000 shares; one order of ours is thousands of times
 * smaller, a level of the book that is larger is not something to trade against.
 */
export const MAX_SIZE_MICRO: SizeMicro = 900_000 * MICRO_PER_UNIT;

/** What `sizeMicro` shares cost at `priceTicks`, rounded up: what we pay is never understated. */
export function costRoundedUp(priceTicks: PriceTicks, sizeMicro: SizeMicro): MoneyMicro {
  return Math.ceil(product(priceTicks, sizeMicro) / TICKS_PER_PUSD);
}

/** What `sizeMicro` shares bring at `priceTicks`, rounded down: what we receive is never overstated. */
export function proceedsRoundedDown(priceTicks: PriceTicks, sizeMicro: SizeMicro): MoneyMicro {
  return Math.floor(product(priceTicks, sizeMicro) / TICKS_PER_PUSD);
}

function product(priceTicks: PriceTicks, sizeMicro: SizeMicro): number {
  invariant(Number.isSafeInteger(priceTicks) && Number.isSafeInteger(sizeMicro), 'price and size are integers', {
    priceTicks,
    sizeMicro,
  });
  invariant(sizeMicro >= 0 && sizeMicro <= MAX_SIZE_MICRO, 'size is within the exact range', { sizeMicro });
  return priceTicks * sizeMicro;
}

/** "12.5" from 12,500,000: shortest decimal form, for logs and rows. */
export function formatMicro(micro: MoneyMicro | SizeMicro): string {
  return formatDecimal(micro, MICRO_DECIMALS);
}
