import { describe, expect, test } from 'vitest';
import { quoteIntent, takeIntent } from '../../../../core/strategy/router/order-intents.ts';
import { aMarket, UNIT } from '../../../support/builders.ts';
import { DIRECTIONAL } from '../directional/directional-view.ts';

const market = aMarket();

describe('quoteIntent', () => {
  test.each(['up', 'down'] as const)('defect 1: a bid for %s is for its token', (outcome) => {
    expect(quoteIntent(market, DIRECTIONAL, { outcome, priceTicks: 4_800, sizeMicro: 5 * UNIT })).toEqual({
      strategy: DIRECTIONAL,
      marketSlug: market.slug,
      windowStartMs: market.window.startMs,
      tokenId: market.tokens[outcome],
      outcome,
      side: 'buy',
      priceTicks: 4_800,
      amount: { unit: 'shares', sizeMicro: 5 * UNIT },
      timeInForce: 'GTC',
      postOnly: true,
    });
  });
});

describe('takeIntent', () => {
  test.each([
    ['up', 'buy'],
    ['up', 'sell'],
    ['down', 'buy'],
    ['down', 'sell'],
  ] as const)('defect 1: to take %s by a %s is that, of its token', (outcome, side) => {
    const amount = { unit: 'pusd', spendMicro: 3 * UNIT } as const;
    const intent = takeIntent(market, DIRECTIONAL, { outcome, side, priceTicks: 4_800, amount, timeInForce: 'FOK' });
    expect(intent).toMatchObject({ outcome, side, tokenId: market.tokens[outcome], amount, timeInForce: 'FOK' });
    expect(intent.postOnly).toBe(false);
  });
});
