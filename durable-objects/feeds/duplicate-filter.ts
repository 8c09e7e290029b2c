/**
 * Drops events that were already delivered, by their source's own ids: during a renewal two sockets bring the same trades, and a
 * feed that repeats itself must not count twice. What has no id passes: the core de-duplicates it by time and content.
 */
import type { MarketDataEvent } from '../../core/model/market-data.ts';

/** About 30 s of a busy minute's trades; a repeat from further back is the core's. */
const REMEMBERED = 2_048;

/** True for an event that is new. Remembers it. */
export type DuplicateFilter = (event: MarketDataEvent) => boolean;

export function createDuplicateFilter(): DuplicateFilter {
  const trades = new Set<string>();
  const lastUpdate = new Map<string, number>();
  return (event) => {
    switch (event.type) {
      case 'trade-received': {
        const key = `${event.source}:${event.tradeId}`;
        if (trades.has(key)) return false;
        trades.add(key);
        if (trades.size > REMEMBERED) for (const oldest of trades.values()) return trades.delete(oldest);
        return true;
      }
      case 'depth-received':
      case 'ticker-received': {
        // Equal only, never "older": one absurd id must not silence a feed.
        const key = `${event.type}:${event.source}`;
        if (event.source === 'coinbase' || lastUpdate.get(key) !== event.updateId) {
          lastUpdate.set(key, event.updateId);
          return true;
        }
        return false;
      }
      default:
        return true;
    }
  };
}
