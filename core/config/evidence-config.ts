/** What a verdict takes. It enters the journal with the rest of the configuration, so a verdict can be found again. */
import * as z from 'zod';

export const evidenceConfigSchema = z.strictObject({
  /**
   * Chance, in millionths, that a strategy without edge is ever called proven, however often one looks; the same again for one that has
   * an edge being called disproven. 2.5 % each make a 95 % interval.
   */
  errorRatePpm: z.number().int().min(1).max(200_000),
  /** The difference that has to be seen before "no edge was found" is said: one cent a share, in millionths of pUSD. */
  resolutionMicro: z.number().int().min(100).max(200_000),
  /** Traded windows before any verdict: a day of 5-minute windows, so that each hour of the day has been seen. */
  minWindows: z.number().int().min(1),
});

export type EvidenceConfig = z.infer<typeof evidenceConfigSchema>;

/** 95 % intervals, one cent, one day. */
export const DEFAULT_EVIDENCE_CONFIG: EvidenceConfig = {
  errorRatePpm: 25_000,
  resolutionMicro: 10_000,
  minWindows: 288,
};
