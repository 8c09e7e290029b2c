/**
 * How our simulated orders trade: a taker's against the displayed book, a resting one against prints and against a book that
 * moved through it. There is no other way to a fill, so no order ever fills because it is there (see docs/design/simulated-execution.md).
 */

import type { BookSide } from '../market-data/order-book.ts';
import { invariant } from '../model/errors.ts';
import type { TradeId } from '../model/identifiers.ts';
import { costRoundedUp, type SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { CancelReason } from '../model/report.ts';
import { makerFeeMicro, takerFeeMicro } from '../pricing/fees.ts';
import type { Assumptions } from './assumptions.ts';
import {
  availableMicro,
  type BookPlace,
  displayedAt,
  isBetter,
  levelsOf,
  oppositeSide,
  takeFromLevel,
} from './displayed-book.ts';
import {
  removeOrder,
  report,
  restingOrders,
  type SimulatedExchange,
  type SimulatedMarket,
  type SimulatedOrder,
} from './exchange-state.ts';
import { FILL_MODELS } from './fill-model.ts';
import { advanceQueue, capQueue } from './queue-model.ts';
import { planTaking } from './taking-plan.ts';

/** The assumptions in force. */
export function assumptionsOf(exchange: SimulatedExchange): Assumptions {
  return exchange.config.assumptions ?? 'pessimistic';
}

/** Ends an order that still had something left. */
export function cancelOrder(exchange: SimulatedExchange, sent: SimulatedOrder, reason: CancelReason): void {
  removeOrder(exchange, sent);
  report(exchange, { type: 'order-canceled', clientOrderId: sent.order.clientOrderId, reason });
}

const BOOK_SIDES: readonly BookSide[] = ['bid', 'ask'];

/** Takes what the book has up to the order's limit. The order is removed when nothing is left of it. */
export function takeFromBook(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): void {
  for (const { level, priceTicks, sizeMicro } of planTaking(market, sent).fills) {
    takeFromLevel(level, sizeMicro);
    fill(exchange, market, sent, priceTicks, sizeMicro, 'taker');
  }
}

/**
 * A print: somebody's taker hit `hit.side` at `hit.priceTicks`. Our orders at better prices would have been hit first and share
 * the traded size in price and time order; those at the price get what reaches beyond their queue.
 */
export function matchPrint(
  exchange: SimulatedExchange,
  market: SimulatedMarket,
  hit: BookPlace,
  tradedMicro: SizeMicro,
): void {
  let leftMicro = tradedMicro;
  for (const sent of byPriority(exchange, market, hit.side)) {
    if (leftMicro === 0 || isBetter(hit.side, hit.priceTicks, sent.place.priceTicks)) break;
    const through = sent.place.priceTicks !== hit.priceTicks;
    if (through) sent.queue.aheadMicro = 0;
    const reachedMicro = through ? leftMicro : advanceQueue(sent.queue, leftMicro, exchange.nowMs);
    const sizeMicro = Math.min(sent.leftMicro, reachedMicro);
    if (sizeMicro === 0) continue;
    leftMicro -= sizeMicro;
    fill(exchange, market, sent, sent.order.priceTicks, sizeMicro, 'maker');
  }
}

/**
 * The displayed book changed. Queues are never longer than what is displayed, and where the opposite side now stands strictly
 * beyond our price (the model's margin) its orders would have hit ours: we get their displayed size, once.
 */
export function matchBook(exchange: SimulatedExchange, market: SimulatedMarket): void {
  if (!market.book.known) return;
  const { crossedByTicks } = FILL_MODELS[assumptionsOf(exchange)];
  for (const side of BOOK_SIDES) {
    for (const sent of byPriority(exchange, market, side)) {
      const { place, order } = sent;
      capQueue(sent.queue, displayedAt(market.book, side, place.priceTicks), exchange.nowMs);
      for (const level of levelsOf(market.book, oppositeSide(side))) {
        const beyondTicks = (place.priceTicks - level.priceTicks) * (side === 'bid' ? 1 : -1);
        if (sent.leftMicro === 0 || beyondTicks < crossedByTicks) break;
        const sizeMicro = Math.min(sent.leftMicro, availableMicro(level));
        if (sizeMicro === 0) continue;
        takeFromLevel(level, sizeMicro);
        fill(exchange, market, sent, order.priceTicks, sizeMicro, 'maker');
      }
    }
  }
}

/** Our resting orders of one side, best price first and oldest first within a price. */
function byPriority(exchange: SimulatedExchange, market: SimulatedMarket, side: BookSide): SimulatedOrder[] {
  const orders = restingOrders(exchange, market).filter((sent) => sent.place.side === side);
  const sign = side === 'bid' ? -1 : 1;
  return orders.sort((a, b) => sign * (a.place.priceTicks - b.place.priceTicks));
}

function fill(
  exchange: SimulatedExchange,
  market: SimulatedMarket,
  sent: SimulatedOrder,
  priceTicks: PriceTicks,
  sizeMicro: SizeMicro,
  liquidity: 'maker' | 'taker',
): void {
  const { order } = sent;
  invariant(market.fees !== null, 'a market without a fee schedule takes no orders', { slug: market.slug });
  const feeMicro = (liquidity === 'taker' ? takerFeeMicro : makerFeeMicro)(market.fees, priceTicks, sizeMicro);
  sent.leftMicro -= order.amount.unit === 'pusd' ? costRoundedUp(priceTicks, sizeMicro) : sizeMicro;
  sent.fills += 1;
  market.heldMicro[order.outcome] += order.side === 'buy' ? sizeMicro : -sizeMicro;
  report(exchange, {
    type: 'order-filled',
    clientOrderId: order.clientOrderId,
    tradeId: `${order.clientOrderId}-${sent.fills}` as TradeId,
    priceTicks,
    sizeMicro,
    feeMicro,
    liquidity,
  });
  if (sent.leftMicro === 0) removeOrder(exchange, sent);
}
