import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complementTicks, formatPriceTicks, parsePriceTicks, TICKS_PER_PUSD } from '../../../core/model/price.ts';
import { assertProperty } from '../../support/assert-property.ts';

const ticks = fc.integer({ min: 0, max: TICKS_PER_PUSD });

describe('parsePriceTicks', () => {
  test.each([
    ['0', 0],
    ['1', 10_000],
    ['0.5', 5_000],
    ['0.53', 5_300],
    ['0.0001', 1],
    ['0.9999', 9_999],
    ['0.530000', 5_300],
    // 0.29 × 10,000 is 2,899.9999999999995 in floats.
    ['0.29', 2_900],
  ])('default: %s', (text, expected) => {
    expect(parsePriceTicks(text)).toEqual({ ok: true, value: expected });
  });

  test.each(['1.0001', '2', '-0.01', '-1'])('error: %s is outside 0..1', (text) => {
    expect(parsePriceTicks(text)).toEqual({ ok: false, error: 'price is outside 0..1' });
  });

  test.each([['0.53001'], [''], ['abc'], ['5e-1'], [0.53], [null], [undefined]])('error: %j is no price', (text) => {
    expect(parsePriceTicks(text)).toEqual({ ok: false, error: 'price is not a decimal of at most 4 places' });
  });

  test('behavior: reads back every price that is written', () => {
    assertProperty(
      fc.property(ticks, (value) => {
        expect(parsePriceTicks(formatPriceTicks(value))).toEqual({ ok: true, value });
      }),
    );
  });

  test('behavior: any text is a whole number of ticks in 0..1, or refused', () => {
    assertProperty(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (text) => {
        const parsed = parsePriceTicks(text);
        if (!parsed.ok) return;
        expect(Number.isInteger(parsed.value) && parsed.value >= 0 && parsed.value <= TICKS_PER_PUSD).toBe(true);
      }),
    );
  });
});

describe('complementTicks', () => {
  test('default: the two outcomes cost 1 together', () => {
    expect(complementTicks(5_300)).toBe(4_700);
  });

  test('behavior: is its own inverse and sums to a complete set', () => {
    assertProperty(
      fc.property(ticks, (value) => {
        expect(complementTicks(complementTicks(value))).toBe(value);
        expect(complementTicks(value) + value).toBe(TICKS_PER_PUSD);
      }),
    );
  });
});

describe('formatPriceTicks', () => {
  test.each([
    [5_300, '0.53'],
    [5_000, '0.5'],
    [1, '0.0001'],
    [9_999, '0.9999'],
    [10_000, '1.0'],
    [0, '0.0'],
  ])('default: %i', (value, expected) => {
    expect(formatPriceTicks(value)).toBe(expected);
  });
});
