/**
 * The runner's side of a series' link (RUNTIME §7): dials, proves itself, obeys the newest object alone, hands intents to the account in
 * the order of the frames, and brings the account's facts to the object exactly once. It decides nothing and never sends an order.
 */
import { helloMac, type LinkKey, signUpgrade } from '../core/protocol/link-auth.ts';
import { encodeFrameFromRunner } from '../core/protocol/link-schemas-from-runner.ts';
import { decodeFrameToRunner, type UnreadableMessage } from '../core/protocol/link-schemas-to-runner.ts';
import {
  LINK_CLOSE,
  LINK_PROTOCOL_VERSION,
  type LinkFact,
  type LinkMessageFromRunner,
  type LinkMessageToRunner,
} from '../core/protocol/runner-link.ts';
import type { SeriesIntake, SeriesOutlet } from './account/series-port.ts';
import { type LoggedFact, openFactLog } from './link/fact-log.ts';
import { createFeedRelay } from './link/feed-relay.ts';
import { createIntentDispatch, type Following } from './link/intent-dispatch.ts';
import { nextDialDelay } from './link/link-backoff.ts';
import { openLinkMemory } from './link/link-memory.ts';
import { createRunnerLease } from './link/runner-lease.ts';
import type { RunnerPorts, Socket, SocketsPort } from './ports.ts';

/** The challenge comes with the socket; without it there is no object behind. Wall time, as all of these. */
const CHALLENGE_WITHIN_MS = 10_000;
/** After `hello` another runner's time may have to pass: 20 s, and the way. */
const WELCOME_WITHIN_MS = 30_000;
/** Nothing heard for so long: ask, and then give the socket up. */
const PING_AFTER_MS = 5_000;
const SILENT_AFTER_MS = 10_000;
/** A link that held this long was a good one: the next loss is the first again. */
const GOOD_AFTER_MS = 10_000;
/** 128 bits: never the same twice. */
const NONCE_BYTES = 16;

export interface SeriesLinkDeps {
  readonly ports: Pick<RunnerPorts, 'clock' | 'timers' | 'disk' | 'random' | 'log'>;
  /** `btc-updown-5m`. */
  readonly series: string;
  /** Base address of the Worker: http(s) or ws(s), without a path. */
  readonly url: string;
  readonly key: LinkKey;
  /** Identity of the state folder (RUNTIME §7): letters, digits, `_ . -`, 64 at most. */
  readonly runnerId: string;
  readonly intake: SeriesIntake;
  /** The way to the Worker: partysocket in production (`link/party-sockets.ts`). */
  readonly linkSockets: SocketsPort;
  /** The way to the feeds that are relayed. */
  readonly feedSockets: SocketsPort;
  /** `wss://host[:port]` that relayed sockets may go to: `REAL_FEED_ORIGINS`, or the embedded venue's. */
  readonly feedOrigins: readonly string[];
}

export interface SeriesLink extends SeriesOutlet {
  start(): void;
  /** Says why it leaves, closes and dials no more. Facts that come later are kept in the log for the next start. */
  stop(reason?: string): void;
  /** The lease is good now, by the monotonic clock. */
  readonly leaseFresh: boolean;
  /** Facts that the object has not acknowledged. */
  readonly pendingFacts: number;
  readonly detail: string;
}

type Challenge = Extract<LinkMessageToRunner, { readonly type: 'challenge' }>;

/** One attempt to be linked, from dialling to the socket's end. */
interface Attempt {
  socket: Socket | null;
  phase: 'dialling' | 'greeting' | 'waiting' | 'linked';
  following: Following | null;
  welcomedMs: number;
  heardMs: number;
  cancelDeadline: () => void;
}

