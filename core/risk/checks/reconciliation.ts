/** What was not compared with venue and chain, or is not what they say, is no ground to open anything on (RUNTIME §5). */
import { passesRestriction } from '../passes-restriction.ts';
import type { RiskCheck } from '../risk-check.ts';

export const reconciliation: RiskCheck = {
  name: 'reconciliation',
  codes: ['unreconciled'],
  check: (intent, context) =>
    passesRestriction(context.unreconciled, intent, context)
      ? null
      : {
          code: 'unreconciled',
          mode: context.unreconciled?.mode ?? 'halted',
          reason: context.unreconciled?.reason ?? '',
        },
};
