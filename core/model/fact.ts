/**
 * Facts for the projection: each becomes one row of D1 by an idempotent key, through the outbox. Money and sizes are integers
 * of one millionth, prices are ticks of 0.0001, reference prices decimal strings (18 places do not fit a number).
 */
import type { MoneyMicro, SizeMicro } from './money.ts';
import type { EndedOrderStatus, Side, TimeInForce } from './order.ts';
import type { PriceTicks } from './price.ts';
import type { SettlementStatus } from './report.ts';
import type { UnixMs } from './time.ts';
import type { Outcome } from './window.ts';

/** One row for each order, written when it has ended. Key: clientOrderId. */
export interface OrderFact {
  readonly kind: 'order';
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly strategy: string;
  readonly tokenId: string;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro | null;
  readonly spendMicro: MoneyMicro | null;
  readonly filledMicro: SizeMicro;
  readonly status: EndedOrderStatus;
  readonly statusDetail: string;
  readonly createdMs: UnixMs;
  readonly endedMs: UnixMs;
}

/** One row for each fill. Key: tradeId and clientOrderId. */
export interface FillFact {
  readonly kind: 'fill';
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly strategy: string;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
  readonly liquidity: 'maker' | 'taker';
  readonly filledAtMs: UnixMs;
  /** Where its settlement stands: the row is written once more at its end. A failed fill counts in no position. */
  readonly settlement: SettlementStatus;
}

/** One row for each position, at its window's end. Key: series, window, outcome. */
export interface PositionFact {
  readonly kind: 'position';
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly outcome: Outcome;
  readonly tokenId: string;
  readonly sizeMicro: SizeMicro;
  readonly costMicro: MoneyMicro;
  readonly feesMicro: MoneyMicro;
  readonly payoutMicro: MoneyMicro;
  readonly realizedPnlMicro: MoneyMicro;
}

/** The one final record of a window. Key: series and window. */
export interface WindowFact {
  readonly kind: 'window';
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly windowEndMs: UnixMs;
  readonly slug: string;
  readonly conditionId: string | null;
  /** Decimal string, or `null` when the frame at the boundary was not captured. */
  readonly strike: string | null;
  readonly final: string | null;
  readonly outcome: Outcome | null;
  readonly officialOutcome: Outcome | null;
  readonly officialStrike: string | null;
  readonly verification: 'confirmed' | 'mismatch' | 'missing';
  /** `true` when the settlement rule guard let the window be traded. */
  readonly tradable: boolean;
  /** What decided: the last decision's outcome and rule. */
  readonly decision: string;
  readonly orders: number;
  readonly fills: number;
  readonly feesMicro: MoneyMicro;
  readonly realizedPnlMicro: MoneyMicro;
  /** Greatest age of a required feed while the window was open, in milliseconds, and which stream it was. */
  readonly worstFeedAgeMs: number;
  readonly worstFeed: string;
  readonly closedAtMs: UnixMs;
}

/** One row for each UTC day, rewritten as windows close. Key: series and day. */
export interface DailyPnlFact {
  readonly kind: 'daily-pnl';
  readonly series: string;
  readonly dayStartMs: UnixMs;
  readonly windows: number;
  readonly fills: number;
  readonly feesMicro: MoneyMicro;
  /** Gas and relayer costs: a part of the result already. */
  readonly costsMicro: MoneyMicro;
  readonly realizedPnlMicro: MoneyMicro;
}

/** Who changed what. Key: series and id. */
export interface AuditFact {
  readonly kind: 'audit';
  readonly series: string;
  readonly id: string;
  readonly actor: string;
  readonly action: string;
  readonly detail: string;
  readonly atMs: UnixMs;
}

export type Fact = OrderFact | FillFact | PositionFact | WindowFact | DailyPnlFact | AuditFact;
