/**
 * Market data as the engine sees it: normalised, one flat object for each message, units in the names.
 *
 * Every event carries `seq` (its place in the series' history, 0 until the sequencer sets it), `tsEvent` (when it happened at
 * its source) and `tsInit` (when our shell received it), both unix milliseconds. Levels are flat number arrays
 * `[price, size, price, size, …]`, best first, because that is what the tape stores and what the book reads.
 * `…E8` are integers of 1e-8 (Binance and Coinbase state at most 8 decimals).
 */
import type { ConditionId, MarketSlug, TokenId } from './identifiers.ts';
import type { Market } from './market.ts';
import type { SizeMicro } from './money.ts';
import type { PriceTicks } from './price.ts';
import type { PriceE18 } from './reference-price.ts';
import type { Source } from './source.ts';
import type { UnixMs } from './time.ts';
import type { Outcome } from './window.ts';

/** What every event carries. `seq` and `tsInit` are set once, by the sequencer of the shell. */
export interface EventHeader {
  seq: number;
  readonly tsEvent: UnixMs;
  tsInit: UnixMs;
}

export type ExchangeSource = 'binance-futures' | 'binance-spot' | 'coinbase';

/** Top of an exchange's book, complete: replaces what was there. */
export interface DepthReceived extends EventHeader {
  readonly type: 'depth-received';
  readonly source: ExchangeSource;
  readonly updateId: number;
  readonly bidsE8: readonly number[];
  readonly asksE8: readonly number[];
}

/** A diff of an exchange's book (recordings only): size 0 deletes. */
export interface DepthChanged extends EventHeader {
  readonly type: 'depth-changed';
  readonly source: ExchangeSource;
  readonly firstUpdateId: number;
  readonly updateId: number;
  readonly previousUpdateId: number | null;
  readonly bidsE8: readonly number[];
  readonly asksE8: readonly number[];
}

/** A trade on an exchange. `aggressor` is the taker's side, never guessed from quotes. */
export interface TradeReceived extends EventHeader {
  readonly type: 'trade-received';
  readonly source: ExchangeSource;
  /** Aggregate id for aggTrade (increments by one), trade id elsewhere. */
  readonly tradeId: number;
  readonly aggregated: boolean;
  readonly priceE8: number;
  readonly quantityE8: number;
  readonly aggressor: 'buy' | 'sell';
}

/** Best bid and ask of an exchange. */
export interface TickerReceived extends EventHeader {
  readonly type: 'ticker-received';
  readonly source: ExchangeSource;
  readonly updateId: number;
  readonly bidE8: number;
  readonly bidQuantityE8: number;
  readonly askE8: number;
  readonly askQuantityE8: number;
}

/** Mark and index price of the perpetual; funding as an integer of 1e-8 per period. */
export interface MarkPriceReceived extends EventHeader {
  readonly type: 'mark-price-received';
  readonly source: ExchangeSource;
  readonly markE8: number;
  readonly indexE8: number;
  readonly fundingRateE8: number;
  readonly nextFundingMs: UnixMs;
}

/** The largest liquidation of the last second (a sample, not a sum: specs market-data §0.2). `side` is the liquidation order's. */
export interface LiquidationReceived extends EventHeader {
  readonly type: 'liquidation-received';
  readonly source: ExchangeSource;
  readonly side: 'buy' | 'sell';
  readonly priceE8: number;
  readonly quantityE8: number;
}

/** A source's own sign of life on a quiet channel. */
export interface HeartbeatReceived extends EventHeader {
  readonly type: 'heartbeat-received';
  readonly source: Source;
  readonly counter: number;
}

/** Complete book of one outcome token: replaces what was there. Levels `[ticks, sizeMicro, …]`, best first. */
export interface BookReceived extends EventHeader {
  readonly type: 'book-received';
  readonly tokenId: TokenId;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly tickSizeTicks: PriceTicks | null;
  readonly lastTradeTicks: PriceTicks | null;
  readonly hash: string;
}

