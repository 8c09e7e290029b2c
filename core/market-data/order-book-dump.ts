/** A book as plain data and back: what a warm snapshot keeps of it. */
import type { TokenId } from '../model/identifiers.ts';
import type { PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import { TICK_LEVELS } from './book-side.ts';
import { type BookCounters, type BookStatus, createBook, levels, type OrderBook, setLevel } from './order-book.ts';

export interface BookDump {
  readonly tokenId: TokenId;
  readonly status: BookStatus;
  /** Levels `[ticks, sizeMicro, …]`, best first. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly tickSizeTicks: PriceTicks | null;
  readonly lastTradeTicks: PriceTicks | null;
  readonly lastTradeMs: UnixMs | null;
  readonly updatedMs: UnixMs;
  readonly counters: Readonly<BookCounters>;
}

/** Everything that `restoreBook` needs to make an equal book. */
export function dumpBook(book: OrderBook): BookDump {
  return {
    tokenId: book.tokenId,
    status: book.status,
    bids: levels(book, 'bid', TICK_LEVELS),
    asks: levels(book, 'ask', TICK_LEVELS),
    tickSizeTicks: book.tickSizeTicks,
    lastTradeTicks: book.lastTradeTicks,
    lastTradeMs: book.lastTradeMs,
    updatedMs: book.updatedMs,
    counters: { ...book.counters },
  };
}

/** The book that was dumped. */
export function restoreBook(dump: BookDump): OrderBook {
  const book = createBook(dump.tokenId);
  for (let index = 0; index < dump.bids.length; index += 2) {
    setLevel(book, 0, dump.bids[index] as number, dump.bids[index + 1] as number);
  }
  for (let index = 0; index < dump.asks.length; index += 2) {
    setLevel(book, 1, dump.asks[index] as number, dump.asks[index + 1] as number);
  }
  book.status = dump.status;
  book.tickSizeTicks = dump.tickSizeTicks;
  book.lastTradeTicks = dump.lastTradeTicks;
  book.lastTradeMs = dump.lastTradeMs;
  book.updatedMs = dump.updatedMs;
  Object.assign(book.counters, dump.counters);
  return book;
}
