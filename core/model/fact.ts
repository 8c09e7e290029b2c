/**
 * Facts for the projection: each becomes one row of D1 by an idempotent key, through the outbox. Money and sizes are integers
 * of one millionth, prices are ticks of 0.0001, reference prices decimal strings (18 places do not fit a number).
 */
import type { LedgerName } from './ledger-name.ts';
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

/**
 * What a fill was worth and how that moved: `edge + drifts − fee = realized`, to the millionth. One row for each fill of a resolved
 * window; a fill that failed to settle has zeros. Key: series, window, tradeId and clientOrderId.
 */
export interface MarkoutFact {
  readonly kind: 'markout';
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly tradeId: string;
  readonly clientOrderId: string;
  readonly ledger: LedgerName;
  readonly strategy: string;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly liquidity: 'maker' | 'taker';
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly filledAtMs: UnixMs;
  readonly edgeMicro: MoneyMicro;
  /** From the fill to 1 s, from 1 to 5 s, from 5 to 30 s, from 30 to 60 s, from 60 s to the settlement. */
  readonly drift1sMicro: MoneyMicro;
  readonly drift5sMicro: MoneyMicro;
  readonly drift30sMicro: MoneyMicro;
  readonly drift60sMicro: MoneyMicro;
  readonly driftSettlementMicro: MoneyMicro;
  readonly feeMicro: MoneyMicro;
  readonly realizedPnlMicro: MoneyMicro;
  /** Of the five marks, those for which there was no book: the one before stands for them. */
  readonly carriedMarks: number;
  /** How long after its time the latest mark was taken, at most. */
  readonly worstMarkDelayMs: number;
  readonly failed: boolean;
}

/** What a strategy came to in a window. The rows of a window sum to its result. Key: series, window, ledger and strategy. */
export interface StrategyPnlFact {
  readonly kind: 'strategy-pnl';
  readonly series: string;
  readonly windowStartMs: UnixMs;
  readonly ledger: LedgerName;
  readonly strategy: string;
  readonly outcome: Outcome;
  readonly fills: number;
  readonly sharesMicro: SizeMicro;
  readonly boughtMicro: MoneyMicro;
  readonly soldMicro: MoneyMicro;
  readonly feesMicro: MoneyMicro;
  readonly payoutMicro: MoneyMicro;
  readonly pnlMicro: MoneyMicro;
  readonly edgeMicro: MoneyMicro;
  readonly drift1sMicro: MoneyMicro;
  readonly drift5sMicro: MoneyMicro;
  readonly drift30sMicro: MoneyMicro;
  readonly drift60sMicro: MoneyMicro;
  readonly driftSettlementMicro: MoneyMicro;
  readonly carriedMarks: number;
  /** A claim on the venue, never part of the result. */
  readonly rebateAccruedMicro: MoneyMicro;
}

/** What moves money, or is a claim on it, without being a trade. */
export type LedgerEntryKind =
  | 'fee'
  | 'gas'
  | 'redemption'
  | 'merge'
  | 'split'
  /** A claim, no money yet; and the money, when it was seen. Neither is ever in a result. */
  | 'rebate-accrued'
  | 'rebate-paid';

/** One entry. Key: series, time and id. */
export interface LedgerEntryFact {
  readonly kind: 'ledger-entry';
  readonly series: string;
  readonly atMs: UnixMs;
  readonly id: string;
  readonly ledger: LedgerName;
  readonly entry: LedgerEntryKind;
  /** `null` where it belongs to no single window, or to one that is forgotten. */
  readonly windowStartMs: UnixMs | null;
  /** `null` where it is the series' own. */
  readonly strategy: string | null;
  /** What it brings to the account; below zero what it takes. */
  readonly amountMicro: MoneyMicro;
}

export type Fact =
  | OrderFact
  | FillFact
  | PositionFact
  | WindowFact
  | DailyPnlFact
  | MarkoutFact
  | StrategyPnlFact
  | LedgerEntryFact
  | AuditFact;
