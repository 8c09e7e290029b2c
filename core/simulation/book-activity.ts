/** What happens in the simulated book of a window, as data: the market channel turns it into frames, a later exchange into reports. */
import type { SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { BookSide } from './joint-book.ts';

/** A level's new total, in Up prices; 0 shares removes it. */
export interface LevelChange {
  readonly side: BookSide;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

interface ActivityHeader {
  readonly atMs: UnixMs;
  readonly windowStartMs: UnixMs;
}

/** Orders came and went. The touch is that of Up after the change. */
export interface LevelsChanged extends ActivityHeader {
  readonly kind: 'levels-changed';
  readonly changes: readonly LevelChange[];
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
}

/** A taker traded one price of one token. Price and side are that token's. */
export interface BookTraded extends ActivityHeader {
  readonly kind: 'traded';
  readonly outcome: Outcome;
  readonly takerSide: 'buy' | 'sell';
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** The whole ladder of Up, `[ticks, sizeMicro, …]`, best first: the venue shows it again after each trade. */
export interface BookShown extends ActivityHeader {
  readonly kind: 'book-shown';
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly tickSizeTicks: PriceTicks;
  /** Price of the last trade, in terms of Up. */
  readonly lastTradeUpTicks: PriceTicks | null;
}

/** The book went to a finer grid near 0 or 1. It never goes back: orders off the old grid rest in it. */
export interface TickSizeSwitched extends ActivityHeader {
  readonly kind: 'tick-size-switched';
  readonly oldTickSizeTicks: PriceTicks;
  readonly newTickSizeTicks: PriceTicks;
}

export type BookActivity = LevelsChanged | BookTraded | BookShown | TickSizeSwitched;
