/** The limits of risk, each with the reason for its default. They change by a new configuration alone, which the journal and the audit keep. */
import * as z from 'zod';
import { MICRO_PER_UNIT } from '../model/money.ts';
import { HOUR_MS, MINUTE_MS } from '../model/time.ts';
import { micro, ms, ppm, ticks } from './config-fields.ts';

export const riskConfigSchema = z.strictObject({
  /** What a series may count on: its part of `BANKROLL_USDC`. Limits are parts of it, or of the equity where that is less. */
  bankrollMicro: micro.positive(),
  /** Worst loss of one order: 1 %, so that a hundred wrong orders in a row are survived. */
  maxOrderPpm: ppm,
  /** Worst loss of one window: 10 %. Three windows can be open at once, the one that ends, the present one and the next. */
  maxMarketPpm: ppm,
  /** Worst loss of all windows together: 60 %. */
  maxTotalPpm: ppm,
  /** Worst loss of the UTC day, open risk included: 2.5 %. It binds before the others, and is meant to. */
  maxDailyLossPpm: ppm,
  /** Orders of all kinds in any one second: more than quotes on both sides ever need, and the end of a loop that runs wild. */
  maxOrdersPerSecond: z.number().int().min(1).max(40),
  /** Losing windows in a row after which nothing is opened for a while: ten happen by chance once in a thousand windows. */
  maxLossesInRow: z.number().int().min(1).max(1_000),
  /** How long: an hour, twelve windows, in which a person can look. It ends by itself. */
  lossPauseMs: ms,
  /** An order's price may be so much worse than our own fair value: ten cents, more than any edge we could claim. */
  maxFairDistanceTicks: ticks,
  /** And so much worse than the best price in the book: ten cents, as the runner's own collar. */
  maxBookDistanceTicks: ticks,
  /** After PolyBolt and RTDS have said different things of one second: as long as that second is in the average that settles. */
  conflictHoldMs: ms,
});

export type RiskConfig = z.infer<typeof riskConfigSchema>;

export const DEFAULT_RISK_CONFIG: RiskConfig = {
  bankrollMicro: 1_000 * MICRO_PER_UNIT,
  maxOrderPpm: 10_000,
  maxMarketPpm: 100_000,
  maxTotalPpm: 600_000,
  maxDailyLossPpm: 25_000,
  maxOrdersPerSecond: 10,
  maxLossesInRow: 10,
  lossPauseMs: HOUR_MS,
  maxFairDistanceTicks: 1_000,
  maxBookDistanceTicks: 1_000,
  conflictHoldMs: MINUTE_MS,
};
