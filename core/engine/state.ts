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
import type { Fact } from '../model/fact.ts';
import type { ClientOrderId, MarketSlug, TokenId, TradeId, VenueOrderId } from '../model/identifiers.ts';
import type { Market } from '../model/market.ts';
import type { SizeMicro } from '../model/money.ts';
import type { ApprovedOrder, OpenOrderStatus } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { PriceE18 } from '../model/reference-price.ts';
import type { Source } from '../model/source.ts';
import type { UnixMs } from '../model/time.ts';
import type { Outcome, Window } from '../model/window.ts';
import { createLedger, type Ledger } from '../portfolio/ledger.ts';
import type { Position } from '../portfolio/position.ts';
import type { GuardVerdict } from '../risk/settlement-rule-guard.ts';
import type { RaiseAlert, TradingMode } from './outputs.ts';

/** Raised when the shape of a warm snapshot changes: an older one is then not read, and the journal is applied instead. */
export const STATE_VERSION = 2;

export interface OpenOrder {
  order: ApprovedOrder;
  /** Its number in the series: the order in which orders were sent, and are looked at. */
  number: number;
  status: OpenOrderStatus;
  venueOrderId: VenueOrderId | null;
  /** Shares filled so far. */
  filledMicro: SizeMicro;
  /** Money paid so far, for an order that spends money. */
  spentMicro: number;
  cancelRequestedMs: UnixMs | null;
  /** Matches that were booked: a repeated report of one changes nothing. */
  tradeIds: TradeId[];
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
  orders: number;
  fills: number;
  /** What the venue says of the result; each part appears in its own time. */
  official: { strikeE18: PriceE18 | null; finalE18: PriceE18 | null; outcome: Outcome | null };
  resolved: { outcome: Outcome; by: 'official' | 'reference'; payoutMicro: number; pnlMicro: number } | null;
  worstFeed: { stream: string; ageMs: number };
  decision: { strategy: string; outcome: string; rule: string } | null;
}

export interface Restriction {
  reason: string;
  mode: Exclude<TradingMode, 'active'>;
  detail: string;
  actor: string;
  sinceMs: UnixMs;
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
  boundaries: Record<string, BoundaryPrice>;
  ledger: Ledger;
  restrictions: Restriction[];
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
  /** The last difference in rules that a person was told of. */
  ruleWarning: string | null;
  /** The last market in which an order stood too near the end. */
  lateOrderWarning: MarketSlug | null;
  /** The last market whose outcome was another than ours, so that a person's resume is not undone at once. */
  mismatchWarning: MarketSlug | null;
  /** What `apply` found in a report for `decide` to publish in the same step. */
  pendingFacts: Fact[];
  pendingAlerts: Omit<RaiseAlert, 'type'>[];
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
      boundaries: {},
      ledger: createLedger(config.risk.bankrollMicro, 0),
      restrictions: [],
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
    ruleWarning: null,
    lateOrderWarning: null,
    mismatchWarning: null,
    pendingFacts: [],
    pendingAlerts: [],
  };
}
