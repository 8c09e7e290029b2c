/** What a running series is told: its engine's configuration, and where its outside parties are. */
import type { EngineConfig } from '../core/config/engine-config.ts';
import type { LinkKey } from '../core/protocol/link-auth.ts';
import type { ExchangeConfig } from '../core/simulation/exchange-state.ts';
import type { ConfigComposition } from './config-composition.ts';
import type { FeedAddresses } from './feeds/feed-addresses.ts';
import type { FeedVia } from './feeds/feed-route.ts';
import type { FeedSymbols } from './feeds/feed-symbols.ts';
import type { PolyboltCredentials } from './feeds/polybolt.ts';

export interface SeriesSettings {
  /** What the deployment says. A person's later word through the API is in the history. */
  readonly config: EngineConfig;
  /** Left out: the configuration is fixed, and no document changes it. */
  readonly composition?: ConfigComposition;
  /** `null` where orders leave the object. */
  readonly exchange: ExchangeConfig | null;
  readonly addresses: FeedAddresses;
  readonly symbols: FeedSymbols;
  readonly credentials: PolyboltCredentials | null;
  /** Who may link as the runner; empty: nobody. */
  readonly linkKeys: readonly LinkKey[];
  /** Feeds that do not go their own way; those that are not named are `auto`. */
  readonly feedVia: Readonly<Record<string, FeedVia>>;
  readonly buildId: string;
}
