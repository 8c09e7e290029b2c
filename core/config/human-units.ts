/**
 * What a person writes and what the engine reckons with: the end of a field's name says the unit, so `halfSpreadTicks` is
 * `half_spread_cents` in the file, and 200 ticks are 2 cents. Exact in both directions: a number with more places than the engine has is
 * refused, never rounded.
 */
import { formatDecimal, parseDecimal } from '../model/decimal.ts';
import { err, ok, type Result } from '../model/result.ts';

interface HumanUnit {
  /** What stands at the end of the name in the file. */
  readonly name: string;
  /** Decimal places that the engine's whole numbers have in this unit. */
  readonly decimals: number;
}

const UNITS: readonly (readonly [suffix: string, unit: HumanUnit])[] = [
  ['Ticks', { name: 'cents', decimals: 2 }],
  ['Ppm', { name: 'percent', decimals: 4 }],
  ['Ms', { name: 'seconds', decimals: 3 }],
];
const MICRO = 'Micro';
const SHARES: HumanUnit = { name: 'shares', decimals: 6 };
const MONEY: HumanUnit = { name: 'pusd', decimals: 6 };
/** Millionths are of a share where the name speaks of shares, and else of a pUSD. */
const OF_SHARES = /(Size|Inventory|Shares|Prior|mergeFrom)Micro$/;

function unitOf(field: string): readonly [suffix: string, unit: HumanUnit] | null {
  if (field.endsWith(MICRO)) return [MICRO, OF_SHARES.test(field) ? SHARES : MONEY];
  return UNITS.find(([suffix]) => field.endsWith(suffix)) ?? null;
}

/** `half_spread_cents` for `halfSpreadTicks`; a name without a unit only loses its capitals. */
export function humanName(field: string): string {
  const found = unitOf(field);
  const stem = found === null ? field : field.slice(0, -found[0].length);
  const words = stem.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return found === null ? words : `${words}_${found[1].name}`;
}

/** A number of the field `field` as a person writes it: "2.5", or the number's own text where the field has no unit. */
export function humanNumber(field: string, value: number): string {
  const found = unitOf(field);
  return found === null ? String(value) : formatDecimal(value, found[1].decimals);
}

/** The engine's number of what a person has written for `field`; the error follows the name of the field in a sentence. */
export function engineNumber(field: string, written: number): Result<number, string> {
  if (!Number.isFinite(written)) return err('must be a finite number');
  const found = unitOf(field);
  if (found === null) return ok(written);
  const { decimals } = found[1];
  const value = parseDecimal(String(written), decimals);
  return value === null
    ? err(`must be a plain number with at most ${decimals} decimals, and is ${written}`)
    : ok(value);
}

/** A sentence about fields of the engine, with their names as they stand in the file. */
export function humanSentence(sentence: string): string {
  return sentence.replaceAll(/\b[a-z]+[A-Za-z.]*(?:Ticks|Ppm|Ms|Micro)\b/g, (path) =>
    path.split('.').map(humanName).join('.'),
  );
}
