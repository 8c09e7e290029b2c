/**
 * Whoever dies at whatever crossing of the order path, with the venue having taken, refused or never seen the order (operations notes of
 * 2026-11-23, §5.3; RUNTIME §8). `make crash-matrix SEEDS=30000` runs many more.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { CROSSING_POINTS } from '../../support/order-path/crossing-points.ts';
import { coverageTable, type MatrixResult, summaryOf } from '../../support/order-path/matrix.ts';
import { runMatrix, runUntilAllCrashed, seedsOfRounds } from '../../support/order-path/matrix-pool.ts';
import { PROPERTIES, type Property } from '../../support/order-path/properties.ts';
import { CONVERGED_WITHIN_MS, planOf, runSeed } from '../../support/order-path/seeded-run.ts';
import { DAILY_LIMIT_MICRO } from '../../support/order-path/world-settings.ts';

/** At each crossing so many runs: more than 3,000 seeds in all. */
const ROUNDS = 8;
const LEAST_SEEDS = 3_000;
/** Far beyond what it takes on a slow machine. */
const TIMEOUT_MS = 1_800_000;
const REPEATED = 20;
/** Of the runs, the part in which any property is looked at, at the least. */
const SELDOM = 0.1;

describe('crash matrix of the order path', { timeout: TIMEOUT_MS }, () => {
  let result: MatrixResult;

  beforeAll(async () => {
    result = await runUntilAllCrashed(await runMatrix(seedsOfRounds(ROUNDS)), ROUNDS);
    console.log(`${coverageTable(result)}\n${summaryOf(result)}`);
  }, TIMEOUT_MS);

  test('property: no order is doubled, no match lost, no limit passed, and all is known again in time', () => {
    expect(result.seeds).toBeGreaterThanOrEqual(LEAST_SEEDS);
    expect(result.failures).toEqual([]);
    expect(result.slowestConvergenceMs).toBeLessThanOrEqual(CONVERGED_WITHIN_MS);
  });

  test('behavior: every crossing was passed, and somebody died at it', () => {
    const names = CROSSING_POINTS.map(({ name }) => name);
    expect(names.filter((name) => !result.crossed.has(name))).toEqual([]);
    expect(names.filter((name) => !result.crashed.has(name))).toEqual([]);
  });

  test('behavior: there is no crossing that the list does not name', () => {
    expect(result.unlisted).toEqual([]);
  });

  test('behavior: matches were of every kind, and orders came up against the limit', () => {
    const needed = ['direct', 'mint', 'merge', 'failed', 'GTC buy shares', 'FAK sell shares'];
    expect([...result.kinds.keys()]).toEqual(expect.arrayContaining(needed));
    expect(result.greatestExposureMicro).toBeGreaterThan(0.9 * DAILY_LIMIT_MICRO);
    expect(result.greatestExposureMicro).toBeLessThanOrEqual(DAILY_LIMIT_MICRO);
  });

  test('behavior: each property was looked at, those of books and money in every run', () => {
    const always = ['size', 'spend', 'ends', 'matches', 'money', 'exposure', 'known'] satisfies Property[];
    for (const property of always)
      expect({ property, seeds: result.looked.get(property) }).toEqual({ property, seeds: result.seeds });
    // Not every run gets as far as an order, and the times of a loss hold only where no fault keeps cancels from the venue.
    for (const property of Object.keys(PROPERTIES)) {
      expect(result.looked.get(property) ?? 0, property).toBeGreaterThan(SELDOM * result.seeds);
    }
  });

  test('behavior: every course of the venue is taken with every one dying', () => {
    const combinations = seedsOfRounds(ROUNDS).map((seed) => {
      const { course, crashes } = planOf(seed);
      return `${course} ${crashes?.at(-1)?.dies}`;
    });
    expect(new Set(combinations).size).toBe(9);
  });

  test('behavior: the same seed is the same run', async () => {
    for (let seed = 0; seed < REPEATED * 17; seed += 17) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)];
      expect(second.traceHash).toBe(first.traceHash);
      expect(first.trace.length).toBeGreaterThan(1_000);
    }
  });
});
