import { describe, expect, test } from 'vitest';
import type { ClientOrderId, TokenId } from '../../../core/model/identifiers.ts';
import type { OrderIntent } from '../../../core/model/order.ts';
import type { DeniedCode } from '../../../core/risk/denied-reason.ts';
import { exposureOf, maxFeeMicro } from '../../../core/risk/order-exposure.ts';
import type { RiskContext } from '../../../core/risk/risk-context.ts';
import { approveOrder } from '../../../core/risk/risk-engine.ts';
import {
  aMarket,
  anExposure,
  anIntent,
  aRiskContext,
  UNIT,
  WINDOW_MS,
  WINDOW_START_MS,
} from '../../support/builders.ts';

const IDENTITY = {
  clientOrderId: 'c1' as ClientOrderId,
  createdMs: WINDOW_START_MS,
  notAfterMs: WINDOW_START_MS + 3_000,
  salt: 1,
};
const shares = (sizeMicro: number) => ({ unit: 'shares', sizeMicro }) as const;
const pusd = (spendMicro: number) => ({ unit: 'pusd', spendMicro }) as const;
const { fees } = aMarket();

function codeOf(intent: Partial<OrderIntent>, context: Partial<RiskContext>): DeniedCode | 'approved' {
  const result = approveOrder(anIntent(intent), aRiskContext(context), IDENTITY);
  return result.ok ? 'approved' : result.error.code;
}

const { config } = aRiskContext();
const limits = (more: Partial<typeof config>) => ({ config: { ...config, ...more } });

