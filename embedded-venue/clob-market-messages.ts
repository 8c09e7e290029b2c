/**
 * Messages of the CLOB market channel, as objects in the venue's own fields; the best level stands last. Source: CLOB market
 * channel docs, official unified SDK's models and recorded books, venue notes of 2026-11-23 §5.1.
 */
import { createHash } from 'node:crypto';
import { formatMicro } from '../core/model/money.ts';
import { complementTicks, formatPriceTicks, type PriceTicks } from '../core/model/price.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import type { BookTraded, LevelChange } from '../core/simulation/book-activity.ts';
import { FEE_SCHEDULE, LEGACY_BASE_FEE } from './market-rules.ts';
import { titleOf } from './market-text.ts';
import type { ShownBook, VenueMarket } from './venue-market.ts';

type Message = Readonly<Record<string, unknown>>;

/** The touch of Up; `null` where a side is empty. */
export interface Touch {
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
}

/** `book`: the complete ladder of one token. */
export function bookMessage(market: VenueMarket, outcome: Outcome, book: ShownBook, atMs: UnixMs): Message {
  const bids = levelsOf(book.bids);
  const asks = levelsOf(book.asks);
  const tokenId = market.tokens[outcome];
  return {
    event_type: 'book',
    market: market.conditionId,
    asset_id: tokenId,
    timestamp: String(atMs),
    hash: bookHash(tokenId, atMs, bids, asks),
    bids,
    asks,
    tick_size: formatPriceTicks(book.tickSizeTicks),
    last_trade_price: book.lastTradeTicks === null ? '' : formatPriceTicks(book.lastTradeTicks),
  };
}

/** Worst level first, as the venue writes a ladder. */
export function levelsOf(flat: readonly number[]): { readonly price: string; readonly size: string }[] {
  const levels: { price: string; size: string }[] = [];
  for (let index = flat.length - 2; index >= 0; index -= 2) {
    levels.push({ price: formatPriceTicks(flat[index] ?? 0), size: formatMicro(flat[index + 1] ?? 0) });
  }
  return levels;
}

/** A book's identity: 40 hex digits over what it shows. */
export function bookHash(
  tokenId: string,
  atMs: UnixMs,
  bids: readonly { readonly price: string; readonly size: string }[],
  asks: readonly { readonly price: string; readonly size: string }[],
): string {
  const side = (levels: typeof bids): string => levels.map(({ price, size }) => `${price}x${size}`).join(',');
  return createHash('sha1')
    .update(`${tokenId}|${atMs}|${side(bids)}|${side(asks)}`)
    .digest('hex');
}

/** `price_change` of the tokens that a client listens to: the same change stands in each token's own terms. */
export function priceChangeMessage(
  market: VenueMarket,
  outcomes: readonly Outcome[],
  changes: readonly LevelChange[],
  touch: Touch,
  atMs: UnixMs,
): Message {
  return {
    event_type: 'price_change',
    market: market.conditionId,
    timestamp: String(atMs),
    price_changes: changes.flatMap((change) =>
      outcomes.map((outcome) => changeOf(market, outcome, change, touch, atMs)),
    ),
  };
}

function changeOf(market: VenueMarket, outcome: Outcome, change: LevelChange, touch: Touch, atMs: UnixMs): Message {
  const isBid = (change.side === 'bid') === (outcome === 'up');
  const price = formatPriceTicks(outcome === 'up' ? change.priceTicks : complementTicks(change.priceTicks));
  const size = formatMicro(change.sizeMicro);
  const tokenId = market.tokens[outcome];
  const side = isBid ? 'BUY' : 'SELL';
  const { bid, ask } = touchTexts(outcome, touch);
  const hash = createHash('sha1').update(`${tokenId}|${atMs}|${side}|${price}|${size}`).digest('hex');
  return { asset_id: tokenId, price, size, side, hash, best_bid: bid, best_ask: ask };
}

