/** `cli doctor`: one line for each check, and for each failure what to do. Reads only. */
import type { AccessOptions } from '../api-access.ts';
import type { Session } from '../session/session.ts';
import { allowancesCheck } from './allowances.ts';
import { bankrollCheck } from './bankroll.ts';
import { type Check, type NamedResult, runCheck } from './check.ts';
import { clockCheck } from './clock-offset.ts';
import { credentialsCheck } from './credentials.ts';
import { dnsCheck } from './dns-names.ts';
import { deribitFeedCheck, exchangeFeedCheck } from './exchange-feeds.ts';
import { gasCheck } from './gas-money.ts';
import { geoblockCheck } from './geoblock.ts';
import { keyFileCheck } from './key-file.ts';
import { lookBacksCheck } from './look-backs.ts';
import { marketRulesCheck } from './market-rules.ts';
import { nodeVersionCheck } from './node-version.ts';
import { proxyCheck } from './proxy.ts';
import { stateFolderCheck } from './state-folder.ts';
import { marketFeedCheck, polyboltFeedCheck, rtdsFeedCheck, userFeedCheck } from './venue-feeds.ts';

/** In the order in which one leads to the next. */
export const CHECKS: readonly Check[] = [
  nodeVersionCheck,
  stateFolderCheck,
  keyFileCheck,
  proxyCheck,
  dnsCheck,
  clockCheck,
  geoblockCheck,
  credentialsCheck,
  marketFeedCheck,
  userFeedCheck,
  polyboltFeedCheck,
  rtdsFeedCheck,
  exchangeFeedCheck,
  deribitFeedCheck,
  allowancesCheck,
  gasCheck,
  bankrollCheck,
  marketRulesCheck,
  lookBacksCheck,
];

/** Runs all checks side by side, which they do not mind. */
export function runChecks(session: Session, access: AccessOptions): Promise<readonly NamedResult[]> {
  return Promise.all(CHECKS.map((check) => runCheck(check, { session, access })));
}

/** Shows them; `true` when none failed. */
export async function doctor(session: Session, access: AccessOptions): Promise<boolean> {
  const { out } = session;
  const results = await runChecks(session, access);
  const failures = results.filter(({ status }) => status === 'fail');
  out.result({ ok: failures.length === 0, mode: session.settings.mode, checks: results });
  for (const line of describeChecks(results)) out.line(line);
  out.line('');
  out.line(
    failures.length === 0
      ? 'Everything that was looked at is as it should be.'
      : `${failures.length} of ${results.length} checks failed.`,
  );
  return failures.length === 0;
}

const WORDS = { ok: 'ok', fail: 'FAIL', skipped: '–' } as const;

/** One line each; the way out below a failure's own. */
export function describeChecks(results: readonly NamedResult[]): string[] {
  const width = Math.max(...results.map(({ name }) => name.length));
  return results.flatMap((result) => {
    const line = `${WORDS[result.status].padEnd(5)} ${result.name.padEnd(width)}  ${result.detail}`;
    return result.status === 'fail' ? [`${line}   → ${result.fix}`] : [line];
  });
}
