import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import {
  costRoundedUp,
  formatMicro,
  MAX_SIZE_MICRO,
  MICRO_PER_UNIT,
  proceedsRoundedDown,
} from '../../../core/model/money.ts';
import { complementTicks, TICKS_PER_PUSD } from '../../../core/model/price.ts';
import { assertProperty } from '../../support/assert-property.ts';

const ticks = fc.integer({ min: 0, max: TICKS_PER_PUSD });
/** Sizes of every magnitude, the extremes among them. */
const sizes = fc.oneof(
  fc.integer({ min: 0, max: MAX_SIZE_MICRO }),
  fc.integer({ min: 0, max: 100 }),
  fc.constant(MAX_SIZE_MICRO),
);
const SCALE = BigInt(TICKS_PER_PUSD);

describe('costRoundedUp', () => {
  test.each([
    ['exact', 5_300, 10 * MICRO_PER_UNIT, 5_300_000],
    ['a millionth of a share still costs', 1, 1, 1],
    ['just above a millionth', 5_000, 3, 2],
    ['nothing costs nothing', 5_000, 0, 0],
    ['a price of 0', 0, MICRO_PER_UNIT, 0],
    ['a price of 1', TICKS_PER_PUSD, 7, 7],
    ['the largest', 9_999, MAX_SIZE_MICRO, 899_910_000_000],
    // 0.29 × 100 and 0.58 × 20.1 lose a cent in floats.
    ['0.29 × 100', 2_900, 100 * MICRO_PER_UNIT, 29_000_000],
    ['0.58 × 20.1', 5_800, 20_100_000, 11_658_000],
  ])('default: %s', (_name, priceTicks, sizeMicro, expected) => {
    expect(costRoundedUp(priceTicks, sizeMicro)).toBe(expected);
  });

  test('behavior: the smallest integer that is not below the exact product', () => {
    assertProperty(
      fc.property(ticks, sizes, (priceTicks, sizeMicro) => {
        const exact = BigInt(priceTicks) * BigInt(sizeMicro);
        expect(BigInt(costRoundedUp(priceTicks, sizeMicro))).toBe((exact + SCALE - 1n) / SCALE);
      }),
      { numRuns: 1_000 },
    );
  });

  test('behavior: rounding goes against us: a complete set never costs less than it pays', () => {
    assertProperty(
      fc.property(ticks, sizes, (priceTicks, sizeMicro) => {
        const both = costRoundedUp(priceTicks, sizeMicro) + costRoundedUp(complementTicks(priceTicks), sizeMicro);
        expect(both - sizeMicro).toBeGreaterThanOrEqual(0);
        expect(both - sizeMicro).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('proceedsRoundedDown', () => {
  test.each([
    ['exact', 5_300, 10 * MICRO_PER_UNIT, 5_300_000],
    ['less than a millionth is nothing', 9_999, 1, 0],
    ['just above a millionth', 5_000, 3, 1],
    ['the largest', 9_999, MAX_SIZE_MICRO, 899_910_000_000],
  ])('default: %s', (_name, priceTicks, sizeMicro, expected) => {
    expect(proceedsRoundedDown(priceTicks, sizeMicro)).toBe(expected);
  });

  test('behavior: the largest integer that is not above the exact product', () => {
    assertProperty(
      fc.property(ticks, sizes, (priceTicks, sizeMicro) => {
        const exact = BigInt(priceTicks) * BigInt(sizeMicro);
        expect(BigInt(proceedsRoundedDown(priceTicks, sizeMicro))).toBe(exact / SCALE);
      }),
      { numRuns: 1_000 },
    );
  });

  test('behavior: rounding goes against us: buying and selling at one price never gains', () => {
    assertProperty(
      fc.property(ticks, sizes, (priceTicks, sizeMicro) => {
        const loss = costRoundedUp(priceTicks, sizeMicro) - proceedsRoundedDown(priceTicks, sizeMicro);
        expect(loss === 0 || loss === 1).toBe(true);
      }),
    );
  });

  test.each([
    ['a broken size', 5_000, 1.5],
    ['a broken price', 0.53, 1],
    ['a negative size', 5_000, -1],
    ['a size beyond the exact range', 5_000, MAX_SIZE_MICRO + 1],
    ['a size that is not a number', 5_000, Number.NaN],
    ['an endless size', 5_000, Number.POSITIVE_INFINITY],
    ['a price that is not a number', Number.NaN, 1],
  ])('error: %s, for costs and proceeds alike', (_name, priceTicks, sizeMicro) => {
    expect(() => proceedsRoundedDown(priceTicks, sizeMicro)).toThrow(InvariantError);
    expect(() => costRoundedUp(priceTicks, sizeMicro)).toThrow(InvariantError);
  });
});

describe('formatMicro', () => {
  test('default', () => {
    expect(formatMicro(12_500_000)).toBe('12.5');
    expect(formatMicro(-1)).toBe('-0.000001');
  });
});
