/** Why the router takes something away from a strategy's decision: exactly one of these for each thing. */
export const ROUTER_RULES = [
  /** An order of ours that may still trade would be its counterparty: not before the cancel is confirmed. */
  'own-order-in-the-way',
  /** It would trade with what a strategy of higher priority, or the same one, wishes in this very moment. */
  'opposite-intent',
  /** More than the strategy may stake. */
  'over-stake',
  /** More complete sets than are held and not yet asked for. */
  'over-holdings',
] as const;

export type RouterRule = (typeof ROUTER_RULES)[number];
