/**
 * Readers of single fields: exact integers or `null`, never a default. A JSON number where the venue writes a string is refused,
 * and the other way round, because a changed type is a changed meaning until someone has looked.
 */
import { parseDecimal } from '../model/decimal.ts';
import { MICRO_DECIMALS, type SizeMicro } from '../model/money.ts';
import { PRICE_DECIMALS, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';

/** Decimals of exchange prices and quantities: Binance and Coinbase state at most 8. */
export const E8_DECIMALS = 8;

/** Smaller numbers are seconds, not milliseconds (1e11 ms is 1973): refused, a price stamped so would be lost or early. */
const LEAST_UNIX_MS = 100_000_000_000;

/** A counter or identifier written as a JSON number. */
export function readCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A counter written as a string of digits. */
export function readCountText(value: unknown): number | null {
  const count = parseDecimal(value, 0);
  return count !== null && count >= 0 ? count : null;
}

/** A time in milliseconds written as a JSON number, as exchanges do (their documents' samples lie in 1973 and before). */
export function readMs(value: unknown): UnixMs | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}

/** A time in milliseconds written as a JSON number, refused when it must be seconds. */
export function readUnixMs(value: unknown): UnixMs | null {
  const ms = readMs(value);
  return ms !== null && ms >= LEAST_UNIX_MS ? ms : null;
}

/** A time in milliseconds written as a string, refused when it must be seconds. */
export function readUnixMsText(value: unknown): UnixMs | null {
  const ms = parseDecimal(value, 0);
  return ms !== null && ms >= LEAST_UNIX_MS ? ms : null;
}

/** A signed decimal string in 1e-8 (funding rates). */
export function readE8(value: unknown): number | null {
  return parseDecimal(value, E8_DECIMALS);
}

/** A price on an exchange in 1e-8: above zero. */
export function readPriceE8(value: unknown): number | null {
  const price = parseDecimal(value, E8_DECIMALS);
  return price !== null && price > 0 ? price : null;
}

/** A quantity on an exchange in 1e-8: zero or more (zero deletes a level). */
export function readQuantityE8(value: unknown): number | null {
  const quantity = parseDecimal(value, E8_DECIMALS);
  return quantity !== null && quantity >= 0 ? quantity : null;
}

/** A price at which an order can rest or trade: above 0 and below 1. */
export function readTicks(value: unknown): PriceTicks | null {
  const ticks = parseDecimal(value, PRICE_DECIMALS);
  return ticks !== null && ticks > 0 && ticks < TICKS_PER_PUSD ? ticks : null;
}

/**
 * A price that the venue may leave out: `null` where it says that there is none, `undefined` where it says nonsense.
 *
 * None is an absent field, an empty string (Polymarket CLOB market channel, notes of 2026-11-23), or 0 or 1, at which nothing
 * can rest [inferred: how an empty side is written].
 */
export function readOptionalTicks(value: unknown): PriceTicks | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  const ticks = parseDecimal(value, PRICE_DECIMALS);
  if (ticks === null || ticks < 0 || ticks > TICKS_PER_PUSD) return undefined;
  return ticks === 0 || ticks === TICKS_PER_PUSD ? null : ticks;
}

/** Shares in millionths, zero or more. Levels beyond a million shares are real (1,270,058.65 was seen): exact to 2^53. */
export function readSizeMicro(value: unknown): SizeMicro | null {
  const size = parseDecimal(value, MICRO_DECIMALS);
  return size !== null && size >= 0 ? size : null;
}
