import { describe, expect, test } from 'vitest';
import type { ConditionId } from '../../../core/model/identifiers.ts';
import {
  readApiKey,
  readApiKeyIds,
  readBalanceAllowance,
  readClobMarket,
  readClosedOnly,
  readGeoblock,
  readHeartbeatId,
  readRebates,
  readServerTime,
} from '../../../core/venue/clob-account-answers.ts';
import { readCancelAnswer, readPage, readPlacedOrder, readPlacedOrders } from '../../../core/venue/clob-answers.ts';
import { readVenueOrder } from '../../../core/venue/polymarket-order.ts';
import { loadFrames } from '../../fixtures/venue/load.ts';

const NOW_MS = 1_795_402_800_000;
const frame = loadFrames('polymarket-answers');
const body = (name: string): unknown => JSON.parse(frame(name));
const object = (name: string) => body(name) as Record<string, unknown>;
const hash = `0x6d177629${'0'.repeat(52)}dfec`;
const condition = `0x6e50${'0'.repeat(56)}975f` as ConditionId;

describe('readPlacedOrder', () => {
  test.each([
    ['placedLive', { kind: 'accepted', value: { orderHash: hash, status: 'live', tradeIds: [] } }],
    ['placedMatched', { kind: 'accepted', value: { orderHash: hash, status: 'matched', tradeIds: ['c252354b'] } }],
    ['placedDelayed', { kind: 'accepted', value: { orderHash: hash, status: 'delayed', tradeIds: [] } }],
    ['refused', { kind: 'rejected', code: 'insufficient-balance' }],
    ['refusedItem', { kind: 'rejected', code: 'not-filled' }],
  ])('default: %s', (name, expected) => {
    expect(readPlacedOrder(body(name), NOW_MS)).toMatchObject(expected);
  });

  test.each([
    ['an order and an error', { ...object('placedLive'), errorMsg: 'hm' }],
    ['a status nobody knows', { ...object('placedLive'), status: 'evaporated' }],
    ['no status', { ...object('placedLive'), status: '' }],
    ['no id and no error', { ...object('placedLive'), orderID: '' }],
    ['an unreadable id', { ...object('placedLive'), orderID: '0x12' }],
    ['failure without a reason', { ...object('placedLive'), success: false }],
    ['unreadable trades', { ...object('placedLive'), tradeIDs: [7] }],
    ['a list', []],
    ['nothing', null],
  ])('error: %s is ambiguous', (_name, value) => {
    expect(readPlacedOrder(value, NOW_MS)).toMatchObject({ kind: 'ambiguous' });
  });
});

describe('readPlacedOrders', () => {
  test('default: one outcome for each, in order; success: true proves nothing', () => {
    expect(
      readPlacedOrders([body('placedLive'), body('refusedItem'), body('restartingItem')], 3, NOW_MS),
    ).toMatchObject([{ kind: 'accepted' }, { kind: 'rejected', code: 'not-filled' }, { kind: 'restarting' }]);
  });

  test('error: another number of answers than orders, or no list', () => {
    expect(readPlacedOrders([body('placedLive')], 2, NOW_MS)).toBeNull();
    expect(readPlacedOrders(body('placedLive'), 1, NOW_MS)).toBeNull();
  });
});

describe('readCancelAnswer', () => {
  test('default: what was canceled and what was not, with the venue’s words', () => {
    expect(readCancelAnswer(body('canceled'))).toEqual({
      kind: 'accepted',
      value: {
        canceled: [hash],
        notCanceled: [{ orderHash: `0x${'02'.repeat(32)}`, reason: 'already canceled or matched' }],
      },
    });
  });

  test('behavior: nothing left over may be null', () => {
    const answer = { canceled: [hash], not_canceled: null };
    expect(readCancelAnswer(answer)).toMatchObject({ kind: 'accepted', value: { notCanceled: [] } });
  });

  test.each([
    [null],
    [{}],
    [{ canceled: 'all' }],
    [{ canceled: ['0x1'] }],
    [{ canceled: [], not_canceled: { x: 'y' } }],
  ])('error: %j', (value) => {
    expect(readCancelAnswer(value)).toMatchObject({ kind: 'ambiguous' });
  });
});

