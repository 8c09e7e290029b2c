/**
 * What the venue charges for a match: `shares × rate × (p(1−p))^exponent` in pUSD, paid by the taker on top of the order and no
 * part of it, rounded to 5 decimals; a fee below 0.00001 is 0. How a tie rounds is not documented, so it rounds up, against us.
 * Each market states its own schedule (Source: Polymarket fees page and changelog, notes of 2026-11-23; the form with an
 * exponent other than 1 is that of the official clients).
 */
import { invariant } from '../model/errors.ts';
import type { FeeSchedule } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';

/** Greatest exponent that is understood; the venue has used 1 and 2. */
export const MAX_FEE_EXPONENT = 4;
/** The fee's unit, 0.00001 pUSD, in millionths. */
const FEE_STEP_MICRO = 10;
/** Size in 1e-6 times rate in 1e-6, over one fee unit of 1e-5. */
const SIZE_RATE_DENOMINATOR = 10_000_000n;

/**
 * Fee of a taker's fill in millionths of pUSD. The product of size, rate and price does not fit a double's integers, hence
 * bigint. Throws `InvariantError` for a schedule or a price that no guard should have let through.
 */
export function takerFeeMicro(schedule: FeeSchedule, priceTicks: PriceTicks, sizeMicro: SizeMicro): MoneyMicro {
  const { ratePpm, exponent } = schedule;
  invariant(
    Number.isInteger(exponent) &&
      exponent >= 0 &&
      exponent <= MAX_FEE_EXPONENT &&
      Number.isSafeInteger(ratePpm) &&
      ratePpm >= 0,
    'a fee schedule has a rate in ppm and a whole exponent',
    { ratePpm, exponent },
  );
  invariant(
    Number.isInteger(priceTicks) &&
      priceTicks >= 0 &&
      priceTicks <= TICKS_PER_PUSD &&
      Number.isSafeInteger(sizeMicro) &&
      sizeMicro >= 0,
    'a fill has a price of 0..1 and a size',
    { priceTicks, sizeMicro },
  );
  let numerator = BigInt(sizeMicro) * BigInt(ratePpm);
  let denominator = SIZE_RATE_DENOMINATOR;
  const variance = BigInt(priceTicks) * BigInt(TICKS_PER_PUSD - priceTicks);
  const unit = BigInt(TICKS_PER_PUSD) * BigInt(TICKS_PER_PUSD);
  for (let power = 0; power < exponent; power++) {
    numerator *= variance;
    denominator *= unit;
  }
  if (numerator < denominator) return 0;
  return Number((2n * numerator + denominator) / (2n * denominator)) * FEE_STEP_MICRO;
}

/** Fee of a resting order's fill: nothing where the schedule charges takers only, else the same as a taker's. */
export function makerFeeMicro(schedule: FeeSchedule, priceTicks: PriceTicks, sizeMicro: SizeMicro): MoneyMicro {
  return schedule.takerOnly ? 0 : takerFeeMicro(schedule, priceTicks, sizeMicro);
}