/** Throws one sentence when the state folder is damaged. */
export function createSeriesLink(deps: SeriesLinkDeps): SeriesLink {
  const { ports, series, intake, key, runnerId } = deps;
  const { clock, timers, log } = ports;
  const memory = openLinkMemory(ports.disk, series);
  const facts = openFactLog(ports.disk, memory, log, series);
  const address = `${deps.url.replace(/^http/, 'ws').replace(/\/+$/, '')}/link/${series}`;
  const lease = createRunnerLease(ports, {
    onFresh: () => intake.leaseRenewed(),
    onLapsed: lapsed,
  });
  const relay = createFeedRelay({
    clock,
    timers,
    sockets: deps.feedSockets,
    origins: deps.feedOrigins,
    send: (messages) => {
      if (attempt?.phase === 'linked') send(attempt, messages);
    },
  });
  const dispatch = createIntentDispatch({
    intake,
    log,
    series,
    acknowledged: facts.acknowledged,
    renewed(number) {
      lease.renewed();
      if (attempt !== null) send(attempt, [{ type: 'lease-ack', number, wallMs: clock.wallMs() }]);
    },
    relay: relay.perform,
  });
  let attempt: Attempt | null = null;
  let running = false;
  let failures = 0;
  let pingId = 0;
  let detail = 'not started';
  let cancelDial: (() => void) | null = null;
  let cancelWatch: (() => void) | null = null;

  function dial(): void {
    cancelDial = null;
    if (!running || attempt !== null) return;
    const mine: Attempt = {
      socket: null,
      phase: 'dialling',
      following: null,
      welcomedMs: 0,
      heardMs: clock.monotonicMs(),
      cancelDeadline: () => undefined,
    };
    attempt = mine;
    deadline(mine, CHALLENGE_WITHIN_MS, 'no challenge came');
    const request = { method: 'GET', path: new URL(address).pathname };
    const headers = signUpgrade(key, request, clock.wallMs(), ports.random.hex(NONCE_BYTES));
    const socket = deps.linkSockets.open(
      address,
      {
        onOpen: () => {
          if (mine === attempt) mine.phase = 'greeting';
        },
        onMessage: (frame) => receive(mine, frame),
        onClose: (code, reason, status) => lost(mine, describeEnd(code, reason, status), status),
      },
      headers,
    );
    if (mine === attempt) mine.socket = socket;
  }

  function deadline(mine: Attempt, delayMs: number, reason: string): void {
    mine.cancelDeadline();
    mine.cancelDeadline = timers.after(delayMs, () => giveUp(mine, LINK_CLOSE.silent, reason));
  }

  function send(mine: Attempt, messages: readonly LinkMessageFromRunner[]): void {
    mine.socket?.send(encodeFrameFromRunner({ messages }));
  }

  /** Ends the attempt from this side. */
  function giveUp(mine: Attempt, code: number, reason: string): void {
    if (mine !== attempt) return;
    const { socket } = mine;
    lost(mine, reason, null);
    socket?.close(code, reason.slice(0, 100));
  }

  function lost(mine: Attempt, reason: string, status: number | null): void {
    if (mine !== attempt) return;
    attempt = null;
    mine.cancelDeadline();
    cancelWatch?.();
    relay.closeAll();
    detail = reason;
    if (!running) return;
    const wasGood = mine.phase === 'linked' && clock.monotonicMs() - mine.welcomedMs >= GOOD_AFTER_MS;
    failures = wasGood ? 1 : failures + 1;
    const delayMs = nextDialDelay(failures, status, ports.random.next());
    log.log('warn', 'link lost', { series, reason, status, delayMs });
    cancelDial = timers.after(delayMs, dial);
  }

  /** Renewals that waited somewhere on the way would look fresh on receipt: only a new challenge shows that the object still leads. */
  function lapsed(): void {
    intake.leaseLapsed();
    if (attempt !== null) giveUp(attempt, LINK_CLOSE.silent, 'the lease lapsed');
  }

  function receive(mine: Attempt, frame: string) {
    // What has waited in a socket while this process stood still must not find an old lease in force.
    lease.check();
    if (mine !== attempt) return;
    mine.heardMs = clock.monotonicMs();
    const decoded = decodeFrameToRunner(frame);
    if (!decoded.ok) return giveUp(mine, LINK_CLOSE.policy, decoded.error);
    for (const message of decoded.value) {
      if (mine !== attempt) return;
      hear(mine, message);
    }
  }

  function hear(mine: Attempt, message: LinkMessageToRunner | UnreadableMessage) {
    if (message.type === 'challenge') {
      if (mine.following === null) answer(mine, message);
      else giveUp(mine, LINK_CLOSE.policy, 'a second challenge came');
      return;
    }
    const { following } = mine;
    if (following === null) return giveUp(mine, LINK_CLOSE.policy, `${message.type} came before the challenge`);
    if (message.type === 'unreadable') return notUnderstood(mine, following, message);
    if (message.type === 'welcome') return welcomed(mine, following, message.ackSeq);
    if (mine.phase !== 'linked') return giveUp(mine, LINK_CLOSE.policy, `${message.type} came before the welcome`);
    if (message.type === 'pong') return;
    const problem = dispatch(following, message);
    if (problem !== null) giveUp(mine, LINK_CLOSE.oldEpoch, problem);
  }

  function answer(mine: Attempt, challenge: Challenge) {
    const { epoch, nonce } = challenge;
    if (challenge.series !== series) return giveUp(mine, LINK_CLOSE.policy, `the object is ${challenge.series}'s`);
    if (epoch < memory.highestEpoch) {
      return giveUp(mine, LINK_CLOSE.oldEpoch, `epoch ${epoch} was superseded by ${memory.highestEpoch}`);
    }
    const mode =
      challenge.protocol !== LINK_PROTOCOL_VERSION
        ? 'cancel-only'
        : challenge.execution === 'simulated'
          ? 'observe'
          : 'full';
    mine.following = { epoch, mode };
    const timeMs = Math.round(clock.wallMs());
    const hello = { protocol: LINK_PROTOCOL_VERSION, runnerId, keyId: key.id, epoch, timeMs };
    mine.phase = 'waiting';
    send(mine, [{ type: 'hello', ...hello, mac: helloMac(key, { ...hello, series, nonce }) }]);
    deadline(mine, WELCOME_WITHIN_MS, 'no welcome came');
  }

  function welcomed(mine: Attempt, following: Following, ackSeq: number) {
    if (mine.phase !== 'waiting') return giveUp(mine, LINK_CLOSE.policy, 'a second welcome came');
    mine.phase = 'linked';
    mine.cancelDeadline();
    mine.welcomedMs = clock.monotonicMs();
    detail = WELCOMED[following.mode];
    log.log(following.mode === 'full' ? 'info' : 'error', 'linked', { series, epoch: following.epoch, detail });
    watch(mine);
    if (following.mode === 'observe') return;
    memory.raiseEpoch(following.epoch);
    dispatch.follow(following.epoch);
    facts.acknowledged(ackSeq);
    sendFacts(mine, facts.pending());
  }

  function sendFacts(mine: Attempt, logged: readonly LoggedFact[]): void {
    const last = logged.at(-1);
    if (last === undefined) return;
    send(
      mine,
      logged.map(({ seq, fact }) => ({ type: 'fact', seq, fact })),
    );
    facts.sent(last.seq);
  }

  /** Another release's words: between two versions nothing but stopping is certain, so they are left alone; else they are an error. */
  function notUnderstood(mine: Attempt, following: Following, { kind, problem }: UnreadableMessage): void {
    log.log('error', 'a message of the object cannot be read', { series, kind, problem: problem.slice(0, 300) });
    if (following.mode === 'full') giveUp(mine, LINK_CLOSE.policy, `${kind} cannot be read`);
  }

  function watch(mine: Attempt) {
    const quietMs = clock.monotonicMs() - mine.heardMs;
    if (quietMs >= SILENT_AFTER_MS) return giveUp(mine, LINK_CLOSE.silent, 'the object is silent');
    if (quietMs >= PING_AFTER_MS) send(mine, [{ type: 'ping', id: ++pingId }]);
    cancelWatch = timers.after(PING_AFTER_MS / 2, () => {
      if (mine === attempt) watch(mine);
    });
  }

  return {
    series,
    fact(fact: LinkFact) {
      const logged = facts.append(fact);
      if (attempt?.phase === 'linked' && attempt.following?.mode !== 'observe') {
        sendFacts(attempt, [logged]);
      }
    },
    get linked() {
      return attempt?.phase === 'linked' && attempt.following?.mode === 'full';
    },
    get leaseFresh() {
      return lease.fresh;
    },
    get pendingFacts() {
      return facts.pending().length;
    },
    get detail() {
      return detail;
    },
    start() {
      if (running) return;
      running = true;
      detail = 'dialling';
      dial();
    },
    stop(reason = 'the runner stops') {
      running = false;
      cancelDial?.();
      cancelDial = null;
      lease.stop();
      const last = attempt;
      if (last === null) return;
      if (last.phase === 'linked') send(last, [{ type: 'leaving', reason }]);
      giveUp(last, LINK_CLOSE.goingAway, reason);
    },
  };
}

const WELCOMED = {
  full: 'linked',
  'cancel-only': 'linked, but the Worker is of another release: only cancels are obeyed until both are the same',
  observe: 'linked, but the series executes its orders itself: none of its intents is obeyed',
} as const satisfies Record<Following['mode'], string>;

function describeEnd(code: number, reason: string, status: number | null): string {
  if (status === 401) return 'refused with 401: check RUNNER_LINK_KEYS on both sides and the clock of this host';
  if (status !== null) return `refused with ${status}`;
  return reason === '' ? `closed with ${code}` : `${reason} (${code})`;
}
