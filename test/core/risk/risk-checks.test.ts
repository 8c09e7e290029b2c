import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientOrderId, TokenId } from '../../../core/model/identifiers.ts';
import type { OrderIntent } from '../../../core/model/order.ts';
import { type DeniedCode, type DeniedReason, renderDeniedReason } from '../../../core/risk/denied-reason.ts';
import { RISK_CHECKS } from '../../../core/risk/risk-checks.ts';
import type { RiskContext } from '../../../core/risk/risk-context.ts';
import { approveOrder } from '../../../core/risk/risk-engine.ts';
import { assertProperty } from '../../support/assert-property.ts';
import {
  aMarket,
  anExposure,
  anIntent,
  aRiskContext,
  UNIT,
  WINDOW_MS,
  WINDOW_START_MS,
} from '../../support/builders.ts';

const IDENTITY = { clientOrderId: 'c1' as ClientOrderId, createdMs: 1, notAfterMs: 2, salt: 1 };
const NOW_MS = WINDOW_START_MS + 10_000;
const { config } = aRiskContext();
const down = { outcome: 'down', tokenId: aMarket().tokens.down } as const;
const shares = (sizeMicro: number) => ({ unit: 'shares', sizeMicro }) as const;
/** Ten Up shares that cost 4.80. */
const held = { holdings: { upMicro: 10 * UNIT, downMicro: 0, netPaidMicro: 4_800_000 }, freeSharesMicro: 10 * UNIT };
const paused = { restriction: { mode: 'reducing', reason: 'paused' } } as const;
const conflict = { observedMs: NOW_MS, kept: 'polybolt', other: 'rtds' } as const;

function codeOf(intent: Partial<OrderIntent>, context: Partial<RiskContext>): DeniedCode | 'approved' {
  const result = approveOrder(anIntent(intent), aRiskContext(context), IDENTITY);
  return result.ok ? 'approved' : result.error.code;
}

/** Every code there is; the compiler holds the list to the type. */
const CODES: Readonly<Record<DeniedCode, true>> = {
  'trading-restricted': true,
  clock: true,
  unreconciled: true,
  'rule-guard': true,
  'unknown-market': true,
  'window-closed': true,
  'stale-input': true,
  'conflicting-input': true,
  'price-collar': true,
  'no-price-reference': true,
  'bad-amount': true,
  'consecutive-losses': true,
  'bad-price': true,
  'below-minimum': true,
  'max-order-loss': true,
  'max-market-loss': true,
  'max-total-loss': true,
  'max-daily-loss': true,
  'insufficient-cash': true,
  'insufficient-allowance': true,
  'below-dollar': true,
  'venue-mode': true,
  'probe-size': true,
  'probe-orders': true,
  'insufficient-shares': true,
  'order-rate': true,
};

