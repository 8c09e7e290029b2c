/**
 * The recorded half day as it was settled then, on the spot price, through the object's shell and the venue on virtual time. The
 * recording holds 145 windows; 133 state a strike. Nothing of it is in this repository: without it these tests say that they were
 * skipped.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDecimalBig } from '../../core/model/decimal.ts';
import type { WindowFact } from '../../core/model/fact.ts';
import { E18_DECIMALS } from '../../core/model/reference-price.ts';
import { seriesStatus } from '../../durable-objects/series-status.ts';
import { HALF_DAY_END_MS } from '../../scripts/tape-check/recorded-half-day.ts';
import {
  type RecordedMarket,
  type RecordedTicks,
  readRecordedMarkets,
  readRecordedTicks,
} from '../../scripts/tape-check/recorded-prices.ts';
import { hasSharedData } from '../support/shared-data.ts';
import {
  type HalfDayTape,
  liveThroughHalfDay,
  makeHalfDayTape,
  recordedFiles,
  startTapeSeries,
  windowFactsOf,
} from '../support/tape-series.ts';

const SLOW_MS = 240_000;
/** Nothing is traded here, and no rule reads Binance: its generated quotes are as thin as they can be, and nobody is in a hurry. */
const THIN = { speed: 1_000, stepMs: 1_000 };
const WINDOWS = 145;

describe.skipIf(!hasSharedData)('the recorded half day, settled on the spot price', () => {
  let tape: HalfDayTape;
  let ticks: RecordedTicks;
  let markets: RecordedMarket[];

  beforeAll(async () => {
    tape = await makeHalfDayTape();
    ticks = readRecordedTicks(recordedFiles.ticks);
    markets = readRecordedMarkets(recordedFiles.markets);
  }, SLOW_MS);
  afterAll(() => tape.remove());

  test(
    'default: the guard sees from the recorded rules that they are not ours, and nothing is traded',
    async () => {
      const series = startTapeSeries({ tape, ...THIN });
      const findings = new Map<string, readonly string[]>();
      await liveThroughHalfDay(series, (nowMs) => {
        const { window } = seriesStatus(series.runtime, 'demo', nowMs, nowMs, 0);
        if (window === null) return;
        expect(window.tradable).toBe(false);
        findings.set(window.slug, window.guardFindings);
      });

      const facts = windowFactsOf(series);
      expect(facts.map(({ slug }) => slug)).toEqual(markets.map(({ slug }) => slug));
      expect(facts).toHaveLength(WINDOWS);
      expect(facts.filter(({ tradable, orders, fills }) => tradable || orders > 0 || fills > 0)).toEqual([]);
      expect(facts.map(({ outcome }) => outcome)).toEqual(markets.map(({ outcome }) => outcome));
      expect(series.facts.filter(({ kind }) => kind === 'order' || kind === 'fill' || kind === 'position')).toEqual([]);
      for (const { slug } of markets) {
        expect(findings.get(slug)).toEqual([
          'resolution source is "https://data.chain.link/streams/btc-usd", known is "https://data.chain.link/streams/btc-usd-twap-60s-streams"',
          'TWAP look-back is 0 s, known is 60 s',
          'protocol version is not stated, known is v1',
          'taker delay is not stated and none is acknowledged',
        ]);
      }
    },
    SLOW_MS,
  );

  test(
    'behavior: with the rule overridden, captured strikes and outcomes equal the recorded ones exactly',
    async () => {
      const series = startTapeSeries({
        tape,
        ...THIN,
        guard: {
          resolutionSource: 'https://data.chain.link/streams/btc-usd',
          twapLookbackSeconds: 0,
          acknowledgedTakerDelayMs: 250,
          protocolVersion: null,
        },
      });
      await liveThroughHalfDay(series);
      const facts = windowFactsOf(series);
      expect(facts.map(({ slug }) => slug)).toEqual(markets.map(({ slug }) => slug));
      expect(facts.every(({ tradable }) => tradable)).toBe(true);
      const pairs = facts.map((fact, index) => ({ fact, market: markets[index] as RecordedMarket }));

      // 133 strikes are recorded; the first one's window began before the recording did.
      const withStrike = pairs.filter(({ market }) => market.strikeE18 !== null);
      expect(withStrike).toHaveLength(133);
      const withTick = withStrike.filter(({ market }) => ticks.has(market.startMs));
      expect(withTick).toHaveLength(132);
      expect(withTick.filter(({ fact, market }) => strikeOf(fact) === market.strikeE18)).toHaveLength(132);
      // Where the recording has no tick, nothing is put in its place.
      const notCaptured = pairs.filter(({ fact }) => fact.strike === null);
      expect(notCaptured).toHaveLength(WINDOWS - 132);
      expect(notCaptured.filter(({ market }) => ticks.has(market.startMs))).toEqual([]);

      const withBothTicks = pairs.filter(({ market }) => ticks.has(market.startMs) && ticks.has(market.endMs));
      expect(withBothTicks).toHaveLength(122);
      expect(
        withBothTicks.filter(({ fact, market }) => ownOutcome(strikeOf(fact), fact) === market.outcome),
      ).toHaveLength(122);
      expect(facts.filter(({ verification }) => verification === 'confirmed')).toHaveLength(122);
      expect(facts.filter(({ verification }) => verification === 'mismatch')).toEqual([]);

      const withStrikeAndEnd = withStrike.filter(({ market }) => ticks.has(market.endMs));
      expect(withStrikeAndEnd).toHaveLength(123);
      expect(
        withStrikeAndEnd.filter(({ fact, market }) => ownOutcome(market.strikeE18, fact) === market.outcome),
      ).toHaveLength(123);
    },
    SLOW_MS,
  );

  test('args: the recording ends where it is said to', () => {
    expect(markets.at(-1)?.endMs).toBe(HALF_DAY_END_MS);
    expect(markets.map(({ startMs }) => startMs)).toEqual(
      Array.from({ length: WINDOWS }, (_, index) => (markets[0]?.startMs ?? 0) + index * 300_000),
    );
  });
});

function strikeOf(fact: WindowFact): bigint | null {
  return fact.strike === null ? null : parseDecimalBig(fact.strike, E18_DECIMALS);
}

/** The outcome of a strike and the captured final price; a tie is Up. */
function ownOutcome(strikeE18: bigint | null, fact: WindowFact): 'up' | 'down' | null {
  const finalE18 = fact.final === null ? null : parseDecimalBig(fact.final, E18_DECIMALS);
  if (strikeE18 === null || finalE18 === null) return null;
  return finalE18 >= strikeE18 ? 'up' : 'down';
}
