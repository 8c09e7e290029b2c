import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PRICING, type PricingConfig } from '../../../core/config/pricing-config.ts';
import type { FairValue } from '../../../core/model/fair-value.ts';
import { type FairValueRequest, fairValue, type StrikeKnowledge } from '../../../core/pricing/fair-value.ts';
import {
  createPricing,
  noteExchangePrice,
  noteReferenceSpot,
  noteReferenceTwap,
  noteVolatilityIndex,
  type Pricing,
} from '../../../core/pricing/pricing.ts';
import { assertProperty } from '../../support/assert-property.ts';
import { END_MS, PLAIN, SPOT_USD, START_MS, walkedPricing } from '../../support/pricing-world.ts';

const known = (usd: number): StrikeKnowledge => ({ kind: 'known', usd });

function request(nowMs: number, strike: StrikeKnowledge, lookbackSeconds = 60): FairValueRequest {
  return { nowMs, startMs: START_MS, endMs: END_MS, lookbackSeconds, strike };
}

function priced(pricing: Pricing, asked: FairValueRequest, config: PricingConfig = PLAIN): FairValue {
  const value = fairValue(pricing, asked, config);
  if (!value.ok) throw new Error(value.error);
  return value.value;
}

/** Prices each second at the same level, after a walk that taught it volatility. */
function levelFrom(pricing: Pricing, fromMs: number, untilMs: number, usd: number): Pricing {
  for (let atMs = fromMs; atMs <= untilMs; atMs += 1_000) noteReferenceSpot(pricing, atMs, usd);
  return pricing;
}

