/** The worst loss of all windows together, as if each ended in its worst way. */
import { limitBaseMicro, marketLossWith, overLimit } from '../loss-limit.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext } from '../risk-context.ts';

export const totalLoss: RiskCheck = {
  name: 'loss of all windows',
  codes: ['max-total-loss'],
  check(intent, context) {
    if (isRestrictedContext(context)) return null;
    const lossMicro = marketLossWith(intent, context) + context.otherWindowsLossMicro;
    return overLimit('max-total-loss', lossMicro, context.config.maxTotalPpm, limitBaseMicro(context));
  },
};
