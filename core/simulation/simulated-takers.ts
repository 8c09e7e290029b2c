/**
 * Who trades against a simulated book. Some takers know what the window is worth at this moment and hit whatever is stale; most
 * do not, and trade a little at the touch for reasons of their own. About eleven trades a second in a running window, median 14
 * shares (Source: `book` events per token and second of 50 recorded windows of 2026-04-16, notes of 2026-11-23: each trade
 * shows the book again).
 */
import { exp } from '../model/math.ts';
import { MICRO_PER_UNIT, type SizeMicro } from '../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../model/price.ts';
import type { DurationMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { BookSide } from './joint-book.ts';
import type { Rng } from './rng.ts';

/** One taker order against the joint book, in Up prices; `outcome` is the token it names. */
export interface TakerOrder {
  /** Side of the book that is hit. */
  readonly hits: BookSide;
  readonly limitTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly outcome: Outcome;
}

/** Trades per second while a window runs, and before it. */
const RUNNING_PER_SECOND = 13;
const WAITING_PER_SECOND = 1.2;
/** Part of the takers that know the present worth. */
const INFORMED_SHARE = 0.35;
/** What an informed taker wants to gain at least: below it fees and effort are not paid for. */
const LEAST_EDGE_TICKS = 80;
/** How far from its worth the uninformed still buy. */
const PATIENCE_TICKS = 300;

/** Time until the next taker comes. `mood` is the window's own activity, about 1. */
export function nextTakerInMs(running: boolean, mood: number, rng: Rng): DurationMs {
  const perSecond = (running ? RUNNING_PER_SECOND : WAITING_PER_SECOND) * mood;
  return Math.max(1, Math.round((rng.exponential() * 1_000) / perSecond));
}

/** The next activity of a window: wanders slowly and log-normally around 1. */
export function nextMood(mood: number, rng: Rng): number {
  const wander = exp(0.05 * rng.normal());
  // Pulled back to 1 so that it stays within about a third and three.
  return Math.min(3, Math.max(0.33, 1 + (mood - 1) * 0.98)) * wander;
}

/** What this taker does, or `null` when nothing in the book is worth its while. */
export function takerOrder(
  worth: number,
  bestBidTicks: PriceTicks | null,
  bestAskTicks: PriceTicks | null,
  rng: Rng,
): TakerOrder | null {
  const worthTicks = worth * TICKS_PER_PUSD;
  return rng.uniform() < INFORMED_SHARE
    ? informedOrder(worthTicks, bestBidTicks, bestAskTicks, rng)
    : uninformedOrder(worthTicks, bestBidTicks, bestAskTicks, rng);
}

function informedOrder(
  worthTicks: number,
  bestBidTicks: PriceTicks | null,
  bestAskTicks: PriceTicks | null,
  rng: Rng,
): TakerOrder | null {
  if (bestAskTicks !== null && worthTicks - bestAskTicks > LEAST_EDGE_TICKS) {
    return order('ask', Math.floor(worthTicks - LEAST_EDGE_TICKS), 60, rng);
  }
  if (bestBidTicks !== null && bestBidTicks - worthTicks > LEAST_EDGE_TICKS) {
    return order('bid', Math.ceil(worthTicks + LEAST_EDGE_TICKS), 60, rng);
  }
  return uninformedOrder(worthTicks, bestBidTicks, bestAskTicks, rng);
}

function uninformedOrder(
  worthTicks: number,
  bestBidTicks: PriceTicks | null,
  bestAskTicks: PriceTicks | null,
  rng: Rng,
): TakerOrder | null {
  const hits: BookSide = rng.uniform() < 0.5 ? 'ask' : 'bid';
  const touchTicks = hits === 'ask' ? bestAskTicks : bestBidTicks;
  if (touchTicks === null || Math.abs(touchTicks - worthTicks) > PATIENCE_TICKS) return null;
  return order(hits, touchTicks, 14, rng);
}

function order(hits: BookSide, limitTicks: PriceTicks, medianShares: number, rng: Rng): TakerOrder {
  const shares = Math.max(1, medianShares * exp(1.3 * rng.normal()));
  const sizeMicro = Math.round(shares * 100) * (MICRO_PER_UNIT / 100);
  return { hits, limitTicks, sizeMicro, outcome: tokenFor(hits, rng) };
}

/** Most takers buy: of Up where they lift an ask, of Down where they hit a bid. The rest sell what they hold. */
function tokenFor(hits: BookSide, rng: Rng): Outcome {
  const buys = rng.uniform() < 0.8;
  return (hits === 'ask') === buys ? 'up' : 'down';
}
