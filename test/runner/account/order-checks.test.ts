import { describe, expect, test } from 'vitest';
import type { ApprovedOrder } from '../../../core/model/order.ts';
import { type CheckContext, checkOrder } from '../../../runner/account/order-checks.ts';
import { CAPS, START_MS, UNIT, windowAt } from '../../support/account-world.ts';
import { anOrder } from '../../support/builders.ts';

const market = windowAt(0);
const nowMs = START_MS + 20_000;

const context = (more: Partial<CheckContext> = {}): CheckContext => ({
  nowMs,
  rules: { market, tickSizeTicks: 100 },
  restriction: { mode: 'active', detail: '' },
  venueMode: 'open',
  rateLimitedUntilMs: 0,
  caps: CAPS,
  holdings: { upMicro: 0, downMicro: 0, netPaidMicro: 0 },
  openInWindow: [],
  ordersInWindow: 0,
  sentInHourMicro: 0,
  dayLossMicro: 0,
  lostInAllMicro: 0,
  freeCashMicro: 1_000 * UNIT,
  freeSharesMicro: 0,
  midTicks: null,
  ...more,
});
const order = (more: Partial<ApprovedOrder> = {}) =>
  anOrder({ marketSlug: market.slug, tokenId: market.tokens[more.outcome ?? 'up'], createdMs: nowMs, ...more });
const shares = (size: number) => ({ unit: 'shares', sizeMicro: size * UNIT }) as const;
const taking = { timeInForce: 'FAK', postOnly: false } as const;

describe('checkOrder', () => {
  test('default: an order within all rules and caps', () => {
    expect(checkOrder(order(), context())).toBeNull();
  });

  test.each<[string, Partial<ApprovedOrder>, Partial<CheckContext>, string, string]>([
    ['late', { notAfterMs: nowMs - 1 }, {}, 'expired', 'after its time'],
    ['in an unknown market', {}, { rules: null }, 'runner-refused', 'does not know the rules'],
    ['of the other outcome’s token', { tokenId: market.tokens.down }, {}, 'runner-refused', 'not the up token'],
    ['of another window', { windowStartMs: START_MS - 300_000 }, {}, 'runner-refused', 'not that of'],
    [
      'in a window that is over',
      { notAfterMs: market.window.endMs + 9 },
      { nowMs: market.window.endMs },
      'runner-refused',
      'is over',
    ],
    ['off the grid', { priceTicks: 4_810 }, {}, 'off-tick', 'grid of 0.01'],
    ['at 1', { priceTicks: 10_000 }, {}, 'off-tick', 'outside what the venue takes'],
    ['post-only and FAK', { timeInForce: 'FAK' }, {}, 'runner-refused', 'exclude'],
    [
      'spending money as a maker',
      { amount: { unit: 'pusd', spendMicro: UNIT } },
      {},
      'runner-refused',
      'market purchase',
    ],
    ['too small', { amount: shares(4.99) }, {}, 'runner-refused', 'minimum of 5'],
    ['in thousandths', { amount: shares(5.001) }, {}, 'runner-refused', 'hundredths'],
    ['below the venue’s dollar', { ...taking, priceTicks: 100, amount: shares(5) }, {}, 'runner-refused', '1 pUSD'],
    [
      'of a market purchase that buys too few',
      { ...taking, amount: { unit: 'pusd', spendMicro: 2 * UNIT } },
      {},
      'runner-refused',
      'fewer',
    ],
    ['while the venue restarts', {}, { venueMode: 'restarting' }, 'restarting', 'anew'],
    ['taking while it takes post-only', taking, { venueMode: 'post-only' }, 'post-only-mode', 'post-only'],
    ['while it takes cancels', {}, { venueMode: 'cancel-only' }, 'cancel-only', 'cancels alone'],
    ['while it is disabled', {}, { venueMode: 'disabled' }, 'cancel-only', 'disabled'],
    ['within a rate limit', {}, { rateLimitedUntilMs: nowMs + 5 }, 'rate-limited', '5 ms'],
    [
      'beyond the collar’s bounds',
      { priceTicks: 200 },
      { caps: { ...CAPS, minPriceTicks: 300 } },
      'runner-refused',
      'collar',
    ],
    ['far above the midpoint', { priceTicks: 6_100 }, { midTicks: 5_000 }, 'runner-refused', 'midpoint'],
    [
      'selling far below the midpoint',
      { side: 'sell', priceTicks: 3_900 },
      { midTicks: 5_000, freeSharesMicro: 99 * UNIT },
      'runner-refused',
      'midpoint',
    ],
    ['worth too much', { amount: shares(300) }, {}, 'runner-refused', 'limit is 100'],
    ['too much in an hour', {}, { sentInHourMicro: 4_996 * UNIT }, 'runner-refused', 'in an hour'],
    ['selling what is not held', { side: 'sell' }, { freeSharesMicro: 9 * UNIT }, 'insufficient-balance', '9 are free'],
    ['without cash', {}, { freeCashMicro: 4 * UNIT }, 'insufficient-balance', '4 pUSD are free'],
    ['while halted', {}, { restriction: { mode: 'halted', detail: 'Because.' } }, 'runner-refused', 'Because.'],
    [
      'opening while reducing',
      {},
      { restriction: { mode: 'reducing', detail: 'Because.' } },
      'runner-refused',
      'Because.',
    ],
    ['with the day’s loss', {}, { dayLossMicro: 96 * UNIT }, 'runner-refused', 'limit is 100'],
    [
      'above the learning budget',
      {},
      { caps: { ...CAPS, learningBudgetMicro: 5 * UNIT }, lostInAllMicro: UNIT },
      'runner-refused',
      'learning budget is 5',
    ],
    [
      'more than the live count',
      {},
      { caps: { ...CAPS, maxOrdersPerWindow: 1 }, ordersInWindow: 1 },
      'runner-refused',
      'allowed live',
    ],
    ['above the live size', {}, { caps: { ...CAPS, maxOrdersPerWindow: 1 } }, 'runner-refused', 'minimum size'],
  ])('behavior: refuses an order %s', (_name, more, changed, code, words) => {
    const refusal = checkOrder(order(more), context(changed));
    expect(refusal?.code).toBe(code);
    expect(refusal?.detail).toContain(words);
  });

  test.each<[string, Partial<ApprovedOrder>]>([
    ['a sale', { side: 'sell', priceTicks: 4_000, amount: shares(10) }],
    ['the other side', { outcome: 'down', priceTicks: 5_000, amount: shares(10) }],
  ])('behavior: with a position, %s passes while reducing, over the day’s loss and the live limits', (_name, more) => {
    const reducing = context({
      restriction: { mode: 'reducing', detail: 'Because.' },
      holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 5 * UNIT },
      freeSharesMicro: 10 * UNIT,
      dayLossMicro: 500 * UNIT,
      caps: { ...CAPS, maxOrdersPerWindow: 1 },
      ordersInWindow: 1,
    });
    expect(checkOrder(order(more), reducing)).toBeNull();
  });

  test('behavior: a bid far below the midpoint is no danger, and without a fresh midpoint the bounds alone hold', () => {
    expect(checkOrder(order({ priceTicks: 1_000 }), context({ midTicks: 5_000 }))).toBeNull();
    expect(checkOrder(order({ priceTicks: 9_000 }), context())).toBeNull();
  });
});