describe('readPage', () => {
  test('default: rows and the next cursor', () => {
    const page = readPage(body('openOrdersPage'), readVenueOrder);
    expect(page).toMatchObject({
      ok: true,
      value: { nextCursor: 'LTE=', rows: [{ orderHash: hash, status: 'live' }] },
    });
  });

  test.each([
    ['no cursor', { ...object('openOrdersPage'), next_cursor: undefined }],
    ['no data', { next_cursor: 'LTE=' }],
    ['a row that is no object', { data: [7], next_cursor: 'LTE=' }],
    ['one bad row', { data: [{ ...object('openOrder'), side: 'HOLD' }, body('openOrder')], next_cursor: 'LTE=' }],
    ['a list', []],
  ])('error: %s refuses the whole page', (_name, value) => {
    expect(readPage(value, readVenueOrder)).toMatchObject({ ok: false });
  });
});

describe('readBalanceAllowance', () => {
  test('default: millionths, spenders in lower case, an unlimited allowance capped', () => {
    expect(readBalanceAllowance(body('balance'))).toEqual({
      balanceMicro: 12_500_000,
      allowancesMicro: {
        '0xe111180000d2663c0091e4f400237545b87b996b': Number.MAX_SAFE_INTEGER,
        '0xada100db00ca00073811820692005400218fce1f': 5_000_000,
      },
    });
  });

  test('behavior: no list is no allowance', () => {
    expect(readBalanceAllowance({ balance: '7' })).toEqual({ balanceMicro: 7, allowancesMicro: {} });
  });

  test.each([
    [{}],
    [{ balance: 7 }],
    [{ balance: '-1' }],
    [{ balance: '2.5' }],
    [{ balance: '1', allowances: { a: 'x' } }],
  ])('error: %j', (value) => {
    expect(readBalanceAllowance(value)).toBeNull();
  });
});

describe('readClobMarket', () => {
  test('default: the rules of a 5-minute market', () => {
    expect(readClobMarket(body('clobMarket'), condition)).toEqual({
      conditionId: condition,
      tokenIds: ['4076', '5123'],
      outcomes: ['Up', 'Down'],
      tickSizeTicks: 100,
      minSizeMicro: 5_000_000,
      feeRatePpm: 70_000,
      feeExponent: 1,
      takerOnlyFees: true,
      negRisk: false,
      acceptingOrders: true,
      takerDelay: true,
    });
  });

  test('behavior: what is not stated is not made up', () => {
    const value = { ...object('clobMarket'), fd: undefined, itode: undefined, ao: undefined, c: undefined };
    expect(readClobMarket(value, condition)).toMatchObject({
      feeRatePpm: null,
      feeExponent: null,
      takerOnlyFees: null,
      takerDelay: null,
      acceptingOrders: false,
    });
  });

  test.each([
    ['another market', { c: `0x${'00'.repeat(32)}` }],
    ['no tick size', { mts: undefined }],
    ['a tick size of zero', { mts: 0 }],
    ['no minimum', { mos: 'five' }],
    ['no tokens', { t: [] }],
    ['a token that is none', { t: [{ t: 'x', o: 'Up' }] }],
  ])('error: %s', (_name, fields) => {
    expect(readClobMarket({ ...object('clobMarket'), ...fields }, condition)).toBeNull();
  });
});

describe('small answers', () => {
  test.each([
    ['rebates', readRebates(body('rebates')), 237_520],
    ['a day without rebates', readRebates([]), 0],
    ['rebates nobody can read', readRebates([{ rebated_fees_usdc: 0.5 }]), null],
    ['geoblock', readGeoblock(body('geoblock')), { blocked: true, country: 'GB', region: 'ENG' }],
    ['geoblock without a verdict', readGeoblock({ country: 'IE' }), null],
    ['closed only', readClosedOnly({ closed_only: true }), true],
    ['closed only nobody can read', readClosedOnly({ closed_only: 'no' }), null],
    ['time', readServerTime(1_795_402_800), 1_795_402_800],
    ['time as text', readServerTime('1795402800'), null],
    ['heartbeat', readHeartbeatId({ heartbeat_id: 'b7' }), 'b7'],
    ['heartbeat without an id', readHeartbeatId({}), null],
    ['key', readApiKey({ apiKey: 'a', secret: 'b', passphrase: 'c' }), { apiKey: 'a', secret: 'b', passphrase: 'c' }],
    ['key without a secret', readApiKey({ apiKey: 'a', secret: '', passphrase: 'c' }), null],
    ['keys', readApiKeyIds({ apiKeys: ['a', { apiKey: 'b' }] }), ['a', 'b']],
    ['keys nobody can read', readApiKeyIds({ apiKeys: [7] }), null],
  ])('default: %s', (_name, read, expected) => {
    expect(read).toEqual(expected);
  });
});
