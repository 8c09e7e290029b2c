/** So many orders a second and no more, whatever they are for: a loop that runs wild is stopped here. */
import type { RiskCheck } from '../risk-check.ts';

export const orderRate: RiskCheck = {
  name: 'order rate',
  codes: ['order-rate'],
  check: (_, { ordersInLastSecond: inLastSecond, config: { maxOrdersPerSecond: limit } }) =>
    inLastSecond < limit ? null : { code: 'order-rate', inLastSecond, limit },
};
