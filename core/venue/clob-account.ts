/**
 * An account's orders, matches and balances as the CLOB states them, in the units of this project. Source: venue notes of
 * 2026-11-23, polymarket §3.2, §3.3, §5.2.
 */
import type { ConditionId, TokenId, TradeId, VenueOrderId } from '../model/identifiers.ts';
import type { MoneyMicro, SizeMicro } from '../model/money.ts';
import type { Side, TimeInForce } from '../model/order.ts';
import type { PriceTicks } from '../model/price.ts';
import type { SettlementStatus } from '../model/report.ts';
import type { UnixMs } from '../model/time.ts';

/** By what the venue's messages tell our orders from those of others: a match lists several accounts' orders. */
export interface AccountIdentity {
  /** The API key's id, which the venue calls `owner`. */
  readonly apiKey: string;
  /** The wallet that holds pUSD and shares, which the venue calls `maker_address`; in any case. */
  readonly funderAddress: string;
  /** Orders known to be ours whatever the message says of its owner; absent: the two above decide alone. */
  readonly isOurOrder?: (orderHash: VenueOrderId) => boolean;
}

export interface PlacedOrder {
  readonly orderHash: VenueOrderId;
  readonly status: 'live' | 'matched' | 'delayed' | 'unmatched';
  readonly tradeIds: readonly TradeId[];
}

export interface CancelAnswer {
  readonly canceled: readonly VenueOrderId[];
  readonly notCanceled: readonly { readonly orderHash: VenueOrderId; readonly reason: string }[];
}

/** What the venue says of an order; `unknown-status`: a word that this release does not know, so nothing follows from it. */
export type VenueOrderStatus =
  | 'live'
  | 'matched'
  | 'delayed'
  | 'unmatched'
  | 'canceled'
  | 'canceled-market-resolved'
  | 'canceled-expired'
  | 'canceled-no-balance'
  | 'invalid'
  | 'unknown-status';

export interface VenueOrder {
  readonly orderHash: VenueOrderId;
  readonly status: VenueOrderStatus;
  readonly statusText: string;
  readonly conditionId: ConditionId;
  readonly tokenId: TokenId;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly originalMicro: SizeMicro;
  readonly matchedMicro: SizeMicro;
  readonly timeInForce: TimeInForce;
  readonly tradeIds: readonly TradeId[];
}

/** Our part in one match: side, price and size are those of our own order (venue notes §3.2). */
export interface VenueFill {
  readonly tradeId: TradeId;
  readonly orderHash: VenueOrderId;
  readonly tokenId: TokenId;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly liquidity: 'maker' | 'taker';
  readonly settlement: SettlementStatus | 'unknown-status';
  readonly transactionHash: string | null;
  readonly matchedMs: UnixMs;
}

export interface BalanceAllowance {
  readonly balanceMicro: MoneyMicro;
  /** By spender's address, lower case; capped at the greatest safe integer. */
  readonly allowancesMicro: Readonly<Record<string, MoneyMicro>>;
}

export interface ClobMarketInfo {
  readonly conditionId: ConditionId;
  readonly tokenIds: readonly TokenId[];
  readonly outcomes: readonly string[];
  readonly tickSizeTicks: PriceTicks;
  readonly minSizeMicro: SizeMicro;
  readonly feeRatePpm: number | null;
  readonly feeExponent: number | null;
  readonly takerOnlyFees: boolean | null;
  readonly negRisk: boolean;
  readonly acceptingOrders: boolean;
  readonly takerDelay: boolean | null;
}

/** One message of the user channel that concerns an order of ours. */
export type UserChannelMessage =
  | { readonly kind: 'order'; readonly change: 'placement' | 'update' | 'cancellation'; readonly order: VenueOrder }
  | { readonly kind: 'fill'; readonly fill: VenueFill };
