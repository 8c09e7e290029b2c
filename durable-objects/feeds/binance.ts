/**
 * Binance USDⓈ-M futures: two sockets, since the streams were split by path on 2026-04-23 and a stream on the wrong path is
 * silent. Streams stand in the URL, so nothing is ever sent. Source: market data notes §1.1–§1.3, 2026-11-23.
 */
import { HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import { parseBinanceFrame } from '../../core/venue/binance.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import { type ExpectedStream, type FeedProtocol, FIRST_FRAME_MS, plainClose, SILENCE_MS } from './feed-protocol.ts';
import { createStaticSession } from './static-session.ts';

/** The server drops a connection at 24 h; its own connector renews at 23 h. */
const RENEWAL = { afterMs: 23 * HOUR_MS, spreadMs: 10 * MINUTE_MS };

/** Book and touch. `symbol` in lower case: "btcusdt". */
export function createBinancePublicProtocol(addresses: FeedAddresses, symbol: string): FeedProtocol {
  return binanceProtocol(
    'binance-public',
    addresses.binancePublic,
    symbol,
    ['depth20@100ms', 'bookTicker'],
    [live('binance-depth'), live('binance-ticker')],
  );
}

/** Trades, mark price and liquidations; liquidations are expected to be silent. */
export function createBinanceMarketProtocol(addresses: FeedAddresses, symbol: string): FeedProtocol {
  return binanceProtocol(
    'binance-market',
    addresses.binanceMarket,
    symbol,
    ['aggTrade', 'markPrice@1s', 'forceOrder'],
    [live('binance-trade'), live('binance-mark-price')],
  );
}

const live = (stream: ExpectedStream['stream']): ExpectedStream => ({
  stream,
  firstWithinMs: FIRST_FRAME_MS,
  silenceMs: SILENCE_MS,
});

function binanceProtocol(
  name: string,
  base: string,
  symbol: string,
  streams: readonly string[],
  expected: readonly ExpectedStream[],
): FeedProtocol {
  return {
    name,
    source: 'binance-futures',
    // The combined form: only its envelope tells a top-20 snapshot from a diff.
    url: `${base}/stream?streams=${streams.map((stream) => `${symbol}@${stream}`).join('/')}`,
    parse: parseBinanceFrame('binance-futures', symbol.toUpperCase()),
    expected,
    silenceMs: SILENCE_MS,
    keepAlive: null,
    renewal: RENEWAL,
    causeOf: plainClose,
    wanted: () => true,
    session: (link) => createStaticSession(link, { openingFrames: [] }),
  };
}
