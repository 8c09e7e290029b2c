import { describe, expect, test } from 'vitest';
import { mustCommit } from '../../../core/engine/durability.ts';
import { EVENT_POLICY, MARKET_DATA_KINDS } from '../../../core/engine/event-policy.ts';
import type { EngineEvent, EngineEventType } from '../../../core/engine/events.ts';
import { isTapeEvent } from '../../../core/engine/journal/record-class.ts';
import { isExecutionReport } from '../../../core/engine/report-events.ts';
import { requiredStreamNames, requiredStreams } from '../../../core/engine/required-streams.ts';
import { createState } from '../../../core/engine/state.ts';
import { strictestRestriction, tradingMode } from '../../../core/engine/trading-state.ts';
import { createFeedHealth } from '../../../core/market-data/feed-health.ts';
import type { DeniedReason } from '../../../core/risk/denied-reason.ts';
import { renderDeniedReason } from '../../../core/risk/denied-reason.ts';
import { eventArbitraries } from '../../support/arbitraries.ts';
import { aConfig, UNIT } from '../../support/builders.ts';

const KINDS = Object.keys(eventArbitraries) as EngineEventType[];
const eventOf = (type: EngineEventType) => ({ type, seq: 1, tsEvent: 0, tsInit: 0 }) as EngineEvent;

describe('EVENT_POLICY', () => {
  test('default: every kind of event has a row, and there is no row for anything else', () => {
    expect(Object.keys(EVENT_POLICY).sort()).toEqual([...KINDS].sort());
  });

  test('behavior: a report is never conflated, always stored at once, always shown', () => {
    const reports = KINDS.filter((type) => isExecutionReport(eventOf(type)));
    expect(reports).toHaveLength(9);
    for (const type of reports)
      expect(EVENT_POLICY[type]).toEqual({ conflate: 'never', durable: 'at-once', live: 'every' });
  });

  test('behavior: what may be merged may wait for the next row, and is market data', () => {
    for (const type of KINDS) {
      const { conflate, durable } = EVENT_POLICY[type];
      if (conflate === 'merge') expect([durable, isTapeEvent(eventOf(type))]).toEqual(['with-tail', true]);
    }
  });

  test('behavior: the bus’s seven kinds of market data are all there', () => {
    expect(Object.keys(MARKET_DATA_KINDS)).toHaveLength(7);
    const types = Object.values(MARKET_DATA_KINDS)
      .flat()
      .filter((type) => type !== 'ta-snapshot');
    for (const type of types) expect(KINDS).toContain(type);
  });
});

describe('mustCommit', () => {
  const alert = { type: 'raise-alert', code: '', severity: 'info', detail: '' } as const;

  test.each([
    ['order-filled', [], true],
    ['command-received', [], true],
    ['restarted', [], true],
    ['market-listed', [], true],
    ['book-changed', [], false],
    ['reference-price-received', [], false],
    ['timer-fired', [], false],
    ['book-changed', [alert], true],
    ['timer-fired', [alert], true],
  ] as const)('default: %s with %j: %s', (type, outputs, expected) => {
    expect(mustCommit(eventOf(type), outputs)).toBe(expected);
  });
});

describe('strictestRestriction', () => {
  const restriction = (reason: string, mode: 'reducing' | 'halted') => ({
    reason,
    mode,
    detail: '',
    actor: '',
    sinceMs: 0,
    liftedBy: '',
  });

  test.each([
    ['active', null, []],
    ['reducing', 'a', [restriction('a', 'reducing'), restriction('b', 'reducing')]],
    ['halted', 'b', [restriction('a', 'reducing'), restriction('b', 'halted'), restriction('c', 'reducing')]],
    ['halted', 'a', [restriction('a', 'halted'), restriction('b', 'halted')]],
  ] as const)('default: %s by %s', (mode, reason, restrictions) => {
    const { durable } = createState(aConfig());
    durable.restrictions = [...restrictions];
    expect(tradingMode(durable)).toBe(mode);
    expect(strictestRestriction(durable)?.reason ?? null).toBe(reason);
  });
});

