/** How fast the simulated venue answers: a cautious guess until a first live session has measured it. */

/** One way to the venue, the way of a cancel, and the way of a report: a host in the venue's own region sees 20 to 50 ms. */
export const SIMULATED_EXECUTION = { orderLatencyMs: 40, cancelLatencyMs: 40, reportLatencyMs: 20 } as const;

/** Reckoned with where a market does not state its taker delay (venue notes §3.2, 2026-11-23: 250 ms when not stated). */
export const EMBEDDED_TAKER_DELAY_MS = 250;
