/** Where the outside parties are: the real ones, or the embedded venue that stands in for all of them. */

/** Base addresses without a trailing slash; WebSocket ones carry their scheme. */
export interface FeedAddresses {
  /** Book, ticker (`/public`) and trades, mark price, liquidations (`/market`): a wrong path connects and stays silent. */
  readonly binancePublic: string;
  readonly binanceMarket: string;
  readonly polymarketMarket: string;
  readonly polybolt: string;
  readonly rtds: string;
  readonly deribit: string;
  readonly coinbase: string;
  readonly gammaRest: string;
  readonly binanceRest: string;
  readonly clobRest: string;
  readonly coinbaseRest: string;
  readonly deribitRest: string;
}

/** Production addresses. Source: market data notes §1.1, §2–§4 and venue notes §5, §6, 2026-11-23. */
export const REAL_ADDRESSES: FeedAddresses = {
  binancePublic: 'wss://fstream.binance.com/public',
  binanceMarket: 'wss://fstream.binance.com/market',
  polymarketMarket: 'wss://ws-subscriptions-clob.polymarket.com/ws/market',
  polybolt: 'wss://ws-live-v2.polymarket.com/ws',
  rtds: 'wss://ws-live-data.polymarket.com',
  deribit: 'wss://www.deribit.com/ws/api/v2',
  coinbase: 'wss://advanced-trade-ws.coinbase.com',
  gammaRest: 'https://gamma-api.polymarket.com',
  binanceRest: 'https://fapi.binance.com',
  clobRest: 'https://clob.polymarket.com',
  coinbaseRest: 'https://api.coinbase.com',
  deribitRest: 'https://www.deribit.com',
};

/** The embedded venue's addresses below `baseUrl` (`http://127.0.0.1:8790`): one host, one path for each party. */
export function embeddedAddresses(baseUrl: string): FeedAddresses {
  const http = baseUrl.replace(/\/+$/, '');
  const ws = http.replace(/^http/, 'ws');
  return {
    binancePublic: `${ws}/binance/public`,
    binanceMarket: `${ws}/binance/market`,
    polymarketMarket: `${ws}/clob/ws/market`,
    polybolt: `${ws}/polybolt/ws`,
    rtds: `${ws}/rtds`,
    deribit: `${ws}/deribit/ws/api/v2`,
    coinbase: `${ws}/coinbase`,
    gammaRest: `${http}/gamma`,
    binanceRest: `${http}/binance-rest`,
    clobRest: `${http}/clob`,
    coinbaseRest: `${http}/coinbase-rest`,
    deribitRest: `${http}/deribit`,
  };
}
