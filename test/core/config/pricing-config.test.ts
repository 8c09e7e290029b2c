import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING, pricingConfigSchema } from '../../../core/config/pricing-config.ts';
import { VOLATILITY_MEMORY_SECONDS } from '../../../core/pricing/volatility.ts';

describe('pricingConfigSchema', () => {
  test('default: the defaults pass', () => {
    expect(pricingConfigSchema.parse(DEFAULT_PRICING)).toEqual(DEFAULT_PRICING);
    expect(DEFAULT_PRICING.volatilityWeights).toHaveLength(VOLATILITY_MEMORY_SECONDS.length);
  });

  test.each([
    ['an unknown key', { more: 1 }],
    ['an unknown part', { components: { ...DEFAULT_PRICING.components, luck: true } }],
    ['23 hours', { hourOfDayFactors: DEFAULT_PRICING.hourOfDayFactors.slice(1) }],
    ['a weight below 0', { volatilityWeights: [-1, 1, 1, 1] }],
    ['a variance of 0', { varianceScale: 0 }],
    ['not a number', { tailSpread: Number.NaN }],
    ['a lag that is not watched', { exchangeLagSeconds: 4 }],
  ])('error: %s', (_, changed) => {
    expect(pricingConfigSchema.safeParse({ ...DEFAULT_PRICING, ...changed }).success).toBe(false);
  });
});
