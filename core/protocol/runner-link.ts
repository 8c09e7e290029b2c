/**
 * The link between a series' object and the account's runner (RUNTIME §7): text frames, each a batch of messages. Prices and sizes as
 * in the domain; times are unix milliseconds of the product's clock unless the name says `wall`.
 *
 * 1. The runner dials `/link/{slug}` with signed headers (`link-auth.ts`); the Worker refuses strangers.
 * 2. The object sends `challenge`; the runner answers `hello`, signed over nonce, time and epoch; then `welcome`.
 * 3. Intents go to the runner at most once, each with its epoch; what they need after a lost link is in `resume`.
 * 4. Facts go to the object exactly once: numbered by the runner, kept in its log until the object has stored and acknowledged them.
 */
import type { AccountEvent } from '../model/account.ts';
import type { EventHeader } from '../model/market-data.ts';
import type { ApprovedOrder, OpenOrderStatus } from '../model/order.ts';
import type { ExecutionReport } from '../model/report.ts';

/** Both sides name it first; a mismatch means cancel only (RUNTIME §9). */
export const LINK_PROTOCOL_VERSION = 2;

/** A lease is renewed this often, and lapses on the runner's monotonic clock this long after the last renewal (RUNTIME §7). Wall time. */
export const LEASE_RENEWAL_MS = 1_000;
export const LEASE_TTL_MS = 5_000;
/** Frames are closed after this, at once when a fact, an intent or a lease is in them. Wall time. */
export const FRAME_CLOSE_MS = 40;

/** Upgrade and hello are refused when their wall time is further than this from the receiver's (operations notes §6, 2026-11-23). */
export const LINK_CLOCK_WINDOW_MS = 30_000;
/** A signed runner that holds its socket may take the place of another this long after that one's last lease: TTL and POST deadline. */
export const TAKEOVER_WAIT_MS = 20_000;
/**
 * Facts are numbered upwards; at each start the runner begins a new block of this size. What a power cut took from the end of its log
 * can then never share a number with what came after.
 */
export const FACT_BLOCK = 1_000_000_000;

/** Why a socket of the link was closed. Beyond RFC 6455 §7.4.1's 1001 and 1008 (a rule was broken) they are our own. */
export const LINK_CLOSE = {
  goingAway: 1001,
  policy: 1008,
  tooLarge: 1009,
  overloaded: 1013,
  /** The same runner has dialled again. */
  replaced: 4000,
  /** Another runner holds the lease. */
  otherRunner: 4001,
  /** The other side has said nothing for too long. */
  silent: 4002,
  /** The object speaks for an epoch that is over. */
  oldEpoch: 4003,
} as const;

/** What caused an intent: the event's place in the history, its source's stamp and our receipt. */
export interface IntentCause {
  readonly seq: number;
  readonly tsEvent: number;
  readonly tsInit: number;
}

/** An order that the object still counts as open, with all that the runner needs to find it again. */
export interface ResumedOrder {
  readonly order: ApprovedOrder;
  readonly status: OpenOrderStatus;
}

export type LinkExecution = 'simulated' | 'venue';

export type LinkVerb = 'pause' | 'flatten' | 'kill' | 'resume';

export type LinkMessageToRunner =
  | {
      readonly type: 'challenge';
      readonly protocol: number;
      readonly series: string;
      readonly epoch: number;
      readonly nonce: string;
      readonly buildId: string;
      /** `simulated`: orders end in the object, so that a runner with a real key must not take an intent of it for its own. */
      readonly execution: LinkExecution;
    }
  /** The runner is believed. `ackSeq`: the newest of its facts that the object has stored. */
  | { readonly type: 'welcome'; readonly ackSeq: number }
  | { readonly type: 'lease'; readonly epoch: number; readonly number: number }
  | {
      readonly type: 'submit-order';
      readonly epoch: number;
      readonly order: ApprovedOrder;
      readonly cause: IntentCause;
    }
  | {
      readonly type: 'resend-order';
      readonly epoch: number;
      readonly clientOrderId: string;
      readonly cause: IntentCause;
    }
  | {
      readonly type: 'cancel-order';
      readonly epoch: number;
      readonly clientOrderId: string;
      readonly cause: IntentCause;
    }
  | { readonly type: 'cancel-all'; readonly epoch: number; readonly reason: string }
  /** Sent after every welcome: the runner answers for each with facts, and remembers for ever that it must not send those it never saw. */
  | { readonly type: 'resume'; readonly epoch: number; readonly orders: readonly ResumedOrder[] }
  /** Windows whose rules, tokens and fees the runner should know before they open. */
  | { readonly type: 'prepare-markets'; readonly slugs: readonly string[] }
  | {
      readonly type: 'merge-sets';
      readonly epoch: number;
      readonly windowStartMs: number;
      readonly conditionId: string;
      readonly sizeMicro: number;
    }
  | {
      readonly type: 'stop';
      readonly epoch: number;
      readonly verb: LinkVerb;
      readonly scope: 'series' | 'account';
      readonly commandId: string;
    }
  | { readonly type: 'ack'; readonly seq: number }
  /** Answers `ping` at once and stores nothing. */
  | { readonly type: 'pong'; readonly id: number }
  | { readonly type: 'socket-open'; readonly socket: number; readonly url: string }
  | { readonly type: 'socket-send'; readonly socket: number; readonly data: string }
  | { readonly type: 'socket-close'; readonly socket: number; readonly code: number; readonly reason: string };

/** A fact on its way: `seq` and `tsInit` are the object's to give. */
export type LinkFact = WithoutSequence<ExecutionReport> | WithoutSequence<AccountEvent>;
type WithoutSequence<E extends EventHeader> = E extends EventHeader ? Omit<E, 'seq' | 'tsInit'> : never;

export type LinkMessageFromRunner =
  | {
      readonly type: 'hello';
      readonly protocol: number;
      readonly runnerId: string;
      readonly keyId: string;
      readonly epoch: number;
      readonly timeMs: number;
      readonly mac: string;
    }
  | { readonly type: 'fact'; readonly seq: number; readonly fact: LinkFact }
  | { readonly type: 'lease-ack'; readonly number: number; readonly wallMs: number }
  /** Is anybody there? Where no lease is given, nothing else would tell. */
  | { readonly type: 'ping'; readonly id: number }
  /** The runner stops: everything of the series is cancelled and known, or will be found out at its next start. */
  | { readonly type: 'leaving'; readonly reason: string }
  | { readonly type: 'socket-opened'; readonly socket: number }
  | {
      readonly type: 'socket-data';
      readonly socket: number;
      readonly frames: readonly string[];
      /** Wall time at the runner when the first of them came. */
      readonly receivedWallMs: number;
    }
  | {
      readonly type: 'socket-closed';
      readonly socket: number;
      readonly code: number;
      readonly reason: string;
      readonly status: number | null;
    };

/** One frame in either direction. */
export interface LinkFrameToRunner {
  readonly messages: readonly LinkMessageToRunner[];
}
export interface LinkFrameFromRunner {
  readonly messages: readonly LinkMessageFromRunner[];
}
