import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  confidenceInterval,
  fixedSizeInterval,
  isAbove,
  isBelow,
  isResolved,
  logWealthAbove,
  observationsToResolve,
} from '../../../core/evidence/confidence-sequence.ts';
import {
  createMeanEvidence,
  isObservation,
  type MeanEvidence,
  meanOf,
  mirrored,
  observe,
  scaled,
} from '../../../core/evidence/mean-evidence.ts';
import { assertProperty } from '../../support/assert-property.ts';

const ERROR_RATE = 0.025;
const evidenceOf = (observations: readonly (readonly [number, number])[]): MeanEvidence => {
  const evidence = createMeanEvidence();
  for (const [x, w] of observations) observe(evidence, x, w);
  return evidence;
};
const tossed = (wins: number, losses: number, price: number): MeanEvidence =>
  evidenceOf([
    ...Array.from({ length: wins }, () => [1 - price, 1] as const),
    ...Array.from({ length: losses }, () => [-price, 1] as const),
  ]);

/** An observation within its bounds. */
const observation = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 0.001, max: 1, noNaN: true }))
  .map(([part, w]) => [part * w, w] as const);
const someEvidence = fc.array(observation, { minLength: 1, maxLength: 300 }).map(evidenceOf);

describe('observe', () => {
  test('default: five sums and a count', () => {
    expect(
      evidenceOf([
        [0.5, 1],
        [-0.25, 0.5],
      ]),
    ).toEqual({
      count: 2,
      sumX: 0.25,
      sumW: 1.5,
      sumXX: 0.3125,
      sumXW: 0.375,
      sumWW: 1.25,
    });
  });

  test.each([
    ['no weight', 0, 0],
    ['a weight above 1', 0.5, 1.1],
    ['more than its weight', 0.6, 0.5],
    ['a loss beyond its weight', -0.6, 0.5],
    ['no number', Number.NaN, 1],
    ['no number as weight', 0, Number.NaN],
    ['infinite', Number.NEGATIVE_INFINITY, 1],
  ])('error: %s', (_, x, w) => {
    expect(isObservation(x, w)).toBe(false);
    const evidence = createMeanEvidence();
    expect(() => observe(evidence, x, w)).toThrow('within its bounds');
    expect(evidence.count).toBe(0);
  });
});

describe('meanOf', () => {
  test('default: weighted, and none of nothing', () => {
    expect(meanOf(createMeanEvidence())).toBeNull();
    expect(
      meanOf(
        evidenceOf([
          [1, 1],
          [0, 0.5],
        ]),
      ),
    ).toBeCloseTo(2 / 3, 12);
  });
});

