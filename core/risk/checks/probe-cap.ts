/** The cap on a probe is on what it opens: what takes risk away while trading is restricted is none of it. */
import { sharesOf } from '../order-exposure.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext, marketOf } from '../risk-context.ts';

export const probeCap: RiskCheck = {
  name: 'probe',
  codes: ['probe-size', 'probe-orders'],
  check(intent, context) {
    const { probe, ordersInWindow: orders } = context;
    if (probe === null || isRestrictedContext(context)) return null;
    const sizeMicro = sharesOf(intent);
    const { minSizeMicro } = marketOf(context);
    if (sizeMicro > minSizeMicro) return { code: 'probe-size', sizeMicro, limitMicro: minSizeMicro };
    const limit = probe.maxOrdersPerWindow;
    return orders < limit ? null : { code: 'probe-orders', orders, limit };
  },
};
