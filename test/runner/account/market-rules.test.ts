import { describe, expect, test } from 'vitest';
import type { Market } from '../../../core/model/market.ts';
import { fetchMarketRules } from '../../../runner/account/market-rules.ts';
import { readTouch } from '../../../runner/account/rules-keeper.ts';
import type { ClobMarketInfo } from '../../../runner/clob/clob-client.ts';
import { gammaBody, SERIES, windowAt } from '../../support/account-world.ts';
import { createScriptedHttp } from '../../support/runner-ports.ts';

const market = windowAt(0);
const series = { slug: SERIES, durationMs: 300_000 };
const agreed: ClobMarketInfo = {
  conditionId: market.conditionId,
  tokenIds: [market.tokens.down, market.tokens.up],
  outcomes: ['Down', 'Up'],
  tickSizeTicks: 10,
  minSizeMicro: market.minSizeMicro,
  feeRatePpm: 70_000,
  feeExponent: 1,
  takerOnlyFees: true,
  negRisk: false,
  acceptingOrders: true,
  takerDelay: true,
};

const fetched = (info: Partial<ClobMarketInfo>, listed: Partial<Market> = {}, status = 200) =>
  fetchMarketRules(
    {
      http: createScriptedHttp(() => ({ status, headers: {}, body: gammaBody({ ...market, ...listed }) })),
      clob: { market: () => Promise.resolve({ kind: 'accepted', value: { ...agreed, ...info } }) },
      gammaUrl: 'http://gamma',
    },
    series,
    market.slug,
  );

describe('fetchMarketRules', () => {
  test('default: tokens by their labels, the tick by the CLOB', async () => {
    const rules = await fetched({});
    expect(rules.ok && rules.value).toMatchObject({ tickSizeTicks: 10, market: { tokens: market.tokens } });
  });

  test.each<[string, Partial<ClobMarketInfo>, Partial<Market>, string]>([
    ['another condition', { conditionId: windowAt(1).conditionId }, {}, 'another condition'],
    ['swapped labels', { outcomes: ['Up', 'Down'] }, {}, 'another token'],
    ['one token', { tokenIds: [market.tokens.up], outcomes: ['Up'] }, {}, 'two tokens'],
    ['another minimum', { minSizeMicro: 1 }, {}, 'minimum sizes'],
    ['other fees', { feeRatePpm: 1 }, {}, 'different fees'],
    ['fees that the CLOB does not state', { feeExponent: null }, {}, 'different fees'],
    ['neg-risk', { negRisk: true }, {}, 'neg-risk'],
    ['another protocol', {}, { protocolVersion: 'v2' }, 'protocol version'],
    ['no fees', {}, { fees: null }, 'not stated'],
  ])('behavior: refuses a market with %s', async (_name, info, listed, words) => {
    const rules = await fetched(info, listed);
    expect(rules.ok ? '' : rules.error).toContain(words);
  });

  test('error: Gamma does not list it', async () => {
    expect(await fetched({}, {}, 404)).toEqual({ ok: false, error: `Gamma answers 404 for ${market.slug}.` });
  });
});

describe('readTouch', () => {
  test('behavior: the extremes, in whatever order the levels come', () => {
    const levels = { bids: [{ price: '0.1' }, { price: '0.47' }], asks: [{ price: '0.99' }, { price: '0.5' }] };
    expect(readTouch(JSON.stringify({ ...levels, tick_size: '0.001' }))).toEqual({
      bidTicks: 4_700,
      askTicks: 5_000,
      tickSizeTicks: 10,
    });
  });

  test('behavior: a side that is empty or malformed says nothing', () => {
    const nothing = { bidTicks: null, askTicks: null, tickSizeTicks: null };
    expect(readTouch('{"bids":[],"asks":[{"price":"0.5"}],"tick_size":"0"}')).toEqual({ ...nothing, askTicks: 5_000 });
    expect(readTouch('{"bids":1,"asks":[{"price":"1e5"},7]}')).toEqual(nothing);
  });

  test.each(['', '7', 'null'])('error: "%s" is no book', (body) => {
    expect(readTouch(body)).toBeNull();
  });
});
