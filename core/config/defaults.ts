/** Cautious defaults. Each number's reason stands beside its field, in the file of its section. */
import type { SeriesSlug } from '../model/identifiers.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { EngineConfig } from './engine-config.ts';
import { DEFAULT_SECTIONS } from './sections.ts';

export const DEFAULT_ENGINE_CONFIG: EngineConfig = {
  series: { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 5 * MINUTE_MS, referenceSymbol: 'btcusd' },
  ...DEFAULT_SECTIONS,
  execution: 'simulated',
  ledger: 'sim',
  probe: null,
  exchangeFeed: 'binance-futures',
  simSpeed: 1,
};

/** What `live` is held to until a campaign and a signed gate verdict exist: one order of the minimum size a window (DESIGN, "probe"). */
export const PROBE_LIMIT: EngineConfig['probe'] = { maxOrdersPerWindow: 1 };
