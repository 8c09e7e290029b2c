/**
 * What a strategy sees and what it may say. It reads a view, it returns the quotes it wants to have, and nothing else: it knows
 * no orders of the venue, no clock and no way to send anything. Risk and the order manager do the rest.
 */
import type { Market } from '../model/market.ts';
import type { SizeMicro } from '../model/money.ts';
import type { PriceTicks } from '../model/price.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';

/** The joint book of a window on the Up axis; `null` where that side is empty. */
export interface BookView {
  readonly bidTicks: PriceTicks | null;
  readonly askTicks: PriceTicks | null;
  /** Last trade on the Up axis, or `null` when there was none. */
  readonly lastTradeTicks: PriceTicks | null;
}

export interface StrategyView {
  readonly nowMs: UnixMs;
  readonly market: Market;
  readonly tickSizeTicks: PriceTicks;
  readonly msToEnd: DurationMs;
  readonly book: BookView;
  readonly upMicro: SizeMicro;
  readonly downMicro: SizeMicro;
}

/** A resting bid that the strategy wants: quotes are always bids, on either token. */
export interface DesiredQuote {
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** What the strategy decided, and the rule that decided it. */
export interface QuoteDecision {
  readonly rule: string;
  readonly quotes: readonly DesiredQuote[];
}
