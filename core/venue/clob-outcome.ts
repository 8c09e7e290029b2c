/**
 * How a call to the CLOB ends, by what to do next and not by its words. Closed: whoever handles it has to handle all of it. Source:
 * venue notes of 2026-11-23, polymarket §3.4.
 */
import type { RejectCode } from '../model/report.ts';
import type { UnixMs } from '../model/time.ts';

export type ClobFailure =
  /** The venue has understood and refused. `duplicated`: because it has the same order already, so it got in. */
  | { readonly kind: 'rejected'; readonly code: RejectCode; readonly detail: string; readonly duplicated: boolean }
  /** Nobody knows: no answer, a 5xx, an answer that cannot be read. The order may stand. */
  | {
      readonly kind: 'ambiguous';
      readonly detail: string;
      /** The venue has answered in a form that is not known: asking again will not mend it, a person has to hear of it. */
      readonly unreadable?: true;
    }
  /** No byte has left: certainly not at the venue. */
  | { readonly kind: 'not-sent'; readonly detail: string }
  | { readonly kind: 'rate-limited'; readonly untilMs: UnixMs }
  | { readonly kind: 'post-only-mode'; readonly untilMs: UnixMs }
  | { readonly kind: 'cancel-only'; readonly untilMs: UnixMs }
  /** Trading is disabled: cancels are refused, too. */
  | { readonly kind: 'disabled'; readonly untilMs: UnixMs }
  | { readonly kind: 'restarting'; readonly untilMs: UnixMs }
  | { readonly kind: 'unauthorised'; readonly detail: string; readonly geoblocked: boolean }
  /** Our own request was wrong in form: a bug of ours or a change of theirs. */
  | { readonly kind: 'malformed'; readonly detail: string };

export type Outcome<T> = { readonly kind: 'accepted'; readonly value: T } | ClobFailure;

/** Wraps what a call brought. */
export function accepted<T>(value: T): { readonly kind: 'accepted'; readonly value: T } {
  return { kind: 'accepted', value };
}

/** Nothing is known of what became of the request. */
export function ambiguous(detail: string): ClobFailure {
  return { kind: 'ambiguous', detail };
}

/** The same, because the answer has not the form that is known. */
export function unreadable(detail: string): ClobFailure {
  return { kind: 'ambiguous', detail, unreadable: true };
}
