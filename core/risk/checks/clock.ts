/** A clock that is off opens nothing, and one that is far off sends nothing (RUNTIME §6). */
import { passesRestriction } from '../passes-restriction.ts';
import type { RiskCheck } from '../risk-check.ts';

export const clock: RiskCheck = {
  name: 'clock',
  codes: ['clock'],
  check: (intent, context) =>
    passesRestriction(context.clock, intent, context)
      ? null
      : { code: 'clock', mode: context.clock?.mode ?? 'halted', reason: context.clock?.reason ?? '' },
};