describe('RISK_CHECKS', () => {
  test('default: every reason belongs to exactly one check', () => {
    expect(RISK_CHECKS.flatMap(({ codes }) => codes).toSorted()).toEqual(Object.keys(CODES).toSorted());
    expect(new Set(RISK_CHECKS.map(({ name }) => name)).size).toBe(RISK_CHECKS.length);
  });

  test.each<[DeniedCode, string, Partial<OrderIntent>, Partial<RiskContext>]>([
    [
      'clock',
      'a clock that is a little off, and the order opens',
      {},
      { clock: { mode: 'reducing', reason: 'clock' } },
    ],
    [
      'clock',
      'a clock that is far off, whatever the order',
      { side: 'sell' },
      { ...held, clock: { mode: 'halted', reason: 'clock' } },
    ],
    ['unreconciled', 'nothing was compared yet', {}, { unreconciled: { mode: 'halted', reason: 'not-reconciled' } }],
    ['unreconciled', 'the books differ, and the order opens', {}, { unreconciled: { mode: 'reducing', reason: 'x' } }],
    ['conflicting-input', 'two sources differ', {}, { conflictingInput: conflict }],
    ['price-collar', 'a tick beyond ten cents over the best offer', { priceTicks: 6_100 }, { bestAskTicks: 5_000 }],
    [
      'price-collar',
      'a bid far over the best bid, where nobody offers',
      { priceTicks: 6_100 },
      { bestAskTicks: null, bestBidTicks: 5_000 },
    ],
    ['price-collar', 'a bid far over its fair value', { priceTicks: 5_100 }, { fairProbability: 0.4 }],
    ['price-collar', 'an offer far below the best bid', { side: 'sell', priceTicks: 3_700 }, { ...held }],
    [
      'price-collar',
      'an offer far below its fair value',
      { side: 'sell', priceTicks: 4_000 },
      { ...held, fairProbability: 0.52 },
    ],
    ['no-price-reference', 'neither book nor fair value', {}, { bestAskTicks: null, bestBidTicks: null }],
    [
      'no-price-reference',
      'a fair value that is no number',
      {},
      { bestAskTicks: null, bestBidTicks: null, fairProbability: Number.NaN },
    ],
    ['bad-amount', 'no shares', { amount: shares(0) }, {}],
    ['bad-amount', 'not a number of shares', { amount: shares(Number.NaN) }, {}],
    ['bad-amount', 'infinite money', { amount: { unit: 'pusd', spendMicro: Number.POSITIVE_INFINITY } }, {}],
    ['bad-amount', 'half a millionth', { amount: shares(5_000_000.5) }, {}],
    ['bad-amount', 'more shares than can be reckoned with', { amount: shares(1_000_000 * UNIT) }, {}],
    ['bad-amount', 'money for a sale', { side: 'sell', amount: { unit: 'pusd', spendMicro: 5 * UNIT } }, held],
    [
      'consecutive-losses',
      'ten in a row, the last a millisecond less than an hour ago',
      {},
      { lossesInRow: 10, lastLossMs: NOW_MS - 3_599_999 },
    ],
    [
      'max-order-loss',
      'half of the equity is lost: the limit is half',
      { amount: shares(10_416_667) },
      { equityMicro: 500 * UNIT },
    ],
    ['max-daily-loss', 'the day began with less', {}, { equityMicro: 480 * UNIT, dayLossMicro: 8 * UNIT }],
  ])('behavior: denied %s: %s', (code, _, intent, context) => {
    expect(codeOf(intent, context)).toBe(code);
  });

  test.each<[string, Partial<OrderIntent>, Partial<RiskContext>]>([
    ['ten cents over the best offer', { priceTicks: 6_000 }, {}],
    ['ten cents over its fair value', { priceTicks: 5_000 }, { fairProbability: 0.4 }],
    ['a bid that nobody will take', { priceTicks: 100 }, { fairProbability: 0.9 }],
    ['an offer that nobody will take', { side: 'sell', priceTicks: 9_900 }, held],
    ['a fair value alone', {}, { bestAskTicks: null, bestBidTicks: null, fairProbability: 0.5 }],
    ['the pause after ten losses is over', {}, { lossesInRow: 10, lastLossMs: NOW_MS - 3_600_000 }],
    ['nine losses in a row', {}, { lossesInRow: 9, lastLossMs: NOW_MS }],
    ['the limit of half the equity', { amount: shares(10_416_666) }, { equityMicro: 500 * UNIT }],
    [
      'the limit of the bankroll, however much was won',
      { priceTicks: 5_000, amount: shares(20 * UNIT) },
      { equityMicro: 9_000 * UNIT },
    ],
    ['the day’s limit stands still while the day loses', {}, { equityMicro: 979_800_000, dayLossMicro: 20_200_000 }],
  ])('behavior: approved: %s', (_, intent, context) => {
    expect(codeOf(intent, context)).toBe('approved');
  });

  test('behavior: what was won does not widen a limit', () => {
    expect(codeOf({ amount: shares(20_833_334) }, { equityMicro: 9_000 * UNIT })).toBe('max-order-loss');
  });

  test('behavior: what takes risk away passes each check that forbids opening, while trading is restricted', () => {
    const sale = { side: 'sell' } as const;
    expect(codeOf(sale, { ...held, ...paused, conflictingInput: conflict })).toBe('approved');
    expect(codeOf(sale, { ...held, ...paused, lossesInRow: 50, lastLossMs: NOW_MS })).toBe('approved');
    expect(codeOf(sale, { ...held, ...paused, equityMicro: 0 })).toBe('approved');
    expect(codeOf(sale, { ...held, ...paused, bestAskTicks: null, bestBidTicks: null })).toBe('approved');
    expect(codeOf(sale, { ...held, unreconciled: { mode: 'reducing', reason: 'x' } })).toBe('approved');
    expect(codeOf(down, { ...held, clock: { mode: 'reducing', reason: 'clock' } })).toBe('approved');
    expect(codeOf(sale, { ...held, ...paused, unreconciled: { mode: 'halted', reason: 'x' } })).toBe('unreconciled');
  });

  test('defect 9: the same order is approved alone and denied for what is held, stands, is in flight or unknown', () => {
    const context = { config: { ...config, maxMarketPpm: 9_600 } };
    expect(codeOf({}, context)).toBe('approved');
    expect(codeOf({}, { ...context, ...held, openInWindow: [anExposure()] })).toBe('max-market-loss');
    expect(codeOf({}, { ...context, openInWindow: [anExposure(), anExposure()] })).toBe('max-market-loss');
    expect(codeOf({}, { otherWindowsLossMicro: 20_200_001 })).toBe('max-daily-loss');
  });
});

const restriction = fc.constantFrom(
  null,
  { mode: 'reducing', reason: 'r' } as const,
  { mode: 'halted', reason: 'h' } as const,
);
const rarely = <T>(value: T, otherwise: T) => fc.constantFrom(otherwise, otherwise, otherwise, value);
const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 0.5, 1e15);
const amountMicro = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 30 * UNIT }) },
  { weight: 1, arbitrary: odd },
);

