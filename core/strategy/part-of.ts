/** A part of a sum of money, exactly: `micro × ppm / 1,000,000` rounded down, in steps that stay integers below 2^53. */
import { invariant } from '../model/errors.ts';
import { MICRO_PER_UNIT, type MoneyMicro } from '../model/money.ts';

/** `ppm` millionths of `micro`, rounded down; nothing of nothing and of a debt. Throws `InvariantError` for what is no integer. */
export function partOf(micro: MoneyMicro, ppm: number): MoneyMicro {
  invariant(Number.isSafeInteger(micro) && Number.isSafeInteger(ppm) && ppm >= 0, 'a part is of whole millionths', {
    micro,
    ppm,
  });
  if (micro <= 0) return 0;
  const whole = Math.floor(micro / MICRO_PER_UNIT);
  return whole * ppm + Math.floor(((micro % MICRO_PER_UNIT) * ppm) / MICRO_PER_UNIT);
}
