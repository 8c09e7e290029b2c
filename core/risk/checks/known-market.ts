/** Only tokens of a market that is listed: never somebody else's, never the other outcome's. */
import type { RiskCheck } from '../risk-check.ts';

export const knownMarket: RiskCheck = {
  name: 'known market',
  codes: ['unknown-market'],
  check: (intent, { market }) =>
    market === null || market.tokens[intent.outcome] !== intent.tokenId ? { code: 'unknown-market' } : null,
};
