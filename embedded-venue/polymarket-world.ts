/**
 * The Polymarket side of the generated world: books around the true worth of each window, the market channel, the public REST
 * routes and Gamma. Markets, prices and results are a function of seed and simulated time (RUNTIME §6).
 */
import type { FeeSchedule } from '../core/model/market.ts';
import { MICRO_PER_UNIT } from '../core/model/money.ts';
import type { DurationMs, UnixMs } from '../core/model/time.ts';
import { marketSlugOf } from '../core/model/window.ts';
import { type BookGenerator, createBookGenerator } from '../core/simulation/book-generator.ts';
import type { PricePath } from '../core/simulation/price-path.ts';
import { createWindowResults } from '../core/simulation/window-outcome.ts';
import { createClobMarketFeed } from './clob-market-feed.ts';
import { createClobRest } from './clob-rest.ts';
import type { VenueFeed, VenueParts } from './connection.ts';
import { createGamma } from './gamma.ts';
import { createGeneratedDirectory } from './generated-directory.ts';
import { FEE_SCHEDULE, MIN_ORDER_SHARES, TAKER_DELAY_MS } from './market-rules.ts';
import { createVenueExchange } from './trading/create-exchange.ts';
import { createTradingBooks } from './trading/trading-books.ts';
import type { ExchangeFaults, VenueExchange } from './trading/venue-exchange.ts';
import type { MarketDirectory, VenueSeries } from './venue-market.ts';

export interface PolymarketWorldOptions {
  readonly path: PricePath;
  readonly series: VenueSeries;
  readonly seed: number;
  /** Simulated over wall time. */
  readonly speed: number;
  readonly originMs: UnixMs;
  /** Misbehaviour of the exchange; what is left out is that of a healthy venue. */
  readonly faults?: Partial<ExchangeFaults>;
  /** How long a taker's order is held, in simulated time; the venue's own delay when left out. */
  readonly takerDelayMs?: DurationMs;
  /** `none`: nobody but accounts trades, in books that are empty at first. */
  readonly participants?: 'simulated' | 'none';
  /** Whether the country may trade; left out: it may. */
  readonly isBlocked?: () => boolean;
}

export interface PolymarketWorld extends VenueParts {
  readonly directory: MarketDirectory;
  readonly books: BookGenerator;
  /** Where accounts trade, in the same books. */
  readonly exchange: VenueExchange;
}

/** Where the market channel is served. */
export const CLOB_MARKET_PATH = '/clob/ws/market';
/** The market rules' schedule in integers. */
const EXCHANGE_FEES: FeeSchedule = {
  ratePpm: Math.round(FEE_SCHEDULE.rate * 1_000_000),
  exponent: FEE_SCHEDULE.exponent,
  takerOnly: FEE_SCHEDULE.takerOnly,
  rebatePpm: Math.round(FEE_SCHEDULE.rebateRate * 1_000_000),
};

/** The venue of one series on a price path. */
export function createPolymarketWorld(options: PolymarketWorldOptions): PolymarketWorld {
  const { path, series, seed, speed, originMs } = options;
  const results = createWindowResults(path, series.durationMs);
  // The windows before the origin have results too: the path begins two hours earlier.
  results.advanceTo(originMs);
  const directory = createGeneratedDirectory(series, seed, results);
  const { durationMs } = series;
  const books = createBookGenerator({ path, durationMs, seed, participants: options.participants ?? 'simulated' });
  const exchange = createVenueExchange({
    directory,
    books: createTradingBooks(books),
    fees: EXCHANGE_FEES,
    seed,
    takerDelayMs: options.takerDelayMs ?? TAKER_DELAY_MS,
    minSizeMicro: MIN_ORDER_SHARES * MICRO_PER_UNIT,
    faults: options.faults ?? {},
  });
  const feed = createClobMarketFeed({
    path: CLOB_MARKET_PATH,
    directory,
    books,
    marketAt: (startMs, nowMs) => directory.bySlug(marketSlugOf(series.slug, startMs), nowMs),
    speed,
  });
  const note = (nowMs: UnixMs): void => {
    results.advanceTo(nowMs);
    // Before the channel takes what happened: accounts' orders meet the public at their own moments.
    exchange.advanceTo(nowMs);
  };
  return {
    feeds: [noteTime(feed, note)],
    routes: [createGamma(directory, books), createClobRest(directory, books, options.isBlocked)],
    directory,
    books,
    exchange,
    // Results are all that unwatched time leaves behind: books are the same whenever they are made.
    catchUp: results.advanceTo,
  };
}

/** Each step notes the boundaries it passes, while the path still remembers them, and what accounts' orders meet. */
function noteTime(feed: VenueFeed, note: (nowMs: UnixMs) => void): VenueFeed {
  return {
    ...feed,
    advanceTo: (nowMs) => {
      note(nowMs);
      feed.advanceTo(nowMs);
    },
  };
}
