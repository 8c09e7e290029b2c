import { describe, expect, test } from 'vitest';
import type { FeeSchedule } from '../../../core/model/market.ts';
import { accruedRebateMicro } from '../../../core/portfolio/rebate.ts';
import { UNIT } from '../../support/builders.ts';
import { aMatch } from '../../support/matches.ts';

/** Crypto markets: rate 0.07, rebate 20 % (venue notes of 2026-11-23, polymarket §4). */
const CRYPTO: FeeSchedule = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };

describe('accruedRebateMicro', () => {
  test('default: a fifth of what the fill would have cost a taker: 100 shares at 0.50 are 1.75 pUSD of fee', () => {
    expect(accruedRebateMicro(CRYPTO, aMatch({ priceTicks: 5_000, sizeMicro: 100 * UNIT }))).toBe(350_000);
  });

  test('behavior: rounded down, against us', () => {
    // 1 share at 0.48: the fee is 0.01747 pUSD, a fifth of it 0.003494.
    expect(accruedRebateMicro(CRYPTO, aMatch({ sizeMicro: UNIT }))).toBe(3_494);
    expect(accruedRebateMicro({ ...CRYPTO, rebatePpm: 200_001 }, aMatch({ sizeMicro: UNIT }))).toBe(3_494);
  });

  test.each([
    ['a taker', CRYPTO, aMatch({ liquidity: 'taker' })],
    ['a match that failed', CRYPTO, aMatch({ settlement: 'failed' })],
    ['a market without fees', null, aMatch()],
    ['a market without rebates', { ...CRYPTO, rebatePpm: 0 }, aMatch()],
  ])('args: nothing for %s', (_, fees, match) => expect(accruedRebateMicro(fees, match)).toBe(0));
});
