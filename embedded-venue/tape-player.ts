/**
 * Plays a raw tape in place of the generated world: recorded frames over the feeds' own protocols as simulated time, which runs over
 * the tape's receive times, reaches them, and Gamma from the recorded markets. Where a window's book was not recorded, books can be
 * simulated around the recorded prices.
 */

import { err, ok, type Result } from '../core/model/result.ts';
import type { Source } from '../core/model/source.ts';
import { MINUTE_MS } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import { type BookGenerator, createBookGenerator } from '../core/simulation/book-generator.ts';
import type { PricePath } from '../core/simulation/price-path.ts';
import { createRecordedPricePath } from '../core/simulation/recorded-price-path.ts';
import { COARSE_TICK_TICKS } from '../core/simulation/simulated-makers.ts';
import { createWindowResults } from '../core/simulation/window-outcome.ts';
import { type BookSource, createClobMarketFeed } from './clob-market-feed.ts';
import { createClobRest } from './clob-rest.ts';
import type { VenueParts } from './connection.ts';
import { createGamma } from './gamma.ts';
import { CLOB_MARKET_PATH } from './polymarket-world.ts';
import { openRawTape, type RawTape } from './raw-tape.ts';
import { createRecordedBooks, type RecordedBooks, tokensIn } from './recorded-books.ts';
import { ticksOfRecords } from './tape-chainlink.ts';
import { createTapeDirectory } from './tape-directory.ts';
import { createTapeFeed } from './tape-feed.ts';
import { TAPE_PROTOCOLS } from './tape-protocols.ts';
import { createTapeReel } from './tape-reel.ts';
import type { ShownBook, VenueMarket } from './venue-market.ts';

export interface TapePlayerOptions {
  readonly folder: string;
  /** `simulated`: windows without a recorded book are quoted around the recorded prices. */
  readonly books?: 'recorded' | 'simulated';
  /** `twap-60`: markets settle by the mean of the recorded ticks and state today's rules; else both are as recorded. */
  readonly settlement?: 'recorded' | 'twap-60';
  readonly seed?: number;
  /** Simulated over wall time: simulated books are thinned by it, recorded frames never. */
  readonly speed?: number;
}

export interface TapePlayer extends VenueParts {
  readonly spanMs: { readonly fromMs: number; readonly toMs: number };
  /** The recorded settlement source; `null` when the tape has none. */
  readonly path: PricePath | null;
  /** Whose frames the tape holds. */
  readonly sources: ReadonlySet<Source>;
}

const WINDOW_MS = 5 * MINUTE_MS;
const NO_BOOK: ShownBook = { bids: [], asks: [], tickSizeTicks: COARSE_TICK_TICKS, lastTradeTicks: null };

/** Opens a tape for playing. The error says what the tape lacks or what is wrong with it. */
export function createTapePlayer(options: TapePlayerOptions): Result<TapePlayer, string> {
  const opened = openRawTape(options.folder);
  if (!opened.ok) return opened;
  const tape = opened.value;
  const { seed = 0, speed = 1, books: wantedBooks = 'recorded', settlement = 'recorded' } = options;
  const ticks = ticksOfRecords(tape.records());
  const path = ticks.length === 0 ? null : createRecordedPricePath(ticks, seed);
  if (path === null && (wantedBooks === 'simulated' || settlement === 'twap-60')) {
    return err(`${options.folder} holds no reference prices to simulate books around or to settle by`);
  }
  const durationMs = durationOf(tape);
  const results = path !== null && settlement === 'twap-60' ? createWindowResults(path, durationMs) : null;
  const directory = createTapeDirectory(tape.markets, results);
  const reel = createTapeReel(tape);
  const recorded = createRecordedBooks(reel);
  const { sources, tokens: recordedTokens } = contentsOf(tape);
  const hasRecordedBook = (market: VenueMarket | null): boolean =>
    market !== null && (recordedTokens.has(market.tokens.up) || recordedTokens.has(market.tokens.down));
  const generator =
    path === null || wantedBooks === 'recorded'
      ? null
      : createBookGenerator({
          path,
          durationMs,
          seed,
          // A window without a market has no tokens to quote.
          quotes: (startMs) => directory.at(startMs) !== null && !hasRecordedBook(directory.at(startMs)),
        });
  const books = booksOf(generator, recorded, directory.at);
  const clob = createClobMarketFeed({
    path: CLOB_MARKET_PATH,
    directory,
    books,
    marketAt: directory.at,
    speed,
    recorded,
  });
  const feeds = TAPE_PROTOCOLS.map((protocol) => createTapeFeed(reel, protocol));
  return ok({
    feeds: [...feeds, clob],
    routes: [createGamma(directory, books), createClobRest(directory, books)],
    spanMs: tape.manifest.span,
    path,
    sources,
  });
}

/** All markets of a tape have one length; five minutes where it has none. */
function durationOf(tape: RawTape): number {
  const first = tape.markets[0];
  return first === undefined ? WINDOW_MS : first.endMs - first.startMs;
}

/** The sources and the tokens of which the tape holds at least one message. */
function contentsOf(tape: RawTape): { readonly sources: ReadonlySet<Source>; readonly tokens: ReadonlySet<string> } {
  const sources = new Set<Source>();
  const tokens = new Set<string>();
  for (const { source, frame } of tape.records()) {
    sources.add(source);
    if (source === 'polymarket-clob') for (const tokenId of tokensIn(frame)) tokens.add(tokenId);
  }
  return { sources, tokens };
}

function booksOf(
  generator: BookGenerator | null,
  recorded: RecordedBooks,
  marketAt: (windowStartMs: number) => VenueMarket | null,
): BookSource {
  return {
    advanceTo: (nowMs) => generator?.advanceTo(nowMs) ?? [],
    bookOf: (windowStartMs: number, outcome: Outcome) => {
      const market = marketAt(windowStartMs);
      const shown = market === null ? null : recorded.bookOf(market.tokens[outcome]);
      return shown ?? generator?.bookOf(windowStartMs, outcome) ?? NO_BOOK;
    },
  };
}
