/**
 * Decimal strings from the outside to exact integers. Two forms: `parseDecimal` for what fits a safe integer (prices, sizes),
 * `parseDecimalBig` for 18-decimal reference prices. Neither ever goes through a float, and a malformed text is `null`, never 0.
 */

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;

/**
 * Reads a plain decimal string as an integer of `10^-decimals`.
 *
 * Further digits are accepted only when they are zeros, so the result is exact. `null` for anything else: '', '.', '1e5',
 * '+1', ' 1', a number beyond 2^53 − 1, or a value that is not a string.
 */
export function parseDecimal(text: unknown, decimals: number): number | null {
  if (typeof text !== 'string') return null;
  const length = text.length;
  let index = 0;
  let negative = false;
  if (length > 0 && text.charCodeAt(0) === MINUS) {
    negative = true;
    index = 1;
  }
  let value = 0;
  let digits = 0;
  let fraction = -1;
  for (; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (fraction >= 0) return null;
      fraction = 0;
      continue;
    }
    if (code < ZERO || code > NINE) return null;
    digits++;
    if (fraction >= 0) {
      if (fraction === decimals) {
        if (code !== ZERO) return null;
        continue;
      }
      fraction++;
    }
    value = value * 10 + (code - ZERO);
    if (value > Number.MAX_SAFE_INTEGER) return null;
  }
  if (digits === 0) return null;
  for (let place = Math.max(fraction, 0); place < decimals; place++) value *= 10;
  if (value > Number.MAX_SAFE_INTEGER) return null;
  return negative && value !== 0 ? -value : value;
}

const PLAIN_DECIMAL = /^-?(\d+)(?:\.(\d+))?$/;

/** Reads a plain decimal string as a bigint of `10^-decimals`; further digits are cut only when they are zeros. `null` if malformed. */
export function parseDecimalBig(text: unknown, decimals: number): bigint | null {
  if (typeof text !== 'string') return null;
  const match = PLAIN_DECIMAL.exec(text);
  if (match === null) return null;
  const whole = match[1] ?? '';
  const fraction = match[2] ?? '';
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) return null;
  const digits = whole + fraction.slice(0, decimals).padEnd(decimals, '0');
  const value = BigInt(digits);
  return text.startsWith('-') ? -value : value;
}

/** Writes an integer of `10^-decimals` as its shortest plain decimal string. */
export function formatDecimal(value: number | bigint, decimals: number): string {
  const negative = value < 0;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
