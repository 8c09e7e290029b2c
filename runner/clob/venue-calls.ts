/**
 * One request to the CLOB, from its place in the queue to what its answer means. The one place where a request is signed, sent, counted
 * and classified; it never retries.
 */
import { SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import { ambiguous, type ClobFailure, type Outcome } from '../../core/venue/clob-outcome.ts';
import { readClobAnswer, type VenueAnswer } from '../../core/venue/polymarket-error.ts';
import type { ClockPort, HttpPort, RandomPort } from '../ports.ts';
import type { L2Auth } from './auth.ts';
import { type ClobRequest, headersOf } from './clob-requests.ts';
import type { GateRequest, RequestClass, RequestGate } from './request-gate.ts';
import type { LimitName } from './request-limits.ts';

export interface CallRules {
  readonly requestClass: RequestClass;
  readonly limits: readonly LimitName[];
  readonly cost?: number;
  /** How long it may wait for its turn. Wall time. */
  readonly maxWaitMs: number;
  /** From leaving to the whole answer. Wall time. */
  readonly timeoutMs: number;
}

export interface VenueCallsDeps {
  readonly http: HttpPort;
  readonly clock: ClockPort;
  readonly random: RandomPort;
  readonly gate: RequestGate;
  readonly auth: L2Auth;
  /** Of the CLOB's API, without a slash at its end. */
  readonly clobUrl: string;
}

export interface VenueCalls {
  /** The answer as it came, or why none did. */
  raw(
    request: ClobRequest,
    rules: CallRules,
  ): Promise<{ readonly kind: 'answer'; readonly answer: VenueAnswer } | ClobFailure>;
  /** The JSON value of the answer. */
  value(request: ClobRequest, rules: CallRules): Promise<Outcome<unknown>>;
  /** What an answer means, with the back-off that repeated restarts call for. */
  read(answer: VenueAnswer): Outcome<unknown>;
}

/** A restarting engine is asked again after 1–2 s, doubling to 30 s (venue notes §3.4). Wall time. */
const RESTART_BASE_MS = 1_000;
const RESTART_CEILING_MS = 30_000;
const HTTP_TOO_MANY = 429;
/** Longest wait that is announced for a limit of ours. Wall time. */
const LONGEST_LIMIT_MS = 30_000;

/** Creates the way to the venue that all calls share. */
export function createVenueCalls({ http, clock, random, gate, auth, clobUrl }: VenueCallsDeps): VenueCalls {
  /** Answers in a row that said that the engine restarts. */
  let restarts = 0;

  const productTime = (monotonicMs: number): UnixMs =>
    Math.ceil(clock.now() + Math.min(monotonicMs - clock.monotonicMs(), LONGEST_LIMIT_MS) * clock.speed);

  const read = (answer: VenueAnswer): Outcome<unknown> => {
    const outcome = readClobAnswer(answer, clock.now());
    if (outcome.kind !== 'restarting') {
      restarts = 0;
      return outcome;
    }
    const waitMs = Math.min(RESTART_CEILING_MS, RESTART_BASE_MS * (1 + random.next()) * 2 ** Math.min(restarts, 10));
    restarts++;
    return { kind: 'restarting', untilMs: Math.max(outcome.untilMs, Math.ceil(clock.now() + waitMs * clock.speed)) };
  };

  const learn = (answer: VenueAnswer, limits: readonly LimitName[]): void => {
    const signer = limits.find((name) => name.startsWith('signer-'));
    const stated = Number(answer.headers['poly-ratelimit-remaining'] ?? Number.NaN);
    if (signer !== undefined && Number.isFinite(stated)) gate.remaining(signer, stated);
    if (answer.status !== HTTP_TOO_MANY) return;
    const outcome = readClobAnswer(answer, clock.now());
    // Of several limits the narrowest was hit: the signer's, or the call's own, which stands first.
    const hit = signer ?? limits[0];
    if (outcome.kind === 'rate-limited' && hit !== undefined) {
      gate.block([hit], (outcome.untilMs - clock.now()) / clock.speed);
    }
  };

  const raw: VenueCalls['raw'] = async (request, rules) => {
    const { requestClass, limits, cost = 1 } = rules;
    const place: GateRequest = { requestClass, limits, cost, deadlineMs: clock.monotonicMs() + rules.maxWaitMs };
    const entered = gate.enter(place);
    const admission = entered instanceof Promise ? await entered : entered;
    if (!admission.admitted) {
      if (admission.cause === 'limit') return { kind: 'rate-limited', untilMs: productTime(admission.readyMs) };
      return { kind: 'not-sent', detail: 'its time to leave passed while other requests were under way' };
    }
    let sent = true;
    try {
      const timestampS = Math.floor(clock.now() / SECOND_MS);
      const result = await http.request({
        method: request.method,
        url: `${clobUrl}${request.path}${request.query}`,
        headers: headersOf(request, auth, timestampS),
        body: request.body,
        timeoutMs: rules.timeoutMs,
      });
      if ('status' in result) {
        learn(result, limits);
        return { kind: 'answer', answer: { ...result, body: auth.clean(result.body) } };
      }
      sent = result.sent;
      return sent ? ambiguous(result.detail) : { kind: 'not-sent', detail: result.detail };
    } finally {
      gate.leave(place, sent);
    }
  };

  return {
    raw,
    read,
    async value(request, rules) {
      const result = await raw(request, rules);
      return result.kind === 'answer' ? read(result.answer) : result;
    },
  };
}