describe('approveOrder', () => {
  test('default: the order is the intent with its identity', () => {
    expect(approveOrder(anIntent(), aRiskContext(), IDENTITY)).toEqual({
      ok: true,
      value: { ...anIntent(), ...IDENTITY },
    });
  });

  test.each<[DeniedCode, string, Partial<OrderIntent>, Partial<RiskContext>]>([
    ['unknown-market', 'no market', {}, { market: null }],
    ['unknown-market', 'the other outcome’s token', { tokenId: aMarket().tokens.down }, {}],
    ['unknown-market', 'somebody else’s token', { tokenId: '1' as TokenId }, {}],
    ['rule-guard', 'the guard', {}, { guard: { tradable: false, differences: ['fee rate'] } }],
    ['trading-restricted', 'halted', {}, { restriction: { mode: 'halted', reason: 'outcome-mismatch' } }],
    [
      'trading-restricted',
      'reducing, and the order opens',
      {},
      { restriction: { mode: 'reducing', reason: 'paused' } },
    ],
    ['window-closed', 'one millisecond early', {}, { nowMs: WINDOW_START_MS - 1 }],
    ['window-closed', 'at T − 30 s', {}, { nowMs: WINDOW_START_MS + WINDOW_MS - 30_000 }],
    ['stale-input', 'an old input', {}, { staleInput: { stream: 'book', ageMs: 10_001, limitMs: 10_000 } }],
    ['stale-input', 'an input that never came', {}, { staleInput: { stream: 'book', ageMs: null, limitMs: 10_000 } }],
    ['bad-price', 'between two ticks', { priceTicks: 4_801 }, {}],
    ['bad-price', 'zero', { priceTicks: 0 }, {}],
    ['bad-price', 'one', { priceTicks: 10_000 }, {}],
    ['bad-price', 'not a number', { priceTicks: Number.NaN }, {}],
    ['below-minimum', 'a millionth less than 5 shares', { amount: shares(5 * UNIT - 1) }, {}],
    ['below-minimum', 'money for a millionth less than 5 shares', { amount: pusd(2_399_999) }, {}],
    ['order-rate', 'ten in the last second', {}, { ordersInLastSecond: 10 }],
    [
      'insufficient-shares',
      'a sale of a millionth more than is free',
      { side: 'sell' },
      { freeSharesMicro: 10 * UNIT - 1 },
    ],
    ['insufficient-cash', 'a millionth short', {}, { cashMicro: 4_799_999 }],
    ['insufficient-cash', 'other orders have reserved it', {}, { cashMicro: 10 * UNIT, reservedCashMicro: 5_200_001 }],
    ['insufficient-allowance', 'a millionth short', {}, { allowanceMicro: 4_799_999 }],
    [
      'insufficient-allowance',
      'other orders may take it',
      {},
      { allowanceMicro: 10 * UNIT, reservedCashMicro: 5_200_001 },
    ],
    ['venue-mode', 'a taker in post-only mode', { postOnly: false }, { venueMode: 'post-only' }],
    ['venue-mode', 'any order while cancels alone are taken', {}, { venueMode: 'cancel-only' }],
    ['below-dollar', 'money for 1.00', { postOnly: false, priceTicks: 1_000, amount: pusd(1_000_000) }, {}],
    ['below-dollar', 'shares for 1.00', { postOnly: false, priceTicks: 1_000, amount: shares(10 * UNIT) }, {}],
    [
      'probe-size',
      'a millionth more than the minimum',
      { amount: shares(5 * UNIT + 1) },
      { probe: { maxOrdersPerWindow: 1 } },
    ],
    [
      'probe-orders',
      'the second order of a window',
      { amount: shares(5 * UNIT) },
      { probe: { maxOrdersPerWindow: 1 }, ordersInWindow: 1 },
    ],
    ['max-order-loss', 'one order', { amount: shares(20_833_334) }, {}],
    ['max-market-loss', 'with what stands', {}, { ...limits({ maxMarketPpm: 9_599 }), openInWindow: [anExposure()] }],
    [
      'max-market-loss',
      'with what is held',
      {},
      { ...limits({ maxMarketPpm: 9_599 }), holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 } },
    ],
    [
      'max-total-loss',
      'with other windows',
      {},
      { ...limits({ maxTotalPpm: 10_000 }), otherWindowsLossMicro: 5_200_001 },
    ],
    ['max-daily-loss', 'with today’s loss', {}, { dayLossMicro: 20_200_001 }],
    ['max-daily-loss', 'with other windows', {}, { otherWindowsLossMicro: 20_200_001 }],
  ])('behavior: denied %s: %s', (code, _, intent, context) => {
    expect(codeOf(intent, context)).toBe(code);
  });

  test.each<[string, Partial<OrderIntent>, Partial<RiskContext>]>([
    ['the first millisecond', {}, { nowMs: WINDOW_START_MS }],
    ['the last millisecond', {}, { nowMs: WINDOW_START_MS + WINDOW_MS - 30_001 }],
    ['the lowest price', { priceTicks: 100, amount: shares(10 * UNIT) }, {}],
    ['the highest price', { priceTicks: 9_900 }, { bestAskTicks: 9_900 }],
    ['the minimum size', { amount: shares(5 * UNIT) }, {}],
    ['money for the minimum size', { amount: pusd(2_400_000) }, {}],
    ['the ninth order of a second', {}, { ordersInLastSecond: 9 }],
    [
      'a sale of all that is free',
      { side: 'sell', amount: shares(10 * UNIT), priceTicks: 5_000 },
      { freeSharesMicro: 10 * UNIT },
    ],
    ['the last of the cash', {}, { cashMicro: 4_800_000 }],
    ['the last of the allowance', {}, { allowanceMicro: 4_800_000 }],
    [
      'a sale without any allowance',
      { side: 'sell', priceTicks: 5_000 },
      { allowanceMicro: 0, freeSharesMicro: 10 * UNIT },
    ],
    ['a maker in post-only mode', {}, { venueMode: 'post-only' }],
    ['a BUY for 1.01 that trades at once', { postOnly: false, priceTicks: 1_000, amount: pusd(1_010_000) }, {}],
    ['a maker’s BUY for less than 1.01', { priceTicks: 1_000, amount: shares(5 * UNIT) }, {}],
    ['the first order of a probe', { amount: shares(5 * UNIT) }, { probe: { maxOrdersPerWindow: 1 } }],
    ['the limit of one order', { priceTicks: 5_000, amount: shares(20 * UNIT) }, {}],
    ['the limit of one window', {}, { ...limits({ maxMarketPpm: 9_600 }), openInWindow: [anExposure()] }],
    ['the limit of all windows', {}, { ...limits({ maxTotalPpm: 10_000 }), otherWindowsLossMicro: 5_200_000 }],
    ['the limit of the day', {}, { dayLossMicro: 20_200_000 }],
    [
      'a winning day does not widen, nor narrow, the limit',
      {},
      { dayLossMicro: -1_000 * UNIT, otherWindowsLossMicro: 20_200_000 },
    ],
  ])('behavior: approved exactly at %s', (_, intent, context) => {
    expect(codeOf(intent, context)).toBe('approved');
  });

  test('behavior: a winning day does not widen the limit', () => {
    expect(codeOf({}, { dayLossMicro: -1_000 * UNIT, otherWindowsLossMicro: 20_200_001 })).toBe('max-daily-loss');
  });

  test('defect 9: positions, resting orders and orders in flight count before the new one', () => {
    const open = [anExposure(), anExposure(), anExposure(), anExposure(), anExposure()];
    expect(codeOf({}, { openInWindow: open })).toBe('max-daily-loss');
    expect(codeOf({}, { openInWindow: open.slice(1) })).toBe('approved');
    expect(codeOf({}, { holdings: { upMicro: 50 * UNIT, downMicro: 0, netPaidMicro: 24_000_000 } })).toBe(
      'max-daily-loss',
    );
  });

  test('behavior: the bid that completes a set is no new risk, whatever is held', () => {
    const holdings = { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 };
    expect(
      codeOf({ outcome: 'down', tokenId: aMarket().tokens.down }, { ...limits({ maxMarketPpm: 4_800 }), holdings }),
    ).toBe('approved');
  });

  test('behavior: reducing lets through what lowers the worst case, and only that; halted nothing', () => {
    const held = {
      holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 },
      freeSharesMicro: 10 * UNIT,
    };
    const reducing = { ...held, restriction: { mode: 'reducing', reason: 'paused' } as const };
    const down = { outcome: 'down', tokenId: aMarket().tokens.down } as const;
    expect(codeOf({ side: 'sell' }, reducing)).toBe('approved');
    expect(codeOf(down, reducing)).toBe('approved');
    expect(codeOf({ ...down, amount: shares(25 * UNIT) }, reducing)).toBe('trading-restricted');
    expect(codeOf({}, reducing)).toBe('trading-restricted');
    expect(codeOf({ side: 'sell' }, { ...held, restriction: { mode: 'halted', reason: 'x' } })).toBe(
      'trading-restricted',
    );
  });

  test('behavior: reducing counts what stands: several orders that each would lower the worst case may not raise it together', () => {
    const holdings = { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 };
    const restriction = { mode: 'reducing', reason: 'paused' } as const;
    const down = { outcome: 'down', tokenId: aMarket().tokens.down } as const;
    const openInWindow = [anExposure(down), anExposure(down)];
    expect(codeOf(down, { holdings, restriction })).toBe('approved');
    expect(codeOf(down, { holdings, restriction, openInWindow })).toBe('trading-restricted');
  });

  test('behavior: reducing asks for no limit of loss: one that is passed already must not keep us in', () => {
    const restriction = { mode: 'reducing', reason: 'flattening' } as const;
    const held = {
      holdings: { upMicro: 90 * UNIT, downMicro: 0, netPaidMicro: 43_200_000 },
      freeSharesMicro: 90 * UNIT,
    };
    const sale = { side: 'sell', amount: shares(90 * UNIT), postOnly: false, timeInForce: 'FAK' } as const;
    expect(codeOf(sale, { ...held, dayLossMicro: 30 * UNIT })).toBe('max-order-loss');
    expect(codeOf(sale, { ...held, dayLossMicro: 30 * UNIT, restriction })).toBe('approved');
  });

  test('behavior: reducing lets a position go that cannot lose any more: it still makes the worst result better', () => {
    const restriction = { mode: 'reducing', reason: 'flattening' } as const;
    const held = {
      holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: -3 * UNIT },
      freeSharesMicro: 10 * UNIT,
    };
    expect(codeOf({ side: 'sell' }, { ...held, restriction })).toBe('approved');
    expect(codeOf({ side: 'buy' }, { ...held, restriction })).toBe('trading-restricted');
  });

  test('behavior: the cap of a probe is not on what takes risk away while trading is restricted', () => {
    const restriction = { mode: 'reducing', reason: 'flattening' } as const;
    const held = {
      holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 },
      freeSharesMicro: 10 * UNIT,
    };
    const context = { ...held, restriction, probe: { maxOrdersPerWindow: 1 }, ordersInWindow: 3 };
    expect(codeOf({ side: 'sell', amount: shares(10 * UNIT) }, context)).toBe('approved');
  });

  test('behavior: a size is never rounded up to the minimum', () => {
    const result = approveOrder(anIntent({ amount: shares(4_999_999) }), aRiskContext(), IDENTITY);
    expect(result).toEqual({
      ok: false,
      error: { code: 'below-minimum', sizeMicro: 4_999_999, minimumMicro: 5 * UNIT },
    });
  });

  test('behavior: a taker’s fee counts in the worst case', () => {
    const taker = { postOnly: false, timeInForce: 'FAK', priceTicks: 5_000, amount: shares(20 * UNIT) } as const;
    expect(codeOf(taker, {})).toBe('max-order-loss');
    expect(codeOf({ ...taker, amount: shares(19_300_000) }, {})).toBe('approved');
  });
});