/** The touch in a token's own terms; an empty side is an empty text. */
function touchTexts(outcome: Outcome, touch: Touch): { readonly bid: string; readonly ask: string } {
  const bidTicks = outcome === 'up' ? touch.bestBidTicks : complementOf(touch.bestAskTicks);
  const askTicks = outcome === 'up' ? touch.bestAskTicks : complementOf(touch.bestBidTicks);
  return {
    bid: bidTicks === null ? '' : formatPriceTicks(bidTicks),
    ask: askTicks === null ? '' : formatPriceTicks(askTicks),
  };
}

function complementOf(priceTicks: PriceTicks | null): PriceTicks | null {
  return priceTicks === null ? null : complementTicks(priceTicks);
}

/** `last_trade_price`, of the token that was traded. */
export function lastTradeMessage(market: VenueMarket, trade: BookTraded, sequence: number, atMs: UnixMs): Message {
  const tokenId = market.tokens[trade.outcome];
  return {
    event_type: 'last_trade_price',
    market: market.conditionId,
    asset_id: tokenId,
    price: formatPriceTicks(trade.priceTicks),
    size: formatMicro(trade.sizeMicro),
    side: trade.takerSide === 'buy' ? 'BUY' : 'SELL',
    fee_rate_bps: '',
    transaction_hash: `0x${createHash('sha256').update(`${tokenId}|${trade.atMs}|${sequence}`).digest('hex')}`,
    timestamp: String(atMs),
  };
}

export function tickSizeChangeMessage(
  market: VenueMarket,
  outcome: Outcome,
  oldTicks: PriceTicks,
  newTicks: PriceTicks,
  atMs: UnixMs,
): Message {
  return {
    event_type: 'tick_size_change',
    market: market.conditionId,
    asset_id: market.tokens[outcome],
    old_tick_size: formatPriceTicks(oldTicks),
    new_tick_size: formatPriceTicks(newTicks),
    timestamp: String(atMs),
  };
}

/** `best_bid_ask`, behind the custom flag. */
export function bestBidAskMessage(market: VenueMarket, outcome: Outcome, touch: Touch, atMs: UnixMs): Message {
  const { bid, ask } = touchTexts(outcome, touch);
  const { bestBidTicks, bestAskTicks } = touch;
  const bothSides = bestBidTicks !== null && bestAskTicks !== null;
  return {
    event_type: 'best_bid_ask',
    market: market.conditionId,
    asset_id: market.tokens[outcome],
    best_bid: bid,
    best_ask: ask,
    spread: bothSides ? formatPriceTicks(bestAskTicks - bestBidTicks) : '',
    timestamp: String(atMs),
  };
}

/** `new_market`, behind the custom flag, when a market is listed. */
export function newMarketMessage(market: VenueMarket, atMs: UnixMs): Message {
  const title = titleOf(market);
  const { tokens, slug, conditionId } = market;
  return {
    event_type: 'new_market',
    id: market.marketId,
    market: conditionId,
    condition_id: conditionId,
    question: title,
    slug,
    description: '',
    assets_ids: [tokens.up, tokens.down],
    clob_token_ids: [tokens.up, tokens.down],
    outcomes: ['Up', 'Down'],
    event_message: { id: market.eventId, ticker: slug, slug, title, description: '' },
    active: true,
    tags: [],
    order_price_min_tick_size: '0.01',
    taker_base_fee: String(LEGACY_BASE_FEE),
    fees_enabled: true,
    fee_schedule: {
      rate: String(FEE_SCHEDULE.rate),
      exponent: String(FEE_SCHEDULE.exponent),
      taker_only: FEE_SCHEDULE.takerOnly,
      rebate_rate: String(FEE_SCHEDULE.rebateRate),
    },
    group_item_title: '',
    sports_market_type: '',
    line: '',
    game_start_time: '',
    timestamp: String(atMs),
  };
}

/** `market_resolved`, behind the custom flag. */
export function marketResolvedMessage(market: VenueMarket, winner: Outcome, atMs: UnixMs): Message {
  return {
    event_type: 'market_resolved',
    id: market.marketId,
    market: market.conditionId,
    assets_ids: [market.tokens.up, market.tokens.down],
    winning_asset_id: market.tokens[winner],
    winning_outcome: winner === 'up' ? 'Up' : 'Down',
    event_message: { id: market.eventId, title: titleOf(market) },
    tags: [],
    timestamp: String(atMs),
  };
}