const intents = fc
  .record({
    outcome: fc.constantFrom('up' as const, 'down' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    priceTicks: fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100) },
      { weight: 1, arbitrary: odd },
    ),
    amount: fc.oneof(
      amountMicro.map((sizeMicro) => ({ unit: 'shares' as const, sizeMicro })),
      amountMicro.map((spendMicro) => ({ unit: 'pusd' as const, spendMicro })),
    ),
    postOnly: fc.boolean(),
    strange: rarely(true, false),
  })
  .map(({ strange, ...intent }) => {
    const tokenId = strange ? ('7' as TokenId) : aMarket().tokens[intent.outcome];
    return anIntent({ ...intent, tokenId, timeInForce: intent.postOnly ? 'GTC' : 'FAK' });
  });

const contexts = fc
  .record({
    restriction,
    clock: restriction,
    unreconciled: restriction,
    market: rarely(null, aMarket()),
    guard: rarely({ tradable: false, differences: ['x'] } as const, { tradable: true, takerDelayMs: 250 } as const),
    nowMs: rarely(WINDOW_START_MS + WINDOW_MS, NOW_MS),
    staleInput: rarely({ stream: 'book', ageMs: 1, limitMs: 0 } as const, null),
    conflictingInput: rarely(conflict, null),
    fairProbability: fc.option(fc.double({ min: 0, max: 1 })),
    bestBidTicks: fc.option(fc.integer({ min: 1, max: 98 }).map((cents) => cents * 100)),
    bestAskTicks: fc.option(fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100)),
    upMicro: fc.integer({ min: 0, max: 40 * UNIT }),
    netPaidMicro: fc.integer({ min: -5 * UNIT, max: 30 * UNIT }),
    open: fc.nat({ max: 3 }),
    otherWindowsLossMicro: fc.nat({ max: 30 * UNIT }),
    dayLossMicro: fc.integer({ min: -50 * UNIT, max: 30 * UNIT }),
    equityMicro: fc.integer({ min: 0, max: 2_000 * UNIT }),
    lossesInRow: fc.nat({ max: 15 }),
    lastLossMs: fc.constantFrom(0, NOW_MS),
    cashMicro: fc.nat({ max: 40 * UNIT }),
    allowanceMicro: fc.option(fc.nat({ max: 40 * UNIT })),
    freeSharesMicro: fc.nat({ max: 40 * UNIT }),
    ordersInLastSecond: fc.nat({ max: 12 }),
    ordersInWindow: fc.nat({ max: 3 }),
    venueMode: rarely('post-only' as const, 'open' as const),
    probe: rarely({ maxOrdersPerWindow: 1 }, null),
  })
  .map(({ upMicro, netPaidMicro, open, ...context }) =>
    aRiskContext({
      ...context,
      holdings: { upMicro, downMicro: 0, netPaidMicro },
      openInWindow: Array.from({ length: open }, () => anExposure()),
    }),
  );

describe('approveOrder', () => {
  test('args: it never throws, and every denied intent has exactly one reason, that of the first check that refuses', () => {
    const seen = new Set<string>();
    assertProperty(
      fc.property(intents, contexts, (intent, context) => {
        const result = approveOrder(intent, context, IDENTITY);
        const first = RISK_CHECKS.findIndex(({ check }) => check(intent, context) !== null);
        if (result.ok) {
          expect(first).toBe(-1);
          seen.add('approved');
          return;
        }
        const reason: DeniedReason = result.error;
        seen.add(reason.code);
        expect(RISK_CHECKS[first]?.codes).toContain(reason.code);
        expect(RISK_CHECKS.filter(({ codes }) => codes.includes(reason.code))).toHaveLength(1);
        expect(renderDeniedReason(reason)).toMatch(/^\w.*\.$/);
      }),
      { numRuns: 3_000 },
    );
    // The property says something only where most of the checks are reached.
    expect(seen.size).toBeGreaterThan(15);
  });

  test('args: while trading is restricted, what is approved never makes the worst result worse', () => {
    assertProperty(
      fc.property(intents, contexts, (intent, context) => {
        const restricted = { ...context, restriction: { mode: 'reducing', reason: 'paused' } as const };
        const result = approveOrder(intent, restricted, IDENTITY);
        if (!result.ok) return;
        const { upMicro, downMicro, netPaidMicro } = context.holdings;
        // A sale of what is held, or the purchase of the other outcome: nothing else can do that.
        const buysOther =
          intent.side === 'buy' && (upMicro > downMicro ? intent.outcome === 'down' : intent.outcome === 'up');
        const sells = intent.side === 'sell' && upMicro + downMicro > 0;
        expect(buysOther || sells || netPaidMicro < 0).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
