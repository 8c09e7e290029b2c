/**
 * Single figures of books: middle, price, spread, last trade; one token by GET, several by POST. Source: official clients, venue
 * notes of 2026-11-23 §3.3.
 */
import { formatPriceTicks, type PriceTicks } from '../../core/model/price.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import { json } from '../http.ts';
import { isJsonObject } from '../json-frame.ts';
import type { ShownBook } from '../venue-market.ts';
import { jsonOf } from './account-routes.ts';

type BookOf = (tokenId: string) => ShownBook | null;

const NO_BOOK = { error: 'No orderbook exists for the requested token id' };

/** Answers a question about prices; `null`: not such a route. `bookOf` is `null` for a token without a book. */
export function quoteRoute(request: VenueRequest, path: string, bookOf: BookOf): VenueResponse | null {
  const { query } = request;
  const one = (shape: (book: ShownBook) => unknown): VenueResponse => {
    const book = bookOf(query.get('token_id') ?? '');
    return book === null ? json(404, NO_BOOK) : json(200, shape(book));
  };
  const several = (shape: (book: ShownBook) => unknown): VenueResponse =>
    json(200, eachBook(request.body, bookOf, shape));
  switch (`${request.method} ${path}`) {
    case 'GET /midpoint':
      return one((book) => ({ mid: middleOf(book) }));
    case 'POST /midpoints':
      return several(middleOf);
    case 'GET /price': {
      const side = query.get('side')?.toUpperCase();
      if (side !== 'BUY' && side !== 'SELL') return json(400, { error: 'Invalid side' });
      return one((book) => ({ price: priceText(side === 'BUY' ? book.bids[0] : book.asks[0]) }));
    }
    case 'POST /prices':
      return several((book) => ({ BUY: priceText(book.bids[0]), SELL: priceText(book.asks[0]) }));
    case 'GET /spread':
      return one((book) => ({ spread: spreadOf(book) }));
    case 'POST /spreads':
      return several(spreadOf);
    case 'GET /last-trade-price':
      return one(lastTradeOf);
    case 'POST /last-trades-prices':
      return json(
        200,
        tokenIdsOf(request.body).flatMap((tokenId) => {
          const book = bookOf(tokenId);
          return book === null ? [] : [{ token_id: tokenId, ...lastTradeOf(book) }];
        }),
      );
    default:
      return null;
  }
}

/** The token ids of a body of the form `[{"token_id": …}, …]`. */
export function tokenIdsOf(body: string): readonly string[] {
  const items = jsonOf(body);
  if (!Array.isArray(items)) return [];
  return items
    .map((item: unknown) => (isJsonObject(item) ? item['token_id'] : null))
    .filter((tokenId) => typeof tokenId === 'string');
}

function eachBook(
  body: string,
  bookOf: BookOf,
  shape: (book: ShownBook) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    tokenIdsOf(body).flatMap((tokenId) => {
      const book = bookOf(tokenId);
      return book === null ? [] : [[tokenId, shape(book)]];
    }),
  );
}

/** Halfway between the best prices, which may be half a tick: in ten-thousandths and half of one. */
function middleOf({ bids: [bid], asks: [ask] }: ShownBook): string {
  if (bid === undefined || ask === undefined) return priceText(bid ?? ask);
  const doubled = bid + ask;
  return doubled % 2 === 0 ? priceText(doubled / 2) : (doubled / 20_000).toFixed(5);
}

function spreadOf({ bids: [bid], asks: [ask] }: ShownBook): string {
  return bid === undefined || ask === undefined ? '' : priceText(ask - bid);
}

/** Who took the last trade is not kept. */
function lastTradeOf({ lastTradeTicks }: ShownBook): { readonly price: string; readonly side: string } {
  return { price: lastTradeTicks === null ? '' : priceText(lastTradeTicks), side: '' };
}

function priceText(ticks: PriceTicks | undefined): string {
  return ticks === undefined ? '' : formatPriceTicks(ticks);
}
