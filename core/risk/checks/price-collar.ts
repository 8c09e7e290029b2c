/**
 * No price that is far worse for us than both what we think a share is worth and what the book says: such an order comes from a wrong
 * number, and not from an opinion. A price on our side of the collar is only a bid that nobody takes. Where there is nothing to compare
 * with, nothing is opened.
 */

import type { OrderIntent } from '../../model/order.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import type { DeniedReason } from '../denied-reason.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext, type RiskContext } from '../risk-context.ts';

export const priceCollar: RiskCheck = {
  name: 'price collar',
  codes: ['price-collar', 'no-price-reference'],
  check(intent: OrderIntent, context: RiskContext): DeniedReason | null {
    const { config, fairProbability } = context;
    const touchTicks = touchOf(intent, context);
    // A fair value that is no number is none: pricing has said so already, and the book alone must do.
    const isFair = fairProbability !== null && fairProbability >= 0 && fairProbability <= 1;
    if (touchTicks === null && !isFair) {
      return isRestrictedContext(context) ? null : { code: 'no-price-reference', priceTicks: intent.priceTicks };
    }
    const fairTicks = isFair ? Math.round(fairProbability * TICKS_PER_PUSD) : null;
    return (
      outside('fair value', intent, fairTicks, config.maxFairDistanceTicks) ??
      outside('book', intent, touchTicks, config.maxBookDistanceTicks)
    );
  },
};

/** The price that the order would trade at now; where nobody offers, the other side of the book. */
function touchOf({ side }: OrderIntent, { bestBidTicks, bestAskTicks }: RiskContext): PriceTicks | null {
  return side === 'buy' ? (bestAskTicks ?? bestBidTicks) : (bestBidTicks ?? bestAskTicks);
}

function outside(
  reference: 'fair value' | 'book',
  { side, priceTicks }: OrderIntent,
  referenceTicks: PriceTicks | null,
  limitTicks: PriceTicks,
): DeniedReason | null {
  if (referenceTicks === null) return null;
  const worseTicks = side === 'buy' ? priceTicks - referenceTicks : referenceTicks - priceTicks;
  if (worseTicks <= limitTicks) return null;
  return { code: 'price-collar', reference, side, priceTicks, referenceTicks, limitTicks };
}
