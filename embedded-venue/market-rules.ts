/** The rules that every market of the embedded venue trades and settles by. Source: venue notes of 2026-11-23, §2, §3.2, §4, §6. */

/** Shares that the smallest order has. */
export const MIN_ORDER_SHARES = 5;
/** Taker fee: shares × rate × (p(1−p))^exponent. */
export const FEE_SCHEDULE = { rate: 0.07, exponent: 1, takerOnly: true, rebateRate: 0.2 } as const;
/** How long the venue holds a taker's order, in milliseconds (150 since 2026-09-04). */
export const TAKER_DELAY_MS = 150;
export const RESOLUTION_SOURCE = 'https://data.chain.link/streams/btc-usd-twap-60s-streams';
export const TWAP_LOOKBACK_SECONDS = 60;
/** Fee fields of the first protocol, still shown and without meaning. */
export const LEGACY_BASE_FEE = 1_000;
