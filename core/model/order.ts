/**
 * Orders from intent to end. A strategy returns an `OrderIntent`; only risk can make an `ApprovedOrder` of it (the brand has
 * no other constructor), and only an approved order can be sent. `GTC GTD FOK FAK` are the venue's own words.
 */
import type { Brand } from './flavor.ts';
import type { ClientOrderId, MarketSlug, StrategyId, TokenId } from './identifiers.ts';
import type { MoneyMicro, SizeMicro } from './money.ts';
import type { PriceTicks } from './price.ts';
import type { UnixMs } from './time.ts';
import type { Outcome } from './window.ts';

export type Side = 'buy' | 'sell';
export type TimeInForce = 'GTC' | 'GTD' | 'FOK' | 'FAK';

/** Shares, or money to spend: a market BUY (FOK, FAK) is bounded by cash and not by shares (DESIGN §3.5). */
export type OrderAmount =
  | { readonly unit: 'shares'; readonly sizeMicro: SizeMicro }
  | { readonly unit: 'pusd'; readonly spendMicro: MoneyMicro };

export interface OrderIntent {
  readonly strategy: StrategyId;
  readonly marketSlug: MarketSlug;
  readonly windowStartMs: UnixMs;
  readonly tokenId: TokenId;
  readonly outcome: Outcome;
  readonly side: Side;
  readonly priceTicks: PriceTicks;
  readonly amount: OrderAmount;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
}

/** What risk approved, with the identity and the deadline that were fixed before sending (DESIGN §3.4). */
export type ApprovedOrder = Brand<
  OrderIntent & {
    readonly clientOrderId: ClientOrderId;
    readonly createdMs: UnixMs;
    /** The order must not leave after this time. */
    readonly notAfterMs: UnixMs;
    /** Makes the signed order unique: derived from series, epoch and client order id, below 2^53 (RUNTIME §7). */
    readonly salt: number;
  },
  'ApprovedOrder'
>;

/** Where an order that may still trade stands. Ended orders leave the state; their last record is a published fact. */
export type OpenOrderStatus = 'in-flight' | 'resting' | 'cancel-pending' | 'unknown';
export type EndedOrderStatus = 'filled' | 'canceled' | 'rejected' | 'expired';
export type OrderStatus = OpenOrderStatus | EndedOrderStatus;
