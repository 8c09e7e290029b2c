/** What a market of the embedded venue says of itself in words. */
import { RESOLUTION_SOURCE, TWAP_LOOKBACK_SECONDS } from './market-rules.ts';
import type { VenueMarket } from './venue-market.ts';

/** "Bitcoin Up or Down - 2026-11-23 12:00-12:05 UTC". */
export function titleOf(market: VenueMarket): string {
  const { startMs, endMs } = market.window;
  const start = new Date(startMs).toISOString();
  return `Bitcoin Up or Down - ${start.slice(0, 10)} ${start.slice(11, 16)}-${new Date(endMs).toISOString().slice(11, 16)} UTC`;
}

/** The rule in a sentence. */
export function descriptionOf(market: VenueMarket): string {
  return (
    `Simulated market ${market.slug}. Up pays out when the ${TWAP_LOOKBACK_SECONDS}-second mean price of BTC/USD at the end of ` +
    `the window is at or above that at its start, and Down otherwise. Settlement source: ${RESOLUTION_SOURCE}.`
  );
}
