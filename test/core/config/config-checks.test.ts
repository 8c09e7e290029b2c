import { describe, expect, test } from 'vitest';
import { composeConfig } from '../../../core/config/compose-config.ts';
import { configChanges } from '../../../core/config/config-changes.ts';
import { configProblems } from '../../../core/config/config-checks.ts';
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import type { EngineConfig } from '../../../core/config/engine-config.ts';
import { orderRooms } from '../../../core/config/order-room.ts';
import { presentConfig } from '../../../core/config/present-config.ts';
import { DEFAULT_SECTIONS } from '../../../core/config/sections.ts';
import { seriesAllocations } from '../../../core/config/series-allocations.ts';
import type { SeriesSlug } from '../../../core/model/identifiers.ts';
import { decodeTaggedJson, encodeTaggedJson } from '../../../core/model/tagged-json.ts';
import { approveOrder } from '../../../core/risk/risk-engine.ts';
import { anIntent, aRiskContext, UNIT } from '../../support/builders.ts';

const standard = DEFAULT_ENGINE_CONFIG;
type Change = { readonly [Name in keyof EngineConfig]?: Partial<EngineConfig[Name]> };

function changed(change: Change): EngineConfig {
  const sections = Object.entries(change).map(([name, part]) => [
    name,
    { ...(standard[name as keyof EngineConfig] as object), ...(part as object) },
  ]);
  return { ...standard, ...(Object.fromEntries(sections) as Partial<EngineConfig>) };
}

describe('configProblems', () => {
  test('default: the defaults contradict nothing', () => {
    expect(configProblems(standard)).toEqual([]);
  });

  test.each<[string, Change, string, RegExp]>([
    [
      'no limit of an order',
      { risk: { maxOrderPpm: 1_000_000, maxMarketPpm: 1_000_000, maxTotalPpm: 1_000_000 } },
      'risk.max_order_percent',
      /there would be no limit/,
    ],
    [
      'no limit of the day',
      { risk: { maxDailyLossPpm: 1_000_000 } },
      'risk.max_daily_loss_percent',
      /there would be no limit/,
    ],
    [
      'a limit of nothing',
      { risk: { maxDailyLossPpm: 0 } },
      'risk.max_daily_loss_percent',
      /every order would be denied/,
    ],
    [
      'an order beyond its window',
      { risk: { maxOrderPpm: 200_000 } },
      'risk.max_order_percent',
      /above risk\.max_market_percent, 10 %/,
    ],
    [
      'a window beyond all windows',
      { risk: { maxTotalPpm: 50_000 } },
      'risk.max_market_percent',
      /above risk\.max_total_percent, 5 %/,
    ],
    [
      'three windows beyond the bankroll',
      { risk: { maxMarketPpm: 333_334 } },
      'risk.max_market_percent',
      /at most 33\.3333/,
    ],
    [
      'a collar that holds nothing',
      { risk: { maxBookDistanceTicks: 5_000 } },
      'risk.max_book_distance_cents',
      /hold no price back/,
    ],
    [
      'an input of any age',
      { staleness: { bookMs: 300_000 } },
      'staleness.book_seconds',
      /no input would ever be too old/,
    ],
    [
      'an input of no age',
      { staleness: { exchangeMs: 0 } },
      'staleness.exchange_seconds',
      /every input would be too old/,
    ],
    [
      'a spread below the fee',
      { marketMaker: { halfSpreadTicks: 87 } },
      'market_maker.half_spread_cents',
      /spread of 0\.0174, below the taker's fee of 0\.0175/,
    ],
    [
      'an order below the minimum',
      { marketMaker: { orderSizeMicro: 4_999_999 } },
      'market_maker.order_size_shares',
      /minimum of 5/,
    ],
    [
      'an order beyond its limit',
      { marketMaker: { orderSizeMicro: 20_000_001 } },
      'market_maker.order_size_shares',
      /limit of one order is 10/,
    ],
    [
      'no time to quote in',
      { marketMaker: { leaveBeforeEndMs: 300_000 } },
      'market_maker.leave_before_end_seconds',
      /no quotes/,
    ],
    ['a slug of another length', { series: { durationMs: 900_000 } }, 'SERIES', /whose windows do not last 900 s/],
    [
      'windows that the venue does not have',
      { series: { slug: 'btc-updown-7m' as SeriesSlug, durationMs: 420_000 } },
      'SERIES',
      /5m, 15m, 1h and 4h/,
    ],
    ['a bankroll of nothing', { risk: { bankrollMicro: 0 }, marketMaker: { enabled: false } }, 'BANKROLL_USDC', /is 0/],
    [
      'a bankroll in which no order fits',
      { risk: { bankrollMicro: 249_999_999 }, marketMaker: { enabled: false } },
      'BANKROLL_USDC',
      /needs 250 pUSD/,
    ],
  ])('error: %s', (_, change, field, sentence) => {
    const problems = configProblems(changed(change));
    expect(problems.map((problem) => problem.field)).toContain(field);
    expect(problems.find((problem) => problem.field === field)?.message).toMatch(sentence);
  });

  test.each<[string, Change]>([
    ['three windows that are just the bankroll', { risk: { maxMarketPpm: 333_333 } }],
    ['a spread that just pays its fee', { marketMaker: { halfSpreadTicks: 88 } }],
    ['a narrow spread of a market maker that is off', { marketMaker: { enabled: false, halfSpreadTicks: 1 } }],
    ['the smallest bankroll', { risk: { bankrollMicro: 250 * UNIT } }],
  ])('behavior: %s is in order', (_, change) => {
    expect(configProblems(changed(change))).toEqual([]);
  });
});

