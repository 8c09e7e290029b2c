/** A candle: one closed minute of an exchange's trades. */
import type { UnixMs } from '../model/time.ts';

/** One minute. Prices and volume are integers of 1e-8. */
export interface Candle {
  readonly startMs: UnixMs;
  openE8: number;
  highE8: number;
  lowE8: number;
  closeE8: number;
  volumeE8: number;
}
