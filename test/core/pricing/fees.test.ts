import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../core/model/errors.ts';
import type { FeeSchedule } from '../../../core/model/market.ts';
import { makerFeeMicro, takerFeeMicro } from '../../../core/pricing/fees.ts';
import { assertProperty } from '../../support/assert-property.ts';

const CRYPTO: FeeSchedule = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };
const schedule = (changed: Partial<FeeSchedule>): FeeSchedule => ({ ...CRYPTO, ...changed });
const schedules = fc.record({
  ratePpm: fc.integer({ min: 0, max: 1_000_000 }),
  exponent: fc.integer({ min: 0, max: 4 }),
  takerOnly: fc.boolean(),
  rebatePpm: fc.constant(0),
});
const prices = fc.integer({ min: 0, max: 10_000 });
const sizes = fc.integer({ min: 0, max: 900_000_000_000 });

describe('takerFeeMicro', () => {
  // Expected values by hand from the formula of the venue's fees page (notes of 2026-11-23), in millionths of pUSD.
  test.each([
    ['the dearest price: 1.75 cents a share', CRYPTO, 5000, 100_000_000, 1_750_000],
    ['100 shares at 0.54: 7 × 0.54 × 0.46', CRYPTO, 5400, 100_000_000, 1_738_800],
    ['the other outcome costs the same', CRYPTO, 4600, 100_000_000, 1_738_800],
    ['5 shares at 0.97: 0.010185 → 0.01019, a tie goes up', CRYPTO, 9700, 5_000_000, 10_190],
    ['5 shares at 0.01: 0.003465 → 0.00347, a tie goes up', CRYPTO, 100, 5_000_000, 3_470],
    ['0.000014 rounds to the nearest step', CRYPTO, 5000, 800, 10],
    ['0.0000161 rounds to the nearest step', CRYPTO, 5000, 920, 20],
    ['below 0.00001 is nothing', CRYPTO, 5000, 571, 0],
    ['0.00001 is the smallest', CRYPTO, 5000, 572, 10],
    ['a payout price costs nothing', CRYPTO, 10_000, 100_000_000, 0],
    ['exponent 0: rate × shares', schedule({ exponent: 0 }), 5400, 1_000_000, 70_000],
    [
      'exponent 2, the older crypto schedule',
      schedule({ ratePpm: 250_000, exponent: 2 }),
      5000,
      100_000_000,
      1_562_500,
    ],
    ['exponent 4', schedule({ ratePpm: 1_000_000, exponent: 4 }), 5000, 1_000_000, 3_910],
    ['no rate, no fee', schedule({ ratePpm: 0 }), 5000, 100_000_000, 0],
  ])('default: %s', (_name, fees, priceTicks, sizeMicro, expected) => {
    expect(takerFeeMicro(fees, priceTicks, sizeMicro)).toBe(expected);
  });

  test('behavior: within half a step of the exact product, and a tie goes against us', () => {
    assertProperty(
      fc.property(schedules, prices, sizes, (fees, priceTicks, sizeMicro) => {
        const feeMicro = takerFeeMicro(fees, priceTicks, sizeMicro);
        let exact = BigInt(sizeMicro) * BigInt(fees.ratePpm);
        let scale = 1_000_000n;
        for (let power = 0; power < fees.exponent; power++) {
          exact *= BigInt(priceTicks * (10_000 - priceTicks));
          scale *= 100_000_000n;
        }
        expect(Number.isSafeInteger(feeMicro)).toBe(true);
        expect(feeMicro % 10).toBe(0);
        if (exact < 10n * scale) {
          expect(feeMicro).toBe(0);
        } else {
          const excess = BigInt(feeMicro) * scale - exact;
          expect(excess > -5n * scale && excess <= 5n * scale).toBe(true);
        }
      }),
    );
  });

  test('behavior: symmetric in the price, never falling with the size', () => {
    assertProperty(
      fc.property(schedules, prices, sizes, sizes, (fees, priceTicks, a, b) => {
        expect(takerFeeMicro(fees, priceTicks, a)).toBe(takerFeeMicro(fees, 10_000 - priceTicks, a));
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(takerFeeMicro(fees, priceTicks, small)).toBeLessThanOrEqual(takerFeeMicro(fees, priceTicks, large));
      }),
    );
  });

  test.each([
    ['a broken exponent', schedule({ exponent: 1.5 }), 5000, 1_000_000],
    ['an exponent that is not understood', schedule({ exponent: 5 }), 5000, 1_000_000],
    ['a negative rate', schedule({ ratePpm: -1 }), 5000, 1_000_000],
    ['a price beyond 1', CRYPTO, 10_001, 1_000_000],
    ['a broken price', CRYPTO, 5000.5, 1_000_000],
    ['a negative size', CRYPTO, 5000, -1],
    ['a size that is not a number', CRYPTO, 5000, Number.NaN],
  ])('error: %s', (_name, fees, priceTicks, sizeMicro) => {
    expect(() => takerFeeMicro(fees, priceTicks, sizeMicro)).toThrow(InvariantError);
  });
});

describe('makerFeeMicro', () => {
  test('default: makers pay nothing where takers alone do', () => {
    expect(makerFeeMicro(CRYPTO, 5000, 100_000_000)).toBe(0);
  });

  test('args: a schedule for both charges makers the same', () => {
    const both = schedule({ takerOnly: false });
    expect(makerFeeMicro(both, 5000, 100_000_000)).toBe(takerFeeMicro(both, 5000, 100_000_000));
  });
});
