/** What a person should hear of and what stops nothing by itself: told to all series, whose objects show it, and not again for a while. */
import type { RunnerAlerted } from '../../core/model/account.ts';
import { MINUTE_MS } from '../../core/model/time.ts';
import { type AccountContext, tellAll } from './account-state.ts';

/** The same alert again after this long, when its cause goes on. Wall time. */
export const ALERT_AGAIN_MS = 10 * MINUTE_MS;

/** Raises an alert of one kind (`code`). */
export function alertSeries(
  { state, ports }: Pick<AccountContext, 'state' | 'ports'>,
  code: string,
  severity: RunnerAlerted['severity'],
  detail: string,
): void {
  const nowMonoMs = ports.clock.monotonicMs();
  const last = state.alertedMonoMs.get(code);
  if (last !== undefined && nowMonoMs - last < ALERT_AGAIN_MS) return;
  state.alertedMonoMs.set(code, nowMonoMs);
  ports.log.log('error', 'A person should look.', { code, detail });
  tellAll(state, { type: 'runner-alerted', tsEvent: ports.clock.now(), code, severity, detail });
}