describe('fairValue', () => {
  test('default: at the strike an Up is worth a half, with the variance of the notes to come', () => {
    const nowMs = END_MS - 240_000;
    const value = priced(walkedPricing(nowMs), request(nowMs, known(SPOT_USD)));
    expect(value.phase).toBe('known');
    expect(value.upProbability).toBeCloseTo(0.5, 12);
    expect(value.secondsLeft).toBe(240);
    // τ − 40 in continuous time; one price a second makes it half a second more.
    expect(value.varianceSeconds).toBeCloseTo(200.5, 1);
    expect(value.pricedAtMs).toBe(nowMs);
    // The walk's own volatility: 5.7 of 80,000 USD.
    expect(value.sigmaPerRootSecond).toBeGreaterThan(0.00005);
    expect(value.sigmaPerRootSecond).toBeLessThan(0.0001);
  });

  test.each([
    [290, 250.5],
    [60, 20.5],
    [30, 2.63],
    [10, 0.107],
    [1, 1 / 3600],
  ])('behavior: %i s before the end the mean still has %f s of variance', (left, seconds) => {
    const nowMs = END_MS - left * 1_000;
    const { varianceSeconds } = priced(walkedPricing(nowMs), request(nowMs, known(SPOT_USD)));
    expect(varianceSeconds).toBeCloseTo(seconds, 1);
  });

  test('behavior: by the older spot rule all seconds count in full', () => {
    const nowMs = END_MS - 120_000;
    expect(priced(walkedPricing(nowMs), request(nowMs, known(SPOT_USD), 0)).varianceSeconds).toBe(120);
  });

  test('behavior: the state follows from the strike and the clock', () => {
    const before = START_MS - 20_000;
    expect(priced(walkedPricing(before), request(before, { kind: 'pending' })).phase).toBe('pre-open');
    const after = START_MS + 20_000;
    const interval: StrikeKnowledge = { kind: 'interval', lowUsd: SPOT_USD - 5, highUsd: SPOT_USD + 5 };
    expect(priced(walkedPricing(after), request(after, { kind: 'pending' })).phase).toBe('strike-pending');
    expect(priced(walkedPricing(after), request(after, interval)).phase).toBe('strike-pending');
    expect(priced(walkedPricing(after), request(after, known(SPOT_USD))).phase).toBe('known');
  });

  test('behavior: long before the start nothing is known, and the two means share the way to it', () => {
    const nowMs = START_MS - 200_000;
    const value = priced(walkedPricing(nowMs), request(nowMs, { kind: 'pending' }));
    expect(value.upProbability).toBeCloseTo(0.5, 12);
    // 300 s between the means, less 20 s: what lies before both moves both.
    expect(value.varianceSeconds).toBeCloseTo(280, 0);
  });

  test('behavior: while the strike is observed, what it still waits for moves both means', () => {
    const nowMs = START_MS - 20_000;
    // 260 + 20 · (1 − (1 − u/60)³) of the simulated world, u = 20 s to go, in continuous time.
    const expected = 260 + 20 * (1 - (40 / 60) ** 3);
    const { varianceSeconds } = priced(walkedPricing(nowMs), request(nowMs, { kind: 'pending' }));
    expect(Math.abs(varianceSeconds - expected)).toBeLessThan(1.5);
  });

  test('behavior: a strike that was not captured is the mean of the seconds that we saw', () => {
    const nowMs = START_MS + 60_000;
    const pricing = levelFrom(walkedPricing(START_MS - 61_000), START_MS - 60_000, START_MS, SPOT_USD + 7);
    levelFrom(pricing, START_MS + 1_000, nowMs, SPOT_USD);
    const pending = priced(pricing, request(nowMs, { kind: 'pending' }));
    expect(pending.upProbability).toBeCloseTo(priced(pricing, request(nowMs, known(SPOT_USD + 7))).upProbability, 12);
  });

  test('behavior: an interval is priced in its middle, and its ends widen the error bar', () => {
    const nowMs = END_MS - 60_000;
    const pricing = walkedPricing(nowMs);
    const exact = priced(pricing, request(nowMs, known(SPOT_USD)));
    const interval = priced(
      pricing,
      request(nowMs, { kind: 'interval', lowUsd: SPOT_USD - 10, highUsd: SPOT_USD + 10 }),
    );
    expect(interval.upProbability).toBeCloseTo(exact.upProbability, 10);
    expect(interval.lowProbability).toBeLessThan(priced(pricing, request(nowMs, known(SPOT_USD + 10))).upProbability);
    expect(interval.highProbability).toBeGreaterThan(
      priced(pricing, request(nowMs, known(SPOT_USD - 10))).upProbability,
    );
  });

  test.each([
    ['above', 0.01, 1],
    ['a tie is Up', 0, 1],
    ['below', -0.01, 0],
  ])('behavior: at the end it is the comparison of what was observed: %s', (_, leadUsd, expected) => {
    const pricing = levelFrom(walkedPricing(END_MS - 61_000), END_MS - 60_000, END_MS, SPOT_USD);
    const value = priced(pricing, request(END_MS, known(SPOT_USD - leadUsd)), DEFAULT_PRICING);
    expect([value.lowProbability, value.upProbability, value.highProbability]).toEqual([expected, expected, expected]);
    expect(value.varianceSeconds).toBe(0);
  });

  test('behavior: the published mean of the end outweighs what we made of the seconds', () => {
    const pricing = levelFrom(walkedPricing(END_MS - 61_000), END_MS - 60_000, END_MS, SPOT_USD);
    noteReferenceTwap(pricing, END_MS, END_MS + 1_600, 60, SPOT_USD - 3);
    noteReferenceTwap(pricing, END_MS + 1_000, END_MS + 2_600, 60, SPOT_USD + 3);
    expect(priced(pricing, request(END_MS + 2_600, known(SPOT_USD - 1))).upProbability).toBe(0);
  });

  test('behavior: with the end still to be published it is nearly certain, not certain', () => {
    const pricing = levelFrom(walkedPricing(END_MS - 61_000), END_MS - 60_000, END_MS - 2_000, SPOT_USD);
    const value = priced(pricing, request(END_MS, known(SPOT_USD)));
    expect(value.secondsLeft).toBe(0);
    expect(value.varianceSeconds).toBeGreaterThan(0);
    expect(value.upProbability).toBeCloseTo(0.5, 6);
  });

  test('behavior: rises with spot, from 0 … 1, with the error bar around it', () => {
    assertProperty(
      fc.property(
        fc.integer({ min: 1, max: 299 }),
        fc.double({ min: -60, max: 60, noNaN: true }),
        fc.double({ min: 0.001, max: 40, noNaN: true }),
        fc.constantFrom<StrikeKnowledge['kind']>('known', 'pending', 'interval'),
        fc.boolean(),
        (left, leadUsd, riseUsd, kind, isBefore) => {
          // A second at which no return is taken: the price alone changes, not the volatility.
          const beforeMs = isBefore && kind === 'pending' ? 360_000 : 0;
          const nowMs = END_MS - Math.ceil(left / 5) * 5_000 + 1_000 - beforeMs;
          const strike: StrikeKnowledge =
            kind === 'known'
              ? known(SPOT_USD)
              : kind === 'pending'
                ? { kind: 'pending' }
                : { kind: 'interval', lowUsd: SPOT_USD - 4, highUsd: SPOT_USD + 4 };
          const at = (usd: number): FairValue => {
            const pricing = walkedPricing(nowMs - 1_000);
            noteReferenceSpot(pricing, nowMs, usd);
            return priced(pricing, request(nowMs, strike), { ...DEFAULT_PRICING });
          };
          const lower = at(SPOT_USD + leadUsd);
          const higher = at(SPOT_USD + leadUsd + riseUsd);
          expect(higher.upProbability).toBeGreaterThanOrEqual(lower.upProbability);
          for (const { lowProbability, upProbability, highProbability } of [lower, higher]) {
            expect(lowProbability).toBeGreaterThanOrEqual(0);
            expect(lowProbability).toBeLessThanOrEqual(upProbability);
            expect(upProbability).toBeLessThanOrEqual(highProbability);
            expect(highProbability).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('behavior: fat tails keep the middle bolder and the far end more timid', () => {
    const nowMs = END_MS - 100_000;
    const pricing = walkedPricing(nowMs);
    const thin: PricingConfig = { ...PLAIN, components: { ...PLAIN.components, fatTails: false } };
    const at = (strikeUsd: number, config: PricingConfig): number =>
      priced(pricing, request(nowMs, known(strikeUsd)), config).upProbability;
    expect(at(SPOT_USD - 30, PLAIN)).toBeGreaterThan(at(SPOT_USD - 30, thin));
    expect(at(SPOT_USD - 300, PLAIN)).toBeLessThan(at(SPOT_USD - 300, thin));
  });

  test('behavior: a price that is rising is expected to rise on', () => {
    const nowMs = END_MS - 60_000;
    const pricing = walkedPricing(nowMs - 1_000, SPOT_USD - 20);
    noteReferenceSpot(pricing, nowMs, SPOT_USD);
    const lagging = { ...PLAIN, components: { ...PLAIN.components, feedLag: true } };
    const asked = request(nowMs, known(SPOT_USD));
    expect(priced(pricing, asked, lagging).upProbability).toBeGreaterThan(priced(pricing, asked, PLAIN).upProbability);
  });

  describe('with an exchange', () => {
    /** Both prices second by second; the exchange stands `basisUsd` above, with noise of `noiseUsd`. */
    function pairOf(nowMs: number, basisUsd: number, noiseUsd: number): Pricing {
      const pricing = walkedPricing(nowMs - 301_000);
      for (let back = 300; back >= 0; back--) {
        const atMs = nowMs - back * 1_000;
        const noise = back % 2 === 0 ? noiseUsd : -noiseUsd;
        noteExchangePrice(pricing, atMs - 1_500, SPOT_USD + basisUsd + noise);
        noteReferenceSpot(pricing, atMs, SPOT_USD);
      }
      return pricing;
    }

    test('behavior: its move is followed, less the basis', () => {
      const nowMs = END_MS - 60_000;
      const asked = request(nowMs, known(SPOT_USD));
      const pricing = pairOf(nowMs, 40, 0.1);
      expect(priced(pricing, asked).upProbability).toBeCloseTo(0.5, 1);
      noteExchangePrice(pricing, nowMs, SPOT_USD + 40 + 25);
      const followed = priced(pricing, asked).upProbability;
      expect(followed).toBeGreaterThan(0.7);
      const off: PricingConfig = { ...PLAIN, components: { ...PLAIN.components, basis: false } };
      expect(priced(pricing, asked, off).upProbability).toBeCloseTo(0.5, 6);
    });

    test('behavior: a basis that is not known well is followed less, and widens the error bar', () => {
      const nowMs = END_MS - 30_000;
      const asked = request(nowMs, known(SPOT_USD));
      const value = (noiseUsd: number): FairValue => {
        const pricing = pairOf(nowMs, 40, noiseUsd);
        noteExchangePrice(pricing, nowMs, SPOT_USD + 40 + 8);
        return priced(pricing, asked);
      };
      const sure = value(0.1);
      const unsure = value(12);
      expect(sure.upProbability).toBeGreaterThan(unsure.upProbability);
      expect(unsure.varianceSeconds).toBeGreaterThan(sure.varianceSeconds);
    });

    test('behavior: an old price of it is no news', () => {
      const nowMs = END_MS - 60_000;
      const pricing = pairOf(nowMs - 3_000, 40, 0.1);
      noteExchangePrice(pricing, nowMs - 2_500, SPOT_USD + 80);
      noteReferenceSpot(pricing, nowMs - 2_000, SPOT_USD);
      expect(priced(pricing, request(nowMs, known(SPOT_USD))).upProbability).toBeCloseTo(0.5, 6);
    });
  });

  test('behavior: what published means differ by from ours is kept as noise, or can be left out', () => {
    const nowMs = END_MS - 5_000;
    const pricing = walkedPricing(nowMs - 121_000);
    for (let back = 120; back >= 0; back--) {
      const atMs = nowMs - back * 1_000;
      noteReferenceSpot(pricing, atMs, SPOT_USD);
      const error = back % 2 === 0 ? 2 : -2;
      if (back < 60) noteReferenceTwap(pricing, atMs, atMs + 1_600, 60, SPOT_USD + error);
    }
    const asked = request(nowMs, known(SPOT_USD - 1));
    const without: PricingConfig = { ...PLAIN, components: { ...PLAIN.components, settlementError: false } };
    expect(priced(pricing, asked).upProbability).toBeLessThan(priced(pricing, asked, without).upProbability - 0.05);
  });

  test('behavior: the volatility index alone will do, while it is fresh', () => {
    const pricing = createPricing();
    const nowMs = END_MS - 120_000;
    levelFrom(pricing, nowMs - 70_000, nowMs, SPOT_USD);
    const asked = request(nowMs, known(SPOT_USD - 10));
    expect(fairValue(pricing, asked, PLAIN)).toEqual({ ok: false, error: 'no-volatility' });
    noteVolatilityIndex(pricing, nowMs - 500_000, 50);
    const sigma = (50 / 100) * PLAIN.volatilityIndexScale * Math.sqrt(PLAIN.varianceScale / 31_536_000);
    expect(priced(pricing, asked).sigmaPerRootSecond).toBeCloseTo(sigma, 12);
    noteVolatilityIndex(pricing, nowMs - 700_000, 90);
    expect(priced(pricing, asked).sigmaPerRootSecond).toBeCloseTo(sigma, 12);
    expect(fairValue(pricing, { ...asked, nowMs: nowMs + 200_000 }, PLAIN).ok).toBe(false);
  });

  test('behavior: a frozen price never makes a certainty of what is to come', () => {
    const nowMs = END_MS - 240_000;
    const pricing = levelFrom(createPricing(), nowMs - 600_000, nowMs, SPOT_USD);
    const { upProbability } = priced(pricing, request(nowMs, known(SPOT_USD - 1)));
    expect(upProbability).toBeGreaterThan(0.5);
    expect(upProbability).toBeLessThan(0.999);
  });

  test('behavior: goes on from a snapshot to the last bit', () => {
    const nowMs = END_MS - 120_000;
    const one = walkedPricing(nowMs - 30_000);
    noteExchangePrice(one, nowMs - 30_500, SPOT_USD + 3);
    noteReferenceTwap(one, nowMs - 30_000, nowMs - 28_000, 60, SPOT_USD);
    noteVolatilityIndex(one, nowMs - 30_000, 47.3);
    const other = JSON.parse(JSON.stringify(one)) as Pricing;
    for (const pricing of [one, other]) {
      for (let back = 29; back >= 0; back--) {
        noteExchangePrice(pricing, nowMs - back * 1_000 - 200, SPOT_USD + 3 + back / 7);
        noteReferenceSpot(pricing, nowMs - back * 1_000, SPOT_USD + back / 3);
      }
    }
    expect(other).toEqual(one);
    expect(fairValue(other, request(nowMs, known(SPOT_USD)), DEFAULT_PRICING)).toEqual(
      fairValue(one, request(nowMs, known(SPOT_USD)), DEFAULT_PRICING),
    );
  });

  test('error: no price, an old price', () => {
    expect(fairValue(createPricing(), request(START_MS, known(SPOT_USD)), PLAIN)).toEqual({
      ok: false,
      error: 'no-reference-price',
    });
    const nowMs = END_MS - 20_000;
    const asked = request(nowMs, known(SPOT_USD));
    // Three seconds on top of the usual lag.
    expect(fairValue(walkedPricing(nowMs - 5_000), asked, PLAIN).ok).toBe(true);
    expect(fairValue(walkedPricing(nowMs - 6_000), asked, PLAIN)).toEqual({ ok: false, error: 'reference-stale' });
    // Two minutes before the end five seconds are allowed, never more.
    const early = request(END_MS - 120_000, known(SPOT_USD));
    expect(fairValue(walkedPricing(early.nowMs - 7_000), early, PLAIN).ok).toBe(true);
    expect(fairValue(walkedPricing(early.nowMs - 8_000), early, PLAIN)).toEqual({
      ok: false,
      error: 'reference-stale',
    });
  });

  test('error: a price from the future is not the present one', () => {
    const nowMs = END_MS - 100_000;
    const pricing = walkedPricing(nowMs);
    noteReferenceSpot(pricing, nowMs + 6_000, SPOT_USD);
    expect(fairValue(pricing, request(nowMs, known(SPOT_USD)), PLAIN)).toEqual({ ok: false, error: 'reference-stale' });
  });

  test('error: more than 5 seconds missing forbid, more than 2 widen the error bar', () => {
    const nowMs = END_MS - 10_000;
    const withHole = (seconds: number): Pricing => {
      const pricing = walkedPricing(nowMs - 30_000 - seconds * 1_000);
      return levelFrom(pricing, nowMs - 29_000, nowMs, SPOT_USD);
    };
    const asked = request(nowMs, known(SPOT_USD));
    const width = (seconds: number): number => {
      const { lowProbability, highProbability } = priced(withHole(seconds), asked);
      return highProbability - lowProbability;
    };
    expect(fairValue(withHole(6), asked, PLAIN)).toEqual({ ok: false, error: 'too-many-missing-seconds' });
    expect(width(5)).toBeGreaterThan(width(3));
    expect(width(3)).toBeGreaterThan(width(2) + 0.01);
  });

  test('error: missing seconds in a strike that only we have', () => {
    const nowMs = START_MS + 30_000;
    const pricing = walkedPricing(START_MS - 20_000);
    levelFrom(pricing, START_MS - 13_000, nowMs, SPOT_USD);
    expect(fairValue(pricing, request(nowMs, { kind: 'pending' }), PLAIN)).toEqual({
      ok: false,
      error: 'too-many-missing-seconds',
    });
    expect(fairValue(pricing, request(nowMs, known(SPOT_USD)), PLAIN).ok).toBe(true);
    const late = levelFrom(createPricing(), START_MS + 5_000, END_MS - 60_000, SPOT_USD);
    noteVolatilityIndex(late, END_MS - 60_000, 50);
    expect(fairValue(late, request(END_MS - 60_000, { kind: 'pending' }), PLAIN)).toEqual({
      ok: false,
      error: 'no-strike',
    });
  });

  test('error: what is not a number is never priced, from wherever it comes', () => {
    const nowMs = END_MS - 100_000;
    const wrong = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const notes: readonly ((pricing: Pricing, value: number) => void)[] = [
      (pricing, value) => noteReferenceSpot(pricing, nowMs, value),
      (pricing, value) => noteReferenceSpot(pricing, value, SPOT_USD),
      (pricing, value) => noteReferenceTwap(pricing, nowMs, nowMs, 60, value),
      (pricing, value) => noteExchangePrice(pricing, nowMs, value),
      (pricing, value) => noteVolatilityIndex(pricing, nowMs, value),
    ];
    assertProperty(
      fc.property(fc.constantFrom(...notes), wrong, (note, value) => {
        const pricing = walkedPricing(nowMs - 1_000);
        note(pricing, value);
        expect(fairValue(pricing, request(nowMs, known(SPOT_USD)), PLAIN)).toEqual({ ok: false, error: 'not-finite' });
        expect(JSON.stringify(pricing)).not.toContain('null,null');
      }),
    );
    const pricing = walkedPricing(nowMs);
    const asked = request(nowMs, known(SPOT_USD));
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const requests: FairValueRequest[] = [
        { ...asked, nowMs: value },
        { ...asked, endMs: value },
        { ...asked, lookbackSeconds: value },
        { ...asked, strike: known(value) },
        { ...asked, strike: { kind: 'interval', lowUsd: value, highUsd: SPOT_USD } },
        { ...asked, strike: { kind: 'interval', lowUsd: SPOT_USD, highUsd: value } },
      ];
      for (const one of requests) expect(fairValue(pricing, one, PLAIN)).toEqual({ ok: false, error: 'not-finite' });
      const broken: PricingConfig = { ...PLAIN, varianceScale: value };
      expect(fairValue(pricing, asked, broken)).toEqual({ ok: false, error: 'not-finite' });
    }
    expect(fairValue(walkedPricing(nowMs, 1e200), asked, PLAIN)).toEqual({ ok: false, error: 'not-finite' });
  });

  test('error: one wrong number is forgotten with the next right one', () => {
    const nowMs = END_MS - 100_000;
    const pricing = walkedPricing(nowMs - 1_000);
    noteReferenceSpot(pricing, nowMs, Number.NaN);
    noteReferenceSpot(pricing, nowMs, SPOT_USD);
    expect(fairValue(pricing, request(nowMs, known(SPOT_USD)), PLAIN).ok).toBe(true);
  });
});
