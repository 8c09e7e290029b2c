/**
 * What a window's simulated book consists of, and the few ways in which it changes: an order is placed, levels are told, the ladder
 * is shown, the grid turns finer.
 */
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Window } from '../model/window.ts';
import type { AccountTrade } from './account-trade.ts';
import type { BookActivity, LevelChange } from './book-activity.ts';
import { addOrder, type BookSide, bestPrice, createJointBook, type JointBook, ladderOf, sizeAt } from './joint-book.ts';
import type { PricePath } from './price-path.ts';
import { createRng, hashLabel, hashPair, type Rng } from './rng.ts';
import {
  COARSE_TICK_TICKS,
  FINE_TICK_TICKS,
  MAKER_PROFILES,
  type MakerProfile,
  type Quote,
} from './simulated-makers.ts';
import { createWindowProbability, type WindowProbability } from './window-probability.ts';

export interface WindowBookOptions {
  readonly path: PricePath;
  readonly window: Window;
  readonly seed: number;
  /** When the first quotes appear. */
  readonly quoteFromMs: UnixMs;
  /** When the last of them has been seen, after the end. */
  readonly quoteUntilMs: UnixMs;
  /** `none`: nobody but accounts trades here, for who wants to know what every order meets. */
  readonly participants?: 'simulated' | 'none';
}

export interface Maker {
  readonly profile: MakerProfile;
  readonly rng: Rng;
  /** Orders in the book by side and price. */
  readonly orders: Map<string, number>;
  errorTicks: number;
  nextMs: UnixMs;
}

export interface WindowState {
  readonly options: WindowBookOptions;
  readonly book: JointBook;
  readonly probability: WindowProbability;
  readonly makers: readonly Maker[];
  readonly takers: Rng;
  readonly activity: BookActivity[];
  /** Resting orders of accounts, by id: only their owners take them out. */
  readonly accountOrders: Set<number>;
  /** Trades of simulated participants with them that the exchange has not taken yet. */
  readonly accountTrades: AccountTrade[];
  nextTakerMs: UnixMs;
  mood: number;
  /** How long the last offers of this window are left alone once it is decided. */
  sweepAfterMs: number;
  decidedMs: number;
  swept: boolean;
  nextOrderId: number;
  tickSizeTicks: PriceTicks;
  lastTradeUpTicks: PriceTicks | null;
  opened: boolean;
  ended: boolean;
}

/** The finer grid applies beyond these prices (Source: tick size of the CLOB market channel, notes of 2026-11-23). */
const FINE_ABOVE_TICKS = 9_600;
const FINE_BELOW_TICKS = 400;
/** Mean time for which a decided window's last offers are left alone: about one side in eight is empty at the end, as measured. */
const SWEEP_MEAN_MS = 240_000;
/** Who owns the orders that no maker looks after. */
export const PUBLIC_OWNER = 'public';

/** An empty book, with its makers waiting for the first quotes. */
export function createWindowState(options: WindowBookOptions): WindowState {
  const rng = createRng(hashPair(options.seed, hashPair(hashLabel('window-book'), options.window.startMs / SECOND_MS)));
  const quiet = options.participants === 'none';
  const makers = (quiet ? [] : MAKER_PROFILES).map((profile): Maker => {
    const own = rng.fork(profile.name);
    const nextMs = options.quoteFromMs + Math.round(own.uniform() * profile.actEveryMs);
    return { profile, rng: own, orders: new Map(), errorTicks: profile.errorTicks * own.normal(), nextMs };
  });
  return {
    options,
    book: createJointBook(),
    probability: createWindowProbability(options.path, options.window),
    makers,
    takers: rng.fork('takers'),
    activity: [],
    accountOrders: new Set(),
    accountTrades: [],
    nextTakerMs: quiet ? Number.POSITIVE_INFINITY : options.quoteFromMs + SECOND_MS,
    mood: 1,
    sweepAfterMs: rng.fork('sweep').exponential() * SWEEP_MEAN_MS,
    decidedMs: 0,
    swept: false,
    nextOrderId: 1,
    tickSizeTicks: COARSE_TICK_TICKS,
    lastTradeUpTicks: null,
    opened: false,
    ended: false,
  };
}

/** A level's place in a set of changes. */
export function keyOf(side: BookSide, priceTicks: PriceTicks): string {
  return `${side}:${priceTicks}`;
}

/** Rests an order and returns its id. */
export function place(state: WindowState, owner: string, quote: Quote): number {
  const id = state.nextOrderId++;
  addOrder(state.book, {
    id,
    owner,
    side: quote.side,
    priceTicks: quote.priceTicks,
    remainingMicro: quote.sizeMicro,
  });
  return id;
}

/** Tells the levels that changed, with what rests at them now. */
export function publishChanges(state: WindowState, atMs: UnixMs, changed: ReadonlyMap<string, LevelChange>): void {
  if (changed.size === 0) return;
  state.activity.push({
    kind: 'levels-changed',
    atMs,
    windowStartMs: state.options.window.startMs,
    changes: [...changed.values()].map(({ side, priceTicks }) => ({
      side,
      priceTicks,
      sizeMicro: sizeAt(state.book, side, priceTicks),
    })),
    bestBidTicks: bestPrice(state.book, 'bid'),
    bestAskTicks: bestPrice(state.book, 'ask'),
  });
}

/** Shows the whole ladder. */
export function show(state: WindowState, atMs: UnixMs): void {
  state.activity.push({
    kind: 'book-shown',
    atMs,
    windowStartMs: state.options.window.startMs,
    ...ladderOf(state.book, 'up'),
    tickSizeTicks: state.tickSizeTicks,
    lastTradeUpTicks: state.lastTradeUpTicks,
  });
}

/** Switches to the finer grid once the touch is near an end. */
export function refineTick(state: WindowState, atMs: UnixMs): void {
  if (state.tickSizeTicks === FINE_TICK_TICKS) return;
  const bidTicks = bestPrice(state.book, 'bid') ?? 0;
  const askTicks = bestPrice(state.book, 'ask') ?? TICKS_PER_PUSD;
  if (bidTicks <= FINE_ABOVE_TICKS && askTicks >= FINE_BELOW_TICKS) return;
  state.tickSizeTicks = FINE_TICK_TICKS;
  state.activity.push({
    kind: 'tick-size-switched',
    atMs,
    windowStartMs: state.options.window.startMs,
    oldTickSizeTicks: COARSE_TICK_TICKS,
    newTickSizeTicks: FINE_TICK_TICKS,
  });
}
