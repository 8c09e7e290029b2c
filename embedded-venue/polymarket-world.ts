/**
 * The Polymarket side of the generated world: books around the true worth of each window, the market channel, the public REST
 * routes and Gamma. Markets, prices and results are a function of seed and simulated time (RUNTIME §6).
 */
import type { UnixMs } from '../core/model/time.ts';
import { marketSlugOf } from '../core/model/window.ts';
import { type BookGenerator, createBookGenerator } from '../core/simulation/book-generator.ts';
import type { PricePath } from '../core/simulation/price-path.ts';
import { createWindowResults } from '../core/simulation/window-outcome.ts';
import { createClobMarketFeed } from './clob-market-feed.ts';
import { createClobRest } from './clob-rest.ts';
import type { VenueFeed, VenueParts } from './connection.ts';
import { createGamma } from './gamma.ts';
import { createGeneratedDirectory } from './generated-directory.ts';
import type { MarketDirectory, VenueSeries } from './venue-market.ts';

export interface PolymarketWorldOptions {
  readonly path: PricePath;
  readonly series: VenueSeries;
  readonly seed: number;
  /** Simulated over wall time. */
  readonly speed: number;
  readonly originMs: UnixMs;
}

export interface PolymarketWorld extends VenueParts {
  readonly directory: MarketDirectory;
  readonly books: BookGenerator;
}

/** Where the market channel is served. */
export const CLOB_MARKET_PATH = '/clob/ws/market';

/** The venue of one series on a price path. */
export function createPolymarketWorld(options: PolymarketWorldOptions): PolymarketWorld {
  const { path, series, seed, speed, originMs } = options;
  const results = createWindowResults(path, series.durationMs);
  // The windows before the origin have results too: the path begins two hours earlier.
  results.advanceTo(originMs);
  const directory = createGeneratedDirectory(series, seed, results);
  const books = createBookGenerator({ path, durationMs: series.durationMs, seed });
  const feed = createClobMarketFeed({
    path: CLOB_MARKET_PATH,
    directory,
    books,
    marketAt: (startMs, nowMs) => directory.bySlug(marketSlugOf(series.slug, startMs), nowMs),
    speed,
  });
  const feeds = [noteBoundaries(feed, results.advanceTo)];
  return {
    feeds,
    routes: [createGamma(directory, books), createClobRest(directory, books)],
    directory,
    books,
    // Results are all that unwatched time leaves behind: books are the same whenever they are made.
    catchUp: results.advanceTo,
  };
}

/** Each step notes the boundaries it passes, while the path still remembers them. */
function noteBoundaries(feed: VenueFeed, note: (nowMs: UnixMs) => void): VenueFeed {
  return {
    ...feed,
    advanceTo: (nowMs) => {
      note(nowMs);
      feed.advanceTo(nowMs);
    },
  };
}
