/** Cautious defaults. Each number's reason stands beside its field in `engine-config.ts`. */
import type { SeriesSlug } from '../model/identifiers.ts';
import { MICRO_PER_UNIT } from '../model/money.ts';
import { MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { EngineConfig } from './engine-config.ts';

export const DEFAULT_ENGINE_CONFIG: EngineConfig = {
  series: { slug: 'btc-updown-5m' as SeriesSlug, durationMs: 5 * MINUTE_MS, referenceSymbol: 'btcusd' },
  marketMaker: {
    enabled: true,
    halfSpreadTicks: 200,
    orderSizeMicro: 5 * MICRO_PER_UNIT,
    maxInventoryMicro: 25 * MICRO_PER_UNIT,
    maxSkewTicks: 200,
    requoteMoveTicks: 150,
    minQuoteAgeMs: 3 * SECOND_MS,
    replaceAfterMs: SECOND_MS,
    requoteAfterMs: 30 * SECOND_MS,
    maxOrders: 4,
    leaveBeforeEndMs: 30 * SECOND_MS,
  },
  risk: {
    bankrollMicro: 1_000 * MICRO_PER_UNIT,
    maxOrderPpm: 10_000,
    maxMarketPpm: 100_000,
    maxTotalPpm: 600_000,
    maxDailyLossPpm: 25_000,
    maxOrdersPerSecond: 10,
  },
  staleness: { bookMs: 10 * SECOND_MS, referenceTwapMs: 5 * SECOND_MS, exchangeMs: 2 * SECOND_MS },
  guard: {
    resolutionSource: 'https://data.chain.link/streams/btc-usd-twap-60s-streams',
    twapLookbackSeconds: 60,
    feeRatePpm: 70_000,
    feeExponent: 1,
    minSizeMicro: 5 * MICRO_PER_UNIT,
    tickSizesTicks: [100, 10],
    protocolVersion: 'v1',
    acknowledgedTakerDelayMs: null,
  },
  flatten: { maxCostPpm: 100_000 },
  execution: 'simulated',
  probe: null,
  exchangeFeed: 'binance-futures',
  simSpeed: 1,
};

/** What `live` is held to until a campaign and a signed gate verdict exist: one order of the minimum size a window (DESIGN, "probe"). */
export const PROBE_LIMIT: EngineConfig['probe'] = { maxOrdersPerWindow: 1 };
