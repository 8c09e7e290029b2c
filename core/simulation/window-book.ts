/**
 * The life of one window's simulated book: makers look and requote, takers come and go, the grid turns finer near 0 and 1, and
 * after the end only bids for the winner are left. A pure object that time is pushed through; the same seed and path give the
 * same book whatever the steps.
 */
import { complementTicks, type PriceTicks } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';
import type { AccountTrade } from './account-trade.ts';
import type { BookActivity, LevelChange } from './book-activity.ts';
import { type BookSide, type JointBook, removeOrder } from './joint-book.ts';
import { type AccountBook, createAccountBook } from './window-book-accounts.ts';
import { look, openBook } from './window-book-makers.ts';
import {
  createWindowState,
  keyOf,
  type Maker,
  publishChanges,
  type WindowBookOptions,
  type WindowState,
} from './window-book-state.ts';
import { comeTaker } from './window-book-takers.ts';
import { SETTLEMENT_LOOKBACK_SECONDS } from './window-probability.ts';

export interface WindowBook {
  readonly window: Window;
  readonly book: JointBook;
  /** Everything that happens up to `nowMs`, in order. */
  advanceTo(nowMs: UnixMs): BookActivity[];
  /** What happened and was not told yet: what accounts did since time was last pushed. */
  takeActivity(): BookActivity[];
  /** Where accounts' orders rest and take. */
  readonly accounts: AccountBook;
  /** Trades of simulated participants with accounts' orders that were not taken yet, in order. */
  takeAccountTrades(): AccountTrade[];
  tickSizeTicks(): PriceTicks;
  /** Price of the last trade as this outcome's token shows it. */
  lastTradeTicks(outcome: Outcome): PriceTicks | null;
}

/** The book of one window, empty until its quoting starts. */
export function createWindowBook(options: WindowBookOptions): WindowBook {
  const state = createWindowState(options);
  return {
    window: options.window,
    book: state.book,
    advanceTo: (nowMs) => advance(state, nowMs),
    takeActivity: () => state.activity.splice(0),
    accounts: createAccountBook(state),
    takeAccountTrades: () => state.accountTrades.splice(0),
    tickSizeTicks: () => state.tickSizeTicks,
    lastTradeTicks: (outcome) =>
      state.lastTradeUpTicks === null || outcome === 'up'
        ? state.lastTradeUpTicks
        : complementTicks(state.lastTradeUpTicks),
  };
}

function advance(state: WindowState, nowMs: UnixMs): BookActivity[] {
  const { window, quoteFromMs } = state.options;
  if (nowMs >= quoteFromMs && !state.opened) openBook(state, quoteFromMs);
  const untilMs = Math.min(nowMs, state.options.quoteUntilMs);
  for (;;) {
    const maker = earliest(state.makers);
    // Nobody takes after the end: what a share pays is then known.
    const takerMs = state.nextTakerMs < window.endMs ? state.nextTakerMs : Number.POSITIVE_INFINITY;
    const makerMs = maker?.nextMs ?? Number.POSITIVE_INFINITY;
    const nextMs = Math.min(makerMs, takerMs);
    if (!state.ended && nowMs >= window.endMs && nextMs >= window.endMs) end(state, window.endMs);
    if (nextMs > untilMs) break;
    if (maker !== null && makerMs <= takerMs) look(state, maker);
    else comeTaker(state, takerMs);
  }
  return state.activity.splice(0);
}

function earliest(makers: readonly Maker[]): Maker | null {
  let first: Maker | null = null;
  for (const maker of makers) if (first === null || maker.nextMs < first.nextMs) first = maker;
  return first;
}

/**
 * Nobody sells the winner any more: its offers are withdrawn at the end, its bids stay until the venue closes the book. Accounts'
 * orders are left to their owners.
 */
function end(state: WindowState, atMs: UnixMs): void {
  state.ended = true;
  const { path, window } = state.options;
  const strikeE18 = path.twapAt(window.startMs, SETTLEMENT_LOOKBACK_SECONDS);
  const finalE18 = path.twapAt(window.endMs, SETTLEMENT_LOOKBACK_SECONDS);
  // Offers of Up are asks of the joint book, offers of Down are its bids. A tie is Up.
  const withdrawn: BookSide = finalE18 >= strikeE18 ? 'ask' : 'bid';
  const changed = new Map<string, LevelChange>();
  for (const order of [...state.book.orders.values()]) {
    if (order.side !== withdrawn || state.accountOrders.has(order.id)) continue;
    removeOrder(state.book, order.id);
    changed.set(keyOf(order.side, order.priceTicks), { side: order.side, priceTicks: order.priceTicks, sizeMicro: 0 });
  }
  publishChanges(state, atMs, changed);
}
