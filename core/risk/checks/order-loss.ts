/** The worst loss of one order alone. */
import { worstLossMicro } from '../exposure.ts';
import { limitBaseMicro, overLimit } from '../loss-limit.ts';
import { exposureOf } from '../order-exposure.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext, marketOf } from '../risk-context.ts';

const NOTHING = { upMicro: 0, downMicro: 0, netPaidMicro: 0 };

export const orderLoss: RiskCheck = {
  name: 'loss of one order',
  codes: ['max-order-loss'],
  check(intent, context) {
    if (isRestrictedContext(context)) return null;
    const lossMicro = worstLossMicro(NOTHING, [exposureOf(intent, marketOf(context).fees)]);
    return overLimit('max-order-loss', lossMicro, context.config.maxOrderPpm, limitBaseMicro(context));
  },
};
