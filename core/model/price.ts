/**
 * Prices of outcome tokens: integer ticks of 0.0001 pUSD, so that every tick size of the venue (0.1 … 0.0001) is a whole
 * number of ticks (specs polymarket §2, 2026-11-23). 0 and 10,000 are the payouts of a losing and a winning token.
 */
import { parseDecimal } from './decimal.ts';
import type { Flavor } from './flavor.ts';
import { err, ok, type Result } from './result.ts';

export type PriceTicks = Flavor<number, 'PriceTicks'>;

/** Decimals of a tick. */
export const PRICE_DECIMALS = 4;
/** Ticks in one pUSD: the price of a complete set. */
export const TICKS_PER_PUSD = 10_000;

/** Reads a decimal string ("0.53") as ticks. Refuses what is not a multiple of 0.0001 or lies outside 0 … 1. */
export function parsePriceTicks(text: unknown): Result<PriceTicks, string> {
  const parsed = parseDecimal(text, PRICE_DECIMALS);
  if (parsed === null) return err('price is not a decimal of at most 4 places');
  if (parsed < 0 || parsed > TICKS_PER_PUSD) return err('price is outside 0..1');
  return ok(parsed);
}

/** The price of the other outcome: one Up and one Down are worth 1 pUSD together. */
export function complementTicks(priceTicks: PriceTicks): PriceTicks {
  return TICKS_PER_PUSD - priceTicks;
}

/** "0.53" from 5300: shortest decimal form, for logs and rows. */
export function formatPriceTicks(priceTicks: PriceTicks): string {
  return (priceTicks / TICKS_PER_PUSD).toFixed(PRICE_DECIMALS).replace(/0{1,3}$/, '');
}
