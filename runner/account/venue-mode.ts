/** What a failed call says about the venue as a whole: its mode, its rate limit, whether our key counts. */
import type { VenueMode } from '../../core/model/account.ts';
import type { RejectCode } from '../../core/model/report.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { ClobFailure } from '../clob/clob-client.ts';
import { type AccountContext, tellAll } from './account-state.ts';
import { alertSeries } from './alerts.ts';

/** Looked at again this long after a mode without a known end began, and no earlier than after its stated end. Wall time. */
const MODE_LOOK_MS = 1_000;

/** The code of a refusal that says nothing about the order itself. */
export function refusalCodeOf(failure: ClobFailure): { readonly code: RejectCode; readonly detail: string } | null {
  switch (failure.kind) {
    case 'rejected':
      return { code: failure.code, detail: failure.detail };
    case 'malformed':
      return { code: 'malformed', detail: failure.detail };
    case 'rate-limited':
      return { code: 'rate-limited', detail: 'The venue takes no more requests for the moment.' };
    case 'post-only-mode':
      return { code: 'post-only-mode', detail: 'The venue takes post-only orders alone at the moment.' };
    case 'cancel-only':
      return { code: 'cancel-only', detail: 'The venue takes cancels alone at the moment.' };
    case 'disabled':
      return { code: 'cancel-only', detail: 'The venue has disabled trading.' };
    case 'restarting':
      return { code: 'restarting', detail: 'The venue is starting anew.' };
    case 'unauthorised':
      return { code: failure.geoblocked ? 'geoblocked' : 'unauthorised', detail: failure.detail };
    case 'ambiguous':
    case 'not-sent':
      return null;
    default:
      failure satisfies never;
      return null;
  }
}

const MODE_OF: Partial<Record<ClobFailure['kind'], VenueMode>> = {
  'post-only-mode': 'post-only',
  'cancel-only': 'cancel-only',
  disabled: 'disabled',
  restarting: 'restarting',
};

/** Takes note of what a failure says beyond its own call. */
export function noteFailure(context: AccountContext, failure: ClobFailure): void {
  const { state, restrictions, ports } = context;
  if (failure.kind === 'rate-limited') {
    state.rateLimitedUntilMs = Math.max(state.rateLimitedUntilMs, failure.untilMs);
    return;
  }
  if (failure.kind === 'unauthorised') {
    if (failure.geoblocked)
      restrictions.set(null, 'runner-geoblock', 'reducing', 'The venue does not serve this place.');
    else restrictions.set(null, 'runner-account', 'halted', 'The venue does not accept the key: a person has to look.');
    ports.log.log('error', 'The venue refuses the account.', { detail: failure.detail });
    return;
  }
  if (failure.kind === 'ambiguous' && failure.unreadable === true) {
    const detail = `The venue has answered in a form that is not known (${failure.detail}): what it concerns is held as unknown.`;
    alertSeries(context, 'venue-unreadable', 'critical', detail);
    return;
  }
  if (failure.kind === 'malformed') {
    const detail = `The venue calls a request of the runner malformed (${failure.detail}): its rules may have changed.`;
    alertSeries(context, 'malformed-request', 'critical', detail);
    return;
  }
  const mode = MODE_OF[failure.kind];
  if (mode !== undefined && 'untilMs' in failure) enterMode(context, mode, failure.untilMs);
}

/** A call was answered as it should be: the key counts. */
export function noteAuthorised(context: AccountContext): void {
  context.restrictions.set(null, 'runner-account', 'active', '');
}

function enterMode(context: AccountContext, mode: VenueMode, untilMs: UnixMs): void {
  const { state, ports } = context;
  const { clock, timers } = ports;
  if (state.venueMode !== mode) {
    state.venueMode = mode;
    ports.log.log('warn', 'The venue is in another mode.', { mode });
    tellAll(state, { type: 'venue-mode-changed', tsEvent: clock.now(), mode, untilMs });
  }
  const waitWallMs = Math.max(MODE_LOOK_MS, (untilMs - clock.now()) / clock.speed);
  timers.after(waitWallMs, () => {
    // A later answer may have said otherwise; what comes next is found out by the next order.
    if (state.venueMode !== mode) return;
    state.venueMode = 'open';
    tellAll(state, { type: 'venue-mode-changed', tsEvent: clock.now(), mode: 'open', untilMs: null });
  });
}
