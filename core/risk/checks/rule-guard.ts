/** Only markets whose rules are the known ones (DESIGN §3.7). */
import type { RiskCheck } from '../risk-check.ts';

export const ruleGuard: RiskCheck = {
  name: 'settlement rule guard',
  codes: ['rule-guard'],
  check: (_, { guard }) => (guard.tradable ? null : { code: 'rule-guard', difference: guard.differences.join('; ') }),
};
