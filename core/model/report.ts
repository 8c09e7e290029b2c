/**
 * Execution reports: what the end of the order path says about our orders. Never conflated, never dropped, always journalled
 * at once. Price and size of a fill are our own order's, never the taker's message's (DESIGN §3.5).
 */
import type { ClientOrderId, TradeId, VenueOrderId } from './identifiers.ts';
import type { EventHeader } from './market-data.ts';
import type { MoneyMicro, SizeMicro } from './money.ts';
import type { PriceTicks } from './price.ts';

/** Why the venue refused an order: by what to do next, not by its words. */
export type RejectCode =
  | 'crosses-book'
  | 'not-filled'
  | 'below-minimum'
  | 'off-tick'
  | 'insufficient-balance'
  | 'market-closed'
  /** The market does not take orders yet. */
  | 'market-not-ready'
  /** The venue takes post-only orders and cancels for now, or cancels alone, or is starting anew. */
  | 'post-only-mode'
  | 'cancel-only'
  | 'restarting'
  | 'rate-limited'
  /** Key, signer or address: nothing will be accepted until a person looks. */
  | 'unauthorised'
  /** The venue does not serve this country. */
  | 'geoblocked'
  /** Refused by the runner before anything was signed: its own caps, collar, token list, lease or latch. */
  | 'runner-refused'
  | 'malformed'
  | 'other';

/** Why an order left the book without being filled. */
export type CancelReason =
  | 'requested'
  | 'market-resolved'
  | 'expired'
  | 'dead-man'
  | 'unfilled-remainder'
  | 'insufficient-balance'
  | 'other';

/** How a match settles on the chain (venue notes of 2026-11-23, polymarket §3.2). */
export type SettlementStatus = 'matched' | 'mined' | 'retrying' | 'confirmed' | 'failed';

export interface OrderAccepted extends EventHeader {
  readonly type: 'order-accepted';
  readonly clientOrderId: ClientOrderId;
  readonly venueOrderId: VenueOrderId;
}

export interface OrderRejected extends EventHeader {
  readonly type: 'order-rejected';
  readonly clientOrderId: ClientOrderId;
  readonly code: RejectCode;
  readonly detail: string;
}

export interface OrderFilled extends EventHeader {
  readonly type: 'order-filled';
  readonly clientOrderId: ClientOrderId;
  readonly tradeId: TradeId;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly feeMicro: MoneyMicro;
  readonly liquidity: 'maker' | 'taker';
}

export interface OrderCanceled extends EventHeader {
  readonly type: 'order-canceled';
  readonly clientOrderId: ClientOrderId;
  readonly reason: CancelReason;
}

export interface CancelRejected extends EventHeader {
  readonly type: 'cancel-rejected';
  readonly clientOrderId: ClientOrderId;
  readonly detail: string;
}

/** Sent, and no answer: exposure until proven otherwise (DESIGN §3.4). */
export interface SubmissionUnknown extends EventHeader {
  readonly type: 'submission-unknown';
  readonly clientOrderId: ClientOrderId;
}

/** The deadline passed and no byte had left. */
export interface ExpiredUnsent extends EventHeader {
  readonly type: 'expired-unsent';
  readonly clientOrderId: ClientOrderId;
}

/** A match of ours went on to its settlement; `failed` takes the fill back. */
export interface FillSettlementChanged extends EventHeader {
  readonly type: 'fill-settlement-changed';
  readonly clientOrderId: ClientOrderId;
  readonly tradeId: TradeId;
  readonly status: SettlementStatus;
  readonly transactionHash: string | null;
}

/** Proven never to have arrived: order query, trades query and user channel agree, at least 30 s after sending (DESIGN §3.4). */
export interface OrderAbsent extends EventHeader {
  readonly type: 'order-absent';
  readonly clientOrderId: ClientOrderId;
  readonly detail: string;
}

export type ExecutionReport =
  | OrderAccepted
  | OrderRejected
  | OrderFilled
  | OrderCanceled
  | CancelRejected
  | SubmissionUnknown
  | ExpiredUnsent
  | FillSettlementChanged
  | OrderAbsent;
