/** The touch of a token as the venue last stated it: what tells a change that matters at once from one that can wait. */
import type { BookChanged, BookReceived, BookTouchReceived } from '../model/market-data.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';

/** `null`: not stated. An empty side is 0 for bids and 10,000 for asks, as the venue writes it. */
export interface KnownTouch {
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
}

export const UNKNOWN_TOUCH: KnownTouch = { bidTicks: null, askTicks: null };

/** The touch that a message states. */
export function statedTouch(event: BookChanged | BookTouchReceived): KnownTouch {
  return { bidTicks: event.bestBidTicks, askTicks: event.bestAskTicks };
}

/** The touch of a complete book. */
export function touchOfSnapshot(event: BookReceived): KnownTouch {
  return { bidTicks: event.bids[0] ?? 0, askTicks: event.asks[0] ?? TICKS_PER_PUSD };
}

/** Both known in full and equal. */
export function sameTouch(a: KnownTouch, b: KnownTouch): boolean {
  if (a.bidTicks === null || a.askTicks === null) return false;
  return a.bidTicks === b.bidTicks && a.askTicks === b.askTicks;
}

/** Does a change touch or improve the best level, or leave it open where that is? */
export function reachesTouch(known: KnownTouch, event: BookChanged): boolean {
  const { bidTicks, askTicks } = known;
  if (bidTicks === null || askTicks === null || !sameTouch(known, statedTouch(event))) return true;
  const { changes } = event;
  for (let index = 0; index < changes.length; index += 3) {
    const ticks = changes[index + 1] as number;
    if (changes[index] === 0 ? ticks >= bidTicks : ticks <= askTicks) return true;
  }
  return false;
}
