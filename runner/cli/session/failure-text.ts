/** Failures of the venue and of the chain as sentences. */
import { assertNever } from '../../../core/model/errors.ts';
import type { ClobFailure } from '../../../core/venue/clob-outcome.ts';
import type { ChainFailure } from '../../chain/chain-account.ts';

/** What a call to the CLOB came to, in words. */
export function clobFailureText(failure: ClobFailure): string {
  switch (failure.kind) {
    case 'rejected':
      return `the venue refused: ${failure.detail}`;
    case 'ambiguous':
      return `the venue gave no clear answer (${failure.detail})`;
    case 'not-sent':
      return `nothing was sent (${failure.detail})`;
    case 'rate-limited':
      return 'the venue’s rate limit is reached: try again in a minute';
    case 'post-only-mode':
      return 'the venue takes only post-only orders at the moment: try again in some minutes';
    case 'cancel-only':
      return 'the venue takes only cancels at the moment';
    case 'disabled':
      return 'trading is disabled at the venue';
    case 'restarting':
      return 'the venue’s matching engine is restarting: try again in a minute';
    case 'unauthorised':
      return failure.geoblocked
        ? `the venue does not serve this place (${failure.detail})`
        : `the venue does not accept the log-in (${failure.detail}): \`cli doctor\` says more`;
    case 'malformed':
      return `the venue did not understand the request (${failure.detail})`;
    default:
      return assertNever(failure, 'failure');
  }
}

/** What a transaction came to, in words, with what to do next. */
export function chainFailureText({ kind, detail }: ChainFailure): string {
  switch (kind) {
    case 'reverted':
      return `the chain refused it: ${detail}`;
    case 'refused':
      return `it was refused: ${detail}`;
    case 'unknown':
      return `${detail}. Run the command again: it looks for that transaction first and sends nothing twice`;
    case 'not-sent':
      return `nothing was sent: ${detail}`;
    case 'quota':
      return `${detail}: try again in a minute`;
    default:
      return assertNever(kind, 'chain failure');
  }
}
