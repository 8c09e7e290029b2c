/**
 * The engine's whole state. Three parts, by what becomes of them:
 * - `durable`: changed by recorded facts only; what a checkpoint keeps.
 * - `market`: changed by market data in `apply`; a restart forgets what hangs on a connection (books, feed ages).
 * - `scratch`: changed by `decide`; a restart forgets all of it, since recovery never decides.
 * Plain data, but for the order books, which have their own dump and restore.
 */
import type { EngineConfig } from '../config/engine-config.ts';
import { type CandleBuilder, createCandleBuilder } from '../market-data/candles.ts';
import { createFeedHealth, type FeedHealth } from '../market-data/feed-health.ts';
import { createIndicators, type Indicators } from '../market-data/indicators.ts';
import type { OrderBook } from '../market-data/order-book.ts';
import { createReferenceTracker, type ReferenceTracker } from '../market-data/reference-tracker.ts';
import type { StrikeInterval } from '../market-data/strike-interval.ts';
import type { Fact, WindowFact } from '../model/fact.ts';
import type { ClientOrderId, MarketSlug, TokenId, VenueOrderId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import type { SizeMicro } from '../model/money.ts';
import type { ApprovedOrder, EndedOrderStatus, OpenOrderStatus, OrderStatus } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import type { SettlementStatus } from '../model/report.ts';
import type { Source } from '../model/source.ts';
import { type DurationMs, SECOND_MS, type UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';
import { createLedger, type Ledger } from '../portfolio/ledger.ts';
import type { Attribution } from '../portfolio/markout.ts';
import type { Position } from '../portfolio/position.ts';
import type { StrategyWindow } from '../portfolio/strategy-pnl.ts';
import type { Match, SetsChange } from '../portfolio/window-book.ts';
import { createPricing, type Pricing } from '../pricing/pricing.ts';
import type { GuardVerdict } from '../risk/settlement-rule-guard.ts';
import type { DirectionalScratch } from '../strategy/directional/decide-directional.ts';
import type { ShadowWindow } from '../strategy/market-maker/shadow-quotes.ts';
import { type AccountState, createAccountState, type ObeyedCommand, type StopState } from './account-state.ts';
import { type AccountingState, createAccounting } from './accounting-state.ts';
import type { RaiseAlert, TradingMode } from './outputs.ts';
import { createRiskState, type RiskState } from './risk-state.ts';
import { createStrategies, type StrategiesState } from './strategies-state.ts';

/** Raised when the shape of a warm snapshot changes: an older one is then not read, and the journal is applied instead. */
export const STATE_VERSION = 4;

/** An order of ours, as it stands or as it ended. */
export interface KnownOrder {
  order: ApprovedOrder;
  /** Its number in the series: the order in which orders were sent, and are looked at. */
  number: number;
  status: OrderStatus;
  /** Why it ended, in the words of the report that ended it. */
  statusDetail: string;
  venueOrderId: VenueOrderId | null;
  /** Shares filled so far, without those whose match failed. */
  filledMicro: SizeMicro;
  /** Money paid so far, for an order that spends money, without that of matches that failed. */
  spentMicro: number;
  cancelRequestedMs: UnixMs | null;
  /** When the same bytes were sent once more. */
  resentMs: UnixMs | null;
  endedMs: UnixMs | null;
}

/** An order that may still trade. */
export interface OpenOrder extends KnownOrder {
  status: OpenOrderStatus;
}

/** An order that has ended: remembered while a match of it may still be told. */
export interface EndedOrder extends KnownOrder {
  status: EndedOrderStatus;
}

export interface BoundaryPrice {
  priceE18: PriceE18;
  lookbackSeconds: number;
  source: Source;
  snapshot: boolean;
}

export interface WindowState {
  window: Window;
  slug: MarketSlug;
  market: Market | null;
  guard: GuardVerdict;
  tickSizeTicks: PriceTicks;
  subscribed: boolean;
  positions: Record<Outcome, Position>;
  /** Positions of before matches were kept one by one, in a window that is that old. */
  opening: Record<Outcome, Position> | null;
  /** What the positions follow from: every match, by `matchKey`, and every change of complete sets. */
  matches: Record<string, Match>;
  sets: SetsChange[];
  /** Whose each match is, and its marks; by `matchKey`. */
  attributions: Record<string, Attribution>;
  /** What each strategy came to, as it stands in the totals; `null` before the result. */
  accounted: StrategyWindow[] | null;
  /** What was said of the settlement of matches that were not told yet, by `matchKey`. */
  earlySettlements: Record<string, { status: SettlementStatus; atMs: UnixMs; transactionHash: string | null }>;
  orders: number;
  fills: number;
  /** Matches that were taken back. They are not among the fills. */
  failedFills: number;
  /** What the venue says of the result; each part appears in its own time. */
  official: { strikeE18: PriceE18 | null; finalE18: PriceE18 | null; outcome: Outcome | null };
  resolved: { outcome: Outcome; by: 'official' | 'reference'; payoutMicro: number; pnlMicro: number } | null;
  worstFeed: { stream: string; ageMs: number };
  /** The last decision of each strategy. */
  decisions: Record<string, { outcome: string; rule: string }>;
  /** Where the strike must lie, if its own frame was not seen. */
  strikeInterval: StrikeInterval | null;
}

/** A window whose final record is written: kept for a while, for matches and settlements that are told late. */
export interface ClosedWindow {
  state: WindowState;
  verification: WindowFact['verification'];
  closedAtMs: UnixMs;
}

export interface Restriction {
  reason: string;
  mode: Exclude<TradingMode, 'active'>;
  detail: string;
  actor: string;
  sinceMs: UnixMs;
  /** What ends it, in words. */
  liftedBy: string;
}

/** A configuration that a person has put through the API, and holds over restarts. */
export interface AppliedDocument {
  /** The document, as JSON. */
  document: string;
  /** What the deployment itself said at that time: where it says something else, its word is the newer one. */
  deployedDocument: string;
  actor: string;
  appliedMs: UnixMs;
}

export interface DurableState {
  config: EngineConfig;
  epoch: number;
  nowMs: UnixMs;
  lastSeq: number;
  nextOrderNumber: number;
  nextAuditNumber: number;
  windows: Record<string, WindowState>;
  orders: Record<ClientOrderId, OpenOrder>;
  /** Orders of the windows above and below that have ended. */
  endedOrders: Record<ClientOrderId, EndedOrder>;
  /** The last closed windows in which something was done. */
  closedWindows: Record<string, ClosedWindow>;
  boundaries: Record<string, BoundaryPrice>;
  ledger: Ledger;
  accounting: AccountingState;
  risk: RiskState;
  strategies: StrategiesState;
  restrictions: Restriction[];
  /** `null`: the deployment's own configuration runs. */
  applied: AppliedDocument | null;
  account: AccountState;
  /** The stop that a person has ordered and not ended yet. */
  stop: StopState | null;
  /** The last commands that were obeyed: each once, however often it is sent. */
  commands: ObeyedCommand[];
  timers: Record<string, { dueMs: UnixMs; generation: number }>;
  timerGeneration: number;
  /** Windows in a row that ended without the venue's own result to compare with. */
  unverifiedInRow: number;
}

export interface MarketState {
  books: Record<TokenId, OrderBook>;
  health: FeedHealth;
  reference: ReferenceTracker;
  candles: CandleBuilder;
  indicators: Indicators;
  volatilityPercent: number | null;
  pricing: Pricing;
  /** Smoothed, from a cancel's decision to the venue's word; `null` before the first. */
  cancelDelayMs: DurationMs | null;
  recovered: boolean;
}

export interface ScratchState {
  lastDecideMs: UnixMs;
  decidePending: boolean;
  /** Since when a token's book has moved and the other's has not. */
  halfMovedSinceMs: UnixMs | null;
  decisions: number;
  repeats: Record<string, number>;
  lastDiscoveryMs: UnixMs;
  /** Start of the window from which on every window ahead is known; `null` where one is missing, or nobody looked. */
  allListedFromMs: UnixMs | null;
  lastResultRequestMs: Record<string, UnixMs>;
  /** When the venue last refused an order of ours, by window and outcome. */
  lastRefusedMs: Record<string, UnixMs>;
  /** When each side of each window was last quoted. */
  lastPlacedMs: Record<string, UnixMs>;
  sentAtMs: UnixMs[];
  /** The directional strategy's last signal in each window, and the shadow of a market maker that is stopped. */
  directional: Record<string, DirectionalScratch>;
  shadows: Record<string, ShadowWindow>;
  /** The last difference in rules that a person was told of. */
  ruleWarning: string | null;
  /** The last market in which an order stood too near the end. */
  lateOrderWarning: MarketSlug | null;
  /** The last market whose outcome was another than ours, so that a person's resume is not undone at once. */
  mismatchWarning: MarketSlug | null;
  /** What `apply` found in a report for `decide` to publish in the same step. */
  pendingFacts: Fact[];
  pendingAlerts: Omit<RaiseAlert, 'type'>[];
  pendingAudits: { actor: string; action: string; detail: string }[];
  pendingRestrictions: { reason: string; mode: Exclude<TradingMode, 'active'>; detail: string }[];
  /** Orders that never got an answer, and of which a person was told. */
  unansweredWarnings: ClientOrderId[];
}

export interface EngineState {
  durable: DurableState;
  market: MarketState;
  scratch: ScratchState;
}

/** A new series that has seen nothing. */
export function createState(config: EngineConfig): EngineState {
  return {
    durable: {
      config,
      epoch: 0,
      nowMs: 0,
      lastSeq: 0,
      nextOrderNumber: 1,
      nextAuditNumber: 1,
      windows: {},
      orders: {},
      endedOrders: {},
      closedWindows: {},
      boundaries: {},
      ledger: createLedger(config.risk.bankrollMicro, 0),
      accounting: createAccounting(),
      risk: createRiskState(),
      strategies: createStrategies(),
      restrictions: [],
      applied: null,
      account: createAccountState(),
      stop: null,
      commands: [],
      timers: {},
      timerGeneration: 0,
      unverifiedInRow: 0,
    },
    market: createMarketState(config),
    scratch: createScratch(),
  };
}

/** Market state before the first message. */
export function createMarketState(config: EngineConfig): MarketState {
  return {
    books: {},
    health: createFeedHealth(),
    reference: createReferenceTracker(config.series.durationMs, config.series.referenceSymbol),
    candles: createCandleBuilder(),
    indicators: createIndicators(),
    volatilityPercent: null,
    pricing: createPricing(config.series.durationMs / SECOND_MS),
    cancelDelayMs: null,
    recovered: false,
  };
}

/** Scratch state before the first decision. */
export function createScratch(): ScratchState {
  return {
    lastDecideMs: 0,
    decidePending: false,
    halfMovedSinceMs: null,
    decisions: 0,
    repeats: {},
    lastDiscoveryMs: 0,
    allListedFromMs: null,
    lastResultRequestMs: {},
    lastRefusedMs: {},
    lastPlacedMs: {},
    sentAtMs: [],
    directional: {},
    shadows: {},
    ruleWarning: null,
    lateOrderWarning: null,
    mismatchWarning: null,
    pendingFacts: [],
    pendingAlerts: [],
    pendingAudits: [],
    pendingRestrictions: [],
    unansweredWarnings: [],
  };
}
