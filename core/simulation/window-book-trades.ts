/** Trades in a window's book, whoever takes: one print for each price, the ladder again, and word of the accounts' orders that were hit. */
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import { type BookFill, takeFrom } from './joint-book.ts';
import type { TakerOrder } from './simulated-takers.ts';
import { refineTick, show, type WindowState } from './window-book-state.ts';

/** Takes from the book and tells the market channel. What was traded, best price first and oldest order first. */
export function takeInBook(state: WindowState, atMs: UnixMs, order: TakerOrder): BookFill[] {
  const fills = takeFrom(state.book, order.hits, order.limitTicks, order.sizeMicro);
  if (fills.length === 0) return fills;
  for (const [upTicks, filled] of byPrice(fills)) {
    print(
      state,
      atMs,
      order,
      upTicks,
      filled.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0),
    );
  }
  for (const { orderId } of fills) if (!state.book.orders.has(orderId)) state.accountOrders.delete(orderId);
  show(state, atMs);
  refineTick(state, atMs);
  return fills;
}

/** A simulated participant takes; trades with orders of accounts are noted for the exchange. */
export function publicTrade(state: WindowState, atMs: UnixMs, order: TakerOrder): void {
  const accounts = new Set(state.accountOrders);
  const fills = takeInBook(state, atMs, order);
  if (accounts.size === 0) return;
  for (const [priceTicks, filled] of byPrice(fills)) {
    if (!filled.some(({ orderId }) => accounts.has(orderId))) continue;
    state.accountTrades.push({
      atMs,
      windowStartMs: state.options.window.startMs,
      hits: order.hits,
      outcome: order.outcome,
      priceTicks,
      fills: filled,
    });
  }
}

/** The trade print of one price, in terms of the token that the taker named. */
export function print(
  state: WindowState,
  atMs: UnixMs,
  { hits, outcome }: Pick<TakerOrder, 'hits' | 'outcome'>,
  upTicks: PriceTicks,
  sizeMicro: number,
): void {
  state.lastTradeUpTicks = upTicks;
  state.activity.push({
    kind: 'traded',
    atMs,
    windowStartMs: state.options.window.startMs,
    outcome,
    takerSide: (hits === 'ask') === (outcome === 'up') ? 'buy' : 'sell',
    priceTicks: outcome === 'up' ? upTicks : complementTicks(upTicks),
    sizeMicro,
  });
}

function byPrice(fills: readonly BookFill[]): Map<PriceTicks, BookFill[]> {
  const prices = new Map<PriceTicks, BookFill[]>();
  for (const fill of fills) {
    const known = prices.get(fill.priceTicks);
    if (known === undefined) prices.set(fill.priceTicks, [fill]);
    else known.push(fill);
  }
  return prices;
}
