/**
 * The joint book level by level, as one outcome sees it. An order stands in both tokens' books (`joint-book.ts`), so a level of the other
 * token is one of ours at the complement; where both state a price the larger statement counts, since sizes are not added.
 */
import { complementTicks } from '../model/price.ts';
import { levelAbove, levelBelow } from './book-side.ts';
import { NO_ASK, NO_BID, type OrderBook } from './order-book.ts';

/** The best `count` bids for the token of `own`, as `[ticks, sizeMicro, …]`, best first. */
export function jointBids(own: OrderBook, other: OrderBook, count: number): number[] {
  const result: number[] = [];
  let ownTicks = own.bestBidIndex;
  let otherTicks = other.bestAskIndex;
  while (result.length < 2 * count && (ownTicks !== NO_BID || otherTicks !== NO_ASK)) {
    const fromOther = otherTicks === NO_ASK ? NO_BID : complementTicks(otherTicks);
    const ticks = Math.max(ownTicks, fromOther);
    const ownSize = ownTicks === ticks ? (own.bids.sizes[ticks] as number) : 0;
    const otherSize = fromOther === ticks ? (other.asks.sizes[otherTicks] as number) : 0;
    result.push(ticks, Math.max(ownSize, otherSize));
    if (ownTicks === ticks) ownTicks = levelBelow(own.bids, ticks);
    if (fromOther === ticks) otherTicks = levelAbove(other.asks, otherTicks);
  }
  return result;
}

/** The best `count` asks for the token of `own`, likewise: what the other token's bidders would take the other half of. */
export function jointAsks(own: OrderBook, other: OrderBook, count: number): number[] {
  const result: number[] = [];
  let ownTicks = own.bestAskIndex;
  let otherTicks = other.bestBidIndex;
  while (result.length < 2 * count && (ownTicks !== NO_ASK || otherTicks !== NO_BID)) {
    const fromOther = otherTicks === NO_BID ? NO_ASK : complementTicks(otherTicks);
    const ticks = Math.min(ownTicks, fromOther);
    const ownSize = ownTicks === ticks ? (own.asks.sizes[ticks] as number) : 0;
    const otherSize = fromOther === ticks ? (other.bids.sizes[otherTicks] as number) : 0;
    result.push(ticks, Math.max(ownSize, otherSize));
    if (ownTicks === ticks) ownTicks = levelAbove(own.asks, ticks);
    if (fromOther === ticks) otherTicks = levelBelow(other.bids, otherTicks);
  }
  return result;
}
