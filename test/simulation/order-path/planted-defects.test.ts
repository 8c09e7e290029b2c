/** Proves the judge: a simulator that finds no planted mistake proves nothing (operations notes of 2026-11-23, §5.1 on Jepsen and TigerBeetle). */
import { describe, expect, test } from 'vitest';
import { PLANTED_DEFECTS, type PlantedDefect } from '../../support/order-path/planted-defects.ts';
import { planOf, runSeed } from '../../support/order-path/seeded-run.ts';

/** The number of tries until it was found, and what was said; `null`: not within what it is given. */
async function findDefect({ concerns, changes, withinSeeds }: PlantedDefect) {
  let tries = 0;
  for (let seed = 0; tries < withinSeeds; seed++) {
    const plan = planOf(seed);
    if (!concerns(plan)) continue;
    tries++;
    const { violations } = await runSeed(seed, changes(plan));
    if (violations.length > 0) return { tries, seed, violation: violations[0] ?? '' };
  }
  return null;
}

describe('planted defects', { timeout: 600_000 }, () => {
  test('behavior: there are enough of them', () => {
    expect(PLANTED_DEFECTS.length).toBeGreaterThanOrEqual(10);
  });

  test.each(PLANTED_DEFECTS)('behavior: "$name" is found within $withinSeeds seeds', async (planted) => {
    const found = await findDefect(planted);
    console.log(`${planted.name}: try ${found?.tries}, seed ${found?.seed}: ${found?.violation}`);
    expect(found).not.toBeNull();
  });

  test('behavior: without a defect the same plans violate nothing', async () => {
    for (const { concerns, changes, withinSeeds } of PLANTED_DEFECTS) {
      const tries = Math.min(3, withinSeeds);
      for (let seed = 0, tried = 0; tried < tries; seed++) {
        const plan = planOf(seed);
        if (!concerns(plan)) continue;
        tried++;
        const { defects: _defects, outputGate: _outputGate, ...healthy } = changes(plan);
        expect((await runSeed(seed, healthy)).violations).toEqual([]);
      }
    }
  });
});