describe('requiredStreams', () => {
  const health = createFeedHealth();
  const limitsOf = (config = aConfig(), msToEnd = 240_000) =>
    Object.fromEntries(requiredStreams(config, health, msToEnd).map(({ stream, limitMs }) => [stream, limitMs]));

  test('default: book, TWAP and the exchange that is configured', () => {
    expect(requiredStreamNames(aConfig())).toEqual(['book', 'reference-twap', 'binance-depth']);
    expect(requiredStreamNames(aConfig({ exchangeFeed: 'coinbase' }))).toEqual([
      'book',
      'reference-twap',
      'coinbase-ticker',
    ]);
    expect(limitsOf()).toEqual({ book: 10_000, 'reference-twap': 5_000, 'binance-depth': 2_000 });
  });

  test('behavior: ages by receive time run with the simulated clock, the source’s own do not', () => {
    expect(limitsOf(aConfig({ simSpeed: 10 }))).toEqual({
      book: 100_000,
      'reference-twap': 5_000,
      'binance-depth': 20_000,
    });
  });

  test.each([
    [300_000, 5_000],
    [50_000, 5_000],
    [40_000, 4_000],
    [30_000, 3_000],
    [1_000, 3_000],
  ])('behavior: with %d ms left the TWAP may be %d ms old', (msToEnd, limitMs) => {
    expect(limitsOf(aConfig(), msToEnd)['reference-twap']).toBe(limitMs);
  });

  test('behavior: the feed’s own lag comes on top', () => {
    const lagging = createFeedHealth();
    lagging['reference-twap'].lagMs = 1_600;
    expect(requiredStreams(aConfig(), lagging, 240_000)).toContainEqual({ stream: 'reference-twap', limitMs: 6_600 });
  });
});

describe('renderDeniedReason', () => {
  test.each<[DeniedReason, string]>([
    [{ code: 'trading-restricted', mode: 'reducing', reason: 'paused' }, 'Trading is reducing: paused.'],
    [{ code: 'rule-guard', difference: 'fee rate is 1' }, 'The market’s rules are not the known ones: fee rate is 1.'],
    [{ code: 'unknown-market' }, 'The market is not listed or not this series’.'],
    [{ code: 'window-closed', msToEnd: 7 }, 'Only 7 ms of the window are left, or it has not begun.'],
    [{ code: 'stale-input', stream: 'book', ageMs: 11, limitMs: 10 }, 'book is 11 ms old, its limit is 10 ms.'],
    [{ code: 'stale-input', stream: 'book', ageMs: null, limitMs: 10 }, 'Nothing has come of book yet.'],
    [{ code: 'bad-price', priceTicks: 4_801, tickSizeTicks: 100 }, 'Price 0.4801 is not on the market’s grid of 0.01.'],
    [
      { code: 'below-minimum', sizeMicro: UNIT, minimumMicro: 5 * UNIT },
      '1 shares are fewer than the venue’s minimum of 5.',
    ],
    [
      { code: 'max-order-loss', lossMicro: 11 * UNIT, limitMicro: 10 * UNIT },
      'The worst case would lose 11 pUSD, the limit of one order is 10 pUSD.',
    ],
    [
      { code: 'max-market-loss', lossMicro: 11 * UNIT, limitMicro: 10 * UNIT },
      'The worst case would lose 11 pUSD, the limit of one window is 10 pUSD.',
    ],
    [
      { code: 'max-total-loss', lossMicro: 11 * UNIT, limitMicro: 10 * UNIT },
      'The worst case would lose 11 pUSD, the limit of all windows is 10 pUSD.',
    ],
    [
      { code: 'max-daily-loss', lossMicro: 25_000_001, limitMicro: 25 * UNIT },
      'The worst case would lose 25.000001 pUSD, the limit of the day is 25 pUSD.',
    ],
    [{ code: 'insufficient-cash', neededMicro: UNIT, freeMicro: 0 }, 'The order needs 1 pUSD, 0 pUSD are free.'],
    [{ code: 'insufficient-shares', neededMicro: UNIT, freeMicro: 0 }, 'The order sells 1 shares, 0 are free.'],
    [
      { code: 'insufficient-allowance', neededMicro: 2 * UNIT, freeMicro: UNIT },
      'The order needs 2 pUSD, the exchange may still take 1 pUSD by the allowance given.',
    ],
    [
      { code: 'below-dollar', amountMicro: 990_000, minimumMicro: 1_010_000 },
      'A BUY that trades at once must be for 1.01 pUSD at least, this one is for 0.99.',
    ],
    [{ code: 'venue-mode', mode: 'post-only' }, 'The venue takes only post-only orders at the moment.'],
    [{ code: 'venue-mode', mode: 'restarting' }, 'The venue takes no orders at the moment: restarting.'],
    [
      { code: 'probe-size', sizeMicro: 6 * UNIT, limitMicro: 5 * UNIT },
      'A probe orders 5 shares, this order is for 6.',
    ],
    [{ code: 'probe-orders', orders: 1, limit: 1 }, 'A probe sends 1 orders a window, 1 were sent in this one.'],
    [{ code: 'order-rate', inLastSecond: 10, limit: 10 }, '10 orders left in the last second, the limit is 10.'],
  ])('default: $code', (reason, sentence) => {
    // The apostrophe is a matter of typography.
    expect(renderDeniedReason(reason).replaceAll("'", '’')).toBe(sentence);
  });
});