describe('maxFeeMicro', () => {
  test.each<[string, Partial<OrderIntent>, number]>([
    ['a maker pays nothing', {}, 0],
    ['a buyer below a half pays most at its limit', { postOnly: false, priceTicks: 3_000 }, 147_000],
    ['a buyer above a half pays most at a half', { postOnly: false, priceTicks: 9_000 }, 175_000],
    ['a seller above a half pays most at its limit', { postOnly: false, side: 'sell', priceTicks: 9_000 }, 63_000],
    ['a seller below a half pays most at a half', { postOnly: false, side: 'sell', priceTicks: 3_000 }, 175_000],
  ])('default: %s', (_, intent, fee) => {
    expect(maxFeeMicro(anIntent(intent), fees, 10 * UNIT)).toBe(fee);
  });

  test('behavior: a schedule that charges makers is charged to makers', () => {
    expect(fees === null ? 0 : maxFeeMicro(anIntent(), { ...fees, takerOnly: false }, 10 * UNIT)).toBe(174_720);
  });
});

describe('exposureOf', () => {
  test('default: the whole of a new order', () => {
    expect(exposureOf(anIntent(), fees)).toMatchObject({ remainingMicro: 10 * UNIT, maxFeeMicro: 0 });
    expect(exposureOf(anIntent({ amount: pusd(3 * UNIT), postOnly: false }), fees)).toMatchObject({
      remainingMicro: 3 * UNIT,
      maxFeeMicro: 210_000,
    });
  });
});
