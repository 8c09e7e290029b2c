/** What is asked for over REST: markets and results from Gamma, look-backs from the exchange. Answers come back as events. */
import type { EngineEvent } from '../core/engine/events.ts';
import { contiguousCount } from '../core/market-data/candles.ts';
import type { MarketSlug } from '../core/model/identifiers.ts';
import { createGammaClient } from './gamma-client.ts';
import type { Pipeline } from './pipeline.ts';
import type { ClockPort, HttpPort, LogPort } from './ports.ts';
import type { SeriesSettings } from './series-settings-type.ts';
import { fetchCandleHistory } from './warm-up.ts';

/** The longest look-back of the indicators (MACD 26 and its signal 9), in candles without a hole. */
const CANDLES_NEEDED = 34;
/** Between two requests for candle history, real time. */
const WARM_UP_EVERY_MS = 65_000;

export interface RestRequests {
  requestMarkets(slugs: readonly MarketSlug[]): void;
  /** Asks for candles at boot, and again while they have holes (the minute of the boot is one until then). */
  warmUp(): void;
  /** Answers that come after this are dropped. */
  stop(): void;
}

export function createRestRequests(
  settings: SeriesSettings,
  ports: { readonly http: HttpPort; readonly clock: ClockPort; readonly log: LogPort },
  pipeline: Pipeline,
): RestRequests {
  const { http, clock, log } = ports;
  const { config, addresses, symbols } = settings;
  const { slug, durationMs } = config.series;
  const gamma = createGammaClient({ http, clock, baseUrl: addresses.gammaRest, series: { slug, durationMs } });
  let lastWarmUpWallMs: number | null = null;
  let stopped = false;

  function take(events: readonly EngineEvent[]): void {
    if (!stopped && events.length > 0) pipeline.ingest(events);
  }

  async function fetchMarkets(slugs: readonly MarketSlug[]): Promise<void> {
    const { events, errors } = await gamma.fetchMarkets(slugs);
    for (const failure of errors) log.log('debug', 'no market', { slug: failure.slug, reason: failure.reason });
    take(events);
  }

  async function fetchCandles(): Promise<void> {
    const { exchangeFeed } = config;
    const history = await fetchCandleHistory({ http, clock, addresses, symbols, exchangeFeed });
    if (history.ok) take([history.value]);
    else log.log('warn', 'no candle history', { detail: history.error.map(({ reason }) => reason).join('; ') });
  }

  return {
    requestMarkets: (slugs) => void fetchMarkets(slugs),
    warmUp() {
      const nowMs = clock.wallMs();
      const asked = lastWarmUpWallMs !== null && nowMs - lastWarmUpWallMs < WARM_UP_EVERY_MS;
      if (asked || contiguousCount(pipeline.host.state.market.candles) >= CANDLES_NEEDED) return;
      lastWarmUpWallMs = nowMs;
      void fetchCandles();
    },
    stop() {
      stopped = true;
    },
  };
}
