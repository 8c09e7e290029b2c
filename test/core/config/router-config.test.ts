import { describe, expect, test } from 'vitest';
import { DEFAULT_ROUTER_CONFIG, routerConfigSchema } from '../../../core/config/router-config.ts';

const standard = DEFAULT_ROUTER_CONFIG;
const problems = (value: unknown) => {
  const parsed = routerConfigSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
};
const share = (slug: string, partPpm: number) => ({ slug, partPpm });

describe('routerConfigSchema', () => {
  test('default: the defaults are a configuration, and come back as they are', () => {
    expect(routerConfigSchema.parse(standard)).toEqual(standard);
  });

  test('behavior: 60 to 40 by default', () => {
    expect(standard.strategies).toEqual({ directional: 600_000, 'market-maker': 400_000 });
  });

  test.each<[string, Record<string, unknown>]>([
    ['', { capital: 1 }],
    ['strategies', { strategies: { directional: 600_000, 'market-maker': 400_001 } }],
    ['strategies', { strategies: { ...standard.strategies, scalper: 0 } }],
    ['series', { series: [share('btc-updown-5m', 600_000), share('eth-updown-5m', 400_001)] }],
    ['series', { series: [share('btc-updown-5m', 1), share('btc-updown-5m', 2)] }],
    ['series.0.slug', { series: [share('BTC', 1)] }],
    ['priority', { priority: ['directional'] }],
    ['priority', { priority: ['directional', 'directional'] }],
    ['priority.1', { priority: ['directional', 'scalper'] }],
    ['blackouts.0.at', { blackouts: [{ ...standard.blackouts[0], at: 'Tuesday' }] }],
  ])('error: nonsense in "%s" is refused', (path, more) => {
    expect(problems({ ...standard, ...more })).toEqual([path]);
  });
});
