/** Post-only orders are taken for a while after a restart of the venue, and nothing else (venue notes §3.4, 2026-11-23). */
import type { RiskCheck } from '../risk-check.ts';

export const venueMode: RiskCheck = {
  name: 'venue mode',
  codes: ['venue-mode'],
  check: (intent, { venueMode: mode }) =>
    mode === 'open' || (mode === 'post-only' && intent.postOnly) ? null : { code: 'venue-mode', mode },
};
