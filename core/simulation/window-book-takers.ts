/** Takers at work in a window's book, the tickets that the public keeps offering, and the sweep that ends a decided window. */
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { LevelChange } from './book-activity.ts';
import { type BookSide, bestPrice, sizeAt } from './joint-book.ts';
import { COARSE_TICK_TICKS, drawSize, TICKET_SHARES } from './simulated-makers.ts';
import { nextMood, nextTakerInMs, takerOrder } from './simulated-takers.ts';
import { keyOf, PUBLIC_OWNER, place, publishChanges, type WindowState } from './window-book-state.ts';
import { publicTrade } from './window-book-trades.ts';

/** A window is as good as decided beyond this probability; its last offers are then taken after a while. */
const DECIDED = 0.995;

/** A taker comes, trades or not, and the next one's time is drawn. */
export function comeTaker(state: WindowState, atMs: UnixMs): void {
  const rng = state.takers;
  const running = atMs >= state.options.window.startMs;
  state.mood = nextMood(state.mood, rng);
  const waitMs = nextTakerInMs(running, state.mood, rng);
  state.nextTakerMs = atMs + waitMs;
  const worth = state.probability(atMs);
  const order = takerOrder(worth, bestPrice(state.book, 'bid'), bestPrice(state.book, 'ask'), rng);
  if (order !== null) publicTrade(state, atMs, order);
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
  publicTrade(state, atMs, {
    hits: side,
    limitTicks: touchTicks,
    sizeMicro: sizeAt(state.book, side, touchTicks),
    outcome: winner,
  });
}
