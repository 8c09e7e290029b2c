/** Market-data events with only what a test is about spelled out. */
import type { TokenId } from '../../../core/model/identifiers.ts';
import type {
  BookChanged,
  BookReceived,
  BookTouchReceived,
  BookTradeReceived,
  DepthReceived,
  ReferencePriceReceived,
  TickerReceived,
  TradeReceived,
} from '../../../core/model/market-data.ts';

export const UP = '101' as TokenId;
export const DOWN = '202' as TokenId;

const header = (atMs: number) => ({ seq: 0, tsEvent: atMs, tsInit: atMs });

export function book(bids: number[], asks: number[], more: Partial<BookReceived> = {}): BookReceived {
  return {
    ...header(0),
    type: 'book-received',
    tokenId: UP,
    bids,
    asks,
    tickSizeTicks: null,
    lastTradeTicks: null,
    hash: '',
    ...more,
  };
}

export function changed(changes: number[], more: Partial<BookChanged> = {}): BookChanged {
  return { ...header(0), type: 'book-changed', tokenId: UP, changes, bestBidTicks: null, bestAskTicks: null, ...more };
}

export function touch(bestBidTicks: number | null, bestAskTicks: number | null, tokenId = UP): BookTouchReceived {
  return { ...header(0), type: 'book-touch-received', tokenId, bestBidTicks, bestAskTicks };
}

export function bookTrade(priceTicks: number, atMs = 0, tokenId = UP): BookTradeReceived {
  return { ...header(atMs), type: 'book-trade-received', tokenId, priceTicks, sizeMicro: 1_000_000, takerSide: 'buy' };
}

export function depth(updateId: number, atMs = 0): DepthReceived {
  return { ...header(atMs), type: 'depth-received', source: 'binance-futures', updateId, bidsE8: [], asksE8: [] };
}

export function ticker(updateId: number, bidE8: number, askE8: number, bidQuantityE8 = 1): TickerReceived {
  return {
    ...header(0),
    type: 'ticker-received',
    source: 'binance-futures',
    updateId,
    bidE8,
    bidQuantityE8,
    askE8,
    askQuantityE8: 1,
  };
}

export function trade(tradeId: number, atMs: number, priceE8 = 1, more: Partial<TradeReceived> = {}): TradeReceived {
  return {
    ...header(atMs),
    type: 'trade-received',
    source: 'binance-futures',
    tradeId,
    aggregated: true,
    priceE8,
    quantityE8: 1,
    aggressor: 'buy',
    ...more,
  };
}

/** A frame stamped `observedMs` and received 1.6 s later, the median lag of the market-data notes §3. */
export function reference(
  observedMs: number,
  priceE18: bigint,
  more: Partial<ReferencePriceReceived> = {},
): ReferencePriceReceived {
  return {
    seq: 0,
    tsEvent: observedMs,
    tsInit: observedMs + 1_600,
    type: 'reference-price-received',
    source: 'polybolt',
    provider: 'chainlink',
    symbol: 'btcusd',
    lookbackSeconds: 60,
    priceE18,
    snapshot: false,
    ...more,
  };
}
