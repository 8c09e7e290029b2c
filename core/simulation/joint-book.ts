/**
 * The one book of a window. A bid for Up at p is an offer of Down at 1 − p, so both tokens trade in the same book, which is kept
 * in Up prices here (Source: Polymarket order book docs, notes of 2026-11-23). A plain structure with functions: simulated makers
 * and, later, real orders rest in it side by side, in price and time order.
 */
import { invariant } from '../model/errors.ts';
import type { SizeMicro } from '../model/money.ts';
import { complementTicks, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { Outcome } from '../model/window.ts';

/** Side of the book in Up prices: a bid buys Up (or sells Down), an ask sells Up (or buys Down). */
export type BookSide = 'bid' | 'ask';

export interface RestingOrder {
  readonly id: number;
  readonly owner: string;
  readonly side: BookSide;
  /** Price of Up. */
  readonly priceTicks: PriceTicks;
  remainingMicro: SizeMicro;
}

interface Level {
  readonly priceTicks: PriceTicks;
  totalMicro: SizeMicro;
  /** Oldest first. */
  readonly orders: RestingOrder[];
}

export interface JointBook {
  /** Best first: falling prices. */
  readonly bids: Level[];
  /** Best first: rising prices. */
  readonly asks: Level[];
  readonly orders: Map<number, RestingOrder>;
}

/** A part of a resting order that a taker traded with. */
export interface BookFill {
  readonly orderId: number;
  readonly owner: string;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** An empty book. */
export function createJointBook(): JointBook {
  return { bids: [], asks: [], orders: new Map() };
}

/** Best price of a side, or `null` when it is empty. */
export function bestPrice(book: JointBook, side: BookSide): PriceTicks | null {
  return levelsOf(book, side)[0]?.priceTicks ?? null;
}

/** Shares that rest at a price. */
export function sizeAt(book: JointBook, side: BookSide, priceTicks: PriceTicks): SizeMicro {
  const level = levelsOf(book, side)[indexOf(book, side, priceTicks)];
  return level !== undefined && level.priceTicks === priceTicks ? level.totalMicro : 0;
}

/** True when an order at this price would trade at once. */
export function wouldCross(book: JointBook, side: BookSide, priceTicks: PriceTicks): boolean {
  const opposite = bestPrice(book, side === 'bid' ? 'ask' : 'bid');
  if (opposite === null) return false;
  return side === 'bid' ? priceTicks >= opposite : priceTicks <= opposite;
}

/** Rests an order behind those of its price. Throws `InvariantError` for an order that crosses, repeats an id or has no size. */
export function addOrder(book: JointBook, order: RestingOrder): void {
  invariant(order.priceTicks > 0 && order.priceTicks < TICKS_PER_PUSD, 'an order has a price between 0 and 1');
  invariant(order.remainingMicro > 0, 'a resting order has a size');
  invariant(!book.orders.has(order.id), 'an order id is used once', { id: order.id });
  invariant(!wouldCross(book, order.side, order.priceTicks), 'a resting order does not cross', {
    side: order.side,
    priceTicks: order.priceTicks,
  });
  const levels = levelsOf(book, order.side);
  const index = indexOf(book, order.side, order.priceTicks);
  const level = levels[index];
  if (level !== undefined && level.priceTicks === order.priceTicks) {
    level.orders.push(order);
    level.totalMicro += order.remainingMicro;
  } else {
    levels.splice(index, 0, { priceTicks: order.priceTicks, totalMicro: order.remainingMicro, orders: [order] });
  }
  book.orders.set(order.id, order);
}

/** Takes an order out; `null` when it is no longer there. */
export function removeOrder(book: JointBook, id: number): RestingOrder | null {
  const order = book.orders.get(id);
  if (order === undefined) return null;
  book.orders.delete(id);
  const levels = levelsOf(book, order.side);
  const index = indexOf(book, order.side, order.priceTicks);
  const level = levels[index];
  invariant(level !== undefined && level.priceTicks === order.priceTicks, 'a resting order has its level', { id });
  level.orders.splice(level.orders.indexOf(order), 1);
  level.totalMicro -= order.remainingMicro;
  if (level.orders.length === 0) levels.splice(index, 1);
  return order;
}

/**
 * A taker's order against one side, best price first and oldest order first, up to its limit and its size. `side` is the side
 * that is hit. Returns what was traded; what is left over is the taker's business.
 */
export function takeFrom(book: JointBook, side: BookSide, limitTicks: PriceTicks, sizeMicro: SizeMicro): BookFill[] {
  const levels = levelsOf(book, side);
  const fills: BookFill[] = [];
  let leftMicro = sizeMicro;
  for (let level = levels[0]; leftMicro > 0 && level !== undefined; level = levels[0]) {
    if (side === 'ask' ? level.priceTicks > limitTicks : level.priceTicks < limitTicks) break;
    const order = level.orders[0];
    invariant(order !== undefined, 'a level holds an order', { priceTicks: level.priceTicks });
    const tradedMicro = Math.min(leftMicro, order.remainingMicro);
    order.remainingMicro -= tradedMicro;
    level.totalMicro -= tradedMicro;
    leftMicro -= tradedMicro;
    fills.push({ orderId: order.id, owner: order.owner, priceTicks: level.priceTicks, sizeMicro: tradedMicro });
    if (order.remainingMicro > 0) continue;
    level.orders.shift();
    book.orders.delete(order.id);
    if (level.orders.length === 0) levels.shift();
  }
  return fills;
}

/** The book as one outcome's token shows it: `[ticks, sizeMicro, …]`, best first. Down is the mirror image of Up. */
export function ladderOf(book: JointBook, outcome: Outcome): { readonly bids: number[]; readonly asks: number[] } {
  return outcome === 'up'
    ? { bids: flatten(book.bids, false), asks: flatten(book.asks, false) }
    : { bids: flatten(book.asks, true), asks: flatten(book.bids, true) };
}

function flatten(levels: readonly Level[], mirrored: boolean): number[] {
  const flat: number[] = [];
  for (const level of levels) {
    flat.push(mirrored ? complementTicks(level.priceTicks) : level.priceTicks, level.totalMicro);
  }
  return flat;
}

function levelsOf(book: JointBook, side: BookSide): Level[] {
  return side === 'bid' ? book.bids : book.asks;
}

/** Place of a price among the levels of a side: where it is, or where it would be inserted. */
function indexOf(book: JointBook, side: BookSide, priceTicks: PriceTicks): number {
  const levels = levelsOf(book, side);
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = levels[middle]?.priceTicks ?? 0;
    if (side === 'bid' ? at > priceTicks : at < priceTicks) low = middle + 1;
    else high = middle;
  }
  return low;
}
