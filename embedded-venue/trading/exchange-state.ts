/** What the embedded exchange consists of: accounts, open and ended orders, trades on their way, and the markets it has seen. */
import type { ConditionId, TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { FeeSchedule } from '../../core/model/market.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import { costRoundedUp } from '../../core/model/money.ts';
import type { Side, TimeInForce } from '../../core/model/order.ts';
import { complementTicks, type PriceTicks } from '../../core/model/price.ts';
import { type DurationMs, MINUTE_MS, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import type { BookSide } from '../../core/simulation/joint-book.ts';
import type { MarketDirectory, VenueMarket } from '../venue-market.ts';
import { createLedger, type Ledger, type MatchEffects } from './account-ledger.ts';
import type { BalanceCache } from './balance-cache.ts';
import type { TradingBooks } from './trading-books.ts';
import type {
  ExchangeFaults,
  ExchangeNotice,
  VenueAddress,
  VenueOrderState,
  VenueOrderView,
  VenueTrade,
} from './venue-exchange.ts';

export interface VenueExchangeOptions {
  readonly directory: MarketDirectory;
  readonly books: TradingBooks;
  /** What takers pay; makers pay nothing. */
  readonly fees: FeeSchedule;
  readonly seed: number;
  readonly takerDelayMs: DurationMs;
  readonly minSizeMicro: SizeMicro;
  readonly faults?: Partial<ExchangeFaults>;
}

export interface AccountOrder {
  readonly orderHash: VenueOrderId;
  readonly maker: VenueAddress;
  readonly conditionId: ConditionId;
  readonly tokenId: TokenId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  /** Shares it is for; a market BUY is bounded by `budgetMicro` instead. */
  readonly originalMicro: SizeMicro;
  /** pUSD that a market BUY (FOK, FAK) spends; `null` for every other order. */
  readonly budgetMicro: MoneyMicro | null;
  readonly timeInForce: TimeInForce;
  readonly expirationSeconds: number;
  readonly createdMs: UnixMs;
  /** Counts orders as they came: who came last is cancelled first when a balance vanishes. */
  readonly sequence: number;
  matchedMicro: SizeMicro;
  state: VenueOrderState;
  tradeIds: readonly string[];
  /** When the taker delay is over; `null` outside it. */
  matchAtMs: UnixMs | null;
  /** pUSD set aside during the delay, with the fee. */
  delayReserveMicro: MoneyMicro;
  /** Its id in the book while it rests. */
  bookId: number | null;
  endedMs: UnixMs | null;
}

export interface TradeRecord {
  trade: VenueTrade;
  /** Without movements once it is at its end. */
  effects: MatchEffects;
  readonly confirmedAtMs: UnixMs;
  fails: boolean;
  /** When its state changes next; `null` at its end. */
  nextAtMs: UnixMs | null;
}

export interface KnownMarket {
  readonly market: VenueMarket;
  /** When its resolution is looked for next. */
  resolveAtMs: UnixMs;
  outcome: Outcome | null;
}

export interface ExchangeState {
  readonly options: VenueExchangeOptions;
  readonly faults: ExchangeFaults;
  ledger: Ledger;
  readonly cache: BalanceCache;
  /** Every order that is remembered, by hash. */
  readonly orders: Map<VenueOrderId, AccountOrder>;
  /** Those of them that rest or are delayed. */
  readonly open: Map<VenueOrderId, AccountOrder>;
  /** Oldest first. */
  readonly trades: Map<string, TradeRecord>;
  /** Those of them that are not at their end. */
  readonly unsettled: Map<string, TradeRecord>;
  readonly markets: Map<ConditionId, KnownMarket>;
  notices: ExchangeNotice[];
  nowMs: UnixMs;
  nextSequence: number;
  nextTrade: number;
  /** Set by a restore until time goes on: resting orders are not in the books yet. */
  restored: boolean;
  prunedMs: UnixMs;
}

/** A GTD order ends a minute before its stated expiration: the venue's security threshold (venue notes of 2026-11-23 §2). */
export const EXPIRATION_THRESHOLD_MS = MINUTE_MS;

/** An exchange in which nothing has happened. */
export function createExchangeState(options: VenueExchangeOptions, faults: ExchangeFaults): ExchangeState {
  return {
    options,
    faults,
    ledger: createLedger(),
    cache: new Map(),
    orders: new Map(),
    open: new Map(),
    trades: new Map(),
    unsettled: new Map(),
    markets: new Map(),
    notices: [],
    nowMs: 0,
    nextSequence: 1,
    nextTrade: 1,
    restored: false,
    prunedMs: 0,
  };
}

/** What an order shows of itself. */
export function viewOf(order: AccountOrder): VenueOrderView {
  const { orderHash, maker, conditionId, tokenId, outcome, side, priceTicks, originalMicro, matchedMicro } = order;
  const { state, timeInForce, expirationSeconds, createdMs, tradeIds } = order;
  return {
    orderHash,
    maker,
    conditionId,
    tokenId,
    outcome,
    side,
    priceTicks,
    originalMicro,
    matchedMicro,
    state,
    timeInForce,
    expirationSeconds,
    createdMs,
    tradeIds: [...tradeIds],
  };
}

/** Tells the user channel of an order. */
export function noteOrder(
  state: ExchangeState,
  type: 'PLACEMENT' | 'UPDATE' | 'CANCELLATION',
  order: AccountOrder,
  atMs: UnixMs,
): void {
  state.notices.push({ kind: 'order', type, order: viewOf(order), atMs });
}

/** Shares that an order which is bounded by shares still wants. */
export function leftOf(order: AccountOrder): SizeMicro {
  return order.originalMicro - order.matchedMicro;
}

/** pUSD that an open order holds back. */
export function reserveOf(order: AccountOrder): MoneyMicro {
  if (order.side === 'sell') return 0;
  return order.state === 'DELAYED' ? order.delayReserveMicro : costRoundedUp(order.priceTicks, leftOf(order));
}

/** Side of the joint book on which an order of this token and side rests: buying Up and selling Down are bids. */
export function bookSideOf(outcome: Outcome, side: Side): BookSide {
  return (side === 'buy') === (outcome === 'up') ? 'bid' : 'ask';
}

/** A price of one token in terms of Up, or the other way round. */
export function inUpTerms(outcome: Outcome, priceTicks: PriceTicks): PriceTicks {
  return outcome === 'up' ? priceTicks : complementTicks(priceTicks);
}

/** When a GTD order ends by itself; `null` for the others. */
export function expiryOf(order: AccountOrder): UnixMs | null {
  return order.timeInForce === 'GTD' ? order.expirationSeconds * SECOND_MS - EXPIRATION_THRESHOLD_MS : null;
}

/** Remembers a market that an account has to do with. */
export function rememberMarket(state: ExchangeState, market: VenueMarket): KnownMarket {
  const known = state.markets.get(market.conditionId);
  if (known !== undefined) return known;
  const created: KnownMarket = { market, resolveAtMs: market.schedule.resolvedMs, outcome: null };
  state.markets.set(market.conditionId, created);
  return created;
}
