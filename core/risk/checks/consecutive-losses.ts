/**
 * After so many losing windows in a row nothing is opened for a while. The pause ends by time, never by a trade: a pause that only
 * trades could end would not end. After it one more losing window begins it again, and one that gains ends the row.
 */
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext } from '../risk-context.ts';

export const consecutiveLosses: RiskCheck = {
  name: 'consecutive losses',
  codes: ['consecutive-losses'],
  check(_, context) {
    const { config, lossesInRow, lastLossMs, nowMs } = context;
    if (lossesInRow < config.maxLossesInRow || isRestrictedContext(context)) return null;
    const untilMs = lastLossMs + config.lossPauseMs;
    if (nowMs >= untilMs) return null;
    return { code: 'consecutive-losses', lossesInRow, limit: config.maxLossesInRow, msLeft: untilMs - nowMs };
  },
};
