/** The defaults that were fitted to recorded minutes, fitted again. Docs: docs/design/pricing.md. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING, type PricingConfig } from '../../core/config/pricing-config.ts';
import { calibrationSlope, logLossOf, meanScore } from '../../core/evidence/calibration.ts';
import { FITTED_PARAMETERS, fitHourFactors, fitPricing } from '../../core/evidence/pricing-fit.ts';
import { type JudgedWindow, type RecordedPrice, replayPricing } from '../../core/evidence/pricing-replay.ts';
import type { VolatilityIndex } from '../../core/pricing/volatility.ts';
import { hasSharedData, sharedDataPath } from '../support/shared-data.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DURATION_MS = 5 * MINUTE_MS;
const HORIZONS = [240, 180, 120, 60];
const MINUTES_A_YEAR = 525_600;

/** The close of each minute, known at its end. */
function readMinutes(name: string): RecordedPrice[] {
  const rows = gunzipSync(readFileSync(sharedDataPath('klines', name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1);
  return rows.map((row) => {
    const fields = row.split(',');
    const observedMs = Number(fields[0]) + MINUTE_MS;
    return { observedMs, knownMs: observedMs, usd: Number(fields[4]) };
  });
}

/** Windows at every other minute after the first day, decided by the minutes themselves. */
function ownWindows(prices: readonly RecordedPrice[]): JudgedWindow[] {
  const closes = new Map(prices.map(({ observedMs, usd }) => [observedMs, usd]));
  const firstMs = (prices[0]?.observedMs ?? 0) + DAY_MS;
  return prices.flatMap(({ observedMs: startMs, usd: strikeUsd }) => {
    const last = closes.get(startMs + DURATION_MS);
    if (startMs < firstMs || startMs % (2 * MINUTE_MS) !== 0 || last === undefined) return [];
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

/** The default model on prices once a minute, without what seconds are needed for. */
const BY_MINUTES: PricingConfig = {
  ...DEFAULT_PRICING,
  staleAfterLeastMs: MINUTE_MS,
  staleAfterMostMs: MINUTE_MS,
  varianceScale: 1,
  components: { ...DEFAULT_PRICING.components, feedLag: false },
};

function logLosses(prices: RecordedPrice[], config: PricingConfig, index: VolatilityIndex[] = []): (number | null)[] {
  const options = { horizons: HORIZONS, variants: [config], maxPriceAgeMs: MINUTE_MS, index };
  const { judgements } = replayPricing(prices, ownWindows(prices), options);
  return HORIZONS.map((secondsLeft) => {
    const judged = judgements.filter((judgement) => judgement.secondsLeft === secondsLeft);
    return meanScore(
      judged.map(({ probabilities, window }) => ({ probability: probabilities[0] as number, up: window.up })),
      logLossOf,
    );
  });
}

const JUNE = 'utc_BTCUSDT_1m_20260531_20260709_wookie0127.csv.gz';
const DECEMBER_2024 = 'utc_BTCUSDT_1m_202412_privet1x.csv.gz';
const DECEMBER_2025 = 'utc_BTCUSDT_1m_20251206_20260105_dudicslevente.csv.gz';

describe('DEFAULT_PRICING on shared data', () => {
  test.skipIf(!hasSharedData)('behavior: the hours are those of three recordings', () => {
    const fitted = [DECEMBER_2024, DECEMBER_2025, JUNE].map((name) => fitHourFactors(readMinutes(name)));
    for (const [hour, factor] of DEFAULT_PRICING.hourOfDayFactors.entries()) {
      const mean = fitted.reduce((sum, factors) => sum + (factors[hour] as number), 0) / fitted.length;
      expect(Math.abs(mean - factor), `hour ${hour}`).toBeLessThanOrEqual(0.0051);
    }
  });

  test.skipIf(!hasSharedData)(
    'behavior: memories and tails are those of 39 recorded days, which it then tells rightly',
    () => {
      const prices = readMinutes(JUNE);
      const { weight120, weight3600, weight21600, varianceScale, tailSpread, shortTailSpread } = FITTED_PARAMETERS;
      const windows = ownWindows(prices);
      const start: PricingConfig = {
        ...BY_MINUTES,
        volatilityWeights: [0.25, 0.4, 0.25, 0.1],
        tailSpread: 0.2,
        shortTailSpread: 0.35,
      };
      const fitted = fitPricing(
        { prices, windows, horizons: HORIZONS, maxPriceAgeMs: MINUTE_MS },
        start,
        [weight120, weight3600, weight21600, varianceScale, tailSpread, shortTailSpread],
        90,
      );
      for (const [memory, weight] of DEFAULT_PRICING.volatilityWeights.entries()) {
        expect(Math.abs((fitted.volatilityWeights[memory] as number) - weight), `memory ${memory}`).toBeLessThan(0.01);
      }
      expect(fitted.tailSpread).toBeCloseTo(DEFAULT_PRICING.tailSpread, 2);
      expect(fitted.shortTailSpread).toBeCloseTo(DEFAULT_PRICING.shortTailSpread, 2);
      const { judgements } = replayPricing(prices, windows, {
        horizons: HORIZONS,
        variants: [fitted],
        maxPriceAgeMs: MINUTE_MS,
      });
      for (const secondsLeft of HORIZONS) {
        const judged = judgements.filter((judgement) => judgement.secondsLeft === secondsLeft);
        const slope = calibrationSlope(
          judged.map(({ probabilities, window }) => ({ probability: probabilities[0] as number, up: window.up })),
        );
        expect(Math.abs((slope?.slope ?? 0) - 1), `${secondsLeft} s`).toBeLessThan(0.03);
      }
    },
  );

  test.skipIf(!hasSharedData)(
    'behavior: the volatility index, at its scale and weight, costs nothing on another month',
    () => {
      const prices = readMinutes(DECEMBER_2024);
      const text = readFileSync(sharedDataPath('deribit', 'kalyar197_dvol_btc_daily.json'), 'utf8');
      // A day's value is known at its end.
      const index = (JSON.parse(text) as [number, number][]).map(([dayMs, percent]) => ({
        atMs: dayMs + DAY_MS,
        percent,
      }));
      const [firstMs, lastMs] = [prices[0]?.observedMs ?? 0, prices.at(-1)?.observedMs ?? 0];
      const during = index.filter(({ atMs }) => atMs >= firstMs && atMs <= lastMs);
      const mean = during.reduce((sum, { percent }) => sum + percent, 0) / during.length;
      const changes = prices.slice(1).map(({ usd }, at) => Math.log(usd / (prices[at] as RecordedPrice).usd));
      const perMinute = changes.reduce((sum, change) => sum + change * change, 0) / changes.length;
      expect((Math.sqrt(perMinute * MINUTES_A_YEAR) * 100) / mean).toBeCloseTo(DEFAULT_PRICING.volatilityIndexScale, 2);

      const daily = { ...BY_MINUTES, volatilityIndexMaxAgeMs: 2 * DAY_MS };
      const without = logLosses(prices, { ...daily, components: { ...daily.components, volatilityIndex: false } });
      const heavy = logLosses(prices, { ...daily, volatilityIndexWeight: 0.4 }, index);
      for (const [place, logLoss] of logLosses(prices, daily, index).entries()) {
        expect(logLoss).toBeLessThanOrEqual((without[place] as number) + 0.0002);
        expect(logLoss).toBeLessThan(heavy[place] as number);
      }
    },
  );
});
