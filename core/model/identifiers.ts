/** Identifiers: opaque strings that cannot be mixed up. Made at the edges, compared inside. */
import type { Brand } from './flavor.ts';

/** A market series, e.g. "btc-updown-5m". */
export type SeriesSlug = Brand<string, 'SeriesSlug'>;
/** One market, e.g. "btc-updown-5m-1795405200". */
export type MarketSlug = Brand<string, 'MarketSlug'>;
/** ERC-1155 id of an outcome token: a decimal uint256, kept as text (beyond 2^53). */
export type TokenId = Brand<string, 'TokenId'>;
/** Condition of the ConditionalTokens contract: 0x and 64 hex digits. */
export type ConditionId = Brand<string, 'ConditionId'>;
/** Our own identity of an order, fixed before it is sent. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>;
/** The venue's identity of an order: its EIP-712 hash. */
export type VenueOrderId = Brand<string, 'VenueOrderId'>;
/** The venue's identity of a match. */
export type TradeId = Brand<string, 'TradeId'>;
/** What decided an order: "market-maker", "directional". */
export type StrategyId = Brand<string, 'StrategyId'>;

const SERIES = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const MARKET = /^[a-z0-9]+(-[a-z0-9]+)*-\d{9,11}$/;
const UINT256 = /^\d{1,78}$/;
const BYTES32 = /^0x[0-9a-f]{64}$/;

export const isSeriesSlug = (text: unknown): text is SeriesSlug => typeof text === 'string' && SERIES.test(text);
export const isMarketSlug = (text: unknown): text is MarketSlug => typeof text === 'string' && MARKET.test(text);
export const isTokenId = (text: unknown): text is TokenId => typeof text === 'string' && UINT256.test(text);
export const isConditionId = (text: unknown): text is ConditionId => typeof text === 'string' && BYTES32.test(text);
