/** The settlement rule guard on the running window: every difference between what is known and what the venue states (DESIGN §3.7). */
import { DEFAULT_ENGINE_CONFIG } from '../../../core/config/defaults.ts';
import { guardMarket } from '../../../core/risk/settlement-rule-guard.ts';
import { acknowledgedTakerDelay } from '../../facts-file.ts';
import { openPublicClob } from '../session/clob-access.ts';
import { newestFacts } from '../session/known-facts.ts';
import { windowRules } from '../session/venue-windows.ts';
import { type Check, failed, passed } from './check.ts';

/** What is reckoned with where a person or a live test has acknowledged that the venue states no taker delay (venue notes §3.2). */
const RECKONED_TAKER_DELAY_MS = 250;

export const marketRulesCheck: Check = {
  name: 'market rules',
  async run({ session }) {
    const { market } = await windowRules(session, openPublicClob(session), 0);
    const observed = acknowledgedTakerDelay(newestFacts(session));
    const known = { ...DEFAULT_ENGINE_CONFIG.guard, acknowledgedTakerDelayMs: observed ?? RECKONED_TAKER_DELAY_MS };
    const verdict = guardMarket(market, known);
    if (!verdict.tradable) {
      return failed(
        `${market.slug}: ${verdict.differences.join('; ')}`,
        'nothing is traded in such a market: read what the venue says of it, then change the known rules',
      );
    }
    const delay =
      market.takerDelayMs === null
        ? `taker delay not stated, reckoned with ${verdict.takerDelayMs} ms`
        : `taker delay ${verdict.takerDelayMs} ms`;
    return passed(`${market.slug} is as known (${delay})`);
  },
};
