/** No decision uses an input that is older than its limit (DESIGN §3.10). */
import type { RiskCheck } from '../risk-check.ts';

export const freshInputs: RiskCheck = {
  name: 'fresh inputs',
  codes: ['stale-input'],
  check: (_, { staleInput }) => (staleInput === null ? null : { code: 'stale-input', ...staleInput }),
};
