/**
 * The recorded half day under today's rule, the 60-second mean, with simulated books around its prices: the market maker trades it
 * through the object's shell and the venue on virtual time. Nothing of the recording is in this repository: without it these tests
 * say that they were skipped. What it earns or loses there says nothing of real books.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOrders } from '../../core/engine/open-orders.ts';
import type { AuditResult } from '../../core/engine/replay.ts';
import type { FillFact, WindowFact } from '../../core/model/fact.ts';
import { MICRO_PER_UNIT } from '../../core/model/money.ts';
import { formatE18 } from '../../core/model/reference-price.ts';
import { HALF_DAY_START_MS } from '../../scripts/tape-check/recorded-half-day.ts';
import {
  meanAt,
  meanSeenAt,
  type RecordedMarket,
  type RecordedTicks,
  readRecordedMarkets,
  readRecordedTicks,
} from '../../scripts/tape-check/recorded-prices.ts';
import { hasSharedData } from '../support/shared-data.ts';
import type { SimulatedSeries } from '../support/simulated-series.ts';
import {
  createGrowingAudit,
  type HalfDayTape,
  liveThroughHalfDay,
  makeHalfDayTape,
  NO_ORDERS_BEFORE_END_MS,
  recordedFiles,
  startTapeSeries,
  windowFactsOf,
} from '../support/tape-series.ts';

const SLOW_MS = 480_000;
/** A batch of book changes every 4 s and a Binance book every 1.2 s: within all limits of age, and a small part of the frames. */
const THIN = { speed: 160, stepMs: 250 };
/** So much that the limit on a day's loss does not end the trading in the first hour. */
const BANKROLL_MICRO = 100_000 * MICRO_PER_UNIT;
const WINDOWS = 145;

