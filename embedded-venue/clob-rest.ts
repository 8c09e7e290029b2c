/**
 * The public part of the CLOB's REST API, and the geoblock check. Source: official SDKs and API docs, venue notes of 2026-11-23
 * §3.3, §3.4, §8.
 */
import { formatPriceTicks, TICKS_PER_PUSD } from '../core/model/price.ts';
import { SECOND_MS, type UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import { quoteRoute, tokenIdsOf } from './clob/quote-routes.ts';
import { bookHash, levelsOf } from './clob-market-messages.ts';
import type { VenueResponse, VenueRoutes } from './connection.ts';
import type { GammaBooks } from './gamma-objects.ts';
import { json } from './http.ts';
import { FEE_SCHEDULE, LEGACY_BASE_FEE, MIN_ORDER_SHARES } from './market-rules.ts';
import type { MarketDirectory, VenueMarket } from './venue-market.ts';

const PREFIX = '/clob';
/** Of the orders that it takes. */
const PROTOCOL_VERSION = 2;

/** The routes below `/clob`, and `/geoblock`: `isBlocked` says whether the country may trade (left out: it may). */
export function createClobRest(directory: MarketDirectory, books: GammaBooks, isBlocked?: () => boolean): VenueRoutes {
  return {
    handle: (request, nowMs) => {
      if (request.method === 'GET' && request.path === '/geoblock') return geoblockResponse(isBlocked?.() ?? false);
      if (!request.path.startsWith(`${PREFIX}/`)) return null;
      const path = request.path.slice(PREFIX.length);
      if (request.method === 'POST' && path === '/books') {
        return json(200, booksResponse(directory, books, request.body, nowMs));
      }
      const quote = quoteRoute(request, path, (tokenId) => {
        const market = openMarketOf(directory, tokenId, nowMs);
        return market === null ? null : books.bookOf(market.window.startMs, outcomeOf(market, tokenId));
      });
      if (quote !== null) return quote;
      if (request.method !== 'GET') return null;
      const tokenId = request.query.get('token_id') ?? '';
      switch (path) {
        case '/ok':
          return json(200, 'OK');
        case '/version':
          return json(200, { version: PROTOCOL_VERSION });
        case '/time':
          return json(200, Math.floor(nowMs / SECOND_MS));
        case '/book':
          return bookResponse(directory, books, tokenId, nowMs);
        case '/tick-size':
          return tickSizeResponse(directory, books, tokenId, nowMs);
        case '/neg-risk':
          return withMarket(directory.byToken(tokenId, nowMs), () => json(200, { neg_risk: false }));
        case '/fee-rate':
          return withMarket(directory.byToken(tokenId, nowMs), () => json(200, { base_fee: LEGACY_BASE_FEE }));
        default:
          return marketResponse(directory, books, path, nowMs);
      }
    },
  };
}

/** The paths that end in the name of a market or of a token; `null` for any other. */
function marketResponse(
  directory: MarketDirectory,
  books: GammaBooks,
  path: string,
  nowMs: UnixMs,
): VenueResponse | null {
  const [, route, name = '', ...more] = path.split('/');
  if (more.length > 0) return null;
  switch (route) {
    case 'markets':
      return withMarket(directory.byCondition(name, nowMs), (market) =>
        json(200, clobMarket(market, directory, books, nowMs)),
      );
    case 'clob-markets':
      return withMarket(directory.byCondition(name, nowMs), (market) =>
        json(200, compactMarket(market, directory, books, nowMs)),
      );
    case 'markets-by-token':
      return withMarket(directory.byToken(name, nowMs), ({ conditionId, tokens }) =>
        json(200, { condition_id: conditionId, primary_token_id: tokens.up, secondary_token_id: tokens.down }),
      );
    default:
      return null;
  }
}

function geoblockResponse(blocked: boolean): VenueResponse {
  // An allowed country and a blocked one (venue notes §8).
  return json(200, { blocked, ip: '127.0.0.1', country: blocked ? 'US' : 'IE', region: blocked ? 'NY' : 'L' });
}

/** The books of the tokens that are asked for; a token without a book is left out. */
function booksResponse(directory: MarketDirectory, books: GammaBooks, body: string, nowMs: UnixMs): unknown[] {
  return tokenIdsOf(body)
    .map((tokenId) => bookResponse(directory, books, tokenId, nowMs))
    .filter(({ status }) => status === 200)
    .map((response): unknown => JSON.parse(response.body));
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
