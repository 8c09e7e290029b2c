/** Routes behind a line that a fault plan disturbs: requests lost, repeated or answered late, answers lost or replaced. */
import { assertNever } from '../../core/model/errors.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import type { RequestFault } from './fault-plan.ts';

/** An answer that nobody gets: the connection ends. */
const LOST: VenueResponse = { status: 499, body: '', drop: true };

/** Carries a request out under `faults`. `tellChannel` publishes what the user channel has to say at once. */
export function answerWithFaults(
  request: VenueRequest,
  faults: readonly RequestFault[],
  carryOut: (request: VenueRequest) => VenueResponse,
  tellChannel: () => void,
): VenueResponse {
  if (faults.some(isNeverSeen))
    return faults.some(({ kind }) => kind === 'lose-request') ? LOST : replaced(faults, LOST);
  let response = carryOut(request);
  for (const fault of faults) {
    switch (fault.kind) {
      case 'delay':
        response = { ...response, delayMs: (response.delayMs ?? 0) + fault.delayMs };
        break;
      case 'channel-first':
        tellChannel();
        response = { ...response, delayMs: (response.delayMs ?? 0) + fault.delayMs };
        break;
      case 'repeat-request':
        response = carryOut(request);
        break;
      case 'lose-response':
        response = { ...response, drop: true };
        break;
      case 'answer':
        response = replaced([fault], response);
        break;
      case 'lose-request':
        break;
      default:
        assertNever(fault, 'request fault');
    }
  }
  return response;
}

function isNeverSeen(fault: RequestFault): boolean {
  return fault.kind === 'lose-request' || (fault.kind === 'answer' && !fault.accepted);
}

function replaced(faults: readonly RequestFault[], otherwise: VenueResponse): VenueResponse {
  const answer = faults.find((fault) => fault.kind === 'answer');
  if (answer === undefined) return otherwise;
  return { ...otherwise, drop: false, status: answer.status, body: answer.body, headers: answer.headers ?? {} };
}
