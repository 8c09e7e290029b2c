/**
 * From what a strategy wants to an intent that risk can judge. The token follows from the outcome and the market alone, here and nowhere
 * else: no strategy ever names a token. (The original sent every order as a BUY and booked every Down as Up.)
 */
import type { StrategyId } from '../../model/identifiers.ts';
import type { Market } from '../../model/market.ts';
import type { OrderIntent } from '../../model/order.ts';
import type { DesiredQuote, DesiredTake } from '../view.ts';

/** A post-only bid that rests until it is filled or cancelled. */
export function quoteIntent(market: Market, strategy: StrategyId, quote: DesiredQuote): OrderIntent {
  const { outcome, priceTicks, sizeMicro } = quote;
  return {
    ...placeOf(market, strategy),
    tokenId: market.tokens[outcome],
    outcome,
    side: 'buy',
    priceTicks,
    amount: { unit: 'shares', sizeMicro },
    timeInForce: 'GTC',
    postOnly: true,
  };
}

/** An order that trades at once or not at all. */
export function takeIntent(market: Market, strategy: StrategyId, take: DesiredTake): OrderIntent {
  const { outcome, side, priceTicks, amount, timeInForce } = take;
  return {
    ...placeOf(market, strategy),
    tokenId: market.tokens[outcome],
    outcome,
    side,
    priceTicks,
    amount,
    timeInForce,
    postOnly: false,
  };
}

function placeOf(market: Market, strategy: StrategyId) {
  return { strategy, marketSlug: market.slug, windowStartMs: market.window.startMs };
}
