/** Which measured stream an event belongs to. */
import type { MarketDataEvent } from '../../core/model/market-data.ts';
import type { Stream } from '../../core/model/source.ts';

/** The stream whose silence an event ends, or `null` for events that come when they come. */
export function streamOfEvent(event: MarketDataEvent): Stream | null {
  switch (event.type) {
    case 'depth-received':
    case 'depth-changed':
      return event.source === 'coinbase' ? null : 'binance-depth';
    case 'trade-received':
      return event.source === 'coinbase' ? 'coinbase-trade' : 'binance-trade';
    case 'ticker-received':
      return event.source === 'coinbase' ? 'coinbase-ticker' : 'binance-ticker';
    case 'mark-price-received':
      return 'binance-mark-price';
    case 'liquidation-received':
      return 'binance-liquidation';
    case 'heartbeat-received':
      return event.source === 'coinbase' ? 'coinbase-heartbeat' : null;
    case 'book-received':
    case 'book-changed':
    case 'book-trade-received':
    case 'book-touch-received':
      return 'book';
    case 'reference-price-received':
      return event.lookbackSeconds === 0 ? 'reference-spot' : 'reference-twap';
    case 'volatility-index-received':
      return 'dvol';
    default:
      return null;
  }
}
