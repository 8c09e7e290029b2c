/** The market rules that are known. A market with others is not traded until a person has changed them here (DESIGN §3.7). */
import * as z from 'zod';
import { MICRO_PER_UNIT } from '../model/money.ts';
import { micro, ms, ppm, ticks } from './config-fields.ts';

export const guardConfigSchema = z.strictObject({
  /** Where the market says that it is settled by. */
  resolutionSource: z.string(),
  /** Seconds that the settling price is averaged over; 0: a price of one moment. */
  twapLookbackSeconds: z.number().int().min(0),
  /** What a taker pays, of shares times p (1 − p). */
  feeRatePpm: ppm,
  /** The power of p (1 − p) in the fee. */
  feeExponent: z.number().int().min(0).max(4),
  /** The smallest order. */
  minSizeMicro: micro,
  /** Tick sizes that are known. */
  tickSizesTicks: z.array(ticks),
  /** The venue's protocol; none: of markets that state none, as those before the protocol had versions. */
  protocolVersion: z.string().nullable(),
  /** What to reckon with where a market does not state its taker delay; none: such a market is not traded. */
  acknowledgedTakerDelayMs: ms.nullable(),
});

export type GuardConfig = z.infer<typeof guardConfigSchema>;

export const DEFAULT_GUARD_CONFIG: GuardConfig = {
  resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
  twapLookbackSeconds: 60,
  feeRatePpm: 70_000,
  feeExponent: 1,
  minSizeMicro: 5 * MICRO_PER_UNIT,
  tickSizesTicks: [100, 10],
  protocolVersion: 'v1',
  acknowledgedTakerDelayMs: null,
};
