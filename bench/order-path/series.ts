/** The one series and the quiet venue of the runner's own figures, and orders that rest far from every market. */
import { orderSalt } from '../../core/execution/order-identity.ts';
import type { ClientOrderId, SeriesSlug, StrategyId } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type { ApprovedOrder } from '../../core/model/order.ts';
import { marketSlugOf, windowAt } from '../../core/model/window.ts';
import { fetchGammaWindow } from '../../runner/account/market-rules.ts';
import { createHttpPort } from '../../runner/clob/http-port.ts';
import { seriesOf } from '../workerd/series-run.ts';
import type { BenchVenue } from '../workerd/venue.ts';

export const SERIES = seriesOf('btc-updown-5m', 5);
export const SLUG: SeriesSlug = SERIES.slug;
/** No order is placed in a window's last seconds of the product's time: the venue ends it, and the answer would be another. */
const LEFT_AT_LEAST_MS = 30_000;
const PRICE_TICKS = 500;
const SIZE_MICRO = 5_000_000;
/** In the product's time. */
const EXPIRES_AFTER_MS = 3_000;

export interface OrderMaker {
  /** The window that orders belong to at this moment, and its market once it is known. */
  market(nowMs: number): Promise<Market>;
  /** A post-only purchase of the minimum size at 0.05. */
  order(market: Market, nowMs: number, more?: Partial<ApprovedOrder>): ApprovedOrder;
}

/** Orders of a series that nobody decides about. */
export function createOrderMaker(venue: BenchVenue, epoch: number): OrderMaker {
  const http = createHttpPort({ proxy: null });
  const markets = new Map<string, Market>();
  let made = 0;
  return {
    async market(nowMs) {
      const { startMs } = windowAt(nowMs + LEFT_AT_LEAST_MS, SERIES.durationMs);
      const slug = marketSlugOf(SLUG, startMs);
      const known = markets.get(slug);
      if (known !== undefined) return known;
      const listed = await fetchGammaWindow({ http, gammaUrl: `${venue.url}/gamma` }, SERIES, slug);
      if (!listed.ok) throw new Error(listed.error);
      markets.set(slug, listed.value.market);
      return listed.value.market;
    },
    order(market, nowMs, more = {}) {
      const clientOrderId = `bench-${++made}` as ClientOrderId;
      const outcome = made % 2 === 0 ? 'up' : 'down';
      const createdMs = Math.round(nowMs);
      // Nothing has approved it: risk is the object's, and what is measured begins behind it.
      return {
        strategy: 'bench' as StrategyId,
        marketSlug: market.slug,
        windowStartMs: market.window.startMs,
        tokenId: market.tokens[outcome],
        outcome,
        side: 'buy',
        priceTicks: PRICE_TICKS,
        amount: { unit: 'shares', sizeMicro: SIZE_MICRO },
        timeInForce: 'GTC',
        postOnly: true,
        clientOrderId,
        createdMs,
        notAfterMs: createdMs + EXPIRES_AFTER_MS,
        salt: orderSalt(SLUG, epoch, clientOrderId),
        ...more,
      } as ApprovedOrder;
    },
  };
}
