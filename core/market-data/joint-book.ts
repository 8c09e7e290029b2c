/**
 * Both outcome tokens seen as one binary book on the Up axis. An Up share and a Down share together are worth 1 pUSD, so a bid
 * of 0.45 for Down is an offer of Up at 0.55, and the venue shows each order in both books: on recorded full ladders of
 * 2026-04-16 the two were exact mirrors in all 300 pairs with equal times. The two messages come one after the other, so for a
 * moment one book is newer: sizes are not added, and a view in which the two cross is not reliable.
 */
import type { SizeMicro } from '../model/money.ts';
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import { bestAskTicks, bestBidTicks, type OrderBook, sizeAt } from './order-book.ts';

/** The joint touch on the Up axis; `null` where neither book has that side. */
export interface JointView {
  /** Both books are live and do not contradict each other. Where this is `false` nothing else here may price an order. */
  readonly reliable: boolean;
  /** The books contradict each other: one of them has moved and the other not yet. */
  readonly crossed: boolean;
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
  /** Shares at the joint best prices: the larger statement where both books have the price. */
  readonly bidSizeMicro: SizeMicro;
  readonly askSizeMicro: SizeMicro;
  /** Bid plus ask: twice the mid, so that it stays an integer. `null` unless both sides are there. */
  readonly midTwiceTicks: number | null;
  /** Ask less bid; 0 or below where one book is newer than the other. */
  readonly spreadTicks: PriceTicks | null;
  /** When the book that was silent for longer was last updated. */
  readonly oldestUpdateMs: UnixMs;
}

/** The joint view of an Up and a Down book. */
export function jointView(up: OrderBook, down: OrderBook): JointView {
  const upBid = bestBidTicks(up);
  const upAsk = bestAskTicks(up);
  const downBid = bestBidTicks(down);
  const downAsk = bestAskTicks(down);
  const bidFromDown = downAsk === null ? null : complementTicks(downAsk);
  const askFromDown = downBid === null ? null : complementTicks(downBid);
  const bidTicks = bidFromDown === null || (upBid !== null && upBid >= bidFromDown) ? upBid : bidFromDown;
  const askTicks = askFromDown === null || (upAsk !== null && upAsk <= askFromDown) ? upAsk : askFromDown;
  const bothSides = bidTicks !== null && askTicks !== null;
  const crossed = bothSides && bidTicks >= askTicks;
  return {
    reliable: up.status === 'live' && down.status === 'live' && !crossed,
    crossed,
    bidTicks,
    askTicks,
    bidSizeMicro:
      bidTicks === null ? 0 : Math.max(sizeAt(up, 'bid', bidTicks), sizeAt(down, 'ask', complementTicks(bidTicks))),
    askSizeMicro:
      askTicks === null ? 0 : Math.max(sizeAt(up, 'ask', askTicks), sizeAt(down, 'bid', complementTicks(askTicks))),
    midTwiceTicks: bothSides ? bidTicks + askTicks : null,
    spreadTicks: bothSides ? askTicks - bidTicks : null,
    oldestUpdateMs: Math.min(up.updatedMs, down.updatedMs),
  };
}
