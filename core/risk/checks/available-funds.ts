/** Money and shares that are there, that the exchange may take, and that no standing order has promised. */
import type { OrderIntent } from '../../model/order.ts';
import type { DeniedReason } from '../denied-reason.ts';
import { cashNeededMicro } from '../exposure.ts';
import { exposureOf } from '../order-exposure.ts';
import type { RiskCheck } from '../risk-check.ts';
import { marketOf, type RiskContext } from '../risk-context.ts';

export const availableFunds: RiskCheck = {
  name: 'available funds',
  codes: ['insufficient-shares', 'insufficient-cash', 'insufficient-allowance'],
  check(intent: OrderIntent, context: RiskContext): DeniedReason | null {
    const exposure = exposureOf(intent, marketOf(context).fees);
    if (intent.side === 'sell' && exposure.remainingMicro > context.freeSharesMicro) {
      return {
        code: 'insufficient-shares',
        neededMicro: exposure.remainingMicro,
        freeMicro: context.freeSharesMicro,
      };
    }
    const neededMicro = cashNeededMicro(exposure);
    const freeMicro = context.cashMicro - context.reservedCashMicro;
    if (neededMicro > freeMicro) return { code: 'insufficient-cash', neededMicro, freeMicro };
    if (intent.side === 'sell' || context.allowanceMicro === null) return null;
    const allowedMicro = context.allowanceMicro - context.reservedCashMicro;
    return neededMicro > allowedMicro ? { code: 'insufficient-allowance', neededMicro, freeMicro: allowedMicro } : null;
  },
};
