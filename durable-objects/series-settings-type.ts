/** What a running series is told: its engine's configuration, and where its outside parties are. */
import type { EngineConfig } from '../core/config/engine-config.ts';
import type { ExchangeConfig } from '../core/simulation/exchange-state.ts';
import type { FeedAddresses } from './feeds/feed-addresses.ts';
import type { FeedSymbols } from './feeds/feed-symbols.ts';
import type { PolyboltCredentials } from './feeds/polybolt.ts';

export interface SeriesSettings {
  readonly config: EngineConfig;
  /** `null` where orders leave the object. */
  readonly exchange: ExchangeConfig | null;
  readonly addresses: FeedAddresses;
  readonly symbols: FeedSymbols;
  readonly credentials: PolyboltCredentials | null;
  readonly buildId: string;
}
