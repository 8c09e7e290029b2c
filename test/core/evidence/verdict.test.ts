import { describe, expect, test } from 'vitest';
import { DEFAULT_EVIDENCE_CONFIG, evidenceConfigSchema } from '../../../core/config/evidence-config.ts';
import { createMeanEvidence, observe } from '../../../core/evidence/mean-evidence.ts';
import { verdictNameOf, verdictOn } from '../../../core/evidence/verdict.ts';
import { binary, FAIR_BETTORS, NULL_WORLDS, runWorld } from '../../support/verdict-worlds.ts';

const evidenceOf = (wins: number, losses: number, price = 0.5) => {
  const evidence = createMeanEvidence();
  for (let index = 0; index < wins; index++) observe(evidence, 1 - price, 1);
  for (let index = 0; index < losses; index++) observe(evidence, -price, 1);
  return evidence;
};

describe('verdictOn', () => {
  test.each([
    ['proven', 3_300, 2_700, 'Proven: a profit of 5.00 cents a share over 6000 traded windows, between '],
    ['disproven', 2_700, 3_300, 'Disproven: it loses, with -5.00 cents a share over 6000 traded windows, between '],
    ['not-proven', 20_010, 20_000, 'Not proven: 0.01 cents a share over 40010 traded windows, between '],
    ['insufficient-data', 510, 500, 'Insufficient data: 0.50 cents a share over 1010 traded windows, between '],
  ] as const)('default: %s', (expected, wins, losses, sentence) => {
    const verdict = verdictOn(evidenceOf(wins, losses), DEFAULT_EVIDENCE_CONFIG);
    expect(verdict.verdict).toBe(expected);
    expect(verdict.sentence.startsWith(sentence)).toBe(true);
    expect(verdictNameOf(evidenceOf(wins, losses), DEFAULT_EVIDENCE_CONFIG)).toBe(expected);
    expect(verdict.lower > 0).toBe(expected === 'proven');
    expect(verdict.upper < 0).toBe(expected === 'disproven');
  });

  test('behavior: too few windows prove nothing, however good they look', () => {
    const all = evidenceOf(DEFAULT_EVIDENCE_CONFIG.minWindows - 1, 0);
    expect(verdictOn(all, DEFAULT_EVIDENCE_CONFIG).verdict).toBe('insufficient-data');
    observe(all, 0.5, 1);
    expect(verdictOn(all, DEFAULT_EVIDENCE_CONFIG).verdict).toBe('proven');
  });

  test('behavior: it says how many windows are missing, by the greatest variance while little was seen', () => {
    const none = verdictOn(createMeanEvidence(), DEFAULT_EVIDENCE_CONFIG);
    expect(none).toMatchObject({ mean: null, lower: -1, upper: 1, windows: 0 });
    expect(none.sentence).toContain('no window with a trade yet');
    const few = verdictOn(evidenceOf(5, 0), DEFAULT_EVIDENCE_CONFIG);
    expect(few.windowsNeeded).toBe((none.windowsNeeded ?? 0) - 5);
    const half = verdictOn(evidenceOf(5_000, 5_000), DEFAULT_EVIDENCE_CONFIG);
    expect(half.windowsNeeded).toBeGreaterThan(5_000);
    expect(half.windowsNeeded).toBeLessThan(25_000);
    expect(verdictOn(evidenceOf(20_000, 20_000), DEFAULT_EVIDENCE_CONFIG).windowsNeeded).toBe(0);
  });
});

// The whole, with 2,000 runs and more worlds, is `make verdicts`.
describe('verdictNameOf', () => {
  const MONTH = 8_640;

  test.each(Object.entries(NULL_WORLDS))(
    'behavior: looked at after every window, no edge is seldom called proven: %s',
    (_, world) => {
      const runs = 20;
      const { everProven, missed } = runWorld(world, { runs, windows: MONTH, firstSeed: 77_001, mean: 0 });
      // 2.5 % at most by construction, so hardly 1 of 20; more than 4 have a chance below one in a thousand.
      expect(everProven).toBeLessThanOrEqual(4);
      expect(missed).toBeLessThanOrEqual(5);
    },
  );

  test('behavior: three cents are found in 6,000 trades', () => {
    const found = runWorld(() => (rng) => ({ x: binary(rng, 0.5, 0.03), w: 1 }), {
      runs: 60,
      windows: 6_000,
      firstSeed: 5_001,
      mean: 0.03,
    });
    expect(found.everProven).toBeGreaterThanOrEqual(53);
    expect(found.everDisproven).toBe(0);
    expect(found.missed).toBeLessThanOrEqual(9);
  });

  test.each(Object.entries(FAIR_BETTORS))(
    'behavior: in a fair world hardly anybody is called profitable: %s',
    (name, world) => {
      const { everProven } = runWorld(world, { runs: 10, windows: MONTH, firstSeed: 9_001 });
      expect(everProven).toBeLessThanOrEqual(name.includes('without a fee') ? 3 : 0);
    },
  );
});

describe('evidenceConfigSchema', () => {
  test('default: the defaults are valid', () => {
    expect(evidenceConfigSchema.parse(DEFAULT_EVIDENCE_CONFIG)).toEqual(DEFAULT_EVIDENCE_CONFIG);
  });

  test.each([
    ['never wrong', { errorRatePpm: 0 }],
    ['wrong more often than not', { errorRatePpm: 600_000 }],
    ['no resolution', { resolutionMicro: 0 }],
    ['no windows', { minWindows: 0 }],
    ['an unknown key', { confidence: 0.95 }],
  ])('error: %s', (_, change) => {
    expect(evidenceConfigSchema.safeParse({ ...DEFAULT_EVIDENCE_CONFIG, ...change }).success).toBe(false);
  });
});
