/** Every outside party that sends us messages. One closed list: counters, feed health and metrics are keyed by it. */
export const SOURCES = [
  'binance-futures',
  'binance-spot',
  'coinbase',
  'deribit',
  'polymarket-clob',
  'polymarket-user',
  'polybolt',
  'rtds',
  'gamma',
] as const;

export type Source = (typeof SOURCES)[number];

/** Feeds whose silence is measured: a stream of a source (RUNTIME and market-data specs §5 give each its limit). */
export const STREAMS = [
  'binance-depth',
  'binance-trade',
  'binance-ticker',
  'binance-mark-price',
  'binance-liquidation',
  'coinbase-trade',
  'coinbase-ticker',
  'coinbase-heartbeat',
  'dvol',
  'book',
  'reference-spot',
  'reference-twap',
] as const;

export type Stream = (typeof STREAMS)[number];
