/**
 * The embedded exchange without protocols: accounts, orders, matching, settlement, on simulated time. REST, user channel, relayer and
 * JSON-RPC stand on it; it knows no HTTP and no signature. All amounts are integers of one millionth, prices are ticks.
 */
import type { ConditionId, TokenId, VenueOrderId } from '../../core/model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../../core/model/money.ts';
import type { Side, TimeInForce } from '../../core/model/order.ts';
import type { PriceTicks } from '../../core/model/price.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';

/** A wallet address in lower case: whoever holds pUSD and shares (the order's maker). */
export type VenueAddress = string;

/** An order as the venue has decoded and believed it: signature, owner and form are checked before. */
export interface IncomingOrder {
  readonly orderHash: VenueOrderId;
  readonly maker: VenueAddress;
  readonly tokenId: TokenId;
  readonly side: Side;
  readonly makerAmountMicro: number;
  readonly takerAmountMicro: number;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  /** Unix seconds; 0: none. */
  readonly expirationSeconds: number;
}

export type PlaceResult =
  | {
      readonly kind: 'placed';
      readonly status: 'live' | 'matched' | 'delayed' | 'unmatched';
      readonly tradeIds: readonly string[];
      readonly makingMicro: number;
      readonly takingMicro: number;
    }
  /** The venue's own words (venue notes §3.4); REST adds nothing to them. */
  | { readonly kind: 'refused'; readonly status: number; readonly error: string };

export type VenueOrderState =
  | 'LIVE'
  | 'MATCHED'
  | 'DELAYED'
  | 'UNMATCHED'
  | 'CANCELED'
  | 'CANCELED_MARKET_RESOLVED'
  | 'CANCELED_NOT_ENOUGH_BALANCE'
  | 'CANCELED_EXPIRED_ORDER';

export interface VenueOrderView {
  readonly orderHash: VenueOrderId;
  readonly maker: VenueAddress;
  readonly conditionId: ConditionId;
  readonly tokenId: TokenId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly originalMicro: SizeMicro;
  readonly matchedMicro: SizeMicro;
  readonly state: VenueOrderState;
  readonly timeInForce: TimeInForce;
  readonly expirationSeconds: number;
  readonly createdMs: UnixMs;
  readonly tradeIds: readonly string[];
}

export type TradeState = 'MATCHED' | 'MINED' | 'CONFIRMED' | 'RETRYING' | 'FAILED';

/** One order's part in a match. */
export interface TradePart {
  /** `null`: an order of the simulated public. */
  readonly orderHash: VenueOrderId | null;
  readonly maker: VenueAddress;
  readonly tokenId: TokenId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
}

/** A match: one taker, its makers. `mint`: two buyers of both tokens made new ones; `merge`: two sellers gave them back. */
export interface VenueTrade {
  readonly tradeId: string;
  readonly conditionId: ConditionId;
  readonly kind: 'direct' | 'mint' | 'merge' | 'mixed';
  readonly taker: TradePart;
  readonly makers: readonly TradePart[];
  readonly state: TradeState;
  readonly transactionHash: string | null;
  readonly matchedMs: UnixMs;
  readonly updatedMs: UnixMs;
}

/** What the user channel has to tell, in order of time. */
export type ExchangeNotice =
  | {
      readonly kind: 'order';
      readonly type: 'PLACEMENT' | 'UPDATE' | 'CANCELLATION';
      readonly order: VenueOrderView;
      readonly atMs: UnixMs;
    }
  | { readonly kind: 'trade'; readonly trade: VenueTrade; readonly atMs: UnixMs };

/** What a wallet holds, on the chain and as the venue's cache shows it. */
export interface Holdings {
  readonly pusdMicro: MoneyMicro;
  /** pUSD that resting BUY orders have reserved. */
  readonly reservedMicro: MoneyMicro;
  readonly usdceMicro: MoneyMicro;
  readonly polWei: bigint;
  readonly shares: ReadonlyMap<TokenId, SizeMicro>;
}

/** Which spender may take what: pUSD by amount (capped at 2^53 − 1), ConditionalTokens for all or not. */
export interface Allowances {
  readonly pusdMicro: ReadonlyMap<VenueAddress, MoneyMicro>;
  readonly conditional: ReadonlySet<VenueAddress>;
}

export interface VenueExchange {
  place(order: IncomingOrder, nowMs: UnixMs): PlaceResult;
  /** `null` when canceled, else why not, in the venue's words. */
  cancel(maker: VenueAddress, orderHash: VenueOrderId, nowMs: UnixMs): string | null;
  openOrders(maker: VenueAddress): readonly VenueOrderView[];
  order(orderHash: VenueOrderId): VenueOrderView | null;
  /** Newest first. */
  trades(maker: VenueAddress): readonly VenueTrade[];
  /** Notices that came up to now and were not taken yet. */
  takeNotices(): readonly ExchangeNotice[];
  /** Matching delays, settlement, expiry, resolution. */
  advanceTo(nowMs: UnixMs): void;

  holdings(owner: VenueAddress): Holdings;
  allowances(owner: VenueAddress): Allowances;
  /** As the CLOB's cache shows them, which lags behind the chain until it is refreshed. */
  cachedBalance(owner: VenueAddress, tokenId: TokenId | null, nowMs: UnixMs): number;
  refreshBalance(owner: VenueAddress, nowMs: UnixMs): void;

  /** Chain calls on the ledger; `null` when done, else the revert's reason. */
  fund(
    owner: VenueAddress,
    what: { readonly pusdMicro?: number; readonly usdceMicro?: number; readonly polWei?: bigint },
  ): void;
  approve(owner: VenueAddress, spender: VenueAddress, amountMicro: number): string | null;
  approveConditional(owner: VenueAddress, operator: VenueAddress, approved: boolean): string | null;
  split(owner: VenueAddress, conditionId: ConditionId, sizeMicro: SizeMicro, nowMs: UnixMs): string | null;
  merge(owner: VenueAddress, conditionId: ConditionId, sizeMicro: SizeMicro, nowMs: UnixMs): string | null;
  redeem(owner: VenueAddress, conditionId: ConditionId, nowMs: UnixMs): string | null;
  transferPusd(from: VenueAddress, to: VenueAddress, amountMicro: number): string | null;
  transferUsdce(from: VenueAddress, to: VenueAddress, amountMicro: number): string | null;
  /** USDC.e to pUSD, and back. */
  wrap(from: VenueAddress, to: VenueAddress, amountMicro: number): string | null;
  unwrap(from: VenueAddress, to: VenueAddress, amountMicro: number): string | null;
  spendGas(owner: VenueAddress, wei: bigint): string | null;
  /** 1, 1 for a tie that never is; `null` while the condition is not resolved on the chain. */
  payouts(conditionId: ConditionId, nowMs: UnixMs): readonly [number, number] | null;

  /** The whole state as text, for the run folder; a restarted venue goes on with it. */
  dump(): string;
  restore(text: string): void;
}

/** Scripted or seeded misbehaviour of the exchange itself; REST has faults of its own. */
export interface ExchangeFaults {
  /** The settlement of this match: how long until mined and confirmed, or that it fails. */
  settlementOf(trade: VenueTrade): {
    readonly minedAfterMs: number;
    readonly confirmedAfterMs: number;
    readonly fails: boolean;
  };
  /** How far the CLOB's balance cache lags behind a change. */
  balanceLagMs(): number;
}
