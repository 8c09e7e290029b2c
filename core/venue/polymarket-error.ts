/**
 * The CLOB's refusals by what to do next. They come as HTTP ≥ 400 with `{error}`, as 200 with `errorMsg`, as `{error_msg}`, or as a
 * page of Cloudflare's. Only what the venue has definitely refused is a rejection: everything doubtful is ambiguous, since the order
 * may stand. Source: error codes of the venue's documents, crawl of 2026-06-18, in venue notes of 2026-11-23, polymarket §3.4.
 */
import type { RejectCode } from '../model/report.ts';
import { type DurationMs, MINUTE_MS, SECOND_MS, type UnixMs } from '../model/time.ts';
import { accepted, type ClobFailure, type Outcome, unreadable } from './clob-outcome.ts';
import { isRecord } from './frame-collector.ts';
import { retryUntilMs } from './retry-after.ts';

/** One answer over HTTP; names of headers in lower case. */
export interface VenueAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Longest text of the venue that a detail repeats. */
const MAX_DETAIL_CHARS = 200;

/** What to wait where the venue does not say. A restart is tried again after 1–2 s, doubling (§3.4): the client doubles. */
const RESTART_WAIT_MS: DurationMs = SECOND_MS;
/** After a restart the venue takes post-only orders for two minutes. */
const POST_ONLY_WAIT_MS: DurationMs = 2 * MINUTE_MS;
/** Longer states without a stated end are asked again at the rate at which a person would wait. */
const CLOSED_WAIT_MS: DurationMs = 30 * SECOND_MS;
/** The windows of the venue's limits are refilled continuously: a second brings 40 orders. */
const RATE_WAIT_MS: DurationMs = SECOND_MS;

type Verdict =
  | { readonly kind: 'rejected'; readonly code: RejectCode; readonly duplicated?: true }
  | { readonly kind: 'ambiguous' | 'malformed' | 'unauthorised' | 'geoblocked' }
  | { readonly kind: 'rate-limited' | 'post-only-mode' | 'cancel-only' | 'disabled' | 'restarting' };

/** Nothing of the order is left in the venue, whatever the HTTP status: the book held nothing for it. */
const NOT_FILLED =
  /couldn't be fully filled|no orders found to match|there are no matching orders|fok orders are (fully )?filled or killed/;

/**
 * The venue's words, lower case, first match wins. Those of modes come first: "post-only mode" and "invalid post-only order" share
 * words and not meaning.
 */
const TEXTS: readonly (readonly [pattern: RegExp, verdict: Verdict])[] = [
  [/post[-_]only[-_ ]mode/, { kind: 'post-only-mode' }],
  [/cancel-only/, { kind: 'cancel-only' }],
  [/trading is currently disabled/, { kind: 'disabled' }],
  [/engine (is )?(currently )?restarting/, { kind: 'restarting' }],
  [/too many requests|rate limit/, { kind: 'rate-limited' }],
  [/duplicated/, { kind: 'rejected', code: 'other', duplicated: true }],
  [NOT_FILLED, { kind: 'rejected', code: 'not-filled' }],
  // Held back, not refused: it may match when the delay is over.
  [/order match delayed/, { kind: 'ambiguous' }],
  [/could not insert order/, { kind: 'ambiguous' }],
  [/crosses (the )?book/, { kind: 'rejected', code: 'crosses-book' }],
  [/minimum tick size/, { kind: 'rejected', code: 'off-tick' }],
  [/lower than the minimum|min size: \$/, { kind: 'rejected', code: 'below-minimum' }],
  [
    /not enough balance|allowance is not enough|balance is 0|insufficient balance/,
    { kind: 'rejected', code: 'insufficient-balance' },
  ],
  [/not yet ready to process/, { kind: 'rejected', code: 'market-not-ready' }],
  [/no orderbook exists|market not found|market is (closed|resolved)/, { kind: 'rejected', code: 'market-closed' }],
  [/restricted (in|from) your region|geoblock|not available in your (region|country)/, { kind: 'geoblocked' }],
  [/address banned|in closed only mode/, { kind: 'unauthorised' }],
  [/order (owner|signer address) has to be/, { kind: 'unauthorised' }],
  [/maker address not allowed/, { kind: 'unauthorised' }],
  [/unauthorized|invalid api key|invalid l1 request headers/, { kind: 'unauthorised' }],
  [/invalid (order payload|orderid|nonce|expiration|signature|amounts|fee rate)/, { kind: 'malformed' }],
  [/order_version_mismatch|too many orders in payload/, { kind: 'malformed' }],
  [/order canceled in the ctf exchange contract/, { kind: 'rejected', code: 'other' }],
];

/**
 * What a 5xx definitely says (§3.4): that the venue is in one of these modes, or that a kill matched nothing. With any other words the
 * order may have gone through.
 */
const DEFINITE_IN_5XX: ReadonlySet<Verdict['kind']> = new Set([
  'post-only-mode',
  'cancel-only',
  'disabled',
  'restarting',
]);

