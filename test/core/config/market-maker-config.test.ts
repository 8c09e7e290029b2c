import { describe, expect, test } from 'vitest';
import {
  DEFAULT_MARKET_MAKER,
  marketMakerConfigSchema,
  ORIGINAL_MARKET_MAKER,
} from '../../../core/config/market-maker-config.ts';

const config = DEFAULT_MARKET_MAKER;
const problems = (value: unknown) => {
  const parsed = marketMakerConfigSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
};

describe('marketMakerConfigSchema', () => {
  test("default: the defaults and the original's settings are configurations", () => {
    expect(marketMakerConfigSchema.parse(config)).toEqual(config);
    expect(marketMakerConfigSchema.parse(ORIGINAL_MARKET_MAKER)).toEqual(ORIGINAL_MARKET_MAKER);
  });

  test("behavior: the original's settings: 4 cents, 30 s, 1.5 cents, 200 shares, 4 orders", () => {
    expect(ORIGINAL_MARKET_MAKER).toMatchObject({
      halfSpreadTicks: 200,
      requoteAfterMs: 30_000,
      requoteMoveTicks: 150,
      maxInventoryMicro: 200_000_000,
      maxOrders: 4,
    });
  });

  test('behavior: nothing is placed ahead, and no strike is guessed, unless asked for', () => {
    expect(config).toMatchObject({ prePlacement: { enabled: false }, quoteStrikePending: false });
  });

  test.each([
    ['', { ...config, spread: 1 }],
    ['oneSided', { ...config, oneSided: { ...config.oneSided, forever: true } }],
    ['halfSpreadTicks', { ...config, halfSpreadTicks: 199 }],
    ['moveDeviations', { ...config, moveDeviations: 0 }],
    ['moveDeviations', { ...config, moveDeviations: Number.NaN }],
    ['maxHalfSpreadTicks', { ...config, maxHalfSpreadTicks: 199 }],
    ['leaveBeforeEndMs', { ...config, leaveBeforeEndMs: 29_999 }],
    ['orderSizeMicro', { ...config, orderSizeMicro: config.maxInventoryMicro + 1 }],
    ['minQuoteAgeMs', { ...config, minQuoteAgeMs: config.requoteAfterMs + 1 }],
    ['oneSided.minWindows', { ...config, oneSided: { ...config.oneSided, minWindows: 101 } }],
    ['completion.minGainTicks', { ...config, completion: { enabled: true, minGainTicks: 0 } }],
    ['requoteMoveTicks', { ...config, requoteMoveTicks: 0 }],
    ['maxOrders', { ...config, maxOrders: 21 }],
  ])('error: "%s" is refused', (path, value) => {
    expect(problems(value)).toEqual([path]);
  });
});
