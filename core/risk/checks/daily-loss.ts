/**
 * The loss of the UTC day with all open risk in its worst case: the limit is asked before an order leaves, and not after it has lost
 * (DESIGN §3.13).
 */
import { dayLimitBaseMicro, marketLossWith, overLimit } from '../loss-limit.ts';
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext } from '../risk-context.ts';

export const dailyLoss: RiskCheck = {
  name: 'loss of the day',
  codes: ['max-daily-loss'],
  check(intent, context) {
    if (isRestrictedContext(context)) return null;
    const openMicro = marketLossWith(intent, context) + context.otherWindowsLossMicro;
    const lossMicro = openMicro + Math.max(0, context.dayLossMicro);
    return overLimit('max-daily-loss', lossMicro, context.config.maxDailyLossPpm, dayLimitBaseMicro(context));
  },
};
