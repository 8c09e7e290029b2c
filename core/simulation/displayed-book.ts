/**
 * What the venue displays of a market, as one book in Up prices, and how much of each level our simulated orders have taken.
 * Both tokens show the same book: a bid for Down at p is an offer of Up at 1 − p, so a message about either token updates both
 * (Source: Polymarket order book docs, notes of 2026-11-23). Plain data: the state is its own snapshot.
 */
import type { BookSide } from '../market-data/order-book.ts';
import { invariant } from '../model/errors.ts';
import type { SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { FillModel } from './fill-model.ts';

export interface DisplayedLevel {
  readonly priceTicks: PriceTicks;
  sizeMicro: SizeMicro;
  /** Displayed still, and taken by us: nobody's second time. */
  takenMicro: SizeMicro;
}

export interface DisplayedBook {
  /** False until a complete book has come, and again when the feed broke: nothing is matched against a guess. */
  known: boolean;
  /** Time of the newest message that was applied. One about the other token that is older only repeats the past. */
  asOfMs: UnixMs;
  /** Best first. */
  bids: DisplayedLevel[];
  /** Best first. */
  asks: DisplayedLevel[];
}

/** Where an order of one outcome stands in the book of both. */
export interface BookPlace {
  readonly side: BookSide;
  readonly priceTicks: PriceTicks;
}

/** A book of which nothing is known yet. */
export function unknownBook(): DisplayedBook {
  return { known: false, asOfMs: 0, bids: [], asks: [] };
}

/** Buying Up and selling Down bid for Up; selling Up and buying Down offer it. */
export function bookPlaceOf(outcome: Outcome, side: Side, priceTicks: PriceTicks): BookPlace {
  return outcome === 'up'
    ? { side: side === 'buy' ? 'bid' : 'ask', priceTicks }
    : { side: side === 'buy' ? 'ask' : 'bid', priceTicks: complementTicks(priceTicks) };
}

/** A price of the book as the outcome's own token states it. */
export function ownPriceTicks(outcome: Outcome, bookTicks: PriceTicks): PriceTicks {
  return outcome === 'up' ? bookTicks : complementTicks(bookTicks);
}

export function oppositeSide(side: BookSide): BookSide {
  return side === 'bid' ? 'ask' : 'bid';
}

/** True when price `a` trades before price `b` on this side. */
export function isBetter(side: BookSide, a: PriceTicks, b: PriceTicks): boolean {
  return side === 'bid' ? a > b : a < b;
}

export function levelsOf(book: DisplayedBook, side: BookSide): DisplayedLevel[] {
  return side === 'bid' ? book.bids : book.asks;
}

/** Shares displayed at a price, ours not among them. */
export function displayedAt(book: DisplayedBook, side: BookSide, priceTicks: PriceTicks): SizeMicro {
  const levels = levelsOf(book, side);
  const level = levels[indexOf(levels, side, priceTicks)];
  return level?.priceTicks === priceTicks ? level.sizeMicro : 0;
}

/** Shares of a level that are there to be taken. */
export function availableMicro(level: DisplayedLevel): SizeMicro {
  return Math.max(0, level.sizeMicro - level.takenMicro);
}

/** Takes shares off a level. Throws `InvariantError` beyond what is there. */
export function takeFromLevel(level: DisplayedLevel, sizeMicro: SizeMicro): void {
  invariant(sizeMicro > 0 && sizeMicro <= availableMicro(level), 'no share is taken twice', {
    priceTicks: level.priceTicks,
    sizeMicro,
    availableMicro: availableMicro(level),
  });
  level.takenMicro += sizeMicro;
}

/** True when a message of this source time is behind what is known: the two tokens' mirrored messages come one after the other. */
export function isBehind(book: DisplayedBook, atMs: UnixMs): boolean {
  return book.known && atMs < book.asOfMs;
}

/** A complete book of one token, `[ticks, sizeMicro, …]` best first, replaces what was known. */
export function replaceBook(
  book: DisplayedBook,
  model: FillModel,
  outcome: Outcome,
  bids: readonly number[],
  asks: readonly number[],
): void {
  const upBids = outcome === 'up' ? bids : asks;
  const upAsks = outcome === 'up' ? asks : bids;
  book.bids = levelsFrom(book, model, outcome, 'bid', upBids);
  book.asks = levelsFrom(book, model, outcome, 'ask', upAsks);
  book.known = true;
}

function levelsFrom(
  book: DisplayedBook,
  model: FillModel,
  outcome: Outcome,
  side: BookSide,
  flat: readonly number[],
): DisplayedLevel[] {
  const previous = levelsOf(book, side);
  const levels: DisplayedLevel[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const sizeMicro = flat[at + 1] ?? 0;
    if (sizeMicro <= 0) continue;
    const priceTicks = ownPriceTicks(outcome, flat[at] ?? 0);
    const old = previous[indexOf(previous, side, priceTicks)];
    const takenMicro =
      old?.priceTicks === priceTicks ? model.takenAfterChange(old.takenMicro, old.sizeMicro, sizeMicro) : 0;
    levels.push({ priceTicks, sizeMicro, takenMicro });
  }
  return levels;
}

/** One level of one token shows a new total; 0 removes it. */
export function changeLevel(book: DisplayedBook, model: FillModel, place: BookPlace, sizeMicro: SizeMicro): void {
  const levels = levelsOf(book, place.side);
  const index = indexOf(levels, place.side, place.priceTicks);
  const level = levels[index];
  if (level?.priceTicks !== place.priceTicks) {
    if (sizeMicro > 0) levels.splice(index, 0, { priceTicks: place.priceTicks, sizeMicro, takenMicro: 0 });
  } else if (sizeMicro > 0) {
    level.takenMicro = model.takenAfterChange(level.takenMicro, level.sizeMicro, sizeMicro);
    level.sizeMicro = sizeMicro;
  } else {
    levels.splice(index, 1);
  }
}

/** Place of a price among the levels of a side: where it is, or where it would be inserted. */
function indexOf(levels: readonly DisplayedLevel[], side: BookSide, priceTicks: PriceTicks): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level !== undefined && isBetter(side, level.priceTicks, priceTicks)) low = middle + 1;
    else high = middle;
  }
  return low;
}
