import { describe, expect, test } from 'vitest';
import type { TokenId } from '../../../core/model/identifiers.ts';
import type { Market } from '../../../core/model/market.ts';
import { guardMarket } from '../../../core/risk/settlement-rule-guard.ts';
import { aConfig, aMarket, UNIT } from '../../support/builders.ts';

const { guard } = aConfig();
const known = aMarket();
const fees = { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 };

/** The rules of the venue's three eras (venue notes §0.1 of 2026-11-23). */
const SPOT: Partial<Market> = {
  rule: { resolutionSource: 'https://data.chain.link/streams/btc-usd', twapLookbackSeconds: null, configId: null },
};
const TWAP_30: Partial<Market> = {
  rule: {
    resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-30s-streams',
    twapLookbackSeconds: 30,
    configId: 'btc-5m-twap-30',
  },
};

function differences(market: Market, config = guard): readonly string[] {
  const verdict = guardMarket(market, config);
  return verdict.tradable ? [] : verdict.differences;
}

describe('guardMarket', () => {
  test('default: a market of the TWAP-60 era is tradable', () => {
    expect(guardMarket(known, guard)).toEqual({ tradable: true, takerDelayMs: 250 });
  });

  test('behavior: a spot market is not, and both parts of its rule are named', () => {
    expect(differences(aMarket(SPOT))).toEqual([
      expect.stringContaining('resolution source is "https://data.chain.link/streams/btc-usd"'),
      'TWAP look-back is 0 s, known is 60 s',
    ]);
  });

  test('behavior: a TWAP-30 market is not', () => {
    expect(differences(aMarket(TWAP_30))).toEqual([
      expect.stringContaining('twap-30s'),
      'TWAP look-back is 30 s, known is 60 s',
    ]);
  });

  test('behavior: a spot market is tradable where spot is what is known', () => {
    const spotGuard = { ...guard, resolutionSource: 'https://data.chain.link/streams/btc-usd', twapLookbackSeconds: 0 };
    expect(guardMarket(aMarket(SPOT), spotGuard).tradable).toBe(true);
  });

  test.each<[string, Partial<Market>, string]>([
    ['resolution source', { rule: { ...known.rule, resolutionSource: 'https://elsewhere' } }, 'resolution source is'],
    ['an empty resolution source', { rule: { ...known.rule, resolutionSource: '' } }, 'resolution source is ""'],
    ['look-back', { rule: { ...known.rule, twapLookbackSeconds: 61 } }, 'TWAP look-back is 61 s'],
    ['no look-back', { rule: { ...known.rule, twapLookbackSeconds: null } }, 'TWAP look-back is 0 s'],
    ['no fee schedule', { fees: null }, 'fee schedule is not stated'],
    ['fee rate', { fees: { ...fees, ratePpm: 69_999 } }, 'fee rate is 69999 ppm'],
    ['fee exponent', { fees: { ...fees, exponent: 2 } }, 'fee exponent is 2'],
    ['makers who pay', { fees: { ...fees, takerOnly: false } }, 'makers pay fees too'],
    ['tick size', { tickSizeTicks: 1_000 }, 'tick size is 0.1'],
    ['smaller minimum', { minSizeMicro: UNIT }, 'minimum size is 1, known is 5 shares'],
    ['larger minimum', { minSizeMicro: 15 * UNIT }, 'minimum size is 15'],
    ['neg-risk', { negRisk: true }, 'neg-risk'],
    ['new protocol', { protocolVersion: 'v2' }, 'protocol version is v2'],
    ['no protocol', { protocolVersion: null }, 'protocol version is not stated'],
    ['an Up token of the new namespace', { tokens: { ...known.tokens, up: '5' as TokenId } }, 'the up token id'],
    ['a Down token of the new namespace', { tokens: { ...known.tokens, down: '5' as TokenId } }, 'the down token id'],
    ['one token for both', { tokens: { up: known.tokens.up, down: known.tokens.up } }, 'the same token id'],
    ['no taker delay', { takerDelayMs: null }, 'taker delay is not stated'],
  ])('behavior: one field is another, %s: not tradable, and it alone is named', (_, change, named) => {
    const found = differences(aMarket(change));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(named);
  });

  test('behavior: a taker delay that was acknowledged stands in for one that is not stated, never for one that is', () => {
    const acknowledged = { ...guard, acknowledgedTakerDelayMs: 400 };
    expect(guardMarket(aMarket({ takerDelayMs: null }), acknowledged)).toEqual({ tradable: true, takerDelayMs: 400 });
    expect(guardMarket(known, acknowledged)).toEqual({ tradable: true, takerDelayMs: 250 });
  });

  test('behavior: every difference is named, not the first', () => {
    expect(differences(aMarket({ ...SPOT, fees: null, negRisk: true, protocolVersion: 'v2' }))).toHaveLength(5);
  });

  test('behavior: both known tick sizes are known', () => {
    expect(guardMarket(aMarket({ tickSizeTicks: 10 }), guard).tradable).toBe(true);
  });
});
