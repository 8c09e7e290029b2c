/**
 * PolyBolt and RTDS carry the same frames of the settlement source: where they differ, one of them is wrong, and nobody knows which.
 * What takes risk away while trading is restricted needs the book and no reference price.
 */
import type { RiskCheck } from '../risk-check.ts';
import { isRestrictedContext } from '../risk-context.ts';

export const agreeingInputs: RiskCheck = {
  name: 'agreeing inputs',
  codes: ['conflicting-input'],
  check(_, context) {
    const { conflictingInput } = context;
    return conflictingInput === null || isRestrictedContext(context)
      ? null
      : { code: 'conflicting-input', ...conflictingInput };
  },
};
