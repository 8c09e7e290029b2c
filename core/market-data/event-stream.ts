/** Which measured stream an event belongs to. */
import type { ExchangeSource, MarketDataEvent } from '../model/market-data.ts';
import type { Stream } from '../model/source.ts';

/** The stream of an event, or `null` where nothing is measured (listings, history, price sources that settle nothing). */
export function streamOf(event: MarketDataEvent): Stream | null {
  switch (event.type) {
    case 'book-received':
    case 'book-changed':
    case 'book-trade-received':
    case 'book-touch-received':
    case 'tick-size-changed':
      return 'book';
    case 'depth-received':
    case 'depth-changed':
      return event.source === 'coinbase' ? null : 'binance-depth';
    case 'trade-received':
      return either(event.source, 'coinbase-trade', 'binance-trade');
    case 'ticker-received':
      return either(event.source, 'coinbase-ticker', 'binance-ticker');
    case 'mark-price-received':
      return 'binance-mark-price';
    case 'liquidation-received':
      return 'binance-liquidation';
    case 'heartbeat-received':
      return event.source === 'coinbase' ? 'coinbase-heartbeat' : null;
    case 'reference-price-received':
      if (event.provider !== 'chainlink') return null;
      return event.lookbackSeconds === 0 ? 'reference-spot' : 'reference-twap';
    case 'volatility-index-received':
      return 'dvol';
    case 'market-listed':
    case 'market-announced':
    case 'official-result-published':
    case 'candle-history-received':
      return null;
  }
}

function either(source: ExchangeSource, coinbase: Stream, binance: Stream): Stream {
  return source === 'coinbase' ? coinbase : binance;
}
