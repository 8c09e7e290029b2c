/** Ages beyond which an input stops new orders (specs market-data §5, 2026-11-23). */
import * as z from 'zod';
import { SECOND_MS } from '../model/time.ts';
import { ms } from './config-fields.ts';

export const stalenessConfigSchema = z.strictObject({
  /** Either token's book, by the time of receipt. */
  bookMs: ms,
  /** The settlement source's average, by its own time, on top of the feed's own lag. */
  referenceTwapMs: ms,
  /** The exchange's prices, by the time of receipt: they come many times a second. */
  exchangeMs: ms,
});

export type StalenessConfig = z.infer<typeof stalenessConfigSchema>;

export const DEFAULT_STALENESS_CONFIG: StalenessConfig = {
  bookMs: 10 * SECOND_MS,
  referenceTwapMs: 5 * SECOND_MS,
  exchangeMs: 2 * SECOND_MS,
};
