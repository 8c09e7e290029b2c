/**
 * The object's side of the runner's link: intents go out with what caused them, at once, after their row is stored. One runner at a
 * time; a new one takes the place of the old. Leases and reports come with the order path.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import {
  decodeRunnerFrame,
  encodeLinkFrame,
  type IntentCause,
  LINK_PROTOCOL_VERSION,
  type LinkMessageToRunner,
} from '../core/protocol/runner-link.ts';

/** The policy code of WebSocket (RFC 6455 §7.4.1): what came breaks the link's rules. */
const POLICY_VIOLATION = 1008;
/** Close code of our own: another runner took the place. */
const REPLACED = 4000;

export interface LinkSocket {
  send(frame: string): void;
  close(code: number, reason: string): void;
}

export interface RunnerLink {
  /** A runner has connected; returns what to do with its frames and its end. */
  attach(socket: LinkSocket): { onFrame(frame: string): void; onClose(): void };
  /** Sends the intents of stored records. */
  note(records: readonly JournalRecord[]): void;
  readonly linked: boolean;
  readonly detail: string;
  stop(): void;
}

export interface RunnerLinkDeps {
  readonly series: string;
  epoch(): number;
  onEvents(events: readonly EngineEvent[]): void;
  now(): number;
}

export function createRunnerLink(deps: RunnerLinkDeps): RunnerLink {
  let socket: LinkSocket | null = null;
  let detail = 'no runner has connected';

  function end(which: LinkSocket, reason: string): void {
    if (socket !== which) return;
    socket = null;
    detail = reason;
    deps.onEvents([{ type: 'runner-unlinked', seq: 0, tsEvent: deps.now(), tsInit: 0, reason }]);
  }

  function send(messages: readonly LinkMessageToRunner[]): void {
    if (socket === null || messages.length === 0) return;
    const to = socket;
    try {
      to.send(encodeLinkFrame({ messages }));
    } catch (error) {
      end(to, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    attach(next) {
      socket?.close(REPLACED, 'another runner connected');
      socket = next;
      detail = 'connected';
      deps.onEvents([{ type: 'runner-linked', seq: 0, tsEvent: deps.now(), tsInit: 0 }]);
      return {
        onFrame(frame) {
          // A runner whose place was taken has nothing to say any more.
          if (socket !== next) return;
          const decoded = decodeRunnerFrame(frame);
          if (!decoded.ok) return refuse(next, decoded.error);
          const [hello] = decoded.value.messages;
          if (hello === undefined) return;
          if (hello.protocol !== LINK_PROTOCOL_VERSION) return refuse(next, 'another protocol version');
          send([{ type: 'welcome', protocol: LINK_PROTOCOL_VERSION, series: deps.series, epoch: deps.epoch() }]);
        },
        onClose: () => end(next, 'the runner went away'),
      };
    },
    note(records) {
      if (socket === null) return;
      const messages: LinkMessageToRunner[] = [];
      for (const record of records) collectIntents(record, messages);
      send(messages);
    },
    get linked() {
      return socket !== null;
    },
    get detail() {
      return detail;
    },
    stop() {
      socket?.close(1001, 'the object stops');
      socket = null;
    },
  };

  function refuse(which: LinkSocket, reason: string): void {
    which.close(POLICY_VIOLATION, reason.slice(0, 100));
    end(which, reason);
  }
}

function collectIntents({ event, outputs }: JournalRecord, messages: LinkMessageToRunner[]): void {
  if (outputs.length === 0) return;
  const cause: IntentCause = { seq: event.seq, tsEvent: event.tsEvent, tsInit: event.tsInit };
  for (const output of outputs) {
    if (output.type === 'submit-order') messages.push({ type: 'submit-order', order: output.order, cause });
    if (output.type === 'cancel-order') {
      messages.push({ type: 'cancel-order', clientOrderId: output.clientOrderId, cause });
    }
  }
}
