/**
 * The books as the exchange uses them: time that is pushed on, a book for each window, and word of what simulated participants did to
 * accounts' orders. Implemented over the generated books, so that real orders and the public's meet in the same queue.
 */
import type { UnixMs } from '../../core/model/time.ts';
import type { AccountTrade } from '../../core/simulation/account-trade.ts';
import type { BookGenerator } from '../../core/simulation/book-generator.ts';
import type { AccountBook } from '../../core/simulation/window-book-accounts.ts';
import type { VenueMarket } from '../venue-market.ts';

export interface TradingBooks {
  /** Lets the simulated participants live up to `nowMs`. Never goes back. */
  passTo(nowMs: UnixMs): void;
  /** Their trades with accounts' orders since last asked, in time order. */
  takeTrades(): readonly AccountTrade[];
  /** The book of a market's window; `null` when it has none, or no longer. */
  bookOf(market: VenueMarket): AccountBook | null;
}

/** The books of one series' generator. */
export function createTradingBooks(generator: BookGenerator): TradingBooks {
  return {
    passTo: generator.passTo,
    takeTrades: generator.takeAccountTrades,
    bookOf: (market) => generator.accountBookOf(market.window.startMs),
  };
}
