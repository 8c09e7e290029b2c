/** What the simulated venue learns of its markets from the engine's events: rules, books, prints, results, and gaps. */
import type { EngineEvent } from '../engine/events.ts';
import type {
  BookChanged,
  BookReceived,
  BookTradeReceived,
  EventHeader,
  MarketListed,
  OfficialResultPublished,
  TickSizeChanged,
} from '../model/market-data.ts';
import { DAY_MS, type UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import { bookPlaceOf, changeLevel, isBehind, replaceBook, unknownBook } from './displayed-book.ts';
import { marketOfToken, type Print, type SimulatedExchange, type SimulatedMarket } from './exchange-state.ts';
import { FILL_MODELS } from './fill-model.ts';
import { assumptionsOf, cancelOrder, matchBook, matchPrint } from './order-fills.ts';

/** Applies one event. The venue's clock stands at the event's receipt already. */
export function applyMarketEvent(exchange: SimulatedExchange, event: EngineEvent): void {
  switch (event.type) {
    case 'market-listed':
      marketListed(exchange, event);
      break;
    case 'book-received':
      bookReceived(exchange, event);
      break;
    case 'book-changed':
      bookChanged(exchange, event);
      break;
    case 'book-trade-received':
      tradePrinted(exchange, event);
      break;
    case 'tick-size-changed':
      tickSizeChanged(exchange, event);
      break;
    case 'official-result-published':
      resultPublished(exchange, event);
      break;
    case 'feed-disconnected':
      if (event.source === 'polymarket-clob') forgetBooks(exchange);
      break;
    case 'restarted':
      restarted(exchange);
      break;
    default:
      // The rest of what an engine hears is no business of a venue.
      break;
  }
}

/** A listing of a window that is over says nothing that could still be traded; one that is known changes its rules only. */
function marketListed(exchange: SimulatedExchange, { market }: MarketListed): void {
  const known = exchange.markets.find((candidate) => candidate.slug === market.slug);
  if (known === undefined) {
    dropOldMarkets(exchange);
    if (market.window.endMs <= exchange.nowMs) return;
    exchange.markets.push({
      slug: market.slug,
      conditionId: market.conditionId,
      tokens: market.tokens,
      window: market.window,
      minSizeMicro: market.minSizeMicro,
      fees: market.fees,
      takerDelayMs: market.takerDelayMs,
      acceptingOrders: market.acceptingOrders,
      tickSizeTicks: market.tickSizeTicks,
      tickStatedByBook: false,
      book: unknownBook(),
      lastPrint: null,
      heldMicro: { up: 0, down: 0 },
    });
    return;
  }
  known.minSizeMicro = market.minSizeMicro;
  // A fee schedule that was known stays: a copy that leaves it out must not make open orders free of charge.
  known.fees = market.fees ?? known.fees;
  known.takerDelayMs = market.takerDelayMs;
  known.acceptingOrders = market.acceptingOrders;
  if (!known.tickStatedByBook) known.tickSizeTicks = market.tickSizeTicks;
}

/** Markets whose result never came: after a day nothing of theirs can matter any more. */
function dropOldMarkets(exchange: SimulatedExchange): void {
  const stale = exchange.markets.filter((market) => market.window.endMs + DAY_MS < exchange.nowMs);
  for (const market of stale) endMarket(exchange, market);
}

function bookReceived(exchange: SimulatedExchange, event: BookReceived): void {
  const market = marketOfToken(exchange, event.tokenId);
  if (market === undefined) return;
  if (event.tickSizeTicks !== null) stateTickSize(market, event.tickSizeTicks);
  const { book } = market;
  if (isBehind(book, event.tsEvent)) return;
  replaceBook(book, FILL_MODELS[assumptionsOf(exchange)], outcomeOf(market, event), event.bids, event.asks);
  book.asOfMs = saneTime(event);
  matchBook(exchange, market);
}

function bookChanged(exchange: SimulatedExchange, event: BookChanged): void {
  const market = marketOfToken(exchange, event.tokenId);
  if (market === undefined || !market.book.known || isBehind(market.book, event.tsEvent)) return;
  const outcome = outcomeOf(market, event);
  const model = FILL_MODELS[assumptionsOf(exchange)];
  const { changes } = event;
  for (let at = 0; at + 2 < changes.length; at += 3) {
    const side = changes[at] === 0 ? 'buy' : 'sell';
    changeLevel(market.book, model, bookPlaceOf(outcome, side, changes[at + 1] ?? 0), changes[at + 2] ?? 0);
  }
  market.book.asOfMs = saneTime(event);
  matchBook(exchange, market);
}

/** A time from the future must not make the book deaf to the present. */
function saneTime(event: EventHeader): UnixMs {
  return Math.min(event.tsEvent, event.tsInit);
}

/**
 * A taker's trade on either token hits one side of the joint book. Should the venue print the same match on the other token
 * too, at the same time, price and size, it counts once.
 */
function tradePrinted(exchange: SimulatedExchange, event: BookTradeReceived): void {
  const market = marketOfToken(exchange, event.tokenId);
  if (market === undefined) return;
  // The taker's own place is on the side that it came from; what it hit is the other.
  const makerSide = event.takerSide === 'buy' ? 'sell' : 'buy';
  const hit = bookPlaceOf(outcomeOf(market, event), makerSide, event.priceTicks);
  const print: Print = { tokenId: event.tokenId, hit, sizeMicro: event.sizeMicro, tsEvent: event.tsEvent };
  const echo = market.lastPrint !== null && isEcho(market.lastPrint, print);
  market.lastPrint = echo ? null : print;
  if (!echo) matchPrint(exchange, market, hit, event.sizeMicro);
}

function isEcho(first: Print, second: Print): boolean {
  return (
    first.tokenId !== second.tokenId &&
    first.tsEvent === second.tsEvent &&
    first.sizeMicro === second.sizeMicro &&
    first.hit.priceTicks === second.hit.priceTicks
  );
}

function tickSizeChanged(exchange: SimulatedExchange, event: TickSizeChanged): void {
  const market = marketOfToken(exchange, event.tokenId);
  if (market !== undefined) stateTickSize(market, event.newTickSizeTicks);
}

function stateTickSize(market: SimulatedMarket, tickSizeTicks: number): void {
  market.tickSizeTicks = tickSizeTicks;
  market.tickStatedByBook = true;
}

/** Strike and final price alone resolve nothing: the outcome does. */
function resultPublished(exchange: SimulatedExchange, event: OfficialResultPublished): void {
  if (event.outcome === null && event.winningTokenId === null) return;
  const market = exchange.markets.find((candidate) => candidate.conditionId === event.conditionId);
  if (market !== undefined) endMarket(exchange, market);
}

/** Open orders end with the market; one that is still on its way will find no market when it arrives. */
function endMarket(exchange: SimulatedExchange, market: SimulatedMarket): void {
  const arrived = exchange.orders.filter(
    (sent) => sent.status !== 'in-flight' && sent.order.marketSlug === market.slug,
  );
  for (const sent of arrived) cancelOrder(exchange, sent, 'market-resolved');
  exchange.markets.splice(exchange.markets.indexOf(market), 1);
}

/** Without the feed nothing is known of the books until each is sent again. */
function forgetBooks(exchange: SimulatedExchange): void {
  for (const market of exchange.markets) market.book.known = false;
}

/**
 * The object was away: its sockets are gone, and its dead-man switch has taken its resting orders out, as it does with the real
 * venue (RUNTIME §7). Nothing is known of the time between, so nothing fills in it.
 */
function restarted(exchange: SimulatedExchange): void {
  forgetBooks(exchange);
  const resting = exchange.orders.filter((sent) => sent.status === 'resting');
  for (const sent of resting) cancelOrder(exchange, sent, 'dead-man');
}

function outcomeOf(market: SimulatedMarket, event: { readonly tokenId: string }): Outcome {
  return market.tokens.up === event.tokenId ? 'up' : 'down';
}
