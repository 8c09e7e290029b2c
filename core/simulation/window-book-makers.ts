/** Makers at work in a window's book: the public's orders at first, then each maker's look at the market, as often as it looks. */
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import type { LevelChange } from './book-activity.ts';
import { bestPrice, removeOrder, wouldCross } from './joint-book.ts';
import {
  COARSE_TICK_TICKS,
  type MakerView,
  nextError,
  publicOrders,
  type Quote,
  quotesOf,
  sizeFactorAt,
} from './simulated-makers.ts';
import { meetAccountOrders } from './window-book-accounts.ts';
import {
  keyOf,
  type Maker,
  PUBLIC_OWNER,
  place,
  publishChanges,
  refineTick,
  show,
  type WindowState,
} from './window-book-state.ts';

/** A kept order that is below the first or above the second part of what its maker wants is replaced. */
const REFILL_BELOW = 0.5;
const SHRINK_ABOVE = 1.8;

/** The public's orders are there first; makers quote inside them. */
export function openBook(state: WindowState, atMs: UnixMs): void {
  state.opened = true;
  if (state.options.participants === 'none') {
    show(state, atMs);
    return;
  }
  const worthTicks = Math.round(state.probability(atMs) * 100) * COARSE_TICK_TICKS;
  const rng = state.takers.fork('public');
  for (const quote of publicOrders(worthTicks, rng)) place(state, PUBLIC_OWNER, quote);
  show(state, atMs);
}

/** One look of a maker at the market, and what it does about it. */
export function look(state: WindowState, maker: Maker): void {
  const atMs = maker.nextMs;
  const { profile, rng } = maker;
  maker.nextMs = atMs + Math.max(10, Math.round(profile.actEveryMs * (0.5 + 0.5 * rng.exponential())));
  const leftMs = state.options.window.endMs - atMs;
  maker.errorTicks = leftMs > 0 ? nextError(profile, maker.errorTicks, rng) : 0;
  const gone = profile.leavesBeforeEndMs > 0 && leftMs <= profile.leavesBeforeEndMs;
  let view = viewOf(state, maker, atMs);
  if (!gone && meetAccountOrders(state, maker, view, atMs)) view = viewOf(state, maker, atMs);
  const quotes = gone ? [] : quotesOf(profile, view, rng);
  const changed = requote(state, maker, quotes);
  publishChanges(state, atMs, changed);
  refineTick(state, atMs);
}

function viewOf(state: WindowState, { profile, errorTicks }: Maker, atMs: UnixMs): MakerView {
  const leftMs = state.options.window.endMs - atMs;
  // After the end there is nothing left to be late about.
  const seenMs = atMs - (leftMs > 0 ? profile.delayMs : 0);
  return {
    worth: state.probability(seenMs),
    worthBefore: state.probability(leftMs > 0 ? seenMs - SECOND_MS : seenMs),
    errorTicks,
    sizeFactor: sizeFactorAt(leftMs),
    tickSizeTicks: state.tickSizeTicks,
    bestBidTicks: bestPrice(state.book, 'bid'),
    bestAskTicks: bestPrice(state.book, 'ask'),
  };
}

/** Takes out what is no longer wanted, then adds what is missing and does not cross (makers post only). */
function requote(state: WindowState, maker: Maker, quotes: readonly Quote[]): Map<string, LevelChange> {
  const changed = new Map<string, LevelChange>();
  const wanted = new Map(quotes.map((quote) => [keyOf(quote.side, quote.priceTicks), quote]));
  for (const [key, id] of maker.orders) {
    const resting = state.book.orders.get(id);
    const quote = wanted.get(key);
    if (resting !== undefined && quote !== undefined && fits(resting.remainingMicro, quote.sizeMicro)) {
      wanted.delete(key);
      continue;
    }
    maker.orders.delete(key);
    const removed = removeOrder(state.book, id);
    if (removed !== null) changed.set(key, { side: removed.side, priceTicks: removed.priceTicks, sizeMicro: 0 });
  }
  for (const [key, quote] of wanted) {
    if (wouldCross(state.book, quote.side, quote.priceTicks)) continue;
    maker.orders.set(key, place(state, maker.profile.name, quote));
    changed.set(key, { side: quote.side, priceTicks: quote.priceTicks, sizeMicro: 0 });
  }
  return changed;
}

function fits(restingMicro: number, wantedMicro: number): boolean {
  return restingMicro >= wantedMicro * REFILL_BELOW && restingMicro <= wantedMicro * SHRINK_ABOVE;
}
