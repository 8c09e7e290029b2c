import { describe, expect, test } from 'vitest';
import { DEFAULT_DIRECTIONAL_CONFIG, directionalConfigSchema } from '../../../core/config/directional-config.ts';

const standard = DEFAULT_DIRECTIONAL_CONFIG;
const problems = (value: unknown) => {
  const parsed = directionalConfigSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
};

describe('directionalConfigSchema', () => {
  test('default: the defaults are a configuration, and come back as they are', () => {
    expect(directionalConfigSchema.parse(standard)).toEqual(standard);
  });

  test('behavior: by default a quarter of Kelly, 1 % a trade, one position a window, and wholly the market’s probability', () => {
    expect(standard).toMatchObject({
      modelWeightPpm: 0,
      kellyPpm: 250_000,
      maxStakePpm: 10_000,
      maxPositionsPerWindow: 1,
      phases: ['known'],
      signalEveryMs: 3_000,
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['', { stake: 1 }],
    ['pause', { pause: { ...standard.pause, never: true } }],
    ['pause.outcomes', { pause: { ...standard.pause, outcomes: 10 } }],
    ['modelWeightPpm', { modelWeightPpm: 1_000_001 }],
    ['kellyPpm', { kellyPpm: 0 }],
    ['kellyPpm', { kellyPpm: 1_000_001 }],
    ['maxStakePpm', { maxStakePpm: 100_001 }],
    ['minEdgeTicks', { minEdgeTicks: -1 }],
    ['minEdgeTicks', { minEdgeTicks: Number.NaN }],
    ['signalEveryMs', { signalEveryMs: 0 }],
    ['depthSharePpm', { depthSharePpm: 0 }],
    ['maxPositionsPerWindow', { maxPositionsPerWindow: 0 }],
    ['phases.0', { phases: ['later'] }],
    ['takeBeforeEndMs', { takeBeforeEndMs: 30_000 }],
  ])('error: nonsense in "%s" is refused', (path, more) => {
    expect(problems({ ...standard, ...more })).toEqual([path]);
  });

  test.each(Object.keys(standard))('error: a missing %s has no silent default', (field) => {
    const { [field as keyof typeof standard]: _, ...rest } = standard;
    expect(problems(rest)).toEqual([field]);
  });
});
