/**
 * The public part of the CLOB's REST API, and the geoblock check. Source: official SDKs and API docs, venue notes of 2026-11-23
 * §3.3, §3.4, §8.
 */
import { formatPriceTicks, TICKS_PER_PUSD } from '../core/model/price.ts';
import { SECOND_MS, type UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import { bookHash, levelsOf } from './clob-market-messages.ts';
import type { VenueResponse, VenueRoutes } from './connection.ts';
import type { GammaBooks } from './gamma-objects.ts';
import { json } from './http.ts';
import { FEE_SCHEDULE, LEGACY_BASE_FEE, MIN_ORDER_SHARES } from './market-rules.ts';
import type { MarketDirectory, VenueMarket } from './venue-market.ts';

const PREFIX = '/clob';

/** The routes below `/clob`, and `/geoblock`. */
export function createClobRest(directory: MarketDirectory, books: GammaBooks): VenueRoutes {
  return {
    handle: (request, nowMs) => {
      if (request.method !== 'GET') return null;
      // The embedded venue stands in an allowed country.
      if (request.path === '/geoblock') {
        return json(200, { blocked: false, ip: '127.0.0.1', country: 'IE', region: 'L' });
      }
      if (!request.path.startsWith(`${PREFIX}/`)) return null;
      const path = request.path.slice(PREFIX.length);
      const tokenId = request.query.get('token_id') ?? '';
      if (path === '/time') return json(200, Math.floor(nowMs / SECOND_MS));
      if (path === '/book') return bookResponse(directory, books, tokenId, nowMs);
      if (path === '/tick-size') return tickSizeResponse(directory, books, tokenId, nowMs);
      if (path.startsWith('/markets/')) {
        return withMarket(directory.byCondition(path.slice('/markets/'.length), nowMs), (market) =>
          json(200, clobMarket(market, directory, books, nowMs)),
        );
      }
      if (path.startsWith('/clob-markets/')) {
        return withMarket(directory.byCondition(path.slice('/clob-markets/'.length), nowMs), (market) =>
          json(200, compactMarket(market, directory, books, nowMs)),
        );
      }
      return null;
    },
  };
}

function withMarket(market: VenueMarket | null, respond: (market: VenueMarket) => VenueResponse): VenueResponse {
  return market === null ? json(404, { error: 'market not found' }) : respond(market);
}

function bookResponse(directory: MarketDirectory, books: GammaBooks, tokenId: string, nowMs: UnixMs): VenueResponse {
  const market = openMarketOf(directory, tokenId, nowMs);
  if (market === null) return json(404, { error: 'No orderbook exists for the requested token id' });
  const book = books.bookOf(market.window.startMs, outcomeOf(market, tokenId));
  const bids = levelsOf(book.bids);
  const asks = levelsOf(book.asks);
  return json(200, {
    market: market.conditionId,
    asset_id: tokenId,
    timestamp: String(nowMs),
    hash: bookHash(tokenId, nowMs, bids, asks),
    bids,
    asks,
    min_order_size: String(MIN_ORDER_SHARES),
    tick_size: formatPriceTicks(book.tickSizeTicks),
    neg_risk: false,
    last_trade_price: book.lastTradeTicks === null ? '' : formatPriceTicks(book.lastTradeTicks),
  });
}

function tickSizeResponse(
  directory: MarketDirectory,
  books: GammaBooks,
  tokenId: string,
  nowMs: UnixMs,
): VenueResponse {
  const market = directory.byToken(tokenId, nowMs);
  if (market === null) return json(404, { error: 'market not found' });
  return json(200, { minimum_tick_size: tickSizeOf(market, books) });
}

/** The market of a token whose book is still there. */
function openMarketOf(directory: MarketDirectory, tokenId: string, nowMs: UnixMs): VenueMarket | null {
  const market = directory.byToken(tokenId, nowMs);
  return market === null || directory.publishedResult(market, nowMs).outcome !== null ? null : market;
}

function outcomeOf(market: VenueMarket, tokenId: string): Outcome {
  return market.tokens.up === tokenId ? 'up' : 'down';
}

function tickSizeOf(market: VenueMarket, books: GammaBooks): number {
  return books.bookOf(market.window.startMs, 'up').tickSizeTicks / TICKS_PER_PUSD;
}

/** `/markets/{condition}`: the wide form, with the winner once it is known. */
function clobMarket(market: VenueMarket, directory: MarketDirectory, books: GammaBooks, nowMs: UnixMs): object {
  const { outcome } = directory.publishedResult(market, nowMs);
  const token = (of: Outcome, label: string): object => ({
    token_id: market.tokens[of],
    outcome: label,
    price: outcome === null ? middleOf(books, market, of) : outcome === of ? 1 : 0,
    winner: outcome === of,
  });
  return {
    condition_id: market.conditionId,
    market_slug: market.slug,
    enable_order_book: true,
    active: true,
    closed: outcome !== null,
    archived: false,
    accepting_orders: accepts(market, outcome, nowMs),
    minimum_order_size: MIN_ORDER_SHARES,
    minimum_tick_size: tickSizeOf(market, books),
    end_date_iso: new Date(market.window.endMs).toISOString(),
    game_start_time: new Date(market.window.startMs).toISOString(),
    maker_base_fee: LEGACY_BASE_FEE,
    taker_base_fee: LEGACY_BASE_FEE,
    neg_risk: false,
    tokens: [token('up', 'Up'), token('down', 'Down')],
  };
}

function middleOf(books: GammaBooks, market: VenueMarket, outcome: Outcome): number {
  const { bids, asks } = books.bookOf(market.window.startMs, outcome);
  const bid = bids[0] ?? asks[0] ?? TICKS_PER_PUSD / 2;
  return Math.round((bid + (asks[0] ?? bid)) / 2) / TICKS_PER_PUSD;
}

function accepts(market: VenueMarket, outcome: Outcome | null, nowMs: UnixMs): boolean {
  return outcome === null && nowMs < market.schedule.acceptsUntilMs;
}

/** `/clob-markets/{condition}`: the compact form that clients take their rules from. */
function compactMarket(market: VenueMarket, directory: MarketDirectory, books: GammaBooks, nowMs: UnixMs): object {
  const { outcome } = directory.publishedResult(market, nowMs);
  return {
    c: market.conditionId,
    t: [
      { t: market.tokens.up, o: 'Up' },
      { t: market.tokens.down, o: 'Down' },
    ],
    mts: tickSizeOf(market, books),
    mos: MIN_ORDER_SHARES,
    fd: { r: FEE_SCHEDULE.rate, e: FEE_SCHEDULE.exponent, to: FEE_SCHEDULE.takerOnly },
    mbf: LEGACY_BASE_FEE,
    tbf: LEGACY_BASE_FEE,
    ao: accepts(market, outcome, nowMs),
    itode: true,
    gst: new Date(market.window.startMs).toISOString(),
    aot: new Date(market.schedule.listedMs).toISOString(),
  };
}
