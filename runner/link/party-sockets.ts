/**
 * The link's sockets in production: partysocket over ws, one connection each. Nothing is queued (its default queue would flush stale
 * frames before the challenge), and it never dials again by itself: every attempt needs a fresh signature, and the back-off is the
 * link's own (RUNTIME §7).
 */
import ReconnectingWebSocket from 'partysocket/ws';
import { WebSocket } from 'ws';
import type { Socket, SocketHandlers, SocketsPort } from '../ports.ts';

/** An upgrade that takes longer is given up: a healthy one takes well below a second. */
const CONNECT_TIMEOUT_MS = 10_000;
/** No closing handshake took place (RFC 6455 §7.1.5: only reported, never sent). */
const ABNORMAL_CLOSE = 1006;
/** Far above anything that the object sends: a resume of every order it may have. */
const MAX_PAYLOAD_BYTES = 4_000_000;

export function createPartySockets(): SocketsPort {
  return { open: openPartySocket };
}

function openPartySocket(
  url: string,
  handlers: SocketHandlers,
  headers: Readonly<Record<string, string>> = {},
): Socket {
  let status: number | null = null;
  let problem = '';
  let opened = false;
  let isOver = false;

  class SignedWebSocket extends WebSocket {
    constructor(address: string) {
      super(address, {
        headers,
        followRedirects: false,
        maxPayload: MAX_PAYLOAD_BYTES,
        handshakeTimeout: CONNECT_TIMEOUT_MS,
        perMessageDeflate: false,
      });
      this.on('unexpected-response', (_request, response) => {
        status = response.statusCode ?? null;
        response.resume();
        this.terminate();
      });
    }
  }

  const over = (code: number, reason: string): void => {
    if (isOver) return;
    isOver = true;
    handlers.onClose(code, reason, opened ? null : status);
  };
  const party = new ReconnectingWebSocket(url, [], {
    WebSocket: SignedWebSocket,
    maxEnqueuedMessages: 0,
    maxRetries: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
  });
  party.onopen = () => {
    opened = true;
    handlers.onOpen();
  };
  party.onmessage = ({ data }) => {
    if (!isOver && typeof data === 'string') handlers.onMessage(data);
  };
  party.onerror = ({ message }) => {
    problem = message;
    over(ABNORMAL_CLOSE, problem);
  };
  party.onclose = ({ code, reason }) => {
    // partysocket tells the end before the error that caused it, as if it were orderly.
    queueMicrotask(() => over(opened ? code : ABNORMAL_CLOSE, reason === '' ? problem : reason));
  };
  return {
    send: (data) => {
      if (!isOver) party.send(data);
    },
    close: (code = 1000, reason = '') => {
      if (isOver) return;
      party.close(code, reason);
      over(code, reason);
    },
  };
}
