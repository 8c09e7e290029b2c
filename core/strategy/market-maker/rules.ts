/** The rules that decide for the market maker: a closed list, so that each "why was nothing done?" has an answer that is known ahead. */
import type { UnpricedReason } from '../../model/fair-value.ts';

const UNPRICED: Readonly<Record<UnpricedReason, `unpriced-${UnpricedReason}`>> = {
  'no-reference-price': 'unpriced-no-reference-price',
  'reference-stale': 'unpriced-reference-stale',
  'no-volatility': 'unpriced-no-volatility',
  'too-many-missing-seconds': 'unpriced-too-many-missing-seconds',
  'no-strike': 'unpriced-no-strike',
  'not-finite': 'unpriced-not-finite',
};

const OWN_RULES = [
  /** Switched off by configuration. */
  'disabled',
  /** Windows not begun: not asked for, too far ahead, or begun meanwhile. */
  'pre-placement-off',
  'too-early',
  'window-open',
  /** The window has not begun, or is over. */
  'window-not-open',
  'window-closed',
  /** T − 30 s has passed: our quotes leave. */
  'leaving',
  /** The market states no fees, or charges makers: not what this strategy was made for. */
  'no-fee-schedule',
  'makers-pay',
  /** The configured order is smaller than the venue takes; it is never rounded up. */
  'order-below-minimum',
  /** The fair value stands in a state in which we do not quote. */
  'phase-pre-open',
  'phase-strike-pending',
  /** Its newest price is too old. */
  'fair-value-stale',
  /** A number that pricing or measuring gave is none. */
  'not-finite',
  'delay-unknown',
  /** The book says too little, contradicts itself, or contradicts us. */
  'book-one-sided',
  'book-crossed',
  'book-wide',
  'disagreement',
  /** Safety asks for a wider quote than is worth standing there. */
  'spread-too-wide',
  /** Halves stay alone more often than pairs can pay for. */
  'one-sided-stop',
  /** Neither side has a price, a size and the money for it. */
  'no-room',
  /** A side has to wait until a quote of ours on the other one is gone. */
  'waiting-for-cancel',
  'completing',
  'quoting',
] as const;

export type MarketMakerRule = (typeof OWN_RULES)[number] | `unpriced-${UnpricedReason}`;

/** Every rule there is. */
export const MARKET_MAKER_RULES: readonly MarketMakerRule[] = [...OWN_RULES, ...Object.values(UNPRICED)];

/** The rule of a window that has no fair value. */
export function unpricedRule(reason: UnpricedReason): MarketMakerRule {
  return UNPRICED[reason];
}
