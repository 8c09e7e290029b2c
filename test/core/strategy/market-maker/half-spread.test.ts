import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  effectiveSeconds,
  moveDeviation,
  requiredHalfSpread,
} from '../../../../core/strategy/market-maker/half-spread.ts';
import { assertProperty } from '../../../support/assert-property.ts';
import { aMaker } from './strategy-view.ts';

describe('effectiveSeconds', () => {
  test.each([
    [300, 260],
    [120, 80],
    [60, 20],
    [59.999, 59.999 / 3],
    [30, 10],
    [0, 0],
    [-5, 0],
  ])('default: %d s before the end it is %d', (secondsLeft, expected) => {
    expect(effectiveSeconds(secondsLeft)).toBeCloseTo(expected, 12);
  });

  test('behavior: one piece at 60 s', () => {
    expect(effectiveSeconds(60)).toBeCloseTo(effectiveSeconds(60 - 1e-9), 6);
  });
});

describe('moveDeviation', () => {
  test('default: at an even price it is the peak of the normal density times the root of the time', () => {
    // φ(0) = 0.3989; 0.2 s of 160 s.
    expect(moveDeviation(0.5, 200, 200)).toBeCloseTo(0.3989423 * Math.sqrt(0.2 / 160), 7);
  });

  test('behavior: a one-sided price moves less, by φ(N⁻¹(0.9)) = 0.17550', () => {
    expect(moveDeviation(0.9, 200, 1_000)).toBeCloseTo(0.1754983 * Math.sqrt(1 / 160), 7);
  });

  test('behavior: is how far a normal digital moves with its price in that time, by differences', () => {
    // p = N(x/(σ·√v)): a move of one deviation σ·√t in x, for a small t.
    const seconds = 0.000_001;
    expect(moveDeviation(0.5, 100, seconds * 1_000)).toBeCloseTo(0.3989423 * Math.sqrt(seconds / 60), 8);
  });

  test.each([
    ['at the end it has no bound', 0.5, 0, Number.POSITIVE_INFINITY],
    ['a certain price does not move', 1, 100, 0],
    ['no probability', Number.NaN, 100, Number.NaN],
    ['no probability', 1.5, 100, Number.NaN],
  ])('behavior: %s', (_, probability, secondsLeft, expected) => {
    expect(moveDeviation(probability, secondsLeft, 200)).toBe(expected);
  });
});

describe('requiredHalfSpread', () => {
  test('default: two cents where nothing asks for more', () => {
    expect(requiredHalfSpread(0.5, 200, 0, 0, aMaker()).halfTicks).toBe(200);
  });

  test('behavior: k times the move where that is more, and the adverse selection on top, rounded up', () => {
    const move = 10_000 * 0.3989423 * Math.sqrt(1 / 160);
    expect(requiredHalfSpread(0.5, 200, 1_000, 0, aMaker()).halfTicks).toBe(Math.ceil(move));
    expect(requiredHalfSpread(0.5, 200, 1_000, 50.5, aMaker({ moveDeviations: 1.5 })).halfTicks).toBe(
      Math.ceil(1.5 * move + 50.5),
    );
  });

  test('behavior: a configuration without a minimum does not come below two cents', () => {
    expect(requiredHalfSpread(0.5, 200, 0, 0, { ...aMaker(), halfSpreadTicks: 0 }).halfTicks).toBe(200);
  });

  test('args: never below the larger of two cents and the formula, whatever the moment', () => {
    assertProperty(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.001, max: 300, noNaN: true }),
        fc.nat({ max: 5_000 }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (probability, secondsLeft, reactionMs, adverse, moveDeviations) => {
          const { halfTicks } = requiredHalfSpread(
            probability,
            secondsLeft,
            reactionMs,
            adverse,
            aMaker({ moveDeviations }),
          );
          const move = moveDeviations * moveDeviation(probability, secondsLeft, reactionMs) * 10_000;
          expect(halfTicks).toBeGreaterThanOrEqual(Math.max(200, move) + adverse);
          expect(halfTicks).toBeLessThan(Math.max(200, move) + adverse + 1);
        },
      ),
    );
  });
});
