/** Where everything is that the commands ask: the real addresses, or the embedded venue that stands in for all of them. */
import { CLOB_URL, GEOBLOCK_URL } from '../../clob/create-clob-client.ts';
import { USER_CHANNEL_URL } from '../../clob/user-channel.ts';
import type { VenueAddresses } from '../../env.ts';

export interface AccountAddresses extends VenueAddresses {
  /** Below which the indexer answers; `null`: there is none. */
  readonly dataApiUrl: string | null;
  readonly marketChannelUrl: string;
  readonly polyboltUrl: string;
  readonly rtdsUrl: string;
  readonly deribitUrl: string;
  /** The exchange's trades, by feed. */
  readonly exchangeUrls: Readonly<Record<'binance-futures' | 'coinbase', string>>;
}

/** Each may be set on its own; what is not set follows from where the venue is. Source: venue notes of 2026-11-23, §3–§7. */
export function addressesOf(
  environment: Readonly<Record<string, string | undefined>>,
  embedded: string | null,
): AccountAddresses {
  const sockets = (embedded ?? '').replace(/^http/, 'ws');
  const or = (name: string, embeddedUrl: string, real: string): string => {
    const given = environment[name] ?? '';
    return given === '' ? (embedded === null ? real : embeddedUrl) : given.replace(/\/+$/, '');
  };
  const orNone = (url: string): string | null => (url === '' ? null : url);
  return {
    clobUrl: or('CLOB_URL', `${embedded}/clob`, CLOB_URL),
    geoblockUrl: or('GEOBLOCK_URL', `${embedded}/geoblock`, GEOBLOCK_URL),
    gammaUrl: or('GAMMA_URL', `${embedded}/gamma`, 'https://gamma-api.polymarket.com'),
    dataApiUrl: orNone(or('DATA_API_URL', '', 'https://data-api.polymarket.com')),
    userChannelUrl: or('USER_CHANNEL_URL', `${sockets}/clob/ws/user`, USER_CHANNEL_URL),
    rpcUrl: orNone(or('RPC_URL', `${embedded}/rpc`, '')),
    relayerUrl: or('RELAYER_URL', `${embedded}/relayer`, 'https://relayer-v2.polymarket.com'),
    marketChannelUrl: or(
      'MARKET_CHANNEL_URL',
      `${sockets}/clob/ws/market`,
      'wss://ws-subscriptions-clob.polymarket.com/ws/market',
    ),
    polyboltUrl: or('POLYBOLT_URL', `${sockets}/polybolt/ws`, 'wss://ws-live-v2.polymarket.com/ws'),
    rtdsUrl: or('RTDS_URL', `${sockets}/rtds`, 'wss://ws-live-data.polymarket.com'),
    deribitUrl: or('DERIBIT_URL', `${sockets}/deribit/ws/api/v2`, 'wss://www.deribit.com/ws/api/v2'),
    exchangeUrls: {
      'binance-futures': or('BINANCE_URL', `${sockets}/binance/market`, 'wss://fstream.binance.com/market'),
      coinbase: or('COINBASE_URL', `${sockets}/coinbase`, 'wss://advanced-trade-ws.coinbase.com'),
    },
  };
}
