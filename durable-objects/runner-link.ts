/**
 * The object's side of the runner's link (RUNTIME §7): who may stay, what goes out, and what comes in. Intents leave at once, from
 * stored records only, and are never kept for later; facts come in exactly once; the lease goes out while the engine leads.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { assertNever } from '../core/model/errors.ts';
import type { LinkKey } from '../core/protocol/link-auth.ts';
import {
  LINK_CLOCK_WINDOW_MS,
  LINK_CLOSE,
  type LinkExecution,
  type LinkMessageToRunner,
  type ResumedOrder,
} from '../core/protocol/runner-link.ts';
import { createLinkClock } from './link-clock.ts';
import { createLinkInbox, type NumberedFact } from './link-inbox.ts';
import { concernMarkets, intentsOf } from './link-intents.ts';
import { createLinkLease } from './link-lease.ts';
import { createLinkPlace } from './link-place.ts';
import { type LinkSession, type LinkSocket, openLinkSession, type ReceivedMessage } from './link-session.ts';
import type { MetaStore } from './meta-store.ts';
import type { ClockPort, LogPort, SocketsPort, TimersPort } from './ports.ts';
import { createRelayedSockets } from './relayed-sockets.ts';
import type { RowCounter } from './row-counter.ts';

/** Sockets that have not answered their challenge, at most: the runner needs one. */
const MAX_UNPROVEN = 4;

export interface RunnerLink {
  /**
   * A socket whose upgrade the Worker has verified. `upgradeNonce` is the one it was signed with: it is good for one socket. Returns
   * what to do with its frames and its end.
   */
  attach(socket: LinkSocket, upgradeNonce: string | null): { onFrame(frame: string): void; onClose(): void };
  /** Sends the intents of stored records. */
  note(records: readonly JournalRecord[]): void;
  /** Sockets that the runner opens for the object. */
  readonly relay: SocketsPort;
  /** A runner is there, believed, and speaks our protocol. */
  readonly linked: boolean;
  readonly detail: string;
  stop(): void;
}

export interface RunnerLinkDeps {
  readonly series: string;
  readonly epoch: number;
  readonly buildId: string;
  readonly execution: LinkExecution;
  readonly keys: readonly LinkKey[];
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly log: LogPort;
  readonly meta: Pick<MetaStore, 'get' | 'set'>;
  readonly counter: RowCounter;
  randomHex(bytes: number): string;
  /** Takes events at once; false when not all of them were stored. */
  ingest(events: readonly EngineEvent[]): boolean;
  alert(code: string, severity: 'warning' | 'critical', detail: string): void;
  /** False while the engine cannot decide: no lease is given then. */
  mayLead(): boolean;
  openOrders(): readonly ResumedOrder[];
  /** Windows that run or come next. */
  marketSlugs(): readonly string[];
}

