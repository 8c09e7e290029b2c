import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING, type PricingConfig } from '../../../core/config/pricing-config.ts';
import { noteReferenceSpot, type Pricing } from '../../../core/pricing/pricing.ts';
import { forecastVariance } from '../../../core/pricing/volatility.ts';
import { END_MS, PLAIN, SPOT_USD, STEP_USD, walkedPricing } from '../../support/pricing-world.ts';

const HOUR_MS = 3_600_000;

function sigma(pricing: Pricing, config: PricingConfig, atMs = END_MS): number {
  const variance = forecastVariance(pricing.reference.volatility, pricing.index, atMs, atMs + 240_000, config);
  if (variance === null) throw new Error('no volatility');
  return Math.sqrt(variance);
}

describe('forecastVariance', () => {
  test('default: the volatility of the walk that was seen', () => {
    const found = sigma(walkedPricing(END_MS, SPOT_USD, 20_000), { ...PLAIN, varianceScale: 1 });
    expect(found / (STEP_USD / SPOT_USD)).toBeGreaterThan(0.85);
    expect(found / (STEP_USD / SPOT_USD)).toBeLessThan(1.15);
  });

  test('behavior: prices once a minute give the same as prices once a second', () => {
    const each = walkedPricing(END_MS, SPOT_USD, 20_000);
    const sparse = walkedPricing(END_MS - 400 * 60_000, SPOT_USD, 0);
    // The same walk with an hour's memory, by its minutes: both estimate one number, with errors of their own.
    const config: PricingConfig = { ...PLAIN, volatilityWeights: [0, 0, 0, 1] };
    const walk = walkedPricing(END_MS, SPOT_USD, 420, 3).reference;
    for (let minute = 399; minute >= 0; minute--) {
      const usd = walk.prices[(END_MS / 1_000 - minute) % walk.prices.length] as number;
      // A minute's change is √60 of a second's.
      noteReferenceSpot(sparse, END_MS - minute * 60_000, SPOT_USD + (usd - SPOT_USD) * Math.sqrt(60));
    }
    expect(sigma(sparse, config) / sigma(each, config)).toBeGreaterThan(0.8);
    expect(sigma(sparse, config) / sigma(each, config)).toBeLessThan(1.25);
  });

  test('behavior: short memories answer faster', () => {
    const pricing = walkedPricing(END_MS - 301_000, SPOT_USD, 3_000);
    for (let back = 300; back >= 0; back--) noteReferenceSpot(pricing, END_MS - back * 1_000, SPOT_USD);
    const by = (volatilityWeights: PricingConfig['volatilityWeights']): number =>
      sigma(pricing, { ...PLAIN, volatilityWeights });
    expect(by([1, 0, 0, 0])).toBeLessThan(by([0, 1, 0, 0]));
    expect(by([0, 1, 0, 0])).toBeLessThan(by([0, 0, 1, 0]));
    const off = { ...PLAIN, components: { ...PLAIN.components, volatilityMemories: false } };
    expect(sigma(pricing, off)).toBe(by([0, 1, 0, 0]));
  });

  test('behavior: before a busy hour more is expected than the hour before has shown', () => {
    const factors = [...DEFAULT_PRICING.hourOfDayFactors].map(() => 1);
    const hour = Math.floor(END_MS / HOUR_MS) % 24;
    factors[(hour + 1) % 24] = 3;
    const config: PricingConfig = { ...DEFAULT_PRICING, hourOfDayFactors: factors };
    const pricing = walkedPricing(END_MS, SPOT_USD, 3_000);
    const middleMs = (Math.floor(END_MS / HOUR_MS) + 0.5) * HOUR_MS;
    const calm = sigma(pricing, config, middleMs);
    expect(sigma(pricing, config, middleMs + 0.75 * HOUR_MS)).toBeGreaterThan(1.3 * calm);
    const off = { ...config, components: { ...config.components, hourOfDay: false } };
    expect(sigma(pricing, off, middleMs + 0.75 * HOUR_MS)).toBe(sigma(pricing, off, middleMs));
  });

  test('error: too few returns, and no index', () => {
    const pricing = walkedPricing(END_MS, SPOT_USD, 60);
    expect(forecastVariance(pricing.reference.volatility, null, END_MS, END_MS, PLAIN)).toBeNull();
  });
});
