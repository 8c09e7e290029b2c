/** Only prices that the market has: on its grid, above 0 and below 1. */
import { TICKS_PER_PUSD } from '../../model/price.ts';
import type { RiskCheck } from '../risk-check.ts';

export const priceGrid: RiskCheck = {
  name: 'price grid',
  codes: ['bad-price'],
  check({ priceTicks }, { tickSizeTicks }) {
    const onGrid = Number.isSafeInteger(priceTicks) && priceTicks % tickSizeTicks === 0;
    if (onGrid && priceTicks >= tickSizeTicks && priceTicks <= TICKS_PER_PUSD - tickSizeTicks) return null;
    return { code: 'bad-price', priceTicks, tickSizeTicks };
  },
};
