/**
 * An object that decides nothing, in the link's own protocol: it leads at once, renews its lease, acknowledges what it is told, and sends
 * the intents that the bench gives it. What the runner's proof is worth is not its business.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { encodeFrameToRunner } from '../../core/protocol/link-schemas-to-runner.ts';
import {
  LEASE_RENEWAL_MS,
  LINK_PROTOCOL_VERSION,
  type LinkFact,
  type LinkFrameFromRunner,
  type LinkMessageToRunner,
} from '../../core/protocol/runner-link.ts';

export interface ObjectStandIn {
  readonly url: string;
  /** Where the peer's socket is opened. */
  readonly peerUrl: string;
  readonly epoch: number;
  send(message: LinkMessageToRunner): void;
  /** Sends a text to the peer. */
  sendToPeer(text: string): void;
  /** Resolves with the first fact that `wanted` takes, from now on. */
  fact(wanted: (fact: LinkFact) => boolean): Promise<LinkFact>;
  onFact(listener: (fact: LinkFact) => void): void;
  stop(): Promise<void>;
}

const EPOCH = 1;
const NONCE = '0'.repeat(32);

/** `pace`: how much faster than the wall the runner's time runs. */
export async function startObjectStandIn(series: string, pace: number): Promise<ObjectStandIn> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const listeners = new Set<(fact: LinkFact) => void>();
  let link: WebSocket | null = null;
  let peer: WebSocket | null = null;
  let leases = 0;
  const send = (message: LinkMessageToRunner): void => link?.send(encodeFrameToRunner({ messages: [message] }));
  const renew = (): void => send({ type: 'lease', epoch: EPOCH, number: ++leases });

  server.on('connection', (socket, request) => {
    if (request.url === '/peer') {
      peer = socket;
      return;
    }
    link = socket;
    send({
      type: 'challenge',
      protocol: LINK_PROTOCOL_VERSION,
      series,
      epoch: EPOCH,
      nonce: NONCE,
      buildId: 'bench',
      execution: 'venue',
    });
    socket.on('message', (data) => {
      for (const message of (JSON.parse(String(data)) as LinkFrameFromRunner).messages) {
        if (message.type === 'hello') {
          send({ type: 'welcome', ackSeq: 0 });
          send({ type: 'resume', epoch: EPOCH, orders: [] });
          renew();
        }
        if (message.type === 'ping') send({ type: 'pong', id: message.id });
        if (message.type !== 'fact') continue;
        send({ type: 'ack', seq: message.seq });
        for (const listener of listeners) listener(message.fact);
      }
    });
  });
  const timer = setInterval(renew, LEASE_RENEWAL_MS / pace);
  return {
    url,
    peerUrl: `${url.replace(/^http/, 'ws')}/peer`,
    epoch: EPOCH,
    send,
    sendToPeer: (text) => peer?.send(text),
    fact: (wanted) =>
      new Promise((resolve) => {
        const listener = (fact: LinkFact): void => {
          if (!wanted(fact)) return;
          listeners.delete(listener);
          resolve(fact);
        };
        listeners.add(listener);
      }),
    onFact: (listener) => void listeners.add(listener),
    async stop() {
      clearInterval(timer);
      for (const socket of server.clients) socket.terminate();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
