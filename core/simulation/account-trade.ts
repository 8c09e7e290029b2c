/** A trade of a simulated participant with orders of accounts, as data: the book made it, the exchange books it. */
import type { PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { BookFill, BookSide } from './joint-book.ts';

/** One price of one taker: every resting order that it traded with there, of accounts and of the public, in the order of the queue. */
export interface AccountTrade {
  readonly atMs: UnixMs;
  readonly windowStartMs: UnixMs;
  /** Side of the joint book that was hit. */
  readonly hits: BookSide;
  /** Token that the taker named. */
  readonly outcome: Outcome;
  /** Price of Up. */
  readonly priceTicks: PriceTicks;
  readonly fills: readonly BookFill[];
}
