/**
 * The life of one window's simulated book: makers look and requote, takers come and go, the grid turns finer near 0 and 1, and
 * after the end only bids for the winner are left. A pure object that time is pushed through; the same seed and path give the
 * same book whatever the steps.
 */
import { complementTicks, type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import { SECOND_MS, type UnixMs } from '../model/time.ts';
import { type Outcome, oppositeOutcome, type Window } from '../model/window.ts';
import type { BookActivity, LevelChange } from './book-activity.ts';
import {
  addOrder,
  type BookSide,
  bestPrice,
  createJointBook,
  type JointBook,
  ladderOf,
  removeOrder,
  sizeAt,
  takeFrom,
  wouldCross,
} from './joint-book.ts';
import type { PricePath } from './price-path.ts';
import { createRng, hashLabel, hashPair, type Rng } from './rng.ts';
import {
  COARSE_TICK_TICKS,
  drawSize,
  FINE_TICK_TICKS,
  MAKER_PROFILES,
  type MakerProfile,
  nextError,
  publicOrders,
  type Quote,
  quotesOf,
  sizeFactorAt,
  TICKET_SHARES,
} from './simulated-makers.ts';
import { nextMood, nextTakerInMs, type TakerOrder, takerOrder } from './simulated-takers.ts';
import { createWindowProbability, type WindowProbability } from './window-probability.ts';

export interface WindowBook {
  readonly window: Window;
  readonly book: JointBook;
  /** Everything that happens up to `nowMs`, in order. */
  advanceTo(nowMs: UnixMs): BookActivity[];
  tickSizeTicks(): PriceTicks;
  /** Price of the last trade as this outcome's token shows it. */
  lastTradeTicks(outcome: Outcome): PriceTicks | null;
}

export interface WindowBookOptions {
  readonly path: PricePath;
  readonly window: Window;
  readonly seed: number;
  /** When the first quotes appear. */
  readonly quoteFromMs: UnixMs;
  /** When the last of them has been seen, after the end. */
  readonly quoteUntilMs: UnixMs;
}

interface Maker {
  readonly profile: MakerProfile;
  readonly rng: Rng;
  /** Orders in the book by side and price. */
  readonly orders: Map<string, number>;
  errorTicks: number;
  nextMs: UnixMs;
}

interface WindowState {
  readonly options: WindowBookOptions;
  readonly book: JointBook;
  readonly probability: WindowProbability;
  readonly makers: readonly Maker[];
  readonly takers: Rng;
  readonly activity: BookActivity[];
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
/** A window is as good as decided beyond this probability; its last offers are then taken after a while. */
const DECIDED = 0.995;
/** Mean of that while: leaves about one side in eight empty at the end, as measured. */
const SWEEP_MEAN_MS = 240_000;
/** A kept order that is below the first or above the second part of what its maker wants is replaced. */
const REFILL_BELOW = 0.5;
const SHRINK_ABOVE = 1.8;
const PUBLIC_OWNER = 'public';

/** The book of one window, empty until its quoting starts. */
export function createWindowBook(options: WindowBookOptions): WindowBook {
  const state = createState(options);
  return {
    window: options.window,
    book: state.book,
    advanceTo: (nowMs) => advance(state, nowMs),
    tickSizeTicks: () => state.tickSizeTicks,
    lastTradeTicks: (outcome) =>
      state.lastTradeUpTicks === null || outcome === 'up'
        ? state.lastTradeUpTicks
        : complementTicks(state.lastTradeUpTicks),
  };
}

function createState(options: WindowBookOptions): WindowState {
  const rng = createRng(hashPair(options.seed, hashPair(hashLabel('window-book'), options.window.startMs / SECOND_MS)));
  const makers = MAKER_PROFILES.map((profile): Maker => {
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
    nextTakerMs: options.quoteFromMs + SECOND_MS,
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

function advance(state: WindowState, nowMs: UnixMs): BookActivity[] {
  const { window, quoteFromMs } = state.options;
  if (nowMs >= quoteFromMs && !state.opened) open(state, quoteFromMs);
  const untilMs = Math.min(nowMs, state.options.quoteUntilMs);
  for (;;) {
    const maker = earliest(state.makers);
    // Nobody takes after the end: what a share pays is then known.
    const takerMs = state.nextTakerMs < window.endMs ? state.nextTakerMs : Number.POSITIVE_INFINITY;
    const nextMs = Math.min(maker.nextMs, takerMs);
    if (!state.ended && nowMs >= window.endMs && nextMs >= window.endMs) end(state, window.endMs);
    if (nextMs > untilMs) break;
    if (maker.nextMs <= takerMs) look(state, maker);
    else comeTaker(state, takerMs);
  }
  return state.activity.splice(0);
}

function earliest(makers: readonly Maker[]): Maker {
  return makers.reduce((first, maker) => (maker.nextMs < first.nextMs ? maker : first));
}

/** The public's orders are there first; makers quote inside them. */
function open(state: WindowState, atMs: UnixMs): void {
  state.opened = true;
  const worthTicks = Math.round(state.probability(atMs) * 100) * COARSE_TICK_TICKS;
  const rng = state.takers.fork('public');
  for (const quote of publicOrders(worthTicks, rng)) place(state, PUBLIC_OWNER, quote);
  show(state, atMs);
}

function look(state: WindowState, maker: Maker): void {
  const atMs = maker.nextMs;
  const { profile, rng } = maker;
  maker.nextMs = atMs + Math.max(10, Math.round(profile.actEveryMs * (0.5 + 0.5 * rng.exponential())));
  const leftMs = state.options.window.endMs - atMs;
  maker.errorTicks = leftMs > 0 ? nextError(profile, maker.errorTicks, rng) : 0;
  // After the end there is nothing left to be late about.
  const delayMs = leftMs > 0 ? profile.delayMs : 0;
  const seenMs = atMs - delayMs;
  const view = {
    worth: state.probability(seenMs),
    worthBefore: state.probability(leftMs > 0 ? seenMs - SECOND_MS : seenMs),
    errorTicks: maker.errorTicks,
    sizeFactor: sizeFactorAt(leftMs),
    tickSizeTicks: state.tickSizeTicks,
    bestBidTicks: bestPrice(state.book, 'bid'),
    bestAskTicks: bestPrice(state.book, 'ask'),
  };
  const gone = profile.leavesBeforeEndMs > 0 && leftMs <= profile.leavesBeforeEndMs;
  const quotes = gone ? [] : quotesOf(profile, view, rng);
  const changed = requote(state, maker, quotes);
  publishChanges(state, atMs, changed);
  refineTick(state, atMs);
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

function keyOf(side: BookSide, priceTicks: PriceTicks): string {
  return `${side}:${priceTicks}`;
}

function place(state: WindowState, owner: string, quote: Quote): number {
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

function publishChanges(state: WindowState, atMs: UnixMs, changed: ReadonlyMap<string, LevelChange>): void {
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

function refineTick(state: WindowState, atMs: UnixMs): void {
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

function comeTaker(state: WindowState, atMs: UnixMs): void {
  const rng = state.takers;
  const running = atMs >= state.options.window.startMs;
  state.mood = nextMood(state.mood, rng);
  const waitMs = nextTakerInMs(running, state.mood, rng);
  state.nextTakerMs = atMs + waitMs;
  const worth = state.probability(atMs);
  const order = takerOrder(worth, bestPrice(state.book, 'bid'), bestPrice(state.book, 'ask'), rng);
  if (order !== null) trade(state, atMs, order);
  renewTickets(state, atMs);
  if (worth > DECIDED || worth < 1 - DECIDED) sweepDecided(state, atMs, worth > DECIDED ? 'up' : 'down', waitMs);
}

/** Tickets that were taken are offered again, at the end of the grid or just behind the other side, until the sweep. */
function renewTickets(state: WindowState, atMs: UnixMs): void {
  if (state.swept) return;
  const changed = new Map<string, LevelChange>();
  for (const side of ['bid', 'ask'] as const) {
    const priceTicks = ticketPrice(state, side);
    if (priceTicks <= 0 || priceTicks >= TICKS_PER_PUSD || bestPrice(state.book, side) !== null) continue;
    const sizeMicro = drawSize(TICKET_SHARES, 0.8, state.takers);
    place(state, PUBLIC_OWNER, { side, priceTicks, sizeMicro });
    changed.set(keyOf(side, priceTicks), { side, priceTicks, sizeMicro });
  }
  publishChanges(state, atMs, changed);
}

function ticketPrice(state: WindowState, side: BookSide): PriceTicks {
  const grid = state.tickSizeTicks;
  return side === 'bid'
    ? Math.min(COARSE_TICK_TICKS, (bestPrice(state.book, 'ask') ?? TICKS_PER_PUSD) - grid)
    : Math.max(TICKS_PER_PUSD - COARSE_TICK_TICKS, (bestPrice(state.book, 'bid') ?? 0) + grid);
}

/** Once a window is decided, somebody sooner or later takes the last offers of the winner. */
function sweepDecided(state: WindowState, atMs: UnixMs, winner: Outcome, waitMs: number): void {
  if (atMs < state.options.window.startMs) return;
  state.decidedMs += waitMs;
  if (state.decidedMs < state.sweepAfterMs) return;
  state.swept = true;
  const side: BookSide = winner === 'up' ? 'ask' : 'bid';
  const touchTicks = bestPrice(state.book, side);
  if (touchTicks === null) return;
  trade(state, atMs, {
    hits: side,
    limitTicks: touchTicks,
    sizeMicro: sizeAt(state.book, side, touchTicks),
    outcome: winner,
  });
}

function trade(state: WindowState, atMs: UnixMs, order: TakerOrder): void {
  const fills = takeFrom(state.book, order.hits, order.limitTicks, order.sizeMicro);
  if (fills.length === 0) return;
  const byPrice = new Map<PriceTicks, number>();
  for (const fill of fills) byPrice.set(fill.priceTicks, (byPrice.get(fill.priceTicks) ?? 0) + fill.sizeMicro);
  for (const [upTicks, sizeMicro] of byPrice) {
    state.lastTradeUpTicks = upTicks;
    state.activity.push({
      kind: 'traded',
      atMs,
      windowStartMs: state.options.window.startMs,
      outcome: order.outcome,
      takerSide: (order.hits === 'ask') === (order.outcome === 'up') ? 'buy' : 'sell',
      priceTicks: order.outcome === 'up' ? upTicks : complementTicks(upTicks),
      sizeMicro,
    });
  }
  show(state, atMs);
  refineTick(state, atMs);
}

function show(state: WindowState, atMs: UnixMs): void {
  state.activity.push({
    kind: 'book-shown',
    atMs,
    windowStartMs: state.options.window.startMs,
    ...ladderOf(state.book, 'up'),
  });
}

/** Nobody sells the winner any more: its offers are withdrawn at the end, its bids stay until the venue closes the book. */
function end(state: WindowState, atMs: UnixMs): void {
  state.ended = true;
  const winner: Outcome = state.probability(state.options.window.endMs) >= 0.5 ? 'up' : 'down';
  const withdrawn: BookSide = oppositeOutcome(winner) === 'down' ? 'ask' : 'bid';
  const changed = new Map<string, LevelChange>();
  for (const order of [...state.book.orders.values()]) {
    if (order.side !== withdrawn) continue;
    removeOrder(state.book, order.id);
    changed.set(keyOf(order.side, order.priceTicks), { side: order.side, priceTicks: order.priceTicks, sizeMicro: 0 });
  }
  publishChanges(state, atMs, changed);
}
