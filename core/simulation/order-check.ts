/**
 * What the venue refuses when an order arrives (Source: Polymarket CLOB error list and order
 * docs, notes of 2026-11-23). What is not known of the venue is refused rather than allowed.
 */
import { costRoundedUp, MAX_SIZE_MICRO, MICRO_PER_UNIT, type MoneyMicro } from '../model/money.ts';
import type { ApprovedOrder } from '../model/order.ts';
import { TICKS_PER_PUSD } from '../model/price.ts';
import type { RejectCode } from '../model/report.ts';
import type { DurationMs } from '../model/time.ts';
import { isBetter, levelsOf, oppositeSide } from './displayed-book.ts';
import { restingOrders, type SimulatedExchange, type SimulatedMarket, type SimulatedOrder } from './exchange-state.ts';
import { affordableMicro, canFillWhole } from './taking-plan.ts';

export interface Refusal {
  readonly code: RejectCode;
  readonly detail: string;
}

/** Shares and money are sent in hundredths: sizes and market BUY amounts have 2 decimals at every tick size. */
const AMOUNT_STEP_MICRO = 10_000;
/** "invalid amount for a marketable BUY order, min size: $1". */
const MIN_MARKETABLE_BUY_MICRO: MoneyMicro = MICRO_PER_UNIT;

/** Why the venue refuses this order now, or `null` when it takes it. */
export function refusalOf(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): Refusal | null {
  const { order } = sent;
  return (
    marketRefusal(market, order, exchange.nowMs) ??
    amountRefusal(market, order) ??
    balanceRefusal(exchange, market, order) ??
    bookRefusal(exchange, market, sent)
  );
}

/** How long the venue holds a taker's order in this market. */
export function takerDelayMs(exchange: SimulatedExchange, market: SimulatedMarket): DurationMs {
  return market.takerDelayMs ?? exchange.config.defaultTakerDelayMs;
}

/** True when the order would trade at once with what is displayed. */
export function isMarketable(market: SimulatedMarket, sent: SimulatedOrder): boolean {
  const best = levelsOf(market.book, oppositeSide(sent.place.side))[0];
  return best !== undefined && !isBetter(oppositeSide(sent.place.side), sent.place.priceTicks, best.priceTicks);
}

/** True when the order would stand at or beyond one of our own on the other side. */
export function crossesOwnOrder(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): boolean {
  const side = oppositeSide(sent.place.side);
  return restingOrders(exchange, market).some(
    (own) => own.place.side === side && !isBetter(side, sent.place.priceTicks, own.place.priceTicks),
  );
}

function marketRefusal(market: SimulatedMarket, order: ApprovedOrder, nowMs: number): Refusal | null {
  if (order.tokenId !== market.tokens[order.outcome]) return refuse('malformed', 'the token is not the outcome');
  if (nowMs >= market.window.endMs || !market.acceptingOrders) return refuse('market-closed', 'the market has ended');
  if (market.fees === null) return refuse('other', 'the market states no fee schedule');
  return null;
}

function amountRefusal(market: SimulatedMarket, order: ApprovedOrder): Refusal | null {
  const { priceTicks, amount } = order;
  const tick = market.tickSizeTicks;
  if (
    !Number.isInteger(priceTicks) ||
    priceTicks % tick !== 0 ||
    priceTicks < tick ||
    priceTicks > TICKS_PER_PUSD - tick
  ) {
    return refuse('off-tick', `price ${priceTicks} is not on the grid of ${tick} ticks`);
  }
  const atOnce = tradesAtOnce(order);
  if (order.postOnly && atOnce) return refuse('malformed', 'post-only is for GTC and GTD');
  if (amount.unit === 'pusd' && (order.side !== 'buy' || !atOnce)) {
    return refuse('malformed', 'only a market BUY is stated in money');
  }
  const statedMicro: number = amount.unit === 'pusd' ? amount.spendMicro : amount.sizeMicro;
  if (!Number.isSafeInteger(statedMicro) || statedMicro <= 0 || statedMicro > MAX_SIZE_MICRO) {
    return refuse('malformed', 'the amount is out of range');
  }
  if (statedMicro % AMOUNT_STEP_MICRO !== 0) return refuse('malformed', 'the amount has more than 2 decimals');
  const sizeMicro = amount.unit === 'pusd' ? affordableMicro(statedMicro, priceTicks) : statedMicro;
  if (sizeMicro < market.minSizeMicro)
    return refuse('below-minimum', `size is below ${market.minSizeMicro} millionths`);
  return null;
}

function balanceRefusal(exchange: SimulatedExchange, market: SimulatedMarket, order: ApprovedOrder): Refusal | null {
  if (order.side === 'buy' || order.amount.unit === 'pusd') return null;
  let freeMicro = market.heldMicro[order.outcome];
  for (const own of exchange.orders) {
    if (own.status !== 'in-flight' && own.order.side === 'sell' && own.order.tokenId === order.tokenId) {
      freeMicro -= own.leftMicro;
    }
  }
  return order.amount.sizeMicro > freeMicro
    ? refuse('insufficient-balance', `${freeMicro} millionths are held and not offered`)
    : null;
}

function bookRefusal(exchange: SimulatedExchange, market: SimulatedMarket, sent: SimulatedOrder): Refusal | null {
  const { order } = sent;
  if (!market.book.known) return refuse('other', 'the simulated venue has no book of this market');
  const marketable = isMarketable(market, sent);
  if (order.postOnly && (marketable || crossesOwnOrder(exchange, market, sent))) {
    return refuse('crosses-book', 'post-only order crosses the book');
  }
  if (!marketable) {
    return tradesAtOnce(order) ? refuse('not-filled', 'nothing to match with at this price') : null;
  }
  if (order.side === 'buy' && notionalMicro(order) < MIN_MARKETABLE_BUY_MICRO) {
    return refuse('below-minimum', 'a marketable BUY is for 1 pUSD at least');
  }
  // With a delay the venue accepts first and finds out at its end.
  if (order.timeInForce === 'FOK' && takerDelayMs(exchange, market) === 0 && !canFillWhole(market, sent)) {
    return refuse('not-filled', 'FOK orders are fully filled or killed');
  }
  return null;
}

function notionalMicro(order: ApprovedOrder): MoneyMicro {
  return order.amount.unit === 'pusd'
    ? order.amount.spendMicro
    : costRoundedUp(order.priceTicks, order.amount.sizeMicro);
}

/** FOK and FAK never rest. */
export function tradesAtOnce(order: ApprovedOrder): boolean {
  return order.timeInForce === 'FOK' || order.timeInForce === 'FAK';
}

function refuse(code: RejectCode, detail: string): Refusal {
  return { code, detail };
}
