/**
 * What the engine tells the world, as data. An output is recorded in the journal row of the event that caused it, before any
 * effect; on recovery it is applied as a fact and never decided again (RUNTIME §3).
 */

import type { Fact, WindowFact } from '../model/fact.ts';
import type { ClientOrderId, ConditionId, MarketSlug, StrategyId, TokenId } from '../model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { ApprovedOrder } from '../model/order.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import type { Source } from '../model/source.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome } from '../model/window.ts';
import type { DirectionalCall } from '../strategy/directional/accuracy.ts';
import type { EndedWindow } from '../strategy/market-maker/market-maker-state.ts';
import type { StopState } from './account-state.ts';
import type { CommandScope, OperatorCommand } from './events.ts';

export interface SubmitOrder {
  readonly type: 'submit-order';
  readonly order: ApprovedOrder;
}

export interface CancelOrder {
  readonly type: 'cancel-order';
  readonly clientOrderId: ClientOrderId;
  readonly reason: string;
}

/** Once more the same bytes, within 1 s of the first sending and only while risk would still approve it (DESIGN §3.4). */
export interface ResendOrder {
  readonly type: 'resend-order';
  readonly clientOrderId: ClientOrderId;
}

/** The runner cancels everything of the series, by id and by market: what it knows of and what it does not. */
export interface CancelAllOrders {
  readonly type: 'cancel-all-orders';
  readonly reason: string;
}

/** Turn `sizeMicro` of Up and as many of Down into pUSD. */
export interface MergeCompleteSets {
  readonly type: 'merge-complete-sets';
  readonly windowStartMs: UnixMs;
  readonly conditionId: ConditionId;
  readonly sizeMicro: SizeMicro;
}

/** The runner obeys the verb too, on its own side of the link, and reports how far a stop has come. */
export interface InstructRunner {
  readonly type: 'instruct-runner';
  readonly verb: OperatorCommand['kind'];
  readonly scope: CommandScope;
  readonly commandId: string;
}

/** Where a person's stop stands; `null`: it was ended by a resume. */
export interface SetStop {
  readonly type: 'set-stop';
  readonly stop: StopState | null;
}

/** Ask for `timer-fired` with this key and generation at `dueMs`. A newer generation replaces an older one. */
export interface ScheduleTimer {
  readonly type: 'schedule-timer';
  readonly key: string;
  readonly dueMs: UnixMs;
  readonly generation: number;
}

/** Listen to both tokens of a market on the market channel. */
export interface SubscribeMarket {
  readonly type: 'subscribe-market';
  readonly slug: MarketSlug;
  readonly tokenIds: readonly [TokenId, TokenId];
}

export interface UnsubscribeMarket {
  readonly type: 'unsubscribe-market';
  readonly slug: MarketSlug;
  readonly tokenIds: readonly [TokenId, TokenId];
}

/** Ask Gamma for these markets: each answer comes back as `market-listed` or `official-result-published`. */
export interface RequestMarkets {
  readonly type: 'request-markets';
  readonly slugs: readonly MarketSlug[];
}

/** The reference price that stands exactly at a boundary between windows. Captured for every boundary, traded or not. */
export interface CaptureBoundaryPrice {
  readonly type: 'capture-boundary-price';
  readonly boundaryMs: UnixMs;
  readonly lookbackSeconds: number;
  readonly priceE18: PriceE18;
  readonly source: Source;
  /** True when the frame came in a feed's snapshot rather than live. */
  readonly snapshot: boolean;
}

/** The strike's own frame was not seen: it lies between these two (DESIGN §3.8). */
export interface CaptureStrikeInterval {
  readonly type: 'capture-strike-interval';
  readonly windowStartMs: UnixMs;
  readonly lowE18: PriceE18;
  readonly highE18: PriceE18;
}

/** The first bet that the directional strategy wishes in a window, sent or not: scored when the window has its result. */
export interface RecordCall {
  readonly type: 'record-call';
  readonly call: DirectionalCall;
}

/** What quotes that were not sent would have come to in a window, while quoting is stopped. */
export interface NoteShadowWindow {
  readonly type: 'note-shadow-window';
  readonly ended: EndedWindow;
}

/** The window's outcome is known: positions are paid out in the ledger. */
export interface ResolveWindow {
  readonly type: 'resolve-window';
  readonly windowStartMs: UnixMs;
  readonly conditionId: ConditionId | null;
  readonly outcome: Outcome;
  readonly by: 'official' | 'reference';
}

/** The window's one final record is written and its state is forgotten. */
export interface CloseWindow {
  readonly type: 'close-window';
  readonly windowStartMs: UnixMs;
  readonly verification: WindowFact['verification'];
}

/** What shares of ours were worth when a horizon after their fill had passed: one mark for each match that was due. */
export interface TakeMarks {
  readonly type: 'take-marks';
  readonly marks: readonly TakenMark[];
}

export interface TakenMark {
  readonly windowStartMs: UnixMs;
  /** `matchKey` of the match. */
  readonly match: string;
  /** Millionths of a pUSD for a share of its outcome; `null`: nobody can say, and the mark before stands. */
  readonly markMicro: MoneyMicro | null;
}

export type TradingMode = 'active' | 'reducing' | 'halted';

/** Add or lift one reason for restricting trading; the mode in force is the strictest of all reasons. */
export interface SetTradingRestriction {
  readonly type: 'set-trading-restriction';
  readonly reason: string;
  readonly mode: TradingMode;
  readonly detail: string;
  readonly actor: string;
}

/** A decision whose outcome changed; `repeats` counts how often the previous one was taken again. */
export interface RecordDecision {
  readonly type: 'record-decision';
  readonly windowStartMs: UnixMs;
  readonly strategy: StrategyId;
  readonly outcome: string;
  readonly rule: string;
  readonly repeatsOfPrevious: number;
  /** Inputs with their ages: what the decision saw. */
  readonly inputs: Readonly<Record<string, number | string | null>>;
}

/** A row for people and reports: goes to the outbox, then to D1. */
export interface PublishFact {
  readonly type: 'publish-fact';
  readonly fact: Fact;
}

export interface RaiseAlert {
  readonly type: 'raise-alert';
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly detail: string;
}

export type Output =
  | SubmitOrder
  | CancelOrder
  | ResendOrder
  | CancelAllOrders
  | MergeCompleteSets
  | InstructRunner
  | SetStop
  | ScheduleTimer
  | SubscribeMarket
  | UnsubscribeMarket
  | RequestMarkets
  | CaptureBoundaryPrice
  | CaptureStrikeInterval
  | RecordCall
  | NoteShadowWindow
  | ResolveWindow
  | CloseWindow
  | TakeMarks
  | SetTradingRestriction
  | RecordDecision
  | PublishFact
  | RaiseAlert;
