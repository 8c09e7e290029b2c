/**
 * The CLOB's REST API as the runner uses it. Every call ends in one closed union, by what to do next; none throws and none retries by
 * itself. Source: venue notes of 2026-11-23, polymarket §3.
 */
import type { ConditionId, TokenId, TradeId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { MoneyMicro } from '../../core/model/money.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type {
  BalanceAllowance,
  CancelAnswer,
  ClobMarketInfo,
  PlacedOrder,
  VenueFill,
  VenueOrder,
} from '../../core/venue/clob-account.ts';
import type { Outcome } from '../../core/venue/clob-outcome.ts';

export type {
  BalanceAllowance,
  CancelAnswer,
  ClobMarketInfo,
  PlacedOrder,
  UserChannelMessage,
  VenueFill,
  VenueOrder,
  VenueOrderStatus,
} from '../../core/venue/clob-account.ts';
export type { ClobFailure, Outcome } from '../../core/venue/clob-outcome.ts';

/** An order that was built and signed: the same bytes whenever it is sent. */
export interface SignedOrder {
  readonly orderHash: VenueOrderId;
  /** The exact body of POST /order. */
  readonly body: string;
}

/** How long a call may wait for its turn before it leaves. */
export interface SendLimit {
  /** It must not leave after this time of the product's clock (an intent's `notAfterMs`). */
  readonly notAfterMs?: UnixMs;
}

/** A complete listing, or an honest failure: half an answer is never handed on. */
export interface ClobClient {
  place(order: SignedOrder, limit?: SendLimit): Promise<Outcome<PlacedOrder>>;
  /** At most 15; one outcome for each, in order. */
  placeBatch(orders: readonly SignedOrder[], limit?: SendLimit): Promise<readonly Outcome<PlacedOrder>[]>;
  cancel(orderHash: VenueOrderId): Promise<Outcome<CancelAnswer>>;
  cancelMany(orderHashes: readonly VenueOrderId[]): Promise<Outcome<CancelAnswer>>;
  cancelMarket(conditionId: ConditionId): Promise<Outcome<CancelAnswer>>;
  cancelAll(): Promise<Outcome<CancelAnswer>>;
  openOrders(filter: { readonly conditionId?: ConditionId }): Promise<Outcome<readonly VenueOrder[]>>;
  /** `null`: the venue says that it knows no such order. */
  order(orderHash: VenueOrderId): Promise<Outcome<VenueOrder | null>>;
  fills(filter: {
    readonly conditionId?: ConditionId;
    readonly tradeId?: TradeId;
    readonly afterMs?: UnixMs;
  }): Promise<Outcome<readonly VenueFill[]>>;
  collateral(refresh: boolean): Promise<Outcome<BalanceAllowance>>;
  conditional(tokenId: TokenId, refresh: boolean): Promise<Outcome<BalanceAllowance>>;
  market(conditionId: ConditionId): Promise<Outcome<ClobMarketInfo>>;
  /** The venue's clock, in whole seconds. */
  time(): Promise<Outcome<number>>;
  /** The venue's dead-man's switch: within 10 s of the last beat it cancels everything of the account. */
  heartbeat(): Promise<Outcome<void>>;
  geoblock(): Promise<Outcome<{ readonly blocked: boolean; readonly country: string; readonly region: string }>>;
  rebates(dayStartMs: UnixMs): Promise<Outcome<MoneyMicro>>;
  closedOnly(): Promise<Outcome<boolean>>;
  /** Opens the connections that an order will need. */
  warm(): Promise<void>;
}
