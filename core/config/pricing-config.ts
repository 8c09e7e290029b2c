/**
 * The pricing model's parameters and switches, each with its reason. Fitted ones name the data they were fitted on; how, and what each
 * part is worth, stands in docs/design/pricing.md.
 */
import * as z from 'zod';

const ms = z.number().int().nonnegative();

const share = z.number().min(0);

/** Parts that can be left out one by one: what each is worth is shown by `cli calibrate`. */
const components = z.strictObject({
  /** Volatility from several memories; off: ten minutes alone. */
  volatilityMemories: z.boolean(),
  /** The usual volatility of the hour. */
  hourOfDay: z.boolean(),
  /** The volatility index as a slow anchor. */
  volatilityIndex: z.boolean(),
  /** Volatility is itself uncertain, so returns have fat tails; off: a normal distribution. */
  fatTails: z.boolean(),
  /** The settlement source follows the market with a lag, so its last change goes on for a little. */
  feedLag: z.boolean(),
  /** The exchange's price, less its basis, says where the settlement source will be; off: only its own prices count. */
  basis: z.boolean(),
  /** What the settlement source's published mean has differed by from ours. */
  settlementError: z.boolean(),
});

export const pricingConfigSchema = z.strictObject({
  components,
  /**
   * Weights of the memories of 120, 600, 3,600 and 21,600 s; only their ratios count, and that to the index's. Fitted on 2026-11-23 to
   * Binance's minutes of 2026-05-31 to 07-09, with both tail spreads.
   */
  volatilityWeights: z.tuple([share, share, share, share]),
  /**
   * Weight of the volatility index beside them: a twentieth of what the others weigh together. On the minutes of 2024-12 more of it made
   * things worse, and less is no anchor when the returns are few.
   */
  volatilityIndexWeight: share,
  /**
   * Volatility of minutes as a part of the index, which looks 30 days ahead and carries a risk premium: 55.2 % against 59.1 % in the mean of
   * 2024-12.
   */
  volatilityIndexScale: z.number().positive(),
  /** Market-data notes §5 of 2026-11-23: older than ten minutes, the index is not used. */
  volatilityIndexMaxAgeMs: ms,
  /**
   * Variance that counts, as a part of that of 30-second returns: fitted on 2026-11-23 to the Chainlink seconds of 2026-07-24, 0–6 h, given
   * all the rest.
   */
  varianceScale: z.number().positive(),
  /**
   * Volatility of each UTC hour as a part of the day's: means of the minutes of 2024-12, of 2025-12-06 to 2026-01-05 and of 2026-05-31 to
   * 07-09. New York's daylight saving moves its opening by an hour; both halves of the year are in it.
   */
  hourOfDayFactors: z.array(z.number().positive()).length(24),
  /** Standard deviation of the logarithm of volatility around its forecast: how fat the tails are, however much is still to come. */
  tailSpread: z.number().min(0).max(2),
  /** The same again where little is still to come (squares add): jumps average out over minutes, not over seconds. */
  shortTailSpread: z.number().min(0).max(2),
  /**
   * Relative standard error of volatility in the error bar: a ten-minute memory holds 40 returns of 30 s that do not overlap, which leave
   * 11 %, and more with fat tails.
   */
  sigmaError: z.number().min(0).max(1),
  /** Seconds of returns before they count: two minutes hold 24 returns. */
  minVolatilitySeconds: z.number().min(0),
  /** Bitcoin has never been calmer: 1 % a year. Keeps a frozen feed from making certainties. */
  minSigmaPerRootSecond: z.number().positive(),
  /**
   * How much of its fading sum of changes the settlement source still has to make up. By least squares on the Chainlink seconds of
   * 2026-07-24, 0–6 h, on 2026-11-23.
   */
  feedLagSeconds: z.number().min(0).max(5),
  /**
   * The settlement source's second shows the exchange's price of so many seconds before. No recording has both at once: one second is the
   * mean lag of a source that makes up half of a change each second. Too long or too short, the basis is unsteadier and counts for less.
   */
  exchangeLagSeconds: z.number().int().min(0).max(3),
  /** An exchange price older than this is not used: as depth (market-data notes §5 of 2026-11-23). */
  exchangeMaxAgeMs: ms,
  /** Observations of the basis before it is used: half a minute. */
  minBasisSamples: z.number().int().min(2),
  /**
   * Standard deviation of the venue's price around ours where nothing was measured, in 1e-4 of the price. 0: it is measured against the
   * published means within ten seconds of a start, and on the 2,677 windows of 2025-12-18 to 27 none was found.
   */
  settlementErrorBp: z.number().min(0),
  /**
   * Time from an observation to its receipt that is usual, and no staleness: the 95th percentile on 2026-07-24 (38,634 prices; the median is
   * 1.63 s).
   */
  publicationLagMs: ms,
  /** A newest price older than this on top of the lag forbids: a tenth of the time left, within these limits. */
  staleAfterLeastMs: ms,
  staleAfterMostMs: ms,
  /** Seconds missing in an average: more than this widens the error bar, or forbids (market-data notes §5 of 2026-11-23). */
  widenAboveMissingSeconds: z.number().int().min(0),
  forbidAboveMissingSeconds: z.number().int().min(0),
  /** A basis in 1e-4 that no market has shown: such a pair of prices is not one market's. */
  maxBasisBp: z.number().positive(),
});

export type PricingConfig = z.infer<typeof pricingConfigSchema>;
export type PricingComponent = keyof PricingConfig['components'];

export const DEFAULT_PRICING: PricingConfig = {
  components: {
    volatilityMemories: true,
    hourOfDay: true,
    volatilityIndex: true,
    fatTails: true,
    feedLag: true,
    basis: true,
    settlementError: true,
  },
  volatilityWeights: [0.1, 0.4, 0.52, 0.14],
  volatilityIndexWeight: 0.05,
  volatilityIndexScale: 0.93,
  volatilityIndexMaxAgeMs: 600_000,
  varianceScale: 0.98,
  hourOfDayFactors: [
    1.03, 1.01, 1.01, 0.9, 0.81, 0.78, 0.77, 0.77, 0.85, 0.81, 0.8, 0.79, 0.94, 1.13, 1.48, 1.49, 1.3, 1.17, 1.07, 1.06,
    1.07, 0.96, 1.08, 0.91,
  ],
  tailSpread: 0.25,
  shortTailSpread: 0.47,
  sigmaError: 0.15,
  minVolatilitySeconds: 120,
  minSigmaPerRootSecond: 0.0000018,
  feedLagSeconds: 0.39,
  exchangeLagSeconds: 1,
  exchangeMaxAgeMs: 2_000,
  minBasisSamples: 30,
  settlementErrorBp: 0,
  publicationLagMs: 2_200,
  staleAfterLeastMs: 3_000,
  staleAfterMostMs: 5_000,
  widenAboveMissingSeconds: 2,
  forbidAboveMissingSeconds: 5,
  maxBasisBp: 100,
};
