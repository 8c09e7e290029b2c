import { describe, expect, test } from 'vitest';
import {
  brierOf,
  calibrationSlope,
  logLossOf,
  meanScore,
  pairedBootstrap,
  reliabilityBins,
  type Scored,
} from '../../../core/evidence/calibration.ts';
import { createRng } from '../../../core/simulation/rng.ts';

const scored = (probability: number, up: boolean): Scored => ({ probability, up });

/** Outcomes drawn from the truth, told with log-odds divided by `boldness`: the slope that sets them right. */
function told(count: number, boldness: number): Scored[] {
  const rng = createRng(11);
  return Array.from({ length: count }, () => {
    const odds = 2 * rng.normal();
    const up = rng.uniform() < 1 / (1 + Math.exp(-odds));
    return scored(1 / (1 + Math.exp(-odds / boldness)), up);
  });
}

describe('brierOf, logLossOf', () => {
  test.each([
    [0.5, true, 0.25, Math.log(2)],
    [0.9, true, 0.01, -Math.log(0.9)],
    [0.9, false, 0.81, -Math.log(0.1)],
    // Held 0.001 from certainty, as the reference tool does.
    [0, true, 0.999 ** 2, -Math.log(0.001)],
    [1, true, 0.001 ** 2, -Math.log(0.999)],
  ])('default: %f, up %s', (probability, up, brier, logLoss) => {
    expect(brierOf(scored(probability, up))).toBeCloseTo(brier, 12);
    expect(logLossOf(scored(probability, up))).toBeCloseTo(logLoss, 12);
  });
});

describe('meanScore', () => {
  test('default', () => expect(meanScore([scored(0.5, true), scored(1, true)], brierOf)).toBeCloseTo(0.1250005, 7));
  test('behavior: nothing has no mean', () => expect(meanScore([], brierOf)).toBeNull());
});

describe('calibrationSlope', () => {
  test.each([0.7, 1, 1.4])('default: finds what log-odds have to be multiplied by: %f', (boldness) => {
    const found = calibrationSlope(told(4_000, boldness));
    expect(found?.low).toBeLessThan(boldness);
    expect(found?.high).toBeGreaterThan(boldness);
    expect(found?.standardError).toBeLessThan(0.1);
  });

  test('behavior: the interval holds the truth in about 95 of 100 samples', () => {
    const all = told(60_000, 1);
    let held = 0;
    for (let at = 0; at < 100; at++) {
      const found = calibrationSlope(all.slice(at * 600, (at + 1) * 600));
      if (found !== null && found.low < 1 && found.high > 1) held++;
    }
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThan(100);
  });

  test('error: none where the outcomes are separated, alike or absent', () => {
    expect(calibrationSlope([scored(0.2, false), scored(0.3, false), scored(0.8, true), scored(0.9, true)])).toBeNull();
    expect(calibrationSlope([scored(0.5, true), scored(0.5, false)])).toBeNull();
    expect(calibrationSlope([])).toBeNull();
  });
});

describe('reliabilityBins', () => {
  test('default: tenths, the last with 1 in it', () => {
    const bins = reliabilityBins([scored(0.05, false), scored(0.07, true), scored(0.95, true), scored(1, true)]);
    expect(bins).toHaveLength(10);
    expect(bins[0]).toMatchObject({ count: 2, happened: 0.5 });
    expect(bins[0]?.stated).toBeCloseTo(0.06, 12);
    expect(bins[5]).toEqual({ from: 0.5, to: 0.6, count: 0, stated: null, happened: null });
    expect(bins[9]).toMatchObject({ count: 2, stated: 0.975, happened: 1 });
  });
});

describe('pairedBootstrap', () => {
  test('default: an interval around the mean, as wide as two standard errors on each side', () => {
    const rng = createRng(5);
    const differences = Array.from({ length: 400 }, () => 0.1 + rng.normal());
    const found = pairedBootstrap(differences, createRng(1).uniform);
    const mean = differences.reduce((sum, one) => sum + one, 0) / 400;
    expect(found?.mean).toBeCloseTo(mean, 12);
    expect((found?.high ?? 0) - (found?.low ?? 0)).toBeGreaterThan(0.16);
    expect((found?.high ?? 0) - (found?.low ?? 0)).toBeLessThan(0.24);
  });
  test('behavior: nothing to resample', () => expect(pairedBootstrap([], () => 0)).toBeNull());
});
