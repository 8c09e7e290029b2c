/**
 * Orders of accounts in a window's book. They rest beside the simulated makers' in price and time order, are hit by the same takers,
 * and the market channel shows them like everybody's. Whose they are and who pays is the exchange's business.
 */
import { invariant } from '../model/errors.ts';
import type { SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import { type BookFill, type BookSide, bestPrice, removeOrder, takeFrom, wouldCross } from './joint-book.ts';
import type { MakerView } from './simulated-makers.ts';
import { type Quote, sizeFactorAt, touchWanted } from './simulated-makers.ts';
import type { TakerOrder } from './simulated-takers.ts';
import { keyOf, type Maker, place, publishChanges, refineTick, show, type WindowState } from './window-book-state.ts';
import { print, publicTrade, takeInBook } from './window-book-trades.ts';

/** A level of one side: price of Up, and the shares that rest there. */
export interface BookLevel {
  readonly priceTicks: PriceTicks;
  readonly totalMicro: SizeMicro;
}

/** A window's book as an exchange uses it. Everything is done at `atMs`, which time has been pushed to before. */
export interface AccountBook {
  /** Quoting has begun: orders can rest here. */
  isOpen(): boolean;
  tickSizeTicks(): PriceTicks;
  /** Levels of one side, best first. */
  levels(side: BookSide): readonly BookLevel[];
  /** Rests an order that does not cross (throws `InvariantError` when it does) and returns its id. */
  rest(atMs: UnixMs, owner: string, quote: Quote): number;
  /** Takes an order out; what was left of it, or `null` when it is no longer there. */
  withdraw(atMs: UnixMs, id: number): SizeMicro | null;
  /** A taker's order of an account: what it traded with, best price first and oldest order first. */
  take(atMs: UnixMs, order: TakerOrder): BookFill[];
  /**
   * Rests an order again after the book was made anew. Orders of the public that now cross it trade with it at its own price, as they
   * would have done had it stood there; the trade is told as any other. Returns its id.
   */
  readmit(atMs: UnixMs, owner: string, quote: Quote): number;
}

/** The accounts' way into a window's book. */
export function createAccountBook(state: WindowState): AccountBook {
  return {
    isOpen: () => state.opened,
    tickSizeTicks: () => state.tickSizeTicks,
    levels: (side) => (side === 'bid' ? state.book.bids : state.book.asks),
    rest: (atMs, owner, quote) => rest(state, atMs, owner, quote),
    withdraw: (atMs, id) => {
      state.accountOrders.delete(id);
      const removed = removeOrder(state.book, id);
      if (removed === null) return null;
      publishLevel(state, atMs, removed.side, removed.priceTicks);
      return removed.remainingMicro;
    },
    take: (atMs, order) => takeInBook(state, atMs, order),
    readmit: (atMs, owner, quote) => readmit(state, atMs, owner, quote),
  };
}

function rest(state: WindowState, atMs: UnixMs, owner: string, quote: Quote): number {
  invariant(state.opened, 'orders rest in a book that is open', { windowStartMs: state.options.window.startMs });
  const id = place(state, owner, quote);
  state.accountOrders.add(id);
  publishLevel(state, atMs, quote.side, quote.priceTicks);
  refineTick(state, atMs);
  return id;
}

function publishLevel(state: WindowState, atMs: UnixMs, side: BookSide, priceTicks: PriceTicks): void {
  publishChanges(state, atMs, new Map([[keyOf(side, priceTicks), { side, priceTicks, sizeMicro: 0 }]]));
}

function readmit(state: WindowState, atMs: UnixMs, owner: string, quote: Quote): number {
  if (!wouldCross(state.book, quote.side, quote.priceTicks)) return rest(state, atMs, owner, quote);
  const crossing = takeFrom(state.book, quote.side === 'bid' ? 'ask' : 'bid', quote.priceTicks, quote.sizeMicro);
  invariant(
    crossing.every(({ orderId }) => !state.accountOrders.has(orderId)),
    'orders of accounts that rested together do not cross',
  );
  const tradedMicro = crossing.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0);
  // Who hits a bid of the joint book buys Down, who lifts an ask buys Up: most takers buy.
  const outcome = quote.side === 'ask' ? 'up' : 'down';
  const leftMicro = quote.sizeMicro - tradedMicro;
  const id = leftMicro > 0 ? place(state, owner, { ...quote, sizeMicro: leftMicro }) : state.nextOrderId++;
  if (leftMicro > 0) state.accountOrders.add(id);
  state.accountTrades.push({
    atMs,
    windowStartMs: state.options.window.startMs,
    hits: quote.side,
    outcome,
    priceTicks: quote.priceTicks,
    fills: [{ orderId: id, owner, priceTicks: quote.priceTicks, sizeMicro: tradedMicro }],
  });
  print(state, atMs, { hits: quote.side, outcome }, quote.priceTicks, tradedMicro);
  show(state, atMs);
  refineTick(state, atMs);
  return id;
}

/**
 * A maker that would quote through an order of an account trades with it first, and with whatever stands before that in the queue. It
 * leaves other makers alone: their stale quotes are the takers' business. True when it traded.
 */
export function meetAccountOrders(state: WindowState, maker: Maker, view: MakerView, atMs: UnixMs): boolean {
  if (state.accountOrders.size === 0) return false;
  const wanted = touchWanted(maker.profile, view);
  const leftMs = state.options.window.endMs - atMs;
  const sizeMicro = Math.round(maker.profile.levelShares * sizeFactorAt(leftMs) * 100) * SIZE_STEP_MICRO;
  let traded = false;
  for (const hits of ['ask', 'bid'] as const) {
    const limitTicks = bestAccountPrice(state, hits);
    if (limitTicks === null) continue;
    if (hits === 'ask' ? limitTicks > wanted.bidTicks : limitTicks < wanted.askTicks) continue;
    publicTrade(state, atMs, { hits, limitTicks, sizeMicro, outcome: hits === 'ask' ? 'up' : 'down' });
    traded = true;
  }
  return traded;
}

/** A hundredth of a share. */
const SIZE_STEP_MICRO = 10_000;

function bestAccountPrice(state: WindowState, side: BookSide): PriceTicks | null {
  const touchTicks = bestPrice(state.book, side);
  let best: PriceTicks | null = null;
  for (const id of state.accountOrders) {
    const order = state.book.orders.get(id);
    if (order === undefined || order.side !== side) continue;
    if (best === null || (side === 'ask' ? order.priceTicks < best : order.priceTicks > best)) best = order.priceTicks;
    if (best === touchTicks) break;
  }
  return best;
}
