/** Takes an order or says why not, in the order in which the venue looks at it, and starts its life. */
import { costRoundedUp, MICRO_PER_UNIT } from '../../core/model/money.ts';
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import type { AccountBook } from '../../core/simulation/window-book-accounts.ts';
import type { VenueMarket } from '../venue-market.ts';
import { shownBalance } from './balance-cache.ts';
import {
  type AccountOrder,
  EXPIRATION_THRESHOLD_MS,
  type ExchangeState,
  noteOrder,
  rememberMarket,
} from './exchange-state.ts';
import { coveredCash, coveredShares, reservedCash, reservedShares } from './funds.ts';
import { matchOrder, planOf, restOrder } from './order-matching.ts';
import { isMarketOrder, termsOf } from './order-terms.ts';
import { belowDollar, belowMinimum, duplicated, REFUSALS, type Refusal } from './refusals.ts';
import type { TakingPlan } from './taking-plan.ts';
import type { IncomingOrder, PlaceResult } from './venue-exchange.ts';

/** Least pUSD of a BUY that trades at once. */
const MIN_MARKETABLE_BUY_MICRO = MICRO_PER_UNIT;

/** Places an order at `state.nowMs`, to which books and matches have been brought. */
export function placeOrder(state: ExchangeState, incoming: IncomingOrder): PlaceResult {
  const nowMs = state.nowMs;
  const market = state.options.directory.byToken(incoming.tokenId, nowMs);
  if (market === null || isClosed(state, market, nowMs)) return REFUSALS.noOrderbook;
  const book = state.options.books.bookOf(market);
  if (book === null || !book.isOpen()) return REFUSALS.notReady;
  const order = orderOf(state, market, book, incoming);
  if ('kind' in order) return order;
  const plan = planOf(state, book, order);
  const marketable = plan.lastTicks !== null;
  const refusal = bookRefusal(incoming, order, plan) ?? fundsRefusal(state, order, plan);
  if (refusal !== null) return refusal;

  const known = rememberMarket(state, market);
  state.nextSequence++;
  state.orders.set(order.orderHash, order);
  const delayMs = marketable ? state.options.takerDelayMs : 0;
  if (delayMs > 0) {
    order.state = 'DELAYED';
    order.matchAtMs = nowMs + delayMs;
    state.open.set(order.orderHash, order);
    noteOrder(state, 'PLACEMENT', order, nowMs);
    return { kind: 'placed', status: 'delayed', tradeIds: [], makingMicro: 0, takingMicro: 0 };
  }
  if (!marketable) {
    restOrder(state, book, order);
    noteOrder(state, 'PLACEMENT', order, nowMs);
    return { kind: 'placed', status: 'live', tradeIds: [], makingMicro: 0, takingMicro: 0 };
  }
  noteOrder(state, 'PLACEMENT', order, nowMs);
  return { kind: 'placed', status: 'matched', ...matchOrder(state, known, order, nowMs) };
}

function isClosed(state: ExchangeState, market: VenueMarket, nowMs: UnixMs): boolean {
  return (
    nowMs >= market.schedule.acceptsUntilMs || state.options.directory.publishedResult(market, nowMs).outcome !== null
  );
}

/** The order that the amounts state, or why it is none. */
function orderOf(
  state: ExchangeState,
  market: VenueMarket,
  book: AccountBook,
  incoming: IncomingOrder,
): AccountOrder | Refusal {
  const { orderHash, tokenId, side, timeInForce, expirationSeconds } = incoming;
  if (state.orders.has(orderHash)) return duplicated(orderHash);
  const terms = termsOf(incoming, book.tickSizeTicks());
  if (!terms.ok) return terms.error;
  const { priceTicks, sizeMicro, budgetMicro } = terms.value;
  if (sizeMicro < state.options.minSizeMicro) return belowMinimum(orderHash, sizeMicro, state.options.minSizeMicro);
  if (incoming.postOnly && isMarketOrder(incoming)) return REFUSALS.payload;
  if (!hasValidExpiration(incoming, state.nowMs)) return REFUSALS.expiration;
  const outcome: Outcome = market.tokens.up === tokenId ? 'up' : 'down';
  return {
    orderHash,
    maker: incoming.maker.toLowerCase(),
    conditionId: market.conditionId,
    tokenId,
    outcome,
    side,
    priceTicks,
    originalMicro: sizeMicro,
    budgetMicro,
    timeInForce,
    expirationSeconds,
    createdMs: state.nowMs,
    sequence: state.nextSequence,
    matchedMicro: 0,
    state: 'LIVE',
    tradeIds: [],
    matchAtMs: null,
    delayReserveMicro: 0,
    bookId: null,
    endedMs: null,
  };
}

/** A GTD order states an expiration at least a minute ahead, no other states any. */
function hasValidExpiration({ timeInForce, expirationSeconds }: IncomingOrder, nowMs: UnixMs): boolean {
  if (timeInForce !== 'GTD') return expirationSeconds === 0;
  return Number.isSafeInteger(expirationSeconds) && expirationSeconds * SECOND_MS >= nowMs + EXPIRATION_THRESHOLD_MS;
}

/** What the present book says against the order. */
function bookRefusal(incoming: IncomingOrder, order: AccountOrder, plan: TakingPlan): Refusal | null {
  if (plan.lastTicks === null) return noMatch(order);
  if (incoming.postOnly) return REFUSALS.crosses;
  const amountMicro = order.budgetMicro ?? costRoundedUp(order.priceTicks, order.originalMicro);
  if (order.side === 'buy' && amountMicro < MIN_MARKETABLE_BUY_MICRO) return belowDollar(amountMicro);
  return order.timeInForce === 'FOK' && !plan.complete ? REFUSALS.fokKilled : null;
}

function noMatch({ timeInForce }: AccountOrder): Refusal | null {
  if (timeInForce === 'FOK') return REFUSALS.fokKilled;
  return timeInForce === 'FAK' ? REFUSALS.fakKilled : null;
}

/** Balance and allowance: pUSD with the taker's fee for a BUY, shares as the venue's cache shows them for a SELL. */
function fundsRefusal(state: ExchangeState, order: AccountOrder, plan: TakingPlan): Refusal | null {
  const { maker, tokenId } = order;
  if (order.side === 'buy') {
    const neededMicro = (order.budgetMicro ?? costRoundedUp(order.priceTicks, order.originalMicro)) + plan.feeMicro;
    if (neededMicro > coveredCash(state, maker) - reservedCash(state, maker, null)) return REFUSALS.balance;
    order.delayReserveMicro = neededMicro;
    return null;
  }
  const shownMicro = shownBalance(state.cache, maker, tokenId, state.nowMs);
  const heldMicro = Math.min(coveredShares(state, maker, tokenId), shownMicro);
  const freeMicro = heldMicro - reservedShares(state, maker, tokenId, null);
  return order.originalMicro > freeMicro ? REFUSALS.balance : null;
}
