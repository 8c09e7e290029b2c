import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VenueOrderId } from '../../../core/model/identifiers.ts';
import { parsePolymarketUserFrame } from '../../../core/venue/polymarket-user.ts';
import { allFrames, loadFrames } from '../../fixtures/venue/load.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { mutationsOf } from './mutated-json.ts';

const frame = loadFrames('polymarket-user');
const up = '40760009000000000000000000000000000000000000000000000000000000000000000002829';
const down = '51234567000000000000000000000000000000000000000000000000000000000000000001117';
const condition = `0x6e50${'0'.repeat(56)}975f`;
const ours = `0x6d177629${'0'.repeat(52)}dfec`;
const theirs = `0x0202${'0'.repeat(56)}0202`;
const taker = `0x7a7a${'0'.repeat(56)}7a7a`;
const tradeId = 'c252354b-0000-4000-8000-000000000001';
const self = {
  apiKey: '5c37aaaa-0000-4000-8000-00000000c608',
  funderAddress: '0xC4190000000000000000000000000000000E588A',
};
const parse = parsePolymarketUserFrame(self);

interface Trade {
  readonly maker_orders: readonly Record<string, unknown>[];
}
const object = (name: string) => JSON.parse(frame(name)) as Record<string, unknown>;
const changed = (name: string, fields: object) => parse(JSON.stringify({ ...object(name), ...fields }));
const maker = (index: number) => (JSON.parse(frame('tradeAsMaker')) as Trade).maker_orders[index];
const fillOf = (name: string, fields: object) => {
  const [message] = changed(name, fields).messages;
  if (message?.kind !== 'fill') throw new Error(`no fill in ${name}`);
  return message.fill;
};

