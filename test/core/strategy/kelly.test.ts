import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KellyBet, kellyFraction, kellyStakeMicro } from '../../../core/strategy/kelly.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { UNIT } from '../../support/builders.ts';

const aBet = (more: Partial<KellyBet> = {}): KellyBet => ({
  probability: 0.6,
  costPerShare: 0.5,
  equityMicro: 1_000 * UNIT,
  kellyPpm: 250_000,
  capMicro: 1_000 * UNIT,
  ...more,
});

/** Mean logarithm of wealth after a binary bet of the part `f` of it. */
const growth = (f: number, q: number, c: number) => q * Math.log(1 - f + f / c) + (1 - q) * Math.log(1 - f);

describe('kellyFraction', () => {
  test('default: no other part makes wealth grow faster', () => {
    assertProperty(
      fc.property(
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (q, c, other) => {
          expect(growth(kellyFraction(q, c), q, c)).toBeGreaterThanOrEqual(growth(other, q, c) - 1e-12);
        },
      ),
    );
  });

  test.each([
    ['no edge', 0.5, 0.5],
    ['less than none', 0.4, 0.5],
    ['a cost of 1: nothing can be won', 1, 1],
    ['a cost of nothing is a broken price', 0.5, 0],
    ['NaN', Number.NaN, 0.5],
    ['a cost that is NaN', 0.5, Number.NaN],
    ['a probability above 1', 1.1, 0.5],
  ])('behavior: nothing is staked: %s', (_, q, c) => {
    expect(kellyFraction(q, c)).toBe(0);
  });
});

describe('kellyStakeMicro', () => {
  test('default: a quarter of (q − c) / (1 − c): 5 % of 1,000', () => {
    expect(kellyStakeMicro(aBet())).toEqual({ ok: true, value: 49_999_999 });
  });

  test('behavior: the cap binds', () => {
    expect(kellyStakeMicro(aBet({ capMicro: 10 * UNIT }))).toEqual({ ok: true, value: 10 * UNIT });
  });

  test.each<[string, Partial<KellyBet>]>([
    ['without edge', { probability: 0.5 }],
    ['without equity', { equityMicro: 0 }],
    ['in debt', { equityMicro: -UNIT }],
    ['with nothing to stake', { capMicro: 0 }],
    ['below a millionth', { equityMicro: 1 }],
  ])('error: no bet %s', (_, more) => {
    expect(kellyStakeMicro(aBet(more))).toEqual({ ok: false, error: 'no-edge' });
  });

  test.each<keyof KellyBet>(['probability', 'costPerShare', 'equityMicro', 'kellyPpm', 'capMicro'])(
    'error: %s that is NaN or infinite is never bet on',
    (field) => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(kellyStakeMicro(aBet({ [field]: bad }))).toEqual({ ok: false, error: 'not-finite' });
      }
    },
  );

  test('behavior: whole millionths, never above the cap, never without an edge, never above its fraction of equity', () => {
    const number = fc.oneof(fc.double(), fc.double({ min: 0, max: 1, noNaN: true }));
    const micro = fc.oneof(fc.double(), fc.integer({ min: -UNIT, max: 1_000_000 * UNIT }));
    assertProperty(
      fc.property(
        number,
        number,
        micro,
        fc.integer({ min: 1, max: 1_000_000 }),
        micro,
        (probability, costPerShare, equityMicro, kellyPpm, capMicro) => {
          const stake = kellyStakeMicro({ probability, costPerShare, equityMicro, kellyPpm, capMicro });
          if (!stake.ok) return;
          expect(Number.isInteger(stake.value)).toBe(true);
          expect(stake.value).toBeGreaterThan(0);
          expect(stake.value).toBeLessThanOrEqual(capMicro);
          expect(stake.value).toBeLessThanOrEqual((equityMicro * kellyPpm) / 1_000_000);
          expect(probability).toBeGreaterThan(costPerShare);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
