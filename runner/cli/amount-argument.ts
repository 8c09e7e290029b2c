/** Amounts of money on the command line. */
import { parseDecimal } from '../../core/model/decimal.ts';
import { MICRO_DECIMALS, type MoneyMicro } from '../../core/model/money.ts';
import { CliProblem } from './cli-problem.ts';

/** Millionths of an amount such as `12.5`. Throws `CliProblem`. */
export function parseAmount(what: string, text: string): MoneyMicro {
  const micro = parseDecimal(text, MICRO_DECIMALS);
  if (micro !== null && micro > 0) return micro;
  throw new CliProblem(`${what} must be an amount above 0 with at most 6 decimals, such as 25; it is "${text}".`);
}
