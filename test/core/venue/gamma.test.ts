import { describe, expect, test } from 'vitest';
import type { SeriesSlug } from '../../../core/model/identifiers.ts';
import { parseGammaBody } from '../../../core/venue/gamma.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const body = loadFrames('gamma');
const parse = parseGammaBody({ slug: 'btc-updown-5m' as SeriesSlug, durationMs: 300_000 });
const up = '40760009000000000000000000000000000000000000000000000000000000000000000002829';
const down = '51234567000000000000000000000000000000000000000000000000000000000000000001117';
const conditionId = `0x6e50${'0'.repeat(56)}975f`;

type Row = { markets: Record<string, unknown>[]; [key: string]: unknown };

/** An event of the fixture with fields of its market, and of itself, replaced. */
function changed(name: string, market: object, event: object = {}): string {
  const whole = JSON.parse(body(name)) as Row;
  return JSON.stringify({ ...whole, ...event, markets: [{ ...whole.markets[0], ...market }] });
}

describe('parseGammaBody', () => {
  test('default: a market with all its rules', () => {
    expect(parse(body('event'))).toEqual({
      events: [
        {
          type: 'market-listed',
          source: 'gamma',
          seq: 0,
          tsEvent: 1_795_405_140_123,
          tsInit: 0,
          market: {
            slug: 'btc-updown-5m-1795405200',
            series: 'btc-updown-5m',
            window: { startMs: 1_795_405_200_000, endMs: 1_795_405_500_000 },
            conditionId,
            tokens: { up, down },
            tickSizeTicks: 100,
            minSizeMicro: 5_000_000,
            fees: { ratePpm: 70_000, exponent: 1, takerOnly: true, rebatePpm: 200_000 },
            rule: {
              resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
              twapLookbackSeconds: 60,
              configId: 'btc-5m-twap-60',
            },
            takerDelayMs: 150,
            negRisk: false,
            protocolVersion: 'v1',
            acceptingOrders: true,
          },
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('behavior: what the venue does not state is null', () => {
    expect(parse(body('spotEraMarket')).events).toMatchObject([
      {
        market: {
          fees: null,
          rule: {
            resolutionSource: 'https://data.chain.link/streams/btc-usd',
            twapLookbackSeconds: null,
            configId: null,
          },
          takerDelayMs: null,
          protocolVersion: null,
        },
      },
    ]);
  });

  test('behavior: fees that are switched off are not the schedule beside them', () => {
    expect(parse(changed('event', { feesEnabled: false })).events).toMatchObject([{ market: { fees: null } }]);
  });

  test('behavior: tokens and payouts go by label, not by place', () => {
    const outcomes = JSON.stringify(['Down', 'Up']);
    expect(parse(changed('event', { outcomes })).events).toMatchObject([
      { market: { tokens: { up: down, down: up } } },
    ]);
    expect(parse(changed('endedEvent', { outcomes })).events[1]).toMatchObject({ outcome: 'up' });
  });

  test('behavior: an ended window has its official result', () => {
    expect(parse(body('endedEvent')).events[1]).toEqual({
      type: 'official-result-published',
      source: 'gamma',
      seq: 0,
      tsEvent: 1_795_405_590_000,
      tsInit: 0,
      conditionId,
      strikeE18: 84_501_203_450_000_000_000_000n,
      finalE18: 84_499_900_000_000_000_000_000n,
      outcome: 'down',
      winningTokenId: null,
    });
  });

  test.each([
    ['not closed', { closed: false }],
    ['only proposed', { umaResolutionStatus: 'proposed' }],
    ['without a status', { umaResolutionStatus: undefined }],
  ])('behavior: no official outcome of a market that is %s', (_name, fields) => {
    expect(parse(changed('endedEvent', fields)).events[1]).toMatchObject({
      outcome: null,
      finalE18: expect.any(BigInt),
    });
  });

  test('behavior: a strike that is published before the final price', () => {
    const text = changed('endedEvent', { closed: false }, { eventMetadata: { priceToBeat: 84_501.2 } });
    expect(parse(text).events[1]).toMatchObject({ strikeE18: 84_501_200_000_000_000_000_000n, finalE18: null });
  });

  test('behavior: lists, wrapped lists, and a market that names its event', () => {
    expect(parse(`[${body('event')},${body('spotEraMarket')}]`).events).toHaveLength(2);
    expect(parse(`{"events":[${body('event')}]}`).events).toHaveLength(1);
    expect(parse(`{"markets":[${body('spotEraMarket')}]}`).events).toHaveLength(1);
    const market = {
      ...(JSON.parse(body('spotEraMarket')) as object),
      events: [{ eventMetadata: { priceToBeat: 1.5 } }],
    };
    expect(parse(JSON.stringify(market)).events[1]).toMatchObject({ strikeE18: 1_500_000_000_000_000_000n });
    expect(parse('[]').controls).toEqual([{ type: 'ignored', what: 'empty list' }]);
  });

  test('behavior: markets of other series are ignored', () => {
    expect(parse(body('otherMarket'))).toEqual({
      events: [],
      controls: [{ type: 'ignored', what: 'market a-question-about-2026' }],
      rejected: [],
    });
    const fifteen = parseGammaBody({ slug: 'btc-updown-15m' as SeriesSlug, durationMs: 900_000 });
    expect(fifteen(body('event')).events).toEqual([]);
  });

  test.each([
    [{ endDate: '2026-11-23T03:50:00Z' }, 'bad-number', 'market.endDate'],
    [{ endDate: undefined }, 'missing-field', 'market.endDate'],
    [{ eventStartTime: '2026-11-23T03:41:00Z' }, 'bad-number', 'market.eventStartTime'],
    [{ conditionId: '0x1' }, 'bad-identifier', 'market.conditionId'],
    [{ clobTokenIds: '["1"]' }, 'bad-identifier', 'market.clobTokenIds by outcomes'],
    [{ clobTokenIds: ['1', '2'] }, 'bad-identifier', 'market.clobTokenIds by outcomes'],
    [{ clobTokenIds: '["1","1"]' }, 'bad-identifier', 'market.clobTokenIds by outcomes'],
    [{ clobTokenIds: '[' }, 'bad-identifier', 'market.clobTokenIds by outcomes'],
    [{ outcomes: '["Yes","No"]' }, 'bad-identifier', 'market.clobTokenIds by outcomes'],
    [{ orderPriceMinTickSize: undefined }, 'missing-field', 'market.orderPriceMinTickSize'],
    [{ orderPriceMinTickSize: 0 }, 'bad-number', 'market.orderPriceMinTickSize'],
    [{ orderMinSize: -5 }, 'bad-number', 'market.orderMinSize'],
    [{ feeSchedule: { rate: 0.07 } }, 'bad-number', 'market.feeSchedule'],
    [{ cryptoMarketConfig: { twapEnabled: true } }, 'bad-number', 'market.cryptoMarketConfig'],
    [{ takerOrderDelayMs: '150' }, 'bad-number', 'market.takerOrderDelayMs'],
    [{ negRisk: undefined }, 'missing-field', 'market.negRisk'],
    [{ acceptingOrders: 'yes' }, 'bad-number', 'market.acceptingOrders'],
  ])('error: %o', (fields, reason, detail) => {
    expect(parse(changed('event', fields))).toEqual({ events: [], controls: [], rejected: [{ reason, detail }] });
  });

  test('error: a result that cannot be read does not cost the listing', () => {
    const badPrice = changed('endedEvent', {}, { eventMetadata: { priceToBeat: 'soon' } });
    expect(parse(badPrice)).toMatchObject({
      events: [{ type: 'market-listed' }],
      rejected: [{ reason: 'bad-number', detail: 'eventMetadata.priceToBeat' }],
    });
    const halves = changed('endedEvent', { outcomePrices: '["0.5","0.5"]' });
    expect(parse(halves)).toMatchObject({
      events: [{ type: 'market-listed' }],
      rejected: [{ reason: 'unknown-message' }],
    });
  });

  test.each([['7'], ['{}'], ['[null]'], ['{"slug":"x"}'], ['{"slug":"x","markets":[1]}']])('error: %s', (text) => {
    expect(parse(text).rejected).toMatchObject([{ reason: 'unknown-message' }]);
  });
});
