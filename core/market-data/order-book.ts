/**
 * The book of one outcome token: a dense window of 10,001 ticks for each side in typed arrays (`book-side.ts`), with the touch cached. Mutated in
 * place, because books are the hottest state there is. The venue's market channel has no sequence numbers: what tells us that
 * a change was lost is a crossed book or a touch that is not the one the venue states, and only its next snapshot heals that
 * (venue notes §5.1, 2026-11-23).
 */
import { invariant } from '../model/errors.ts';
import type { TokenId } from '../model/identifiers.ts';
import type { BookChanged, BookReceived, BookTouchReceived, BookTradeReceived } from '../model/market-data.ts';
import type { SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import {
  type BookLevels,
  clearLevels,
  createLevels,
  levelAbove,
  levelBelow,
  putLevel,
  TICK_LEVELS,
} from './book-side.ts';

export type BookSide = 'bid' | 'ask';

/** `awaiting-snapshot`: nothing is known. `unreliable`: levels are kept, but something in them is provably wrong. */
export type BookStatus = 'awaiting-snapshot' | 'live' | 'unreliable';

/** `touch-changed`: a best price or the status is another than before. Sizes, of the best level too, are depth. */
export type BookUpdate = 'touch-changed' | 'depth-changed' | 'ignored';

/** How often a book was not what it should be, since it was made. */
export interface BookCounters {
  snapshots: number;
  /** Changes that came before any snapshot and had nothing to change. */
  ignoredChanges: number;
  crossed: number;
  /** The touch after a change was not the one that the venue stated with it. */
  touchMismatches: number;
  /** The venue's separate touch message disagreed. Counted only: its order against changes is not known. */
  separateTouchMismatches: number;
}

export interface OrderBook {
  readonly tokenId: TokenId;
  status: BookStatus;
  readonly bids: BookLevels;
  readonly asks: BookLevels;
  /** Index of the best level, or `NO_BID`, `NO_ASK`. Read them through `bestBidTicks` and `bestAskTicks`. */
  bestBidIndex: number;
  bestAskIndex: number;
  tickSizeTicks: PriceTicks | null;
  lastTradeTicks: PriceTicks | null;
  lastTradeMs: UnixMs | null;
  /** When the last snapshot or change was received: 0 before the first. */
  updatedMs: UnixMs;
  readonly counters: BookCounters;
}

/** Index of the best bid of an empty side: below every price. */
export const NO_BID = -1;
/** Index of the best ask of an empty side: above every price. */
export const NO_ASK = TICK_LEVELS;

/** An empty book that waits for its first snapshot. */
export function createBook(tokenId: TokenId): OrderBook {
  return {
    tokenId,
    status: 'awaiting-snapshot',
    bids: createLevels(),
    asks: createLevels(),
    bestBidIndex: NO_BID,
    bestAskIndex: NO_ASK,
    tickSizeTicks: null,
    lastTradeTicks: null,
    lastTradeMs: null,
    updatedMs: 0,
    counters: { snapshots: 0, ignoredChanges: 0, crossed: 0, touchMismatches: 0, separateTouchMismatches: 0 },
  };
}

/** Forgets every level: after a lost connection only a new snapshot counts. Counters, tick size and last trade stay. */
export function clearBook(book: OrderBook): void {
  clearSides(book);
  book.status = 'awaiting-snapshot';
}

function clearSides(book: OrderBook): void {
  clearLevels(book.bids);
  clearLevels(book.asks);
  book.bestBidIndex = NO_BID;
  book.bestAskIndex = NO_ASK;
}

/** Replaces the whole book by the venue's snapshot. */
export function applySnapshot(book: OrderBook, event: BookReceived): BookUpdate {
  const { status, bestBidIndex, bestAskIndex } = book;
  clearSides(book);
  setLevels(book, event.bids, event.asks);
  if (event.tickSizeTicks !== null) book.tickSizeTicks = event.tickSizeTicks;
  if (event.lastTradeTicks !== null) book.lastTradeTicks = event.lastTradeTicks;
  book.updatedMs = event.tsInit;
  book.counters.snapshots++;
  book.status = 'live';
  checkCrossed(book);
  return touchSince(book, status, bestBidIndex, bestAskIndex);
}

function setLevels(book: OrderBook, bids: readonly number[], asks: readonly number[]): void {
  for (let index = 0; index < bids.length; index += 2)
    setLevel(book, 0, bids[index] as number, bids[index + 1] as number);
  for (let index = 0; index < asks.length; index += 2)
    setLevel(book, 1, asks[index] as number, asks[index + 1] as number);
}

/** Sets changed levels to their new totals; 0 deletes. Ignored before the first snapshot. */
export function applyChanges(book: OrderBook, event: BookChanged): BookUpdate {
  const { status, bestBidIndex, bestAskIndex } = book;
  if (status === 'awaiting-snapshot') {
    book.counters.ignoredChanges++;
    return 'ignored';
  }
  book.updatedMs = event.tsInit;
  const { changes } = event;
  for (let index = 0; index < changes.length; index += 3) {
    setLevel(book, changes[index] as number, changes[index + 1] as number, changes[index + 2] as number);
  }
  if (status === 'live') {
    checkCrossed(book);
    if (!touchAgrees(book, event.bestBidTicks, event.bestAskTicks)) {
      book.counters.touchMismatches++;
      book.status = 'unreliable';
    }
  }
  return touchSince(book, status, bestBidIndex, bestAskIndex);
}

/** Sets one level's total, 0 to delete it, and keeps the touch. Side 0 is bids, 1 is asks, as in the events. */
export function setLevel(book: OrderBook, side: number, ticks: PriceTicks, sizeMicro: SizeMicro): void {
  if (!((ticks | 0) === ticks && ticks >= 0 && ticks < TICK_LEVELS && sizeMicro >= 0)) {
    invariant(false, 'a level has a price within 0..1 and a size', { tokenId: book.tokenId, side, ticks, sizeMicro });
  }
  if (side === 0) {
    putLevel(book.bids, ticks, sizeMicro);
    if (sizeMicro > 0) {
      if (ticks > book.bestBidIndex) book.bestBidIndex = ticks;
    } else if (ticks === book.bestBidIndex) book.bestBidIndex = levelBelow(book.bids, ticks);
  } else {
    putLevel(book.asks, ticks, sizeMicro);
    if (sizeMicro > 0) {
      if (ticks < book.bestAskIndex) book.bestAskIndex = ticks;
    } else if (ticks === book.bestAskIndex) book.bestAskIndex = levelAbove(book.asks, ticks);
  }
}

/** A bid at or above an ask would have traded: a change was lost. */
function checkCrossed(book: OrderBook): void {
  if (book.bestBidIndex < book.bestAskIndex) return;
  book.counters.crossed++;
  book.status = 'unreliable';
}

/** The venue writes the touch of an empty side as 0 and as 1, prices at which no order can stand. */
function touchAgrees(book: OrderBook, bidTicks: PriceTicks | null, askTicks: PriceTicks | null): boolean {
  if (bidTicks !== null && (bidTicks === 0 ? NO_BID : bidTicks) !== book.bestBidIndex) return false;
  return askTicks === null || (askTicks === TICKS_PER_PUSD ? NO_ASK : askTicks) === book.bestAskIndex;
}

function touchSince(book: OrderBook, status: BookStatus, bestBidIndex: number, bestAskIndex: number): BookUpdate {
  return book.bestBidIndex !== bestBidIndex || book.bestAskIndex !== bestAskIndex || book.status !== status
    ? 'touch-changed'
    : 'depth-changed';
}

/** Compares with the venue's separate statement of the touch, and counts where it differs. */
export function checkTouch(book: OrderBook, event: BookTouchReceived): void {
  if (book.status === 'live' && !touchAgrees(book, event.bestBidTicks, event.bestAskTicks)) {
    book.counters.separateTouchMismatches++;
  }
}

/** Notes a trade's price. */
export function noteTrade(book: OrderBook, event: BookTradeReceived): void {
  book.lastTradeTicks = event.priceTicks;
  book.lastTradeMs = event.tsEvent;
}

/** Highest bid, `null` where there is none. Look at `status` first: an unreliable book still answers. */
export function bestBidTicks(book: OrderBook): PriceTicks | null {
  return book.bestBidIndex === NO_BID ? null : book.bestBidIndex;
}

/** Lowest ask, `null` where there is none. Look at `status` first: an unreliable book still answers. */
export function bestAskTicks(book: OrderBook): PriceTicks | null {
  return book.bestAskIndex === NO_ASK ? null : book.bestAskIndex;
}

/** Shares at a price; 0 where nothing stands. */
export function sizeAt(book: OrderBook, side: BookSide, ticks: PriceTicks): SizeMicro {
  return (side === 'bid' ? book.bids : book.asks).sizes[ticks] ?? 0;
}

/** Walks a side from its best level on, until `visit` returns `false`. */
export function forEachLevel(
  book: OrderBook,
  side: BookSide,
  visit: (ticks: PriceTicks, sizeMicro: SizeMicro) => boolean,
): void {
  if (side === 'bid') {
    for (let ticks = book.bestBidIndex; ticks >= 0; ticks = levelBelow(book.bids, ticks)) {
      if (!visit(ticks, book.bids.sizes[ticks] as number)) return;
    }
  } else {
    for (let ticks = book.bestAskIndex; ticks < TICK_LEVELS; ticks = levelAbove(book.asks, ticks)) {
      if (!visit(ticks, book.asks.sizes[ticks] as number)) return;
    }
  }
}

/** The best `count` levels of a side as `[ticks, sizeMicro, …]`, best first. */
export function levels(book: OrderBook, side: BookSide, count: number): number[] {
  const result: number[] = [];
  if (count <= 0) return result;
  forEachLevel(book, side, (ticks, sizeMicro) => result.push(ticks, sizeMicro) < 2 * count);
  return result;
}
