/**
 * The simulated Polymarket books of a series: one for each window that is quoted, from some minutes before its start until it is
 * resolved. A pure object that time is pushed through; each window's book is a function of seed, path and window alone, so the
 * same books come out whatever the steps and whenever the generator was made.
 */
import type { PriceTicks } from '../model/price.ts';
import { type DurationMs, HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';
import type { AccountTrade } from './account-trade.ts';
import type { BookActivity } from './book-activity.ts';
import { ladderOf } from './joint-book.ts';
import type { PricePath } from './price-path.ts';
import { hashLabel, hashPair, hashToUniform } from './rng.ts';
import { COARSE_TICK_TICKS } from './simulated-makers.ts';
import { createWindowBook, type WindowBook } from './window-book.ts';
import type { AccountBook } from './window-book-accounts.ts';

export interface BookGeneratorOptions {
  readonly path: PricePath;
  /** Length of a window. */
  readonly durationMs: DurationMs;
  readonly seed: number;
  /** First moment of which activity is wanted; the first moment asked for when left out. */
  readonly fromMs?: UnixMs;
  /** Windows for which `false` comes back are not quoted (a tape that holds their recorded book). */
  readonly quotes?: (windowStartMs: UnixMs) => boolean;
  /** `none`: books that only accounts trade in. */
  readonly participants?: 'simulated' | 'none';
}

/** A window's book as one outcome's token shows it, levels `[ticks, sizeMicro, …]`, best first. */
export interface TokenBook {
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly tickSizeTicks: PriceTicks;
  readonly lastTradeTicks: PriceTicks | null;
}

export interface BookGenerator {
  /** Everything that happened in all books up to `nowMs` and was not told yet, in time order. */
  advanceTo(nowMs: UnixMs): BookActivity[];
  /** Lets time pass like `advanceTo`; what happens waits there to be told. */
  passTo(nowMs: UnixMs): void;
  /** The present book of a window's token; empty before its quoting starts and after it was closed. */
  bookOf(windowStartMs: UnixMs, outcome: Outcome): TokenBook;
  /** Where an exchange rests and matches accounts' orders; `null` when the window has no book. */
  accountBookOf(windowStartMs: UnixMs): AccountBook | null;
  /** Trades of simulated participants with accounts' orders that were not taken yet, in time order. */
  takeAccountTrades(): AccountTrade[];
}

/** Quotes appear this long before a window starts: the previous window's whole length and half a minute. */
export const QUOTE_LEAD_MS = 330 * SECOND_MS;
/** A book is dropped this long after its window's end: by then the market is resolved. */
const KEEP_AFTER_END_MS = 2 * MINUTE_MS;
/** A pause longer than this is not caught up: paths keep two hours of prices. */
const LONGEST_CATCH_UP_MS = HOUR_MS;
const EMPTY_BOOK: TokenBook = { bids: [], asks: [], tickSizeTicks: COARSE_TICK_TICKS, lastTradeTicks: null };

/** When the last quotes of a window are seen: 1 to 5 s after its end. */
export function quoteUntilMs(seed: number, window: Window): UnixMs {
  const draw = hashToUniform(hashPair(seed ^ hashLabel('quote-until'), window.startMs / SECOND_MS));
  return window.endMs + SECOND_MS + Math.floor(draw * 4 * SECOND_MS);
}

/** The books of all windows of a path. */
export function createBookGenerator(options: BookGeneratorOptions): BookGenerator {
  const { path, durationMs, seed } = options;
  const books = new Map<UnixMs, WindowBook>();
  const waiting: BookActivity[] = [];
  const accountTrades: AccountTrade[] = [];
  let lastMs: UnixMs | null = options.fromMs ?? null;

  const openBooks = (fromMs: UnixMs, nowMs: UnixMs): void => {
    const first = Math.floor((fromMs - KEEP_AFTER_END_MS) / durationMs) * durationMs;
    for (let startMs = first; startMs - QUOTE_LEAD_MS <= nowMs; startMs += durationMs) {
      const window: Window = { startMs, endMs: startMs + durationMs };
      if (window.endMs + KEEP_AFTER_END_MS <= fromMs || books.has(startMs)) continue;
      if (options.quotes?.(startMs) === false) continue;
      const quoteFromMs = startMs - QUOTE_LEAD_MS;
      const until = quoteUntilMs(seed, window);
      const participants = options.participants ?? 'simulated';
      books.set(startMs, createWindowBook({ path, window, seed, quoteFromMs, quoteUntilMs: until, participants }));
    }
  };
  const passTo = (nowMs: UnixMs): void => {
    path.advanceTo(nowMs);
    const fromMs = Math.max(lastMs ?? nowMs, nowMs - LONGEST_CATCH_UP_MS);
    // What accounts did stands at the time that was reached before.
    for (const book of books.values()) waiting.push(...book.takeActivity());
    openBooks(fromMs, nowMs);
    for (const [startMs, book] of books) {
      for (const happened of book.advanceTo(nowMs)) if (happened.atMs > fromMs) waiting.push(happened);
      accountTrades.push(...book.takeAccountTrades());
      if (book.window.endMs + KEEP_AFTER_END_MS <= nowMs) books.delete(startMs);
    }
    lastMs = Math.max(lastMs ?? nowMs, nowMs);
  };

  return {
    advanceTo: (nowMs) => {
      passTo(nowMs);
      waiting.sort((left, right) => left.atMs - right.atMs || left.windowStartMs - right.windowStartMs);
      const later = waiting.findIndex((happened) => happened.atMs > nowMs);
      return waiting.splice(0, later < 0 ? waiting.length : later);
    },
    passTo,
    bookOf: (windowStartMs, outcome) => {
      const book = books.get(windowStartMs);
      if (book === undefined) return EMPTY_BOOK;
      return {
        ...ladderOf(book.book, outcome),
        tickSizeTicks: book.tickSizeTicks(),
        lastTradeTicks: book.lastTradeTicks(outcome),
      };
    },
    accountBookOf: (windowStartMs) => books.get(windowStartMs)?.accounts ?? null,
    takeAccountTrades: () => {
      for (const book of books.values()) accountTrades.push(...book.takeAccountTrades());
      return accountTrades.splice(0).sort((left, right) => left.atMs - right.atMs);
    },
  };
}
