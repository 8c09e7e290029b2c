/**
 * Sockets that the runner opens for the object, where a feed refuses Cloudflare's addresses (DESIGN §3.10): the same port as the
 * object's own sockets, so that no feed knows the difference.
 */
import { LINK_CLOSE, type LinkMessageFromRunner, type LinkMessageToRunner } from '../core/protocol/runner-link.ts';
import type { SocketHandlers, SocketsPort, TimersPort } from './ports.ts';

/** No closing handshake took place (RFC 6455 §7.1.5: only reported, never sent). */
const ABNORMAL_CLOSE = 1006;

type FromRelay = Extract<LinkMessageFromRunner, { readonly type: 'socket-opened' | 'socket-data' | 'socket-closed' }>;

export interface RelayedSockets {
  readonly sockets: SocketsPort;
  receive(message: FromRelay): void;
  /** The link is gone, and with it every socket. */
  linkLost(): void;
}

/** `send` returns false while no runner is linked. */
export function createRelayedSockets(
  timers: TimersPort,
  send: (message: LinkMessageToRunner) => boolean,
): RelayedSockets {
  const open = new Map<number, SocketHandlers>();
  let nextSocket = 1;

  function closed(socket: number, code: number, reason: string, status: number | null): void {
    const handlers = open.get(socket);
    if (handlers === undefined) return;
    open.delete(socket);
    handlers.onClose(code, reason, status);
  }

  return {
    sockets: {
      open(url, handlers) {
        const socket = nextSocket++;
        open.set(socket, handlers);
        if (!send({ type: 'socket-open', socket, url })) {
          // As a port does: its end is told when the caller has it in hand.
          timers.after(0, () => closed(socket, ABNORMAL_CLOSE, 'no runner is linked', null));
        }
        return {
          send: (data) => {
            if (open.has(socket)) send({ type: 'socket-send', socket, data });
          },
          close: (code = 1000, reason = '') => {
            if (!open.has(socket)) return;
            send({ type: 'socket-close', socket, code, reason });
            closed(socket, code, reason, null);
          },
        };
      },
    },
    receive(message) {
      const handlers = open.get(message.socket);
      if (handlers === undefined) return;
      if (message.type === 'socket-opened') return handlers.onOpen();
      if (message.type === 'socket-closed') {
        return closed(message.socket, message.code, message.reason, message.status);
      }
      for (const frame of message.frames) {
        // A frame may make the feed give its socket up.
        if (open.get(message.socket) !== handlers) return;
        handlers.onMessage(frame);
      }
    },
    linkLost() {
      for (const socket of [...open.keys()])
        closed(socket, LINK_CLOSE.goingAway, 'the link to the runner is lost', null);
    },
  };
}
