/** Everything that can decide about a directional bet: each decision names exactly one of these. */
export const DIRECTIONAL_RULES = [
  /** Switched off. */
  'disabled',
  /** So near the end that orders leave. */
  'leaving',
  /** There is no fair value; the input `unpriced` says why. */
  'unpriced',
  /** The fair value is in a state in which nothing is opened. */
  'phase-off',
  /** The market states no fee schedule. */
  'no-fee-schedule',
  /** The book, our own orders left out, lacks a side or crosses. */
  'no-market',
  /** The model has no weight: the probability is wholly the market's. */
  'market-only',
  /** A number that should be one is none, or a probability lies outside 0 … 1. */
  'not-finite',
  /** An order of ours may or may not be at the venue. */
  'order-unknown',
  /** A taking order of ours is under way. */
  'order-pending',
  /** The window's bet has been filled in part, and its rest stands. */
  'filling',
  /** As many bets as a window may have are made. */
  'position-open',
  /** A take was wished a moment ago; the next signal is not due. */
  'between-signals',
  /** A quote stood and its edge is gone before the next signal. */
  'edge-gone',
  /** The edge after fee and allowance is below the threshold. */
  'edge-too-small',
  /** The edge is within the error bar: its cautious end has none. */
  'no-cautious-edge',
  /** Neither equity nor free cash permits a stake. */
  'no-stake',
  /** The stake is below the venue's minimum; it is never rounded up to it. */
  'below-minimum',
  /** It would take, and first its own quote has to be gone. */
  'awaiting-cancel',
  /** A post-only bid is wished. */
  'quoting',
  /** A take is wished. */
  'taking',
  /** Accuracy fell below break-even: what it would do is scored and not sent. */
  'paused',
] as const;

export type DirectionalRule = (typeof DIRECTIONAL_RULES)[number];