export function createRunnerLink(deps: RunnerLinkDeps): RunnerLink {
  const { clock, timers, epoch } = deps;
  const place = createLinkPlace(deps.meta, clock);
  const inbox = createLinkInbox({
    meta: deps.meta,
    now: clock.now,
    ingest: deps.ingest,
    alert: (code, detail) => deps.alert(code, 'critical', detail),
  });
  const relayed = createRelayedSockets(timers, (message) => {
    if (current === null || current.mode === 'cancel-only') return false;
    current.out.soon(message);
    return true;
  });
  const lease = createLinkLease({
    epoch,
    clock,
    timers,
    meta: deps.meta,
    counter: deps.counter,
    mayLead: deps.mayLead,
    send: (number) => {
      place.granted();
      current?.out.now({ type: 'lease', epoch, number });
    },
    onSilent: () => current?.end(LINK_CLOSE.silent, 'the runner answers no lease'),
  });
  const linkClock = createLinkClock();
  const unproven = new Set<LinkSession>();
  const seenNonces = new Map<string, number>();
  let current: LinkSession | null = null;
  let candidate: { readonly session: LinkSession; readonly cancel: () => void } | null = null;
  let stopping = false;
  let preparedSlugs = '';
  let detail = 'no runner has connected';

  /** A nonce is remembered for as long as its signature would be taken. */
  function isReplayed(nonce: string | null): boolean {
    if (nonce === null) return false;
    const nowMs = clock.wallMs();
    for (const [old, seenMs] of seenNonces) {
      if (nowMs - seenMs <= 2 * LINK_CLOCK_WINDOW_MS) break;
      seenNonces.delete(old);
    }
    if (seenNonces.has(nonce)) return true;
    seenNonces.set(nonce, nowMs);
    return false;
  }

  function admit(session: LinkSession) {
    const runnerId = session.runnerId ?? '';
    if (current !== null && current.runnerId !== runnerId && current.mode === 'full') {
      return session.end(LINK_CLOSE.otherRunner, `runner ${current.runnerId} holds the lease`);
    }
    current?.end(LINK_CLOSE.replaced, 'the runner connected again');
    giveUpCandidate(`runner ${runnerId} came first`);
    const waitMs = session.mode === 'simulated' ? 0 : place.waitMs(runnerId);
    if (waitMs > 0) {
      detail = `runner ${runnerId} waits ${Math.ceil(waitMs / 1_000)} s: another one's orders may still be on their way`;
      candidate = { session, cancel: timers.after(waitMs, () => admitCandidate(session)) };
      return;
    }
    welcome(session, runnerId);
  }

  function admitCandidate(session: LinkSession): void {
    if (candidate?.session !== session) return;
    candidate = null;
    admit(session);
  }

  function giveUpCandidate(reason: string): void {
    const waiting = candidate;
    candidate = null;
    waiting?.cancel();
    waiting?.session.end(LINK_CLOSE.otherRunner, reason);
  }

  function welcome(session: LinkSession, runnerId: string): void {
    current = session;
    preparedSlugs = '';
    inbox.began(runnerId);
    session.out.soon({ type: 'welcome', ackSeq: inbox.newest(runnerId) });
    if (session.mode === 'cancel-only') {
      detail = `runner ${runnerId} speaks another version of the protocol: it may only cancel`;
      deps.alert('link-protocol', 'critical', `${detail}; deploy Worker and runner of one release.`);
      session.out.now({ type: 'cancel-all', epoch, reason: 'protocol versions differ' });
      return;
    }
    detail = `runner ${runnerId}`;
    if (session.mode === 'full') {
      place.take(runnerId);
      lease.start();
      session.out.now({ type: 'resume', epoch, orders: deps.openOrders() }, ...marketsToPrepare());
    } else session.out.now();
    if (current !== session) return;
    deps.log.log('info', 'runner linked', { runner: runnerId, mode: session.mode });
    deps.ingest([{ type: 'runner-linked', seq: 0, tsEvent: clock.now(), tsInit: 0, runnerId }]);
  }

  function marketsToPrepare(): LinkMessageToRunner[] {
    const slugs = deps.marketSlugs();
    const known = slugs.join();
    if (known === preparedSlugs || slugs.length === 0) return [];
    preparedSlugs = known;
    return [{ type: 'prepare-markets', slugs }];
  }

  function receive(session: LinkSession, messages: readonly ReceivedMessage[]) {
    if (session !== current) return session.end(LINK_CLOSE.policy, 'the runner was not welcomed');
    const facts = messages.filter((message): message is NumberedFact => isFact(message));
    if (facts.length > 0 && !takeFacts(session, facts)) return;
    for (const message of messages) {
      if (session !== current) return;
      if (!isFact(message)) perform(session, message);
    }
  }

  function takeFacts(session: LinkSession, facts: readonly NumberedFact[]): boolean {
    if (session.mode === 'simulated') {
      // Not acknowledged: the runner keeps them for the series that they belong to.
      session.end(LINK_CLOSE.policy, 'this series executes its orders itself and takes no facts');
      return false;
    }
    const taken = inbox.take(session.runnerId ?? '', facts);
    if (taken.ok) session.out.soon({ type: 'ack', seq: taken.value });
    else session.end(LINK_CLOSE.policy, taken.error);
    return taken.ok;
  }

  function perform(session: LinkSession, message: Exclude<ReceivedMessage, NumberedFact>) {
    switch (message.type) {
      case 'lease-ack':
        return compareClocks(message.number, message.wallMs);
      case 'ping':
        return session.out.now({ type: 'pong', id: message.id });
      case 'leaving':
        return session.end(LINK_CLOSE.goingAway, `the runner stops: ${message.reason}`);
      case 'socket-opened':
      case 'socket-data':
      case 'socket-closed':
        return relayed.receive(message);
      default:
        assertNever(message, 'message of the runner');
    }
  }

  function compareClocks(number: number, runnerWallMs: number): void {
    const sentWallMs = lease.acknowledged(number);
    if (sentWallMs === null) return;
    const change = linkClock.note(sentWallMs, clock.wallMs(), runnerWallMs, clock.now());
    if (change !== null) deps.ingest([change]);
  }

  function ended(session: LinkSession, reason: string): void {
    unproven.delete(session);
    if (candidate?.session === session) {
      candidate.cancel();
      candidate = null;
    }
    if (current !== session) {
      if (session.runnerId === null) deps.log.log('warn', 'link refused', { reason });
      return;
    }
    current = null;
    detail = reason;
    lease.stop();
    deps.log.log('warn', 'runner unlinked', { reason });
    if (session.mode !== 'cancel-only' && !stopping) {
      deps.ingest([{ type: 'runner-unlinked', seq: 0, tsEvent: clock.now(), tsInit: 0, reason }]);
    }
    relayed.linkLost();
  }

  return {
    attach(socket, upgradeNonce) {
      if (isReplayed(upgradeNonce)) {
        socket.close(LINK_CLOSE.policy, 'this upgrade was used before');
        return { onFrame: () => undefined, onClose: () => undefined };
      }
      const [oldest] = unproven;
      if (unproven.size >= MAX_UNPROVEN) oldest?.end(LINK_CLOSE.overloaded, 'too many have not answered');
      const session = openLinkSession(
        {
          ...deps,
          onProven: (proven) => {
            unproven.delete(proven);
            admit(proven);
          },
          onMessages: receive,
          onEnd: ended,
        },
        socket,
      );
      if (session.isOpen) unproven.add(session);
      return session;
    },
    note(records) {
      const session = current;
      if (session === null) return;
      const messages = intentsOf(records, epoch, session.mode);
      if (session.mode === 'full' && concernMarkets(records)) messages.push(...marketsToPrepare());
      if (messages.length > 0) session.out.now(...messages);
    },
    relay: relayed.sockets,
    get linked() {
      return current !== null && current.mode !== 'cancel-only';
    },
    get detail() {
      return detail;
    },
    stop() {
      stopping = true;
      lease.stop();
      giveUpCandidate('the object stops');
      for (const session of [...unproven]) session.end(LINK_CLOSE.goingAway, 'the object stops');
      current?.end(LINK_CLOSE.goingAway, 'the object stops');
    },
  };
}

function isFact(message: ReceivedMessage): message is NumberedFact {
  return message.type === 'fact' || message.type === 'unreadable-fact';
}
