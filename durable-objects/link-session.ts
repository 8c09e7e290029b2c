/**
 * One socket of the link, from the challenge to its end: nothing that comes over it is looked at before a `hello` has answered this
 * socket's own nonce. Who may stay is decided in `runner-link.ts`.
 */
import { type LinkKey, verifyHello } from '../core/protocol/link-auth.ts';
import { createLinkFrameBatch, type LinkFrameBatch } from '../core/protocol/link-frame-batch.ts';
import { decodeFrameFromRunner, type UnreadableFact } from '../core/protocol/link-schemas-from-runner.ts';
import { encodeFrameToRunner } from '../core/protocol/link-schemas-to-runner.ts';
import {
  LINK_CLOSE,
  LINK_PROTOCOL_VERSION,
  type LinkExecution,
  type LinkMessageFromRunner,
  type LinkMessageToRunner,
} from '../core/protocol/runner-link.ts';
import type { ClockPort, TimersPort } from './ports.ts';

/** A runner answers within milliseconds; a stranger who never does must not keep a socket. Wall time. */
const HELLO_WITHIN_MS = 10_000;
/** Far above a resume's answers or a burst of relayed frames, far below the object's 32 MB. */
const MAX_FRAME_CHARS = 2_000_000;
/** 128 bits: never the same twice. */
const NONCE_BYTES = 16;

export interface LinkSocket {
  send(frame: string): void;
  close(code: number, reason: string): void;
}

/** `cancel-only`: the runner speaks another version of the protocol, so that nothing but stopping is certain (RUNTIME §9). */
export type SessionMode = 'full' | 'cancel-only' | 'simulated';

export type ReceivedMessage = Exclude<LinkMessageFromRunner, { readonly type: 'hello' }> | UnreadableFact;

export interface LinkSession {
  /** Known once the challenge is answered. */
  readonly runnerId: string | null;
  readonly mode: SessionMode;
  readonly out: LinkFrameBatch<LinkMessageToRunner>;
  readonly isOpen: boolean;
  onFrame(frame: string): void;
  /** The socket is gone by itself. */
  onClose(): void;
  /** Closes it. Its end is told once, with this reason. */
  end(code: number, reason: string): void;
}

export interface LinkSessionDeps {
  readonly series: string;
  readonly epoch: number;
  readonly buildId: string;
  readonly execution: LinkExecution;
  readonly keys: readonly LinkKey[];
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  randomHex(bytes: number): string;
  /** The challenge is answered. */
  onProven(session: LinkSession): void;
  /** Messages of one frame of a proven session, in order. */
  onMessages(session: LinkSession, messages: readonly ReceivedMessage[]): void;
  onEnd(session: LinkSession, reason: string): void;
}

/** Sends the challenge at once. */
export function openLinkSession(deps: LinkSessionDeps, socket: LinkSocket): LinkSession {
  const { series, epoch, keys, clock, timers } = deps;
  const nonce = deps.randomHex(NONCE_BYTES);
  let runnerId: string | null = null;
  let mode: SessionMode = deps.execution === 'simulated' ? 'simulated' : 'full';
  let isOpen = true;

  const out = createLinkFrameBatch<LinkMessageToRunner>(timers.after, (messages) => {
    if (!isOpen) return;
    try {
      socket.send(encodeFrameToRunner({ messages }));
    } catch (error) {
      over(error instanceof Error ? error.message : String(error));
    }
  });
  const cancelDeadline = timers.after(HELLO_WITHIN_MS, () => end(LINK_CLOSE.policy, 'the challenge was not answered'));

  function over(reason: string): void {
    if (!isOpen) return;
    isOpen = false;
    cancelDeadline();
    out.drop();
    deps.onEnd(session, reason);
  }

  function end(code: number, reason: string): void {
    if (!isOpen) return;
    // A reason has 123 bytes at most (RFC 6455 §5.5).
    socket.close(code, reason.slice(0, 100));
    over(reason);
  }

  function answer(hello: Extract<LinkMessageFromRunner, { readonly type: 'hello' }>) {
    const proof = { ...hello, series, epoch, nonce };
    const proven = verifyHello(keys, proof, hello.epoch, hello.mac, clock.wallMs());
    if (!proven.ok) return end(LINK_CLOSE.policy, `the runner is not believed: ${proven.error}`);
    cancelDeadline();
    runnerId = hello.runnerId;
    if (hello.protocol !== LINK_PROTOCOL_VERSION && mode === 'full') mode = 'cancel-only';
    deps.onProven(session);
  }

  function onFrame(frame: string) {
    if (!isOpen) return;
    if (frame.length > MAX_FRAME_CHARS) return end(LINK_CLOSE.tooLarge, 'the frame is too large');
    const decoded = decodeFrameFromRunner(frame);
    if (!decoded.ok) return end(LINK_CLOSE.policy, decoded.error);
    const messages: ReceivedMessage[] = [];
    for (const message of decoded.value) {
      if (message.type === 'hello') {
        // A nonce is good for one answer.
        if (runnerId !== null) return end(LINK_CLOSE.policy, 'the challenge was answered before');
        answer(message);
        if (!isOpen) return;
      } else if (runnerId === null) {
        return end(LINK_CLOSE.policy, `${message.type} came before hello`);
      } else messages.push(message);
    }
    if (messages.length > 0) deps.onMessages(session, messages);
  }

  const session: LinkSession = {
    get runnerId() {
      return runnerId;
    },
    get mode() {
      return mode;
    },
    get isOpen() {
      return isOpen;
    },
    out,
    onFrame,
    onClose: () => over('the runner went away'),
    end,
  };
  out.now({
    type: 'challenge',
    protocol: LINK_PROTOCOL_VERSION,
    series,
    epoch,
    nonce,
    buildId: deps.buildId,
    execution: deps.execution,
  });
  return session;
}
