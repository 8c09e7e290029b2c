/**
 * Gamma's event and market objects. Lists inside a market are JSON strings, prices are JSON numbers, dates ISO texts, as the real
 * ones are. `takerOrderDelayMs` is a name of our own: the real field's name is not known. Source: venue notes of 2026-11-23 §6.
 */
import { formatPriceTicks, TICKS_PER_PUSD } from '../core/model/price.ts';
import { formatE18, type PriceE18 } from '../core/model/reference-price.ts';
import { MINUTE_MS, type UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import {
  FEE_SCHEDULE,
  LEGACY_BASE_FEE,
  MIN_ORDER_SHARES,
  RESOLUTION_SOURCE,
  TAKER_DELAY_MS,
  TWAP_LOOKBACK_SECONDS,
} from './market-rules.ts';
import { descriptionOf, titleOf } from './market-text.ts';
import type { MarketDirectory, PublishedResult, ShownBook, VenueMarket } from './venue-market.ts';

/** The books that Gamma shows prices of. */
export interface GammaBooks {
  bookOf(windowStartMs: UnixMs, outcome: Outcome): ShownBook;
}

type GammaObject = Readonly<Record<string, unknown>>;

/** The real series of 5-minute Bitcoin markets. */
const BTC_5M_SERIES_ID = '10684';
const REWARDS_MIN_SHARES = 50;
const REWARDS_MAX_SPREAD_CENTS = 4.5;

/** An event with its one market. */
export function gammaEvent(
  market: VenueMarket,
  directory: MarketDirectory,
  books: GammaBooks,
  nowMs: UnixMs,
): GammaObject {
  const { closed } = stateOf(market, directory, nowMs);
  const seriesSlug = seriesSlugOf(market);
  return {
    id: market.eventId,
    ticker: market.slug,
    slug: market.slug,
    title: titleOf(market),
    description: descriptionOf(market),
    startDate: isoOf(market.schedule.listedMs),
    creationDate: isoOf(market.schedule.listedMs),
    endDate: isoOf(market.window.endMs),
    startTime: isoOf(market.window.startMs),
    active: true,
    closed,
    archived: false,
    restricted: true,
    enableOrderBook: true,
    negRisk: false,
    seriesSlug,
    series: [{ id: BTC_5M_SERIES_ID, ticker: seriesSlug, slug: seriesSlug, seriesType: 'single', recurrence: '5m' }],
    tags: [{ id: '102127', label: 'Up or Down', slug: 'up-or-down' }],
    ...metadataOf(directory.publishedResult(market, nowMs)),
    markets: [gammaMarket(market, directory, books, nowMs, false)],
  };
}

/** A market; `withEvent` adds its event, as `/markets` shows it. */
export function gammaMarket(
  market: VenueMarket,
  directory: MarketDirectory,
  books: GammaBooks,
  nowMs: UnixMs,
  withEvent: boolean,
): GammaObject {
  return {
    ...(directory.recordedFields?.(market) ?? { ...identityOf(market), ...rulesOf(market) }),
    updatedAt: isoOf(nowMs),
    ...stateOf(market, directory, nowMs),
    ...pricesOf(market, directory, books, nowMs),
    ...(withEvent ? { events: [briefEvent(market, directory, nowMs)] } : {}),
  };
}

function identityOf(market: VenueMarket): GammaObject {
  return {
    id: market.marketId,
    slug: market.slug,
    question: titleOf(market),
    description: descriptionOf(market),
    conditionId: market.conditionId,
    clobTokenIds: JSON.stringify([market.tokens.up, market.tokens.down]),
    outcomes: JSON.stringify(['Up', 'Down']),
    startDate: isoOf(market.schedule.listedMs),
    startDateIso: isoOf(market.schedule.listedMs).slice(0, 10),
    endDate: isoOf(market.window.endMs),
    endDateIso: isoOf(market.window.endMs).slice(0, 10),
    eventStartTime: isoOf(market.window.startMs),
    acceptingOrdersTimestamp: isoOf(market.schedule.listedMs),
    createdAt: isoOf(market.schedule.listedMs),
    groupItemThreshold: '0',
  };
}

function rulesOf(market: VenueMarket): GammaObject {
  const minutes = market.series.durationMs / MINUTE_MS;
  return {
    version: 'v1',
    negRisk: false,
    enableOrderBook: true,
    restricted: true,
    archived: false,
    rfqEnabled: false,
    orderMinSize: MIN_ORDER_SHARES,
    feesEnabled: true,
    feeType: 'crypto_fees_v2',
    feeSchedule: FEE_SCHEDULE,
    makerBaseFee: LEGACY_BASE_FEE,
    takerBaseFee: LEGACY_BASE_FEE,
    takerOrderDelayMs: TAKER_DELAY_MS,
    rewardsMinSize: REWARDS_MIN_SHARES,
    rewardsMaxSpread: REWARDS_MAX_SPREAD_CENTS,
    resolutionSource: RESOLUTION_SOURCE,
    cryptoMarketConfig: {
      id: `btc-${minutes}m-twap-${TWAP_LOOKBACK_SECONDS}`,
      asset: 'btc',
      duration: `${minutes}m`,
      twapEnabled: true,
      twapLookbackSeconds: TWAP_LOOKBACK_SECONDS,
    },
  };
}

function stateOf(market: VenueMarket, directory: MarketDirectory, nowMs: UnixMs): GammaObject & { closed: boolean } {
  const { schedule } = market;
  const closed = directory.publishedResult(market, nowMs).outcome !== null;
  return {
    active: true,
    closed,
    acceptingOrders: !closed && nowMs < schedule.acceptsUntilMs,
    ...(closed
      ? {
          closedTime: isoOf(schedule.resolvedMs).replace('T', ' ').replace('.000Z', '+00').replace('Z', '+00'),
          umaResolutionStatus: 'resolved',
          umaEndDate: isoOf(schedule.resolvedMs),
          automaticallyResolved: true,
        }
      : {}),
  };
}

function pricesOf(market: VenueMarket, directory: MarketDirectory, books: GammaBooks, nowMs: UnixMs): GammaObject {
  const { outcome } = directory.publishedResult(market, nowMs);
  const book = books.bookOf(market.window.startMs, 'up');
  const bid = book.bids[0];
  const ask = book.asks[0];
  const mid = Math.round(((bid ?? ask ?? TICKS_PER_PUSD / 2) + (ask ?? bid ?? TICKS_PER_PUSD / 2)) / 2);
  const prices = outcome === null ? midPrices(mid) : outcome === 'up' ? ['1', '0'] : ['0', '1'];
  return {
    orderPriceMinTickSize: book.tickSizeTicks / TICKS_PER_PUSD,
    outcomePrices: JSON.stringify(prices),
    ...(bid === undefined ? {} : { bestBid: bid / TICKS_PER_PUSD }),
    ...(ask === undefined ? {} : { bestAsk: ask / TICKS_PER_PUSD }),
    ...(bid === undefined || ask === undefined ? {} : { spread: (ask - bid) / TICKS_PER_PUSD }),
    ...(book.lastTradeTicks === null ? {} : { lastTradePrice: book.lastTradeTicks / TICKS_PER_PUSD }),
  };
}

function midPrices(upTicks: number): string[] {
  return [formatPriceTicks(upTicks), formatPriceTicks(TICKS_PER_PUSD - upTicks)];
}

function briefEvent(market: VenueMarket, directory: MarketDirectory, nowMs: UnixMs): GammaObject {
  const { closed } = stateOf(market, directory, nowMs);
  return {
    id: market.eventId,
    ticker: market.slug,
    slug: market.slug,
    title: titleOf(market),
    startTime: isoOf(market.window.startMs),
    endDate: isoOf(market.window.endMs),
    seriesSlug: seriesSlugOf(market),
    active: true,
    closed,
    ...metadataOf(directory.publishedResult(market, nowMs)),
  };
}

/** Strike and final price, each once it is out; no metadata before. */
function metadataOf(result: PublishedResult): GammaObject {
  if (result.strikeE18 === null) return {};
  return {
    eventMetadata: {
      priceToBeat: numberOf(result.strikeE18),
      ...(result.finalE18 === null ? {} : { finalPrice: numberOf(result.finalE18) }),
    },
  };
}

/** The nearest double: Gamma writes these prices as JSON numbers. */
function numberOf(priceE18: PriceE18): number {
  return Number(formatE18(priceE18));
}

/** "btc-up-or-down-5m" from "btc-updown-5m": Gamma names series another way than its slugs do. */
function seriesSlugOf(market: VenueMarket): string {
  return market.series.slug.replace('-updown-', '-up-or-down-');
}

function isoOf(atMs: UnixMs): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
