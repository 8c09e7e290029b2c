/** Market lifecycle and market data change what the engine knows of the world: listings, official results, books, prices. */
import { addCandleHistory, addTrade } from '../market-data/candles.ts';
import { noteEvent } from '../market-data/feed-health.ts';
import { applyChanges, applySnapshot, noteTrade } from '../market-data/order-book.ts';
import { noteReference } from '../market-data/reference-tracker.ts';
import { assertNever } from '../model/errors.ts';
import { outcomeOfToken } from '../model/market.ts';
import type { MarketDataEvent, MarketListed, OfficialResultPublished } from '../model/market-data.ts';
import { emptyPosition } from '../portfolio/position.ts';
import { noteVolatilityIndex } from '../pricing/pricing.ts';
import { guardMarket } from '../risk/settlement-rule-guard.ts';
import type { EngineState } from './state.ts';
import { noteExchangeBook, noteReferenceFrame } from './window-pricing.ts';

/** How far an event moves a decision: at once, in its time, or not at all. */
export type Urgency = 'now' | 'soon' | 'none';

/** Applies one market-data event and says how urgent a decision has become. */
export function applyMarketData(state: EngineState, event: MarketDataEvent): Urgency {
  const { market } = state;
  // What repeats or precedes what the stream already said changes nothing.
  if (noteEvent(market.health, event) === 'dropped') return 'none';
  switch (event.type) {
    case 'book-received': {
      const book = market.books[event.tokenId];
      return book === undefined ? 'none' : urgencyOf(applySnapshot(book, event));
    }
    case 'book-changed': {
      const book = market.books[event.tokenId];
      return book === undefined ? 'none' : urgencyOf(applyChanges(book, event));
    }
    case 'book-trade-received': {
      const book = market.books[event.tokenId];
      if (book !== undefined) noteTrade(book, event);
      return 'soon';
    }
    case 'tick-size-changed':
      applyTickSize(state, event.tokenId, event.newTickSizeTicks);
      return 'now';
    case 'reference-price-received':
      if (noteReference(market.reference, event) !== 'new') return 'none';
      noteReferenceFrame(state, event);
      return 'now';
    case 'trade-received':
      addTrade(market.candles, market.indicators, event);
      return 'soon';
    case 'candle-history-received':
      addCandleHistory(market.candles, market.indicators, event);
      return 'soon';
    case 'volatility-index-received':
      market.volatilityPercent = event.volatilityPercent;
      noteVolatilityIndex(market.pricing, event.tsEvent, event.volatilityPercent);
      return 'soon';
    case 'market-listed':
      applyListing(state, event);
      return 'now';
    case 'official-result-published':
      applyOfficialResult(state, event);
      return 'now';
    case 'depth-received':
    case 'ticker-received':
      noteExchangeBook(state, event);
      return 'soon';
    case 'mark-price-received':
      return 'soon';
    case 'depth-changed':
    case 'liquidation-received':
    case 'heartbeat-received':
    case 'book-touch-received':
    case 'market-announced':
      return 'none';
    default:
      return assertNever(event, 'market data event');
  }
}

function urgencyOf(change: 'touch-changed' | 'depth-changed' | 'ignored'): Urgency {
  if (change === 'touch-changed') return 'now';
  return change === 'depth-changed' ? 'soon' : 'none';
}

function applyTickSize(state: EngineState, tokenId: string, tickSizeTicks: number): void {
  for (const window of Object.values(state.durable.windows)) {
    const { market } = window;
    if (market !== null && (market.tokens.up === tokenId || market.tokens.down === tokenId)) {
      window.tickSizeTicks = tickSizeTicks;
    }
  }
}

/** A listing makes a window known, or corrects what is known of it. A window that has ended is never made anew. */
function applyListing(state: EngineState, event: MarketListed): void {
  const { durable } = state;
  const { market } = event;
  if (market.series !== durable.config.series.slug) return;
  const guard = guardMarket(market, durable.config.guard);
  const known = durable.windows[market.window.startMs];
  if (known !== undefined) {
    // The grid follows the listing only where the listing itself has changed: the book channel's word is newer than a repeated one.
    if (known.market?.tickSizeTicks !== market.tickSizeTicks) known.tickSizeTicks = market.tickSizeTicks;
    known.market = market;
    known.guard = guard;
    return;
  }
  if (market.window.endMs <= durable.nowMs) return;
  durable.windows[market.window.startMs] = {
    window: market.window,
    slug: market.slug,
    market,
    guard,
    tickSizeTicks: market.tickSizeTicks,
    subscribed: false,
    positions: { up: emptyPosition('up'), down: emptyPosition('down') },
    opening: null,
    matches: {},
    sets: [],
    attributions: {},
    accounted: null,
    earlySettlements: {},
    orders: 0,
    fills: 0,
    failedFills: 0,
    official: { strikeE18: null, finalE18: null, outcome: null },
    resolved: null,
    worstFeed: { stream: '', ageMs: 0 },
    decisions: {},
    strikeInterval: null,
  };
}

function applyOfficialResult(state: EngineState, event: OfficialResultPublished): void {
  for (const window of Object.values(state.durable.windows)) {
    const { market, official } = window;
    if (market === null || market.conditionId !== event.conditionId) continue;
    const byToken = event.winningTokenId === null ? null : outcomeOfToken(market, event.winningTokenId);
    official.strikeE18 = event.strikeE18 ?? official.strikeE18;
    official.finalE18 = event.finalE18 ?? official.finalE18;
    official.outcome = event.outcome ?? byToken ?? official.outcome;
  }
}
