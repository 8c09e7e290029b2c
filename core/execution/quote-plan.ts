/**
 * From the quotes that a strategy wants to the orders that have to go and to come: cancels first, places second, each to be sent as one
 * batch. An order on its way out still stands until the venue says that it is gone, so nothing takes its side, and nothing is placed that
 * could lose with it.
 */
import type { ClientOrderId, StrategyId } from '../model/identifiers.ts';
import type { FeeSchedule } from '../model/market.ts';
import { locksInLoss } from '../strategy/market-maker/joint-rule.ts';
import type { DesiredQuote, OwnOrder } from '../strategy/view.ts';

/** An order of ours in the window, of any strategy, and whether its cancel is on its way (of an unknown order the status does not say). */
export interface StandingOrder extends OwnOrder {
  readonly leaving: boolean;
}

export interface QuoteOrdersPlan {
  /** To be sent first. */
  readonly cancel: readonly { readonly clientOrderId: ClientOrderId; readonly reason: 'not-wanted' | 'twice' }[];
  readonly place: readonly DesiredQuote[];
}

/**
 * Compares what stands with what `strategy` wants. A standing quote stays where it is named at its price and is not larger than named. A
 * side is quoted once; a new quote waits until every earlier one of its side is gone; `maxOrders` counts those that leave, too.
 */
export function planQuoteOrders(
  standing: readonly StandingOrder[],
  wanted: readonly DesiredQuote[],
  strategy: StrategyId,
  maxOrders: number,
  fees: FeeSchedule,
): QuoteOrdersPlan {
  const quotes = standing.filter((order) => order.strategy === strategy && order.side === 'buy' && order.postOnly);
  const cancel: { clientOrderId: ClientOrderId; reason: 'not-wanted' | 'twice' }[] = [];
  const stays: StandingOrder[] = [];
  for (const quote of quotes) {
    if (quote.leaving || quote.status === 'cancel-pending') continue;
    const named = wanted.some((other) => isSame(quote, other));
    const twice = stays.some(({ outcome }) => outcome === quote.outcome);
    if (named && !twice) stays.push(quote);
    else cancel.push({ clientOrderId: quote.clientOrderId, reason: named ? 'twice' : 'not-wanted' });
  }
  const place: DesiredQuote[] = [];
  for (const quote of wanted) {
    const taken = [...quotes, ...place].some(({ outcome }) => outcome === quote.outcome);
    const room = quotes.length + place.length < maxOrders;
    const bid = { outcome: quote.outcome, side: 'buy', priceTicks: quote.priceTicks, postOnly: true } as const;
    const loses =
      standing.some((order) => locksInLoss(quote, order, fees)) || place.some((other) => locksInLoss(other, bid, fees));
    if (!taken && room && !loses) place.push(quote);
  }
  return { cancel, place };
}

function isSame(standing: StandingOrder, quote: DesiredQuote): boolean {
  return (
    standing.outcome === quote.outcome &&
    standing.priceTicks === quote.priceTicks &&
    standing.remainingMicro <= quote.sizeMicro
  );
}
