/**
 * The first market maker: a bid on each token around the middle of the joint book. Bidding for Down at 1 − p is offering Up at
 * p, so two bids are a two-sided quote, and a filled pair costs less than the 1 pUSD it pays: the sum of our bids, resting ones
 * included, stays below 1 (the original bid fair + 2 cents on both, so that a filled pair cost 1.04).
 */
import type { MarketMakerConfig } from '../config/market-maker-config.ts';
import type { PriceTicks } from '../model/price.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import type { BookView, DesiredQuote, QuoteDecision, StrategyView } from './strategy.ts';

const NO_QUOTES: readonly DesiredQuote[] = [];

/** Decides the quotes for one window. Pure; the caller has already checked that the window may be traded at all. */
export function decideMarketMaker(view: StrategyView, config: MarketMakerConfig): QuoteDecision {
  if (!config.enabled) return { rule: 'disabled', quotes: NO_QUOTES };
  if (view.msToEnd <= config.leaveBeforeEndMs) return { rule: 'leaving', quotes: NO_QUOTES };
  const centre = centreTwice(view.book);
  if (centre === null) return { rule: 'book-empty', quotes: NO_QUOTES };

  const inventoryMicro = view.upMicro - view.downMicro;
  const skewTwice = skewTwiceTicks(inventoryMicro, config);
  const upBid = quotePrice(centre - skewTwice, config.halfSpreadTicks, view.tickSizeTicks);
  const downBid = quotePrice(2 * TICKS_PER_PUSD - centre + skewTwice, config.halfSpreadTicks, view.tickSizeTicks);

  const quotes: DesiredQuote[] = [];
  if (upBid !== null && inventoryMicro < config.maxInventoryMicro) {
    quotes.push({ outcome: 'up', priceTicks: upBid, sizeMicro: config.orderSizeMicro });
  }
  if (downBid !== null && -inventoryMicro < config.maxInventoryMicro) {
    quotes.push({ outcome: 'down', priceTicks: downBid, sizeMicro: config.orderSizeMicro });
  }
  if (quotes.length === 0) return { rule: 'no-room', quotes };
  return { rule: 'quoting', quotes };
}

/**
 * Twice the centre, in ticks (so that a half tick stays an integer): the middle of both sides, the last trade when one side is
 * empty, nothing when both are.
 */
function centreTwice(book: BookView): number | null {
  if (book.bidTicks !== null && book.askTicks !== null) return book.bidTicks + book.askTicks;
  if (book.bidTicks === null && book.askTicks === null) return null;
  return book.lastTradeTicks === null ? null : 2 * book.lastTradeTicks;
}

/** How far (twice, in ticks) the centre moves against an excess of Up shares: full skew at the inventory limit. */
function skewTwiceTicks(inventoryMicro: number, config: MarketMakerConfig): number {
  if (config.maxInventoryMicro === 0) return 0;
  const share = Math.max(-1, Math.min(1, inventoryMicro / config.maxInventoryMicro));
  return Math.trunc(2 * config.maxSkewTicks * share);
}

/** Half a spread below the centre, down to the grid; `null` where the grid has no such price. */
function quotePrice(twice: number, halfSpreadTicks: number, tickSizeTicks: PriceTicks): PriceTicks | null {
  const raw = Math.floor((twice - 2 * halfSpreadTicks) / 2);
  const price = Math.floor(raw / tickSizeTicks) * tickSizeTicks;
  if (price < tickSizeTicks || price > TICKS_PER_PUSD - tickSizeTicks) return null;
  return price;
}
