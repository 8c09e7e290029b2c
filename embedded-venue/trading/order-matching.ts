/** A taker's turn: it takes what the joint book holds for it, and what is left rests, is killed, or was all there was to do. */
import { invariant } from '../../core/model/errors.ts';
import type { VenueOrderId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { AccountTrade } from '../../core/simulation/account-trade.ts';
import type { BookFill } from '../../core/simulation/joint-book.ts';
import type { AccountBook } from '../../core/simulation/window-book-accounts.ts';
import type { VenueMarket } from '../venue-market.ts';
import {
  type AccountOrder,
  bookSideOf,
  type ExchangeState,
  inUpTerms,
  type KnownMarket,
  leftOf,
  noteOrder,
} from './exchange-state.ts';
import { coveredCash, coveredShares, reservedCash, reservedShares } from './funds.ts';
import { cancelUncovered, endOrder, withdrawOrder } from './order-endings.ts';
import { isMarketOrder } from './order-terms.ts';
import { planTaking, type TakingPlan } from './taking-plan.ts';
import { recordTrade } from './trade-recording.ts';

export interface Matched {
  readonly tradeIds: readonly string[];
  /** What the order gave and got: pUSD and shares of a BUY, shares and pUSD of a SELL, without the fee. */
  readonly makingMicro: number;
  readonly takingMicro: number;
}

const NOTHING: Matched = { tradeIds: [], makingMicro: 0, takingMicro: 0 };

/** What an accepted order would get at this moment. */
export function planOf(state: ExchangeState, book: AccountBook, order: AccountOrder): TakingPlan {
  const { outcome, side, priceTicks, budgetMicro } = order;
  const taking = { outcome, side, priceTicks, budgetMicro, wantedMicro: leftOf(order) };
  return planTaking(book, taking, state.options.fees);
}

/** Rests an order that takes nothing. */
export function restOrder(state: ExchangeState, book: AccountBook, order: AccountOrder): void {
  const { orderHash, outcome, side } = order;
  order.state = 'LIVE';
  order.bookId = book.rest(state.nowMs, orderHash, {
    side: bookSideOf(outcome, side),
    priceTicks: inUpTerms(outcome, order.priceTicks),
    sizeMicro: leftOf(order),
  });
  state.open.set(orderHash, order);
}

/**
 * Matches an order whose time has come, at once or after the taker delay. A FOK that cannot be whole and a FAK that finds nothing
 * end `UNMATCHED`; whoever cannot pay any more ends `CANCELED_NOT_ENOUGH_BALANCE`; a limit order rests with what is left.
 */
export function matchOrder(state: ExchangeState, known: KnownMarket, order: AccountOrder, atMs: UnixMs): Matched {
  const book = state.options.books.bookOf(known.market);
  order.matchAtMs = null;
  if (book === null || atMs >= known.market.schedule.acceptsUntilMs) {
    withdrawOrder(state, order, 'CANCELED', atMs);
    return NOTHING;
  }
  const plan = planOf(state, book, order);
  if (isMarketOrder(order) && (plan.lastTicks === null || (order.timeInForce === 'FOK' && !plan.complete))) {
    endOrder(state, order, 'UNMATCHED', atMs);
    noteOrder(state, 'UPDATE', order, atMs);
    return NOTHING;
  }
  if (!canDeliver(state, order, plan)) {
    withdrawOrder(state, order, 'CANCELED_NOT_ENOUGH_BALANCE', atMs);
    return NOTHING;
  }
  // While it takes it holds nothing back: what it pays is counted with each match.
  state.open.delete(order.orderHash);
  const tradeIds = take(state, known.market, book, order, plan, atMs);
  if (!isMarketOrder(order) && leftOf(order) > 0) restOrder(state, book, order);
  else endOrder(state, order, 'MATCHED', atMs);
  noteOrder(state, 'UPDATE', order, atMs);
  cancelUncovered(state, order.maker, atMs);
  const { sizeMicro, valueMicro } = plan;
  const [makingMicro, takingMicro] = order.side === 'buy' ? [valueMicro, sizeMicro] : [sizeMicro, valueMicro];
  return { tradeIds, makingMicro, takingMicro };
}

function canDeliver(state: ExchangeState, order: AccountOrder, plan: TakingPlan): boolean {
  const { maker, orderHash, tokenId } = order;
  if (order.side === 'buy') {
    const neededMicro: MoneyMicro = plan.valueMicro + plan.feeMicro;
    return neededMicro <= coveredCash(state, maker) - reservedCash(state, maker, orderHash);
  }
  const freeMicro: SizeMicro = coveredShares(state, maker, tokenId) - reservedShares(state, maker, tokenId, orderHash);
  return leftOf(order) <= freeMicro;
}

function take(
  state: ExchangeState,
  market: VenueMarket,
  book: AccountBook,
  order: AccountOrder,
  plan: TakingPlan,
  atMs: UnixMs,
): string[] {
  if (plan.lastTicks === null) return [];
  const { outcome, side } = order;
  const fills = book.take(state.nowMs, {
    hits: plan.hits,
    limitTicks: plan.lastTicks,
    sizeMicro: plan.sizeMicro,
    outcome,
  });
  return fillsByPrice(fills).map(
    (filled) => recordTrade(state, market, { order, outcome, side }, filled[0].priceTicks, filled, atMs).tradeId,
  );
}

/** Fills of one price after another, as they came. */
function fillsByPrice(fills: readonly BookFill[]): [BookFill, ...BookFill[]][] {
  const groups: [BookFill, ...BookFill[]][] = [];
  for (const fill of fills) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].priceTicks === fill.priceTicks) last.push(fill);
    else groups.push([fill]);
  }
  return groups;
}

/** Books what a simulated participant took of accounts' orders. */
export function recordPublicTrade(state: ExchangeState, trade: AccountTrade): void {
  const own = trade.fills
    .map(({ owner }) => state.open.get(owner as VenueOrderId))
    .find((order) => order !== undefined);
  const known = own === undefined ? undefined : state.markets.get(own.conditionId);
  invariant(known !== undefined, 'an order that rests in a book is known', { windowStartMs: trade.windowStartMs });
  const { outcome, hits, priceTicks, fills, atMs } = trade;
  const side = (hits === 'ask') === (outcome === 'up') ? 'buy' : 'sell';
  recordTrade(state, known.market, { order: null, outcome, side }, priceTicks, fills, atMs);
}
