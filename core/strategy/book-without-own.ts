/**
 * The book as others make it. The venue shows our own orders too: whoever takes them for the market's opinion outbids himself tick by
 * tick, and counts on depth that he may not trade with.
 */
import type { SizeMicro } from '../model/money.ts';
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { Outcome } from '../model/window.ts';
import type { OutcomeBook, OwnOrder } from './view.ts';

/**
 * One outcome's levels less what our orders may show there. An order in flight or unknown counts as shown: too little depth is the
 * cautious mistake. Where nothing of ours stands, the book itself.
 */
export function bookWithoutOwn(book: OutcomeBook, outcome: Outcome, orders: readonly OwnOrder[]): OutcomeBook {
  if (orders.length === 0) return book;
  return { bids: without(book.bids, outcome, 'bids', orders), asks: without(book.asks, outcome, 'asks', orders) };
}

function without(levels: readonly number[], outcome: Outcome, side: 'bids' | 'asks', orders: readonly OwnOrder[]) {
  const left: number[] = [];
  for (let index = 0; index + 1 < levels.length; index += 2) {
    const ticks = levels[index] as PriceTicks;
    const sizeMicro = (levels[index + 1] as SizeMicro) - ownSizeAt(ticks, outcome, side, orders);
    if (sizeMicro > 0) left.push(ticks, sizeMicro);
  }
  return left;
}

/** A bid stands among its outcome's bids and, at the complement, among the other's asks; a sale the other way round. */
function ownSizeAt(ticks: PriceTicks, outcome: Outcome, side: 'bids' | 'asks', orders: readonly OwnOrder[]): SizeMicro {
  let sizeMicro = 0;
  for (const order of orders) {
    const same = order.outcome === outcome;
    const shownTicks = same ? order.priceTicks : complementTicks(order.priceTicks);
    const shownSide = (order.side === 'buy') === same ? 'bids' : 'asks';
    if (shownSide === side && shownTicks === ticks) sizeMicro += order.remainingMicro;
  }
  return sizeMicro;
}
