/**
 * What a strategy sees and what it may say. It reads a view and returns what it wants to have, and nothing else: it knows no clock, no
 * venue and no way to send anything. Router, risk and the order manager do the rest.
 */
import type { FairValue, UnpricedReason } from '../model/fair-value.ts';
import type { ClientOrderId, StrategyId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { OpenOrderStatus, OrderAmount, Side, TimeInForce } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { Result } from '../model/result.ts';
import type { DurationMs, UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';

/** One outcome's side of the joint book: levels `[ticks, sizeMicro, …]`, best first. */
export interface OutcomeBook {
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/** An order of ours in this window that may still trade, of any strategy. */
export interface OwnOrder {
  readonly clientOrderId: ClientOrderId;
  readonly strategy: StrategyId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  /** Shares that may still fill; for an order that spends money, the shares it could buy at most. */
  readonly remainingMicro: SizeMicro;
  readonly status: OpenOrderStatus;
  readonly postOnly: boolean;
  readonly createdMs: UnixMs;
}

export interface Holding {
  /** Shares held in this window, and what they have cost without fees. */
  readonly sizeMicro: SizeMicro;
  readonly costMicro: MoneyMicro;
}

export interface StrategyView {
  readonly nowMs: UnixMs;
  readonly window: Window;
  readonly market: Market;
  readonly tickSizeTicks: PriceTicks;
  /** The venue holds a taker's order this long before it is matched, and it cannot be cancelled meanwhile. */
  readonly takerDelayMs: DurationMs;
  readonly book: Readonly<Record<Outcome, OutcomeBook>>;
  /** Last trade on the Up axis. */
  readonly lastTradeTicks: PriceTicks | null;
  readonly fairValue: Result<FairValue, UnpricedReason>;
  /** Of the whole series: all strategies hold together. */
  readonly holdings: Readonly<Record<Outcome, Holding>>;
  readonly orders: readonly OwnOrder[];
  /** Orders that this strategy has sent in this window, whatever became of them. */
  readonly ordersSent: number;
  /** What the account is worth by our books, and what this strategy may still stake (its share of the free cash). */
  readonly equityMicro: MoneyMicro;
  readonly stakeMicro: MoneyMicro;
  /** Measured: from the source's change of price to our knowledge of it, and from our decision until a cancel has worked. */
  readonly feedDelayMs: DurationMs;
  readonly cancelDelayMs: DurationMs;
}

/** A resting post-only bid that the strategy wants to have: quotes are always bids, on either token. */
export interface DesiredQuote {
  readonly outcome: Outcome;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
}

/** An order that trades at once, or not at all. */
export interface DesiredTake {
  readonly outcome: Outcome;
  readonly side: Side;
  /** The worst price that is accepted. */
  readonly priceTicks: PriceTicks;
  readonly amount: OrderAmount;
  readonly timeInForce: Extract<TimeInForce, 'FOK' | 'FAK'>;
}

/** What the strategy wants: quotes are its whole wish (what it no longer names is cancelled), takes are sent once each. */
export interface StrategyDecision {
  /** The rule that decided, from a closed list of the strategy: `edge-too-small`, `quoting`, … */
  readonly rule: string;
  readonly quotes: readonly DesiredQuote[];
  readonly takes: readonly DesiredTake[];
  /** Complete sets to merge. */
  readonly mergeMicro: SizeMicro;
  /** The numbers that it decided on, for the decision record. */
  readonly inputs: Readonly<Record<string, number | string | null>>;
}
