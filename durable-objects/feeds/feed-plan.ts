/** Which feeds a series runs. */
import type { SeriesSlug, TokenId } from '../../core/model/identifiers.ts';
import { createBinanceMarketProtocol, createBinancePublicProtocol } from './binance.ts';
import { createCoinbaseProtocol } from './coinbase.ts';
import { createDeribitProtocol } from './deribit.ts';
import type { FeedAddresses } from './feed-addresses.ts';
import type { FeedProtocol } from './feed-protocol.ts';
import type { FeedSymbols } from './feed-symbols.ts';
import { createPolyboltProtocol, type PolyboltCredentials } from './polybolt.ts';
import { createPolymarketMarketProtocol } from './polymarket-market.ts';
import { createRtdsProtocol } from './rtds.ts';

export interface FeedPlanInput {
  readonly addresses: FeedAddresses;
  readonly series: SeriesSlug;
  readonly symbols: FeedSymbols;
  readonly exchangeFeed: 'binance-futures' | 'coinbase';
  readonly credentials: PolyboltCredentials | null;
  readonly wantedTokens: () => readonly TokenId[];
}

export interface PlannedFeed {
  readonly protocol: FeedProtocol;
  /** Started at once, or only when Binance refuses this address. */
  readonly role: 'primary' | 'stand-in';
}

/** Most important first: they are opened in this order. Without credentials there is no PolyBolt, and RTDS alone gives the price. */
export function planFeeds(input: FeedPlanInput): readonly PlannedFeed[] {
  const { addresses, symbols, credentials } = input;
  const onBinance = input.exchangeFeed === 'binance-futures';
  const primary = (protocol: FeedProtocol): PlannedFeed => ({ protocol, role: 'primary' });
  return [
    ...(credentials === null ? [] : [primary(createPolyboltProtocol(addresses, symbols.reference, credentials))]),
    primary(createPolymarketMarketProtocol(addresses, input.series, input.wantedTokens)),
    primary(createRtdsProtocol(addresses, symbols.reference, 'a')),
    ...(onBinance
      ? [
          primary(createBinancePublicProtocol(addresses, symbols.binance)),
          primary(createBinanceMarketProtocol(addresses, symbols.binance)),
        ]
      : []),
    { protocol: createCoinbaseProtocol(addresses, symbols.coinbase), role: onBinance ? 'stand-in' : 'primary' },
    primary(createDeribitProtocol(addresses, symbols.deribit)),
    primary(createRtdsProtocol(addresses, symbols.reference, 'b')),
  ];
}
