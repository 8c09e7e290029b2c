/**
 * The pricing model on 5,355 windows of the spot-settled time, with the exchange's minutes alone: everything is fitted on what lies before
 * the second half of them, and the second half judges (library notes of 2026-11-23, "Fair value on real ticks").
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING, type PricingConfig } from '../../core/config/pricing-config.ts';
import { calibrationSlope, logLossOf, meanScore, type Scored } from '../../core/evidence/calibration.ts';
import { FITTED_PARAMETERS, fitHourFactors, fitPricing } from '../../core/evidence/pricing-fit.ts';
import { type JudgedWindow, type RecordedPrice, replayPricing } from '../../core/evidence/pricing-replay.ts';
import { normalCdf } from '../../core/model/math.ts';
import { hasSharedData, sharedDataPath } from '../support/shared-data.ts';

const HORIZONS = [240, 180, 120, 60];
const MINUTE_MS = 60_000;
const DURATION_MS = 5 * MINUTE_MS;
const ALLOWED = 0.001;

interface Candle {
  readonly openMs: number;
  readonly open: number;
  readonly close: number;
}

function readCandles(): Candle[] {
  const packed = readFileSync(sharedDataPath('klines', 'utc_BTCUSDT_1m_20251206_20260105_dudicslevente.csv.gz'));
  const rows = gunzipSync(packed).toString('utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const fields = row.split(',').map(Number);
    return { openMs: fields[0] as number, open: fields[1] as number, close: fields[4] as number };
  });
}

/** The venue's own outcomes, where all five minutes are there; the price to beat is the first one's open. */
function readWindows(candles: readonly Candle[]): JudgedWindow[] {
  const opens = new Map(candles.map(({ openMs, open }) => [openMs, open]));
  const text = readFileSync(sharedDataPath('polymarket', 'felixdoteth_btc_5m_outcomes_20251218_20260216.csv'), 'utf8');
  const windows = new Map<number, JudgedWindow>();
  for (const row of text.trim().split('\n').slice(1)) {
    const fields = row.split(',');
    const startMs = Number(fields[0]) * 1_000;
    const strikeUsd = opens.get(startMs);
    if (strikeUsd === undefined || ![1, 2, 3, 4].every((minute) => opens.has(startMs + minute * MINUTE_MS))) continue;
    const up = fields[4] === 'up';
    windows.set(startMs, {
      startMs,
      endMs: startMs + DURATION_MS,
      lookbackSeconds: 0,
      strikeUsd,
      up,
      missingSeconds: 0,
    });
  }
  return [...windows.values()].sort((left, right) => left.startMs - right.startMs);
}

/** Windows that begin at every minute, decided by the minutes themselves: ten times as much to learn from. */
function ownWindows(prices: readonly RecordedPrice[]): JudgedWindow[] {
  const closes = new Map(prices.map(({ observedMs, usd }) => [observedMs, usd]));
  return prices.slice(120).flatMap(({ observedMs: startMs, usd: strikeUsd }) => {
    const last = closes.get(startMs + DURATION_MS);
    if (last === undefined) return [];
    return {
      startMs,
      endMs: startMs + DURATION_MS,
      lookbackSeconds: 0,
      strikeUsd,
      up: last >= strikeUsd,
      missingSeconds: 0,
    };
  });
}

/** The reference: a normal digital, variance by an average of the minutes' squared returns with a half-life of ten minutes. */
function referenceProbabilities(candles: readonly Candle[]): (window: JudgedWindow, secondsLeft: number) => number {
  const kept = 0.5 ** (1 / 10);
  const known = new Map<number, { readonly usd: number; readonly perSecond: number }>();
  let sum = 0;
  let weight = 0;
  for (const [index, { openMs, close }] of candles.entries()) {
    if (index > 0) {
      const change = Math.log(close / (candles[index - 1]?.close as number));
      sum = sum * kept + change * change * (1 - kept);
      weight = weight * kept + 1 - kept;
    }
    known.set(openMs + MINUTE_MS, { usd: close, perSecond: sum / weight / 60 });
  }
  return ({ endMs, strikeUsd }, secondsLeft) => {
    const at = known.get(endMs - secondsLeft * 1_000);
    if (at === undefined) throw new Error('a minute is missing');
    return normalCdf(Math.log(at.usd / strikeUsd) / Math.sqrt(at.perSecond * secondsLeft));
  };
}

describe('fairValue on shared data', () => {
  test.skipIf(!hasSharedData)('behavior: recorded windows of the spot rule, beside the ten-minute reference', () => {
    const candles = readCandles();
    const prices = candles.map(({ openMs, close }) => {
      const observedMs = openMs + MINUTE_MS;
      return { observedMs, knownMs: observedMs, usd: close };
    });
    const windows = readWindows(candles);
    expect(windows).toHaveLength(5_355);
    const second = windows.slice(Math.floor(windows.length / 2));
    const splitMs = second[0]?.startMs ?? 0;
    const training = prices.filter(({ observedMs }) => observedMs < splitMs);

    const start: PricingConfig = {
      ...DEFAULT_PRICING,
      // A minute is as often as there is a price.
      staleAfterLeastMs: MINUTE_MS,
      staleAfterMostMs: MINUTE_MS,
      // Nothing of the defaults that saw later months.
      volatilityWeights: [0.25, 0.4, 0.25, 0.1],
      varianceScale: 1,
      tailSpread: 0.2,
      shortTailSpread: 0.35,
      hourOfDayFactors: fitHourFactors(training),
      components: { ...DEFAULT_PRICING.components, feedLag: false },
    };
    const { weight120, weight3600, weight21600, varianceScale, tailSpread, shortTailSpread } = FITTED_PARAMETERS;
    const fitted = fitPricing(
      { prices: training, windows: ownWindows(training), horizons: HORIZONS, maxPriceAgeMs: MINUTE_MS },
      start,
      [weight120, weight3600, weight21600, varianceScale, tailSpread, shortTailSpread],
      70,
    );

    const options = { horizons: HORIZONS, variants: [fitted], maxPriceAgeMs: MINUTE_MS };
    const { judgements } = replayPricing(prices, second, options);
    const reference = referenceProbabilities(candles);
    for (const secondsLeft of HORIZONS) {
      const judged = judgements.filter((judgement) => judgement.secondsLeft === secondsLeft);
      expect(judged).toHaveLength(second.length);
      const ours: Scored[] = judged.map(({ probabilities, window }) => ({
        probability: probabilities[0] as number,
        up: window.up,
      }));
      const theirs = judged.map(({ window }) => ({ probability: reference(window, secondsLeft), up: window.up }));
      const [our, their] = [meanScore(ours, logLossOf) as number, meanScore(theirs, logLossOf) as number];
      const slope = calibrationSlope(ours);
      const said = `${secondsLeft} s: log-loss ${our.toFixed(4)} against ${their.toFixed(4)}, slope ${slope?.slope.toFixed(3)} (${slope?.low.toFixed(3)} … ${slope?.high.toFixed(3)})`;
      expect(our, said).toBeLessThanOrEqual(their + ALLOWED);
      if (slope === null) throw new Error(said);
      const isRight = (slope.low <= 1 && slope.high >= 1) || (slope.slope >= 0.85 && slope.slope <= 1.15);
      expect(isRight, said).toBe(true);
    }
  });
});