/**
 * What an answer of the CLOB means: the JSON value that it brought, or why there is none.
 *
 * A 2xx that cannot be read is ambiguous, and so is one that states an order and an error at once.
 *
 * @param nowMs the product's time, from which waits are counted.
 */
export function readClobAnswer(answer: VenueAnswer, nowMs: UnixMs): Outcome<unknown> {
  const { status } = answer;
  const body = parseBody(answer.body);
  if (status >= 200 && status < 300) {
    if (body === undefined)
      return unreadable(`the answer cannot be read (HTTP ${status}, ${answer.body.length} characters)`);
    const text = errorTextOf(body);
    if (text === null) return accepted(body);
    if (isRecord(body) && body['success'] === true && isFilled(body['orderID'])) {
      return unreadable(`the answer states an order and an error: ${cut(text)}`);
    }
    return classifyErrorText(text, nowMs, answer.headers, body);
  }
  return refusal(answer, body, nowMs);
}

/**
 * What one refusal in the venue's words means, as it stands in an item of a batch or in an answer below 500. Words that nobody knows
 * are a rejection of kind `other`: the venue has answered, and said no.
 */
export function classifyErrorText(
  text: string,
  nowMs: UnixMs,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = null,
): ClobFailure {
  const verdict = verdictOf(text) ?? { kind: 'rejected', code: 'other' };
  return failureOf(verdict, cut(text), nowMs, retryUntilMs(headers, body, nowMs));
}

function refusal(answer: VenueAnswer, body: unknown, nowMs: UnixMs): ClobFailure {
  const { status, headers } = answer;
  const stated = errorTextOf(body);
  const detail = stated === null ? `HTTP ${status}` : cut(stated);
  const untilMs = retryUntilMs(headers, body, nowMs);
  const fail = (verdict: Verdict): ClobFailure => failureOf(verdict, detail, nowMs, untilMs);
  const known = stated === null ? null : verdictOf(stated);

  if (status === 425) return fail({ kind: 'restarting' });
  if (status === 429) return fail({ kind: 'rate-limited' });
  if (status === 451) return fail({ kind: 'geoblocked' });
  if (status >= 500) {
    if (known !== null && (DEFINITE_IN_5XX.has(known.kind) || NOT_FILLED.test(normalised(stated ?? ''))))
      return fail(known);
    return fail({ kind: 'ambiguous' });
  }
  // A proxy on the way gave up waiting: what the venue did is not known. Redirects are not followed.
  if (status === 408 || status < 400) return fail({ kind: 'ambiguous' });
  if (known !== null) return fail(known);
  if (status === 401 || status === 403) {
    // Cloudflare's page: a blocked country and a blocked client look the same, the geoblock end-point tells them apart.
    const sentence =
      stated === null ? `HTTP ${status}: refused before the venue, ask the geoblock end-point why` : detail;
    return { kind: 'unauthorised', detail: sentence, geoblocked: false };
  }
  if (stated === null && (status === 404 || status === 405 || status === 413)) return fail({ kind: 'malformed' });
  return fail({ kind: 'rejected', code: 'other' });
}

function verdictOf(text: string): Verdict | null {
  const words = normalised(text);
  for (const [pattern, verdict] of TEXTS) if (pattern.test(words)) return verdict;
  return null;
}

function failureOf(verdict: Verdict, detail: string, nowMs: UnixMs, untilMs: UnixMs | null): ClobFailure {
  switch (verdict.kind) {
    case 'rejected':
      return { kind: 'rejected', code: verdict.code, detail, duplicated: verdict.duplicated ?? false };
    case 'ambiguous':
    case 'malformed':
      return { kind: verdict.kind, detail };
    case 'unauthorised':
      return { kind: 'unauthorised', detail, geoblocked: false };
    case 'geoblocked':
      return { kind: 'unauthorised', detail, geoblocked: true };
    case 'rate-limited':
      return { kind: 'rate-limited', untilMs: untilMs ?? nowMs + RATE_WAIT_MS };
    case 'restarting':
      return { kind: 'restarting', untilMs: untilMs ?? nowMs + RESTART_WAIT_MS };
    case 'post-only-mode':
      return { kind: 'post-only-mode', untilMs: untilMs ?? nowMs + POST_ONLY_WAIT_MS };
    case 'cancel-only':
    case 'disabled':
      return { kind: verdict.kind, untilMs: untilMs ?? nowMs + CLOSED_WAIT_MS };
  }
}

/** The error that a body states, with its code where it has one, or `null`; an empty text is no error. */
function errorTextOf(body: unknown): string | null {
  if (!isRecord(body)) return null;
  for (const key of ['errorMsg', 'error', 'error_msg', 'message']) {
    const text = body[key];
    if (isFilled(text)) return isFilled(body['code']) ? `${text} (${body['code']})` : text;
  }
  return null;
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Lower case, with one kind of apostrophe: documents and servers differ in it. */
function normalised(text: string): string {
  return text.toLowerCase().replaceAll('’', "'");
}

function cut(text: string): string {
  return text.slice(0, MAX_DETAIL_CHARS);
}

/** `undefined` where it is no JSON, which no JSON is. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