describe('parsePolymarketUserFrame', () => {
  test('default: an order of ours', () => {
    expect(parse(frame('order'))).toEqual({
      messages: [
        {
          kind: 'order',
          change: 'placement',
          order: {
            orderHash: ours,
            status: 'live',
            statusText: 'LIVE',
            conditionId: condition,
            tokenId: down,
            side: 'buy',
            priceTicks: 9_800,
            originalMicro: 5_000_000,
            matchedMicro: 0,
            timeInForce: 'GTC',
            tradeIds: [],
          },
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test('default: an update with its trades, a cancellation by the market’s end, a killed FOK', () => {
    const frames = ['orderUpdate', 'orderMarketResolved', 'orderKilled'].map(
      (name) => JSON.parse(frame(name)) as unknown,
    );
    expect(parse(JSON.stringify(frames)).messages).toMatchObject([
      { change: 'update', order: { matchedMicro: 1_219_511, tradeIds: [tradeId], status: 'live' } },
      { change: 'cancellation', order: { status: 'canceled-market-resolved' } },
      { change: 'cancellation', order: { status: 'canceled', timeInForce: 'FOK', matchedMicro: 0 } },
    ]);
  });

  test('default: our part as taker is the top level', () => {
    expect(parse(frame('trade'))).toEqual({
      messages: [
        {
          kind: 'fill',
          fill: {
            tradeId,
            orderHash: taker,
            tokenId: up,
            side: 'buy',
            priceTicks: 5_400,
            sizeMicro: 25_000_000,
            liquidity: 'taker',
            settlement: 'matched',
            transactionHash: null,
            matchedMs: 1_795_405_201_000,
          },
        },
      ],
      controls: [],
      rejected: [],
    });
  });

  test.each(['tradeAsMaker', 'tradeAsMakerWithoutSides'])(
    'behavior: %s: our entry with its own token, side, price and size',
    (name) => {
      const { messages, rejected } = parse(frame(name));
      expect(rejected).toEqual([]);
      // Two buyers of complementary tokens: the taker bought 25 Up at 0.54, of which our 5 Down at 0.46 made 5.
      expect(messages).toMatchObject([
        {
          fill: {
            orderHash: ours,
            tokenId: down,
            side: 'buy',
            priceTicks: 4_600,
            sizeMicro: 5_000_000,
            liquidity: 'maker',
          },
        },
      ]);
      expect(messages).toHaveLength(1);
    },
  );

  test('behavior: an entry without a side, of the taker’s own token, is the other side', () => {
    const entry = { ...maker(1), side: undefined, asset_id: up };
    expect(fillOf('tradeAsMaker', { maker_orders: [entry] })).toMatchObject({ tokenId: up, side: 'sell' });
  });

  test('behavior: several orders of ours in one match, as maker and as taker', () => {
    const second = { ...maker(1), order_id: theirs, matched_amount: '2.5' };
    const { messages } = changed('trade', { maker_orders: [maker(1), second] });
    expect(messages).toMatchObject([
      { fill: { orderHash: taker, liquidity: 'taker', sizeMicro: 25_000_000 } },
      { fill: { orderHash: ours, liquidity: 'maker', sizeMicro: 5_000_000 } },
      { fill: { orderHash: theirs, liquidity: 'maker', sizeMicro: 2_500_000 } },
    ]);
  });

  test('args: isOurOrder finds an order whatever the message says of its owner', () => {
    const known = parsePolymarketUserFrame({
      apiKey: 'another key',
      funderAddress: '0xanother',
      isOurOrder: (hash) => hash === (ours as VenueOrderId),
    });
    expect(known(frame('tradeAsMaker')).messages).toMatchObject([{ fill: { orderHash: ours, liquidity: 'maker' } }]);
  });

  test('behavior: without trader_side the owner of the top level decides', () => {
    const foreign = '0x2222222222222222222222222222222222222222';
    expect(fillOf('trade', { trader_side: undefined })).toMatchObject({ liquidity: 'taker' });
    expect(
      changed('tradeAsMaker', { trader_side: undefined, trade_owner: undefined, maker_address: foreign }).messages,
    ).toMatchObject([{ fill: { liquidity: 'maker' } }]);
  });

  test('error: a match in which nothing is ours is shown', () => {
    expect(changed('tradeAsMaker', { maker_orders: [maker(0)] })).toMatchObject({
      messages: [],
      rejected: [{ reason: 'not-ours', detail: 'trade' }],
    });
  });

  test.each([
    ['MATCHED', 'matched'],
    ['MATCHED_NOT_BROADCASTED', 'matched'],
    ['TRADE_STATUS_MINED', 'mined'],
    ['Confirmed', 'confirmed'],
    ['RETRYING', 'retrying'],
    ['TRADE_STATUS_FAILED', 'failed'],
    ['EVAPORATED', 'unknown-status'],
  ])('behavior: a trade’s status %s is %s', (status, settlement) => {
    expect(fillOf('trade', { status }).settlement).toBe(settlement);
  });

  test.each([
    ['ORDER_STATUS_LIVE', 'live'],
    ['Canceled', 'canceled'],
    ['CANCELED_NOT_ENOUGH_BALANCE', 'canceled-no-balance'],
    ['CANCELED_EXPIRED_ORDER', 'canceled-expired'],
    ['CANCELED_MARKET_NOT_FOUND', 'canceled'],
    ['CANCELED_ORDER_TIMED_OUT', 'canceled'],
    ['CANCELED_no orders found to match with FAK order.', 'canceled'],
    ['CANCELED_BY_THE_MOON', 'unknown-status'],
    ['INVALID', 'invalid'],
    ['UNMATCHED', 'unmatched'],
    ['DELAYED', 'delayed'],
  ])('behavior: an order’s status %s is %s, and its words are kept', (statusText, status) => {
    expect(changed('order', { status: statusText }).messages).toMatchObject([{ order: { status, statusText } }]);
  });

  test.each([
    ['seconds', '1795405201', 1_795_405_201_000],
    ['milliseconds', '1795405201345', 1_795_405_201_345],
    ['a number', 1_795_405_201, 1_795_405_201_000],
    ['ISO 8601', '2026-11-23T03:40:01Z', 1_795_405_201_000],
  ])('behavior: the time of a match in %s', (_name, match_time, matchedMs) => {
    expect(fillOf('trade', { match_time }).matchedMs).toBe(matchedMs);
  });

  test('behavior: matchtime is match_time, and an empty time is none', () => {
    expect(parse(frame('tradeOtherSpelling')).messages).toMatchObject([
      { fill: { matchedMs: 1_795_405_201_345, settlement: 'confirmed', transactionHash: '0xabc' } },
    ]);
    expect(fillOf('trade', { match_time: '', last_update: '1795405203' }).matchedMs).toBe(1_795_405_203_000);
  });

  test.each([
    ['BUY', '0.54321', 5_433],
    ['SELL', '0.54321', 5_432],
    ['SELL', '0.5400', 5_400],
  ])('behavior: an average price of a %s is rounded against us', (side, price, priceTicks) => {
    expect(fillOf('trade', { side, price }).priceTicks).toBe(priceTicks);
  });

  test('behavior: what cannot be read is refused alone, and keeps its reason', () => {
    const bad = { ...object('order'), price: '1.5' };
    const text = JSON.stringify([bad, object('order'), { event_type: 'news' }, 7]);
    expect(parse(text)).toMatchObject({
      messages: [{ kind: 'order' }],
      rejected: [
        { reason: 'bad-number', detail: 'order.price' },
        { reason: 'unknown-message', detail: 'event_type news' },
        { reason: 'unknown-message' },
      ],
    });
  });

  test.each([
    ['order', 'id', 'bad-identifier'],
    ['order', 'market', 'bad-identifier'],
    ['order', 'asset_id', 'bad-identifier'],
    ['order', 'side', 'missing-field'],
    ['order', 'status', 'missing-field'],
    ['order', 'order_type', 'missing-field'],
    ['order', 'original_size', 'missing-field'],
    ['orderUpdate', 'size_matched', 'missing-field'],
    ['trade', 'id', 'bad-identifier'],
    ['trade', 'taker_order_id', 'bad-identifier'],
    ['trade', 'size', 'missing-field'],
    ['trade', 'price', 'missing-field'],
    ['trade', 'status', 'missing-field'],
  ])('error: %s without %s', (name, field, reason) => {
    expect(changed(name, { [field]: '' })).toMatchObject({ messages: [], rejected: [{ reason }] });
  });

  test('behavior: PONG, an empty array, an error of the channel', () => {
    expect(parse('PONG').controls).toEqual([{ type: 'pong' }]);
    expect(parse('[]')).toMatchObject({ rejected: [], controls: [{ type: 'ignored' }] });
    expect(parse('{"error":"bad auth"}').controls).toMatchObject([{ type: 'error', detail: 'bad auth' }]);
  });

  test.each([['{}'], ['[1]'], ['"order"']])('error: %s', (text) => {
    expect(parse(text).rejected).toMatchObject([{ reason: 'unknown-message' }]);
  });
});

describe('parsePolymarketUserFrame on hostile frames', () => {
  const check = (text: string): void => {
    const { messages, controls, rejected } = parse(text);
    expect(messages.length + controls.length + rejected.length).toBeGreaterThan(0);
    for (const message of messages) {
      const numbers =
        message.kind === 'order'
          ? [message.order.priceTicks, message.order.originalMicro, message.order.matchedMicro]
          : [message.fill.priceTicks, message.fill.sizeMicro, message.fill.matchedMs];
      for (const number of numbers) expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
      const priceTicks = message.kind === 'order' ? message.order.priceTicks : message.fill.priceTicks;
      expect(priceTicks > 0 && priceTicks < 10_000).toBe(true);
      if (message.kind === 'fill') expect(message.fill.sizeMicro).toBeGreaterThan(0);
    }
    for (const { detail } of rejected) expect(detail.length).toBeLessThan(120);
  };

  test('behavior: its own frames, changed at will, end as messages, controls or refusals', () => {
    const mutated = fc.constantFrom(...allFrames('polymarket-user')).chain(mutationsOf);
    assertProperty(
      fc.property(mutated, (message) => check(JSON.stringify(message))),
      { numRuns: 1_000 },
    );
  });

  test('behavior: any JSON and any text', () => {
    assertProperty(fc.property(fc.json({ maxDepth: 4 }), check));
    assertProperty(fc.property(fc.string({ unit: 'binary' }), check));
  });
});
