/**
 * How the settlement source's price differs from the exchange's (another venue, USDT for USD), and how surely that is known. For each
 * lag that a configuration may choose, the logarithm of their ratio and its spread, with a memory of five minutes.
 */
import { log } from '../model/math.ts';
import { lastPriceSecond, type PriceTrack } from './price-track.ts';

/** Lags that are watched: 0, 1, 2 and 3 seconds. */
export const BASIS_LAGS = 4;

export interface BasisTrack {
  /** Observations so far. */
  samples: number;
  mean: number;
  /** Mean square of what an observation differed by from the mean before it. */
  variance: number;
}

/** Basis moves over minutes, and a minute's prices are not yet enough to know it: 300 observations at one a second. */
const MEMORY_SAMPLES = 300;
/** An exchange second without a trade reads as the one before, not further back. */
const MAX_EXCHANGE_GAP_SECONDS = 1;

/** One track for each lag. */
export function createBasis(): BasisTrack[] {
  return Array.from({ length: BASIS_LAGS }, () => ({ samples: 0, mean: 0, variance: 0 }));
}

/** Compares a new price of the settlement source with what the exchange showed at each lag before it. */
export function noteBasis(tracks: readonly BasisTrack[], exchange: PriceTrack, second: number, usd: number): void {
  for (let lag = 0; lag < tracks.length; lag++) {
    // The last price within a second is the price at its end, which is the next second's beginning.
    const wanted = second - 1 - lag;
    const found = lastPriceSecond(exchange, wanted);
    if (found < 0 || wanted - found > MAX_EXCHANGE_GAP_SECONDS) continue;
    const ratio = log(usd / (exchange.prices[found % exchange.prices.length] as number));
    noteRatio(tracks[lag] as BasisTrack, ratio);
  }
}

function noteRatio(track: BasisTrack, ratio: number): void {
  if (track.samples === 0) {
    track.mean = ratio;
    track.samples = 1;
    return;
  }
  const deviation = ratio - track.mean;
  const meanShare = 1 / Math.min(track.samples + 1, MEMORY_SAMPLES);
  // The first deviation is the first estimate of the spread.
  const varianceShare = 1 / Math.min(track.samples, MEMORY_SAMPLES);
  track.mean += deviation * meanShare;
  track.variance += (deviation * deviation - track.variance) * varianceShare;
  track.samples++;
}
