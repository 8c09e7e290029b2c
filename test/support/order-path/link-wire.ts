/**
 * The network between a series' object and its runner, with the Worker's check at its door. Frames keep their order and take some
 * milliseconds each way; faults cut the wire, hold frames back or refuse the door.
 */
import { type LinkKey, verifyUpgrade } from '../../../core/protocol/link-auth.ts';
import type { LinkSocket } from '../../../durable-objects/link-session.ts';
import type { Socket, SocketHandlers, SocketsPort } from '../../../runner/ports.ts';
import type { Party } from './crossings.ts';
import type { Scheduler } from './scheduler.ts';

/** The object's end of a socket. */
export interface ObjectEnd {
  onFrame(frame: string): void;
  onClose(): void;
}

export interface LinkWire {
  /** The runner's way to the Worker. */
  readonly sockets: SocketsPort;
  /** Every connection is lost with what is on it. */
  cut(): void;
  /** One end is gone: what it has sent still arrives, and then the end of the connection. */
  ended(party: Party): void;
  /** Nobody gets through, and nothing that is sent arrives. */
  down: boolean;
  /** Added to the way of every frame towards the runner. */
  delayToRunnerMs: number;
}

export interface LinkWireOptions {
  readonly scheduler: Scheduler;
  readonly keys: readonly LinkKey[];
  /** The object that is up, or `null`. */
  attach(socket: LinkSocket, nonce: string | null): ObjectEnd | null;
}

/** One way, in milliseconds. */
const LATENCY_MS = 3;

interface Pipe {
  readonly toRunner: SocketHandlers;
  toObject: ObjectEnd | null;
  isOpen: boolean;
  lastToRunnerMs: number;
  lastToObjectMs: number;
}

/** A wire with nothing on it. */
export function createLinkWire({ scheduler, keys, attach }: LinkWireOptions): LinkWire {
  const pipes = new Set<Pipe>();

  const toRunner = (pipe: Pipe, act: () => void): void => {
    const now = scheduler.nowMs();
    pipe.lastToRunnerMs = Math.max(pipe.lastToRunnerMs, now + LATENCY_MS + wire.delayToRunnerMs);
    scheduler.after(pipe.lastToRunnerMs - now, () => pipe.isOpen && !wire.down && act(), 'wire');
  };
  const toObject = (pipe: Pipe, act: () => void): void => {
    const now = scheduler.nowMs();
    pipe.lastToObjectMs = Math.max(pipe.lastToObjectMs, now + LATENCY_MS);
    scheduler.after(pipe.lastToObjectMs - now, () => pipe.isOpen && !wire.down && act(), 'wire');
  };
  const end = (pipe: Pipe): boolean => {
    if (!pipe.isOpen) return false;
    pipe.isOpen = false;
    pipes.delete(pipe);
    return true;
  };
  const connect = (handlers: SocketHandlers, nonce: string | null): Pipe | null => {
    const pipe: Pipe = { toRunner: handlers, toObject: null, isOpen: true, lastToRunnerMs: 0, lastToObjectMs: 0 };
    pipes.add(pipe);
    pipe.toObject = attach(
      {
        send: (frame) => toRunner(pipe, () => handlers.onMessage(frame)),
        close: (code, reason) =>
          toRunner(pipe, () => {
            if (end(pipe)) handlers.onClose(code, reason, null);
          }),
      },
      nonce,
    );
    if (pipe.toObject === null) {
      end(pipe);
      return null;
    }
    handlers.onOpen();
    return pipe;
  };

  const wire: LinkWire = {
    down: false,
    delayToRunnerMs: 0,
    sockets: {
      open(url, handlers, headers = {}): Socket {
        let pipe: Pipe | null = null;
        let isClosed = false;
        scheduler.after(
          2 * LATENCY_MS,
          () => {
            if (isClosed) return;
            const request = { method: 'GET', path: new URL(url).pathname };
            const known = verifyUpgrade(keys, request, (name) => headers[name] ?? null, scheduler.nowMs());
            pipe = known.ok && !wire.down ? connect(handlers, headers['x-link-nonce'] ?? null) : null;
            if (pipe !== null) return;
            isClosed = true;
            handlers.onClose(1006, 'refused', known.ok ? null : 401);
          },
          'wire',
        );
        return {
          send(frame) {
            const open = pipe;
            if (open !== null && !isClosed) toObject(open, () => open.toObject?.onFrame(frame));
          },
          close() {
            if (isClosed) return;
            isClosed = true;
            const open = pipe;
            if (open === null) return;
            toObject(open, () => {
              if (end(open)) open.toObject?.onClose();
            });
          },
        };
      },
    },
    ended(party) {
      for (const pipe of [...pipes]) {
        if (party === 'object') {
          toRunner(pipe, () => {
            if (end(pipe)) pipe.toRunner.onClose(1006, 'the object is gone', null);
          });
        } else {
          toObject(pipe, () => {
            if (end(pipe)) pipe.toObject?.onClose();
          });
        }
      }
    },
    cut() {
      for (const pipe of [...pipes]) {
        if (!end(pipe)) continue;
        pipe.toObject?.onClose();
        pipe.toRunner.onClose(1006, 'the network is lost', null);
      }
    },
  };
  return wire;
}
