/** Not before the window opens, and not so late that the order could stand at its end (DESIGN §6, T − 30 s). */
import type { RiskCheck } from '../risk-check.ts';

export const windowOpen: RiskCheck = {
  name: 'window',
  codes: ['window-closed'],
  check: (_, { nowMs, opensAtMs, closesAtMs }) =>
    nowMs >= opensAtMs && nowMs < closesAtMs
      ? null
      : { code: 'window-closed', msToEnd: Math.max(0, closesAtMs - nowMs) },
};
