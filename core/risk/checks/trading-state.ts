/** Active: everything may pass. Reducing: what lowers the worst case. Halted: nothing (DESIGN §5). */
import { passesRestriction } from '../passes-restriction.ts';
import type { RiskCheck } from '../risk-check.ts';

export const tradingState: RiskCheck = {
  name: 'trading state',
  codes: ['trading-restricted'],
  check(intent, context) {
    const { restriction } = context;
    if (restriction === null || passesRestriction(restriction, intent, context)) return null;
    return { code: 'trading-restricted', mode: restriction.mode, reason: restriction.reason };
  },
};
