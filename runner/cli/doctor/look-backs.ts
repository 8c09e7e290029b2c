/** What the series still lack of the past before every strategy may trade, as their status says. */
import { API_PREFIX } from '../../../core/protocol/admin-api.ts';
import { seriesStatusSchema } from '../../../core/protocol/series-status-schema.ts';
import { operatorAccess } from '../api-access.ts';
import { CliProblem } from '../cli-problem.ts';
import { type Check, failed, passed, skipped } from './check.ts';

const TIMEOUT_MS = 5_000;
/** Restrictions that tell of a past that is not there yet. */
const LACKING = /warm|look-?back/i;

export const lookBacksCheck: Check = {
  name: 'look-backs',
  async run({ session, access }) {
    const lacking: string[] = [];
    for (const { slug } of session.settings.series) {
      let response: Response;
      try {
        const { url, token } = operatorAccess(
          { url: access.url ?? (session.environment['WORKER_URL'] || undefined), tokenFile: access.tokenFile },
          session.environment,
        );
        session.out.hide(token);
        response = await fetch(`${url}${API_PREFIX}/series/${slug}/status`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
      } catch (error) {
        if (error instanceof CliProblem) return skipped(`the series cannot be asked: ${error.message}`);
        return skipped('the API does not answer: it is known once the series runs (`make run`)');
      }
      const status = seriesStatusSchema.safeParse(await response.json().catch(() => null));
      if (!status.success)
        return failed(`${slug}: its status cannot be read (HTTP ${response.status})`, 'look at the Worker’s log');
      const { phase, detail, restrictions } = status.data;
      for (const { reason, detail: why } of restrictions)
        if (LACKING.test(reason)) lacking.push(`${slug}: ${why || reason}`);
      if (phase === 'failed' || phase === 'recovering') lacking.push(`${slug}: ${phase} (${detail})`);
    }
    return lacking.length === 0
      ? passed('nothing is missing')
      : failed(
          lacking.join('; '),
          'wait: they are filled while the series runs; strategies that need them are off until then',
        );
  },
};
