import { describe, expect, test } from 'vitest';
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import { engineConfigSchema } from '../../../core/config/engine-config.ts';

const config = DEFAULT_ENGINE_CONFIG;
const problems = (value: unknown) => {
  const parsed = engineConfigSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, code }) => [path.join('.'), code]);
};

describe('engineConfigSchema', () => {
  test('default: the defaults are a configuration, and come back as they are', () => {
    expect(engineConfigSchema.parse(config)).toEqual(config);
  });

  test.each([
    ['', { ...config, wat: 1 }],
    ['risk', { ...config, risk: { ...config.risk, maxLoss: 1 } }],
    ['guard', { ...config, guard: { ...config.guard, tickSize: 1 } }],
    ['marketMaker', { ...config, marketMaker: { ...config.marketMaker, spread: 1 } }],
    ['series', { ...config, series: { ...config.series, symbol: 'x' } }],
    ['staleness', { ...config, staleness: { ...config.staleness, dvolMs: 1 } }],
  ])('error: an unknown key in "%s" is refused, not ignored', (path, value) => {
    expect(problems(value)).toEqual([[path, 'unrecognized_keys']]);
  });

  test.each([
    ['risk.bankrollMicro', { ...config, risk: { ...config.risk, bankrollMicro: 0 } }],
    ['risk.bankrollMicro', { ...config, risk: { ...config.risk, bankrollMicro: -1 } }],
    ['risk.bankrollMicro', { ...config, risk: { ...config.risk, bankrollMicro: 0.5 } }],
    ['risk.maxDailyLossPpm', { ...config, risk: { ...config.risk, maxDailyLossPpm: 1_000_001 } }],
    ['risk.maxOrdersPerSecond', { ...config, risk: { ...config.risk, maxOrdersPerSecond: 0 } }],
    ['series.slug', { ...config, series: { ...config.series, slug: 'BTC' } }],
    ['marketMaker.halfSpreadTicks', { ...config, marketMaker: { ...config.marketMaker, halfSpreadTicks: 10_001 } }],
    ['simSpeed', { ...config, simSpeed: 0 }],
    ['simSpeed', { ...config, simSpeed: Number.NaN }],
    ['exchangeFeed', { ...config, exchangeFeed: 'kraken' }],
    ['guard.acknowledgedTakerDelayMs', { ...config, guard: { ...config.guard, acknowledgedTakerDelayMs: -1 } }],
  ])('error: %s out of range', (path, value) => {
    // A second field may no longer fit to the first.
    expect(problems(value).map(([where]) => where)).toContain(path);
  });

  test('error: a missing field has no silent default', () => {
    const { risk: _, ...rest } = config;
    expect(problems(rest)).toEqual([['risk', 'invalid_type']]);
  });

  test('behavior: the defaults keep to the stated limits: 1, 10, 60 and 2.5 % of the bankroll', () => {
    expect(config.risk).toMatchObject({
      maxOrderPpm: 10_000,
      maxMarketPpm: 100_000,
      maxTotalPpm: 600_000,
      maxDailyLossPpm: 25_000,
    });
  });
});