describe.skipIf(!hasSharedData)('the recorded half day, settled on the 60-second mean', () => {
  let tape: HalfDayTape;
  let ticks: RecordedTicks;
  let markets: RecordedMarket[];
  let series: SimulatedSeries;
  let audited: AuditResult;
  let facts: WindowFact[];
  /** Orders that stood 5 s before the end of their window, or later. */
  const lateOrders: string[] = [];

  beforeAll(async () => {
    tape = await makeHalfDayTape();
    ticks = readRecordedTicks(recordedFiles.ticks);
    markets = readRecordedMarkets(recordedFiles.markets);
    series = startTapeSeries({
      tape,
      ...THIN,
      books: 'simulated',
      settlement: 'twap-60',
      bankrollMicro: BANKROLL_MICRO,
    });
    const audit = createGrowingAudit(series);
    await liveThroughHalfDay(series, (nowMs) => {
      audit.catchUp();
      const { durable } = series.runtime.pipeline.host.state;
      for (const { order } of openOrders(durable)) {
        if (nowMs >= order.windowStartMs + durable.config.series.durationMs - NO_ORDERS_BEFORE_END_MS) {
          lateOrders.push(order.clientOrderId);
        }
      }
    });
    audit.catchUp();
    audited = audit.result();
    facts = windowFactsOf(series);
  }, SLOW_MS);
  afterAll(() => tape.remove());

  test('default: every recorded window has exactly one final record', () => {
    expect(facts.map(({ slug }) => slug)).toEqual(markets.map(({ slug }) => slug));
    expect(facts).toHaveLength(WINDOWS);
    expect(facts.every(({ tradable }) => tradable)).toBe(true);
    expect(Object.values(series.runtime.pipeline.host.state.durable.windows)).toEqual([]);
  });

  test('behavior: strikes and final prices equal what the recorded ticks give', () => {
    const seen = (atMs: number): string | null => {
      const meanE18 = meanSeenAt(ticks, atMs);
      return meanE18 === null ? null : formatE18(meanE18);
    };
    expect(facts.map(({ strike }) => strike)).toEqual(markets.map(({ startMs }) => seen(startMs)));
    expect(facts.map(({ final }) => final)).toEqual(markets.map(({ endMs }) => seen(endMs)));
    // Ticks at 132 starts and 133 ends; the first boundary of the recording has no minute behind it.
    expect(facts.filter(({ strike }) => strike !== null)).toHaveLength(131);
    expect(facts.filter(({ final }) => final !== null)).toHaveLength(132);
  });

  test('behavior: outcomes equal what the recorded ticks give', () => {
    const outcomes = markets.map(({ startMs, endMs }) =>
      meanAt(ticks, endMs) >= meanAt(ticks, startMs) ? 'up' : 'down',
    );
    expect(facts.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(facts.filter(({ verification }) => verification === 'confirmed')).toHaveLength(121);
    expect(facts.filter(({ verification }) => verification === 'mismatch')).toEqual([]);
    // The rule matters: by the spot price of the time many of the same windows ended the other way.
    const settledOtherwise = markets.filter(
      ({ startMs, endMs, outcome }, index) =>
        meanSeenAt(ticks, startMs) !== null && ticks.has(endMs) && outcome !== outcomes[index],
    );
    expect(settledOtherwise).toHaveLength(19);
  });

  test('behavior: windows without a recorded strike are not traded, nearly all others are', () => {
    expect(facts.filter(({ strike, orders }) => strike === null && orders > 0)).toEqual([]);
    expect(facts.filter(({ orders }) => orders > 0).length).toBeGreaterThan(120);
    expect(facts.filter(({ fills }) => fills > 0).length).toBeGreaterThan(60);
  });

  test('behavior: no order rests in the last 5 s of a recorded window', () => {
    expect(lateOrders).toEqual([]);
    const orders = series.facts.filter((fact) => fact.kind === 'order');
    expect(orders).toHaveLength(facts.reduce((sum, fact) => sum + fact.orders, 0));
    for (const { windowStartMs, endedMs } of orders) {
      expect(endedMs).toBeLessThanOrEqual(windowStartMs + 300_000 - NO_ORDERS_BEFORE_END_MS);
    }
  });

  test('behavior: money is conserved over the recorded half day', () => {
    const fills = series.facts.filter((fact) => fact.kind === 'fill');
    expect(fills).toHaveLength(facts.reduce((sum, fact) => sum + fact.fills, 0));
    for (const fact of facts) {
      const ofWindow = fills.filter(({ windowStartMs }) => windowStartMs === fact.windowStartMs);
      expect(BigInt(fact.realizedPnlMicro)).toBe(resultOf(ofWindow, fact.outcome));
      expect(BigInt(fact.feesMicro)).toBe(ofWindow.reduce((sum, { feeMicro }) => sum + BigInt(feeMicro), 0n));
    }
    const made = facts.reduce((sum, { realizedPnlMicro }) => sum + realizedPnlMicro, 0);
    const { ledger } = series.runtime.pipeline.host.state.durable;
    expect(ledger.cashMicro + ledger.redeemableMicro).toBe(BANKROLL_MICRO + made);
    // The first window ended with the day before; nothing was traded in it.
    expect(ledger.day).toMatchObject({ startMs: HALF_DAY_START_MS, windows: WINDOWS, realizedMicro: made });
  });

  test('behavior: the audit of the whole recorded half day finds no difference', () => {
    expect(audited).toMatchObject({ difference: null, records: series.runtime.pipeline.lastSeq });
    expect(audited.decisions).toBeGreaterThan(100_000);
  });
});

/** What the fills of a window came to, from the fills and the outcome alone: all are bids; what a share costs is rounded up. */
function resultOf(fills: readonly FillFact[], outcome: WindowFact['outcome']): bigint {
  return fills.reduce((sum, { side, priceTicks, sizeMicro, feeMicro, outcome: bought }) => {
    expect(side).toBe('buy');
    const costMicro = (BigInt(priceTicks) * BigInt(sizeMicro) + 9_999n) / 10_000n;
    const paidMicro = bought === outcome ? BigInt(sizeMicro) : 0n;
    return sum + paidMicro - costMicro - BigInt(feeMicro);
  }, 0n);
}
