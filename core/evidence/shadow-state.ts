/**
 * The shadow ledger's state, as plain data: for each window the book as it was last seen, and for each strategy what it holds, what it
 * has standing and what it has on its way.
 */
import type { StrategyId } from '../model/identifiers.ts';
import type { FeeSchedule } from '../model/market.ts';
import type { SizeMicro } from '../model/money.ts';
import type { Side } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { Position } from '../portfolio/position.ts';
import type { DesiredTake, OutcomeBook } from '../strategy/view.ts';

export interface ShadowSettings {
  /** From a decision until an order would be at the venue. */
  readonly orderDelayMs: DurationMs;
  /** From a decision until a cancel would have worked: so long a quote that is not wanted any more can still be hit. */
  readonly cancelDelayMs: DurationMs;
}

export interface ShadowBook {
  readonly settings: ShadowSettings;
  /** By start. */
  windows: Record<string, ShadowWindow>;
}

export interface ShadowWindow {
  readonly startMs: UnixMs;
  readonly endMs: UnixMs;
  readonly fees: FeeSchedule;
  readonly minSizeMicro: SizeMicro;
  /** Until when everything that was due has happened. */
  nowMs: UnixMs;
  /** The displayed book, or `null` before it was seen and while it is not reliable. */
  levels: Record<Outcome, OutcomeBook> | null;
  accounts: Record<StrategyId, ShadowAccount>;
}

/** One strategy in one window. Each has the displayed book for itself: they compete with the market, not with each other. */
export interface ShadowAccount {
  readonly positions: Record<Outcome, Position>;
  readonly fills: ShadowFill[];
  quotes: ShadowQuote[];
  takes: ShadowTake[];
  /** What it has taken of displayed levels, by their place on the Up axis: no share is had twice. */
  taken: Record<string, SizeMicro>;
  ordersSent: number;
  /** Orders that came to nothing: below the minimum, across the book though post-only, without enough on the other side. */
  ordersUnfilled: number;
}

export interface ShadowFill {
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: number;
  readonly liquidity: 'maker' | 'taker';
  readonly atMs: UnixMs;
}

/** A bid that rests, or is on its way. */
export interface ShadowQuote {
  readonly number: number;
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  leftMicro: SizeMicro;
  readonly createdMs: UnixMs;
  readonly liveMs: UnixMs;
  resting: boolean;
  /** When its cancel will have worked; `null`: it is still wanted. */
  leavesMs: UnixMs | null;
}

export interface ShadowTake {
  readonly number: number;
  readonly take: DesiredTake;
  readonly createdMs: UnixMs;
  /** When the venue would match it, after its delay for takers. */
  readonly dueMs: UnixMs;
}
