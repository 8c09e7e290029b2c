/**
 * The life of an order at the simulated venue: it leaves us, arrives, is refused or accepted, waits out the taker delay, trades,
 * rests, and is cancelled. Each step happens at its own time.
 */
import { assertNever, invariant } from '../model/errors.ts';
import type { ClientOrderId, VenueOrderId } from '../model/identifiers.ts';
import type { ApprovedOrder } from '../model/order.ts';
import { bookPlaceOf, displayedAt } from './displayed-book.ts';
import {
  marketBySlug,
  openOrder,
  removeOrder,
  report,
  type ScheduledStep,
  type SimulatedExchange,
  type SimulatedMarket,
  type SimulatedOrder,
  schedule,
} from './exchange-state.ts';
import { arrivalMs } from './latency-model.ts';
import { crossesOwnOrder, isMarketable, type Refusal, refusalOf, takerDelayMs, tradesAtOnce } from './order-check.ts';
import { assumptionsOf, cancelOrder, takeFromBook } from './order-fills.ts';
import { joinQueue, QUEUE_MODELS } from './queue-model.ts';
import { canFillWhole } from './taking-plan.ts';

/** What an order meets whose market the venue does not know, or has closed for good. */
const UNLISTED: Refusal = { code: 'market-closed', detail: 'the market is not listed' };

/** An order leaves us, unless its time is over already. Throws `InvariantError` for one that is sent twice. */
export function sendOrder(exchange: SimulatedExchange, order: ApprovedOrder): void {
  const { clientOrderId } = order;
  invariant(openOrder(exchange, clientOrderId) === undefined, 'an order is sent once', { clientOrderId });
  if (exchange.nowMs > order.notAfterMs) {
    report(exchange, { type: 'expired-unsent', clientOrderId });
    return;
  }
  exchange.orders.push({
    order,
    place: bookPlaceOf(order.outcome, order.side, order.priceTicks),
    status: 'in-flight',
    leftMicro: order.amount.unit === 'pusd' ? order.amount.spendMicro : order.amount.sizeMicro,
    fills: 0,
    queue: joinQueue(QUEUE_MODELS[assumptionsOf(exchange)], 0, exchange.nowMs),
  });
  schedule(exchange, {
    dueMs: arrivalMs(exchange.config, 'order', exchange.nowMs),
    step: 'order-arrives',
    clientOrderId,
  });
}

/** A cancel leaves us. */
export function sendCancel(exchange: SimulatedExchange, clientOrderId: ClientOrderId): void {
  const dueMs = arrivalMs(exchange.config, 'cancel', exchange.nowMs);
  schedule(exchange, { dueMs, step: 'cancel-arrives', clientOrderId });
}

/** What is due now happens. */
export function runStep(exchange: SimulatedExchange, { step, clientOrderId }: ScheduledStep): void {
  switch (step) {
    case 'order-arrives':
      orderArrives(exchange, clientOrderId);
      break;
    case 'taker-delay-ends':
      takerDelayEnds(exchange, clientOrderId);
      break;
    case 'cancel-arrives':
      cancelArrives(exchange, clientOrderId);
      break;
    default:
      assertNever(step, 'step of the simulated venue');
  }
}

function orderArrives(exchange: SimulatedExchange, clientOrderId: ClientOrderId): void {
  const sent = openOrder(exchange, clientOrderId);
  invariant(sent !== undefined && sent.status === 'in-flight', 'an order arrives once', { clientOrderId });
  const market = marketBySlug(exchange, sent.order.marketSlug);
  const refusal = market === undefined ? UNLISTED : refusalOf(exchange, market, sent);
  if (market === undefined || refusal !== null) {
    removeOrder(exchange, sent);
    report(exchange, { type: 'order-rejected', clientOrderId, ...(refusal ?? UNLISTED) });
    return;
  }
  report(exchange, { type: 'order-accepted', clientOrderId, venueOrderId: `sim-${clientOrderId}` as VenueOrderId });
  const delayMs = takerDelayMs(exchange, market);
  if (!isMarketable(market, sent)) {
    keepRemainder(exchange, market, sent);
  } else if (delayMs === 0) {
    take(exchange, market, sent);
  } else {
    sent.status = 'delayed';
    schedule(exchange, { dueMs: exchange.nowMs + delayMs, step: 'taker-delay-ends', clientOrderId });
  }
}

/** An order that its market's resolution took away in between is not there any more. */
function takerDelayEnds(exchange: SimulatedExchange, clientOrderId: ClientOrderId): void {
  const sent = openOrder(exchange, clientOrderId);
  if (sent === undefined) return;
  const market = marketBySlug(exchange, sent.order.marketSlug);
  invariant(market !== undefined, 'an accepted order has its market', { clientOrderId });
  take(exchange, market, sent);
}

/** A taker's turn: whole or nothing for FOK, what there is for the others. */
function take(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): void {
  const wholeOrAny = sent.order.timeInForce !== 'FOK' || canFillWhole(market, sent);
  if (isOpen(exchange, market) && wholeOrAny) takeFromBook(exchange, market, sent);
  if (sent.leftMicro > 0) keepRemainder(exchange, market, sent);
}

/** A limit order's remainder rests where it can queue honestly: behind a book that is known, and not across our own order. */
function keepRemainder(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): void {
  if (tradesAtOnce(sent.order) || !isOpen(exchange, market) || crossesOwnOrder(exchange, market, sent)) {
    cancelOrder(exchange, sent, 'unfilled-remainder');
  } else {
    rest(exchange, market, sent);
  }
}

function isOpen(exchange: SimulatedExchange, market: SimulatedMarket): boolean {
  return market.book.known && exchange.nowMs < market.window.endMs;
}

function rest(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): void {
  const displayedMicro = displayedAt(market.book, sent.place.side, sent.place.priceTicks);
  sent.status = 'resting';
  sent.queue = joinQueue(QUEUE_MODELS[assumptionsOf(exchange)], displayedMicro, exchange.nowMs);
  // Time priority counts from here, not from when the order was sent.
  exchange.orders.splice(exchange.orders.indexOf(sent), 1);
  exchange.orders.push(sent);
}

function cancelArrives(exchange: SimulatedExchange, clientOrderId: ClientOrderId): void {
  const sent = openOrder(exchange, clientOrderId);
  if (sent?.status === 'resting') {
    cancelOrder(exchange, sent, 'requested');
  } else {
    const detail = sent?.status === 'delayed' ? 'inside the taker delay' : 'not an open order';
    report(exchange, { type: 'cancel-rejected', clientOrderId, detail });
  }
}