describe('logWealthAbove', () => {
  test('default: whoever has not bet has what he began with', () => {
    expect(logWealthAbove(createMeanEvidence(), 0)).toBeCloseTo(0, 12);
  });

  // The bound that replaces every bet's own factor: no gambler of the mixture has less than what is computed.
  test('behavior: never more than the wealth of one who really bets', () => {
    const stakes = [0.012, 0.03, 0.07, 0.15, 0.4];
    const weights = [0.05, 0.12, 0.55, 0.18, 0.1];
    assertProperty(
      fc.property(
        fc.array(observation, { minLength: 1, maxLength: 60 }),
        fc.double({ min: -1, max: 0.99, noNaN: true }),
        (observations, threshold) => {
          const real = stakes.reduce((sum, stake, index) => {
            const own = observations.reduce((wealth, [x, w]) => wealth * (1 + stake * (x - threshold * w)), 1);
            return sum + (weights[index] ?? 0) * own;
          }, 0);
          expect(logWealthAbove(evidenceOf(observations), threshold)).toBeLessThanOrEqual(Math.log(real) + 1e-9);
        },
      ),
    );
  });

  test('behavior: it falls as the threshold rises, so that what is not refuted is one interval', () => {
    assertProperty(
      fc.property(
        someEvidence,
        fc.double({ min: -1, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (evidence, low, part) => {
          const high = low + part * (0.999 - low);
          expect(logWealthAbove(evidence, high)).toBeLessThanOrEqual(logWealthAbove(evidence, low) + 1e-9);
        },
      ),
    );
  });
});

describe('confidenceInterval', () => {
  test('default: everything, before anything is known', () => {
    expect(confidenceInterval(createMeanEvidence(), ERROR_RATE)).toEqual({ lower: -1, upper: 1 });
  });

  test.each([
    ['an even game', tossed(3_000, 3_000, 0.5), 0],
    ['three cents', tossed(3_180, 2_820, 0.5), 0.03],
    ['favourites', tossed(5_700, 300, 0.95), 0],
  ])('default: around the mean: %s', (_, evidence, mean) => {
    const { lower, upper } = confidenceInterval(evidence, ERROR_RATE);
    expect(meanOf(evidence)).toBeCloseTo(mean, 12);
    expect(lower).toBeLessThan(mean);
    expect(upper).toBeGreaterThan(mean);
    expect(upper - lower).toBeLessThan(0.05);
    const once = fixedSizeInterval(evidence, ERROR_RATE);
    expect(once?.lower).toBeGreaterThan(lower);
    expect(once?.upper).toBeLessThan(upper);
  });

  test('behavior: its ends are where the tests turn, the mean lies within, the mirror gives the mirror', () => {
    assertProperty(
      fc.property(someEvidence, (evidence) => {
        const { lower, upper } = confidenceInterval(evidence, ERROR_RATE);
        const mean = meanOf(evidence) ?? Number.NaN;
        expect(lower).toBeLessThanOrEqual(mean + 1e-9);
        expect(upper).toBeGreaterThanOrEqual(mean - 1e-9);
        expect(lower).toBeGreaterThanOrEqual(-1);
        expect(upper).toBeLessThanOrEqual(1);
        if (lower > -1) {
          expect(isAbove(evidence, lower - 1e-9, ERROR_RATE)).toBe(true);
          expect(isAbove(evidence, lower + 1e-9, ERROR_RATE)).toBe(false);
        }
        if (upper < 1) expect(isBelow(evidence, upper + 1e-9, ERROR_RATE)).toBe(true);
        const mirror = confidenceInterval(mirrored(evidence), ERROR_RATE);
        expect(mirror).toEqual({ lower: -upper, upper: -lower });
      }),
    );
  });

  test('behavior: the surer it must be, the wider it is', () => {
    const evidence = tossed(700, 600, 0.5);
    const widths = [0.1, 0.025, 0.001].map((rate) => {
      const { lower, upper } = confidenceInterval(evidence, rate);
      return upper - lower;
    });
    expect(widths).toEqual([...widths].sort((left, right) => left - right));
  });
});

describe('observationsToResolve', () => {
  test('default: as many more of the same, and not one fewer', () => {
    const evidence = tossed(260, 240, 0.5);
    const total = observationsToResolve(evidence, 0.01, ERROR_RATE) ?? Number.NaN;
    // (2.9 deviations ÷ 1 cent)² at even prices.
    expect(total).toBeGreaterThan(15_000);
    expect(total).toBeLessThan(35_000);
    expect(isResolved(scaled(evidence, total / 500), 0.01, ERROR_RATE)).toBe(true);
    expect(isResolved(scaled(evidence, (total - 2) / 500), 0.01, ERROR_RATE)).toBe(false);
  });

  test('behavior: what varies less is resolved sooner', () => {
    const even = observationsToResolve(tossed(250, 250, 0.5), 0.01, ERROR_RATE) ?? Number.NaN;
    const favourites = observationsToResolve(tossed(475, 25, 0.95), 0.01, ERROR_RATE) ?? Number.NaN;
    expect(favourites).toBeLessThan(even / 2);
  });

  test('behavior: none of nothing', () => {
    expect(observationsToResolve(createMeanEvidence(), 0.01, ERROR_RATE)).toBeNull();
    expect(isResolved(createMeanEvidence(), 0.01, ERROR_RATE)).toBe(false);
  });
});

describe('fixedSizeInterval', () => {
  test('default: mean and 1.96 standard errors', () => {
    const evidence = tossed(60, 40, 0.5);
    const error = (1.959963984540054 * Math.sqrt(0.24 * (100 / 99))) / 10;
    expect(fixedSizeInterval(evidence, ERROR_RATE)?.lower).toBeCloseTo(0.1 - error, 12);
    expect(fixedSizeInterval(evidence, ERROR_RATE)?.upper).toBeCloseTo(0.1 + error, 12);
  });

  test('behavior: one observation has no spread', () => {
    expect(fixedSizeInterval(tossed(1, 0, 0.5), ERROR_RATE)).toBeNull();
  });
});