describe('orderRooms', () => {
  test('default: the smallest bankroll of each kind, and how many orders fit', () => {
    const { risk, guard } = standard;
    expect(orderRooms(risk, guard)).toEqual([
      {
        priceTicks: 5_000,
        kind: 'resting',
        lossMicro: 2_500_000,
        smallestBankrollMicro: 250 * UNIT,
        orders: 10,
        limit: 'day',
      },
      {
        priceTicks: 5_000,
        kind: 'taking',
        lossMicro: 2_587_500,
        smallestBankrollMicro: 258_750_000,
        orders: 9,
        limit: 'day',
      },
      {
        priceTicks: 9_900,
        kind: 'taking',
        lossMicro: 4_953_470,
        smallestBankrollMicro: 495_347_000,
        orders: 5,
        limit: 'day',
      },
    ]);
  });

  test('behavior: with that bankroll risk approves one such order, and with a millionth less none', () => {
    const { guard } = standard;
    const [{ smallestBankrollMicro }] = orderRooms(standard.risk, guard);
    const intent = anIntent({ priceTicks: 5_000, amount: { unit: 'shares', sizeMicro: 5 * UNIT } });
    for (const [bankrollMicro, ok] of [
      [smallestBankrollMicro, true],
      [smallestBankrollMicro - 1, false],
    ] as const) {
      const risk = { ...standard.risk, bankrollMicro };
      expect(orderRooms(risk, guard)[0].orders > 0).toBe(ok);
      const context = aRiskContext({ config: risk, equityMicro: bankrollMicro });
      const identity = { clientOrderId: 'c' as never, createdMs: 0, notAfterMs: 0, salt: 1 };
      expect(approveOrder(intent, context, identity).ok).toBe(ok);
    }
  });
});

describe('seriesAllocations', () => {
  const series = ['btc-updown-5m', 'eth-updown-5m'] as SeriesSlug[];

  test('default: equal parts, rounded down', () => {
    const divided = seriesAllocations('', series, 1_000_000_001);
    expect(divided.ok && [...divided.value.values()]).toEqual([500_000_000, 500_000_000]);
  });

  test('behavior: by name, up to the whole bankroll', () => {
    const divided = seriesAllocations('eth-updown-5m=300, btc-updown-5m=700', series, 1_000 * UNIT);
    expect(divided.ok && Object.fromEntries(divided.value)).toEqual({
      'btc-updown-5m': 700 * UNIT,
      'eth-updown-5m': 300 * UNIT,
    });
  });

  test.each([
    [
      'a sum that exceeds the bankroll',
      'btc-updown-5m=700,eth-updown-5m=301',
      /come to 1001 pUSD, more than the bankroll of 1000/,
    ],
    ['a series without a part', 'btc-updown-5m=700', /must name every series/],
    ['a series that is not traded', 'sol-updown-5m=1,eth-updown-5m=1', /each series one of SERIES/],
    ['a series twice', 'btc-updown-5m=1,btc-updown-5m=1', /each series one of SERIES/],
    ['nothing for a series', 'btc-updown-5m=0,eth-updown-5m=1', /each series one of SERIES/],
  ])('error: %s', (_, text, sentence) => {
    const divided = seriesAllocations(text, series, 1_000 * UNIT);
    expect(divided.ok ? '' : divided.error).toMatch(sentence);
  });
});

describe('composeConfig', () => {
  const { marketMaker: _, risk: __, staleness: ___, guard: ____, flatten: _____, ...deployment } = standard;
  const environment = { bankrollMicro: 500 * UNIT, acknowledgedTakerDelayMs: 300, marketMakerEnabled: false };

  test('default: variables win over the document', () => {
    const composed = composeConfig(deployment, DEFAULT_SECTIONS, environment);
    expect(composed).toMatchObject({
      ok: true,
      value: {
        risk: { bankrollMicro: 500 * UNIT, maxOrderPpm: 10_000 },
        guard: { acknowledgedTakerDelayMs: 300 },
        marketMaker: { enabled: false },
      },
    });
  });

  test('error: what contradicts itself is no configuration', () => {
    const sections = { ...DEFAULT_SECTIONS, risk: { ...DEFAULT_SECTIONS.risk, maxDailyLossPpm: 1_000_000 } };
    expect(composeConfig(deployment, sections, environment)).toMatchObject({
      ok: false,
      error: [{ field: 'risk.max_daily_loss_percent' }],
    });
  });
});

describe('configChanges', () => {
  test('default: a line for each field that is different', () => {
    const after = changed({ risk: { maxOrderPpm: 5_000 }, guard: { tickSizesTicks: [100] } });
    expect(configChanges(standard, after)).toEqual([
      'guard.tickSizesTicks: [100,10] → [100]',
      'risk.maxOrderPpm: 10000 → 5000',
    ]);
    expect(configChanges(standard, standard)).toEqual([]);
  });

  test('behavior: a configuration that was recorded, its fields in the order of their names, is the same', () => {
    const recorded = decodeTaggedJson(encodeTaggedJson(standard)) as EngineConfig;
    expect(configChanges(standard, recorded)).toEqual([]);
  });
});

describe('presentConfig', () => {
  test('default: what has the present shape is itself', () => {
    expect(presentConfig(standard)).toBe(standard);
  });

  test('behavior: what is missing has its default, what nobody knows is left out', () => {
    const { flatten: _, ...rest } = standard;
    const { lossPauseMs: __, ...risk } = standard.risk;
    const old = { ...rest, risk: { ...risk, maxOrderPpm: 3, gone: 1 }, former: 1 } as unknown as EngineConfig;
    expect(presentConfig(old)).toEqual({ ...standard, risk: { ...standard.risk, maxOrderPpm: 3 } });
  });
});
