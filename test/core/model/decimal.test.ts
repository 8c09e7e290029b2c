import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDecimal, parseDecimal, parseDecimalBig } from '../../../core/model/decimal.ts';
import { assertProperty } from '../../support/assert-property.ts';

/** Texts and values that are no plain decimal number, for both readers. */
const MALFORMED: readonly unknown[] = [
  '',
  '.',
  '-',
  '-.',
  '+1',
  ' 1',
  '1 ',
  '1e5',
  '1E5',
  '0x10',
  '1_000',
  '1,5',
  '1.2.3',
  '--1',
  '1-',
  'NaN',
  'Infinity',
  'null',
  '١',
  null,
  undefined,
  1,
  1.5,
  1n,
  true,
  {},
  [],
  ['1'],
];

const decimals = fc.integer({ min: 0, max: 18 });

describe('parseDecimal', () => {
  test.each([
    ['0.53', 4, 5_300],
    ['1', 4, 10_000],
    ['0', 4, 0],
    ['-0', 4, 0],
    ['-0.5', 4, -5_000],
    ['007.10', 2, 710],
    ['.5', 1, 5],
    ['5.', 1, 50],
    ['0.5300000000', 4, 5_300],
    ['118.5', 6, 118_500_000],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
    ['-9007199254740991', 0, -Number.MAX_SAFE_INTEGER],
  ])('default: %s with %i decimals', (text, places, expected) => {
    expect(Object.is(parseDecimal(text, places), expected)).toBe(true);
  });

  test.each([
    ['a digit beyond the last place', '0.53001', 4],
    ['a digit beyond whole numbers', '1.5', 0],
    ['one more than fits', '9007199254740992', 0],
    ['more than fits once scaled', '9007199254740991', 1],
    ['far more than fits', '1'.repeat(400), 0],
  ])('error: %s', (_name, text, places) => {
    expect(parseDecimal(text, places)).toBeNull();
  });

  test.each(MALFORMED.map((value) => [value]))('error: malformed: %o', (value) => {
    expect(parseDecimal(value, 4)).toBeNull();
  });

  test('behavior: reads back what was written, exactly, and zeros behind change nothing', () => {
    assertProperty(
      fc.property(fc.maxSafeInteger(), decimals, fc.integer({ min: 0, max: 9 }), (value, places, zeros) => {
        const text = formatDecimal(value, places);
        const padded = text.includes('.') ? text + '0'.repeat(zeros) : text;
        expect(parseDecimal(padded, places)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('behavior: any text is an exact safe integer, the same as by big integers, or null', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,20}(\.\d{0,22})?$/));
    assertProperty(
      fc.property(text, decimals, (candidate, places) => {
        const value = parseDecimal(candidate, places);
        if (value === null) return;
        expect(Number.isSafeInteger(value)).toBe(true);
        // The other reader wants a digit on both sides of the point.
        const strict = candidate.replace(/^(-?)\./, '$10.').replace(/\.$/, '');
        expect(parseDecimalBig(strict, places)).toBe(BigInt(value));
      }),
    );
  });
});

describe('parseDecimalBig', () => {
  test.each([
    ['84501.203450000000000000', 18, 84_501_203_450_000_000_000_000n],
    ['78803.715261094101516288', 18, 78_803_715_261_094_101_516_288n],
    ['0.000000000000000001', 18, 1n],
    ['-1.5', 1, -15n],
    ['-0', 18, 0n],
    ['123456789012345678901234567890', 0, 123456789012345678901234567890n],
    ['1.5000', 1, 15n],
  ])('default: %s with %i decimals', (text, places, expected) => {
    expect(parseDecimalBig(text, places)).toBe(expected);
  });

  test.each([
    ['a digit beyond the last place', '0.0000000000000000001', 18],
    ['no digit before the point', '.5', 1],
    ['no digit after the point', '5.', 1],
  ])('error: %s', (_name, text, places) => {
    expect(parseDecimalBig(text, places)).toBeNull();
  });

  test.each(MALFORMED.map((value) => [value]))('error: malformed: %o', (value) => {
    expect(parseDecimalBig(value, 18)).toBeNull();
  });

  test('behavior: reads back what was written', () => {
    assertProperty(
      fc.property(fc.bigInt(), decimals, (value, places) => {
        expect(parseDecimalBig(formatDecimal(value, places), places)).toBe(value);
      }),
    );
  });
});

describe('formatDecimal', () => {
  test.each([
    [12_500_000, 6, '12.5'],
    [1, 6, '0.000001'],
    [-1, 6, '-0.000001'],
    [0, 6, '0'],
    [-5_000, 4, '-0.5'],
    [7_000_000, 6, '7'],
    [42, 0, '42'],
    [84_501_203_450_000_000_000_000n, 18, '84501.20345'],
  ])('default: %s in 10^-%i', (value, places, expected) => {
    expect(formatDecimal(value, places)).toBe(expected);
  });

  test('behavior: the shortest form: no zero behind a point', () => {
    assertProperty(
      fc.property(fc.maxSafeInteger(), decimals, (value, places) => {
        expect(formatDecimal(value, places)).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });
});