/** Changed levels of one token: `[side (0 bid, 1 ask), ticks, sizeMicro, …]`, the size being the level's new total. */
export interface BookChanged extends EventHeader {
  readonly type: 'book-changed';
  readonly tokenId: TokenId;
  readonly changes: readonly number[];
  /** The venue's own statement of the touch after the change, or `null` when it says nothing. */
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
}

/** A trade on one token. `takerSide` is the taker's. */
export interface BookTradeReceived extends EventHeader {
  readonly type: 'book-trade-received';
  readonly tokenId: TokenId;
  readonly priceTicks: PriceTicks;
  readonly sizeMicro: SizeMicro;
  readonly takerSide: 'buy' | 'sell';
}

/** The venue's own statement of a token's touch. */
export interface BookTouchReceived extends EventHeader {
  readonly type: 'book-touch-received';
  readonly tokenId: TokenId;
  readonly bestBidTicks: PriceTicks | null;
  readonly bestAskTicks: PriceTicks | null;
}

export interface TickSizeChanged extends EventHeader {
  readonly type: 'tick-size-changed';
  readonly tokenId: TokenId;
  readonly oldTickSizeTicks: PriceTicks;
  readonly newTickSizeTicks: PriceTicks;
}

/**
 * The settlement source's price. `tsEvent` is its own observation time (whole seconds). `lookbackSeconds` 0 is spot, 60 the
 * TWAP over the 60 seconds before. `snapshot` is true for history that a feed sends on subscription.
 */
export interface ReferencePriceReceived extends EventHeader {
  readonly type: 'reference-price-received';
  readonly source: 'polybolt' | 'rtds';
  readonly provider: 'chainlink' | 'pyth' | 'binance';
  readonly symbol: string;
  readonly lookbackSeconds: number;
  readonly priceE18: PriceE18;
  readonly snapshot: boolean;
}

/** Deribit's volatility index: annualised percent, a pricing input and therefore a float. */
export interface VolatilityIndexReceived extends EventHeader {
  readonly type: 'volatility-index-received';
  readonly source: 'deribit';
  readonly volatilityPercent: number;
}

/** A market was listed or its fields changed. */
export interface MarketListed extends EventHeader {
  readonly type: 'market-listed';
  readonly source: 'gamma';
  readonly market: Market;
}

/** The venue announced a market on the market channel: a reason to ask Gamma for it, nothing more. */
export interface MarketAnnounced extends EventHeader {
  readonly type: 'market-announced';
  readonly source: 'polymarket-clob';
  readonly slug: MarketSlug;
  readonly conditionId: ConditionId;
}

/** What the venue says of an ended window; each part appears in its own time and is `null` before. */
export interface OfficialResultPublished extends EventHeader {
  readonly type: 'official-result-published';
  readonly source: 'gamma' | 'polymarket-clob';
  readonly conditionId: ConditionId;
  readonly strikeE18: PriceE18 | null;
  readonly finalE18: PriceE18 | null;
  readonly outcome: Outcome | null;
  /** The winning token where the source names no outcome (market channel). */
  readonly winningTokenId: TokenId | null;
}

/** Closed 1-minute candles from a source's REST history, oldest first: `[startMs, open, high, low, close, volume]` in E8. */
export interface CandleHistoryReceived extends EventHeader {
  readonly type: 'candle-history-received';
  readonly source: ExchangeSource;
  readonly candles: readonly (readonly [UnixMs, number, number, number, number, number])[];
}

export type MarketDataEvent =
  | DepthReceived
  | DepthChanged
  | TradeReceived
  | TickerReceived
  | MarkPriceReceived
  | LiquidationReceived
  | HeartbeatReceived
  | BookReceived
  | BookChanged
  | BookTradeReceived
  | BookTouchReceived
  | TickSizeChanged
  | ReferencePriceReceived
  | VolatilityIndexReceived
  | MarketListed
  | MarketAnnounced
  | OfficialResultPublished
  | CandleHistoryReceived;
