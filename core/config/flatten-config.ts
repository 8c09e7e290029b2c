/** What a flatten may cost. */
import * as z from 'zod';
import { ppm } from './config-fields.ts';

export const flattenConfigSchema = z.strictObject({
  /**
   * What leaving a position at once may cost, as a part of its fair value. 10 %: at an even price the fee is 3.5 % and half of a spread
   * of four cents is 4 %, so an ordinary book lets us out and an empty one does not.
   */
  maxCostPpm: ppm,
});

export type FlattenConfig = z.infer<typeof flattenConfigSchema>;

export const DEFAULT_FLATTEN_CONFIG: FlattenConfig = { maxCostPpm: 100_000 };
