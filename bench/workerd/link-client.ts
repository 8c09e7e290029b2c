/** The measuring client in the runner's place: notes every intent with the time of its arrival. */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { helloMac, type LinkKey, signUpgrade } from '../../core/protocol/link-auth.ts';
import { encodeFrameFromRunner } from '../../core/protocol/link-schemas-from-runner.ts';
import {
  LINK_PROTOCOL_VERSION,
  type LinkFrameToRunner,
  type LinkMessageFromRunner,
} from '../../core/protocol/runner-link.ts';

export interface Arrival {
  readonly type: 'submit-order' | 'cancel-order';
  /** What caused it, in the series' history. */
  readonly seq: number;
  /** The cause's stamp at its source, and the arrival here: the venue's clock, milliseconds. */
  readonly sentMs: number;
  readonly arrivedMs: number;
}

export interface LinkClient {
  arrivals(): Promise<readonly Arrival[]>;
  /** Round trips of a ping, which the object answers without storing anything. */
  readonly greetingsMs: readonly number[];
  close(): Promise<void>;
}

/** Far beyond any round trip, so that an answer belongs to the last greeting. */
const GREET_EVERY_MS = 250;

/** `timeAt` is the venue's time at a moment of the wall's. Resolves when the object has welcomed the client. */
export async function openLink(
  url: string,
  series: string,
  key: LinkKey,
  timeAt: (wallMs: number) => number,
): Promise<LinkClient> {
  const arrivals: Arrival[] = [];
  const greetingsMs: number[] = [];
  let greetedMs = 0;
  let greetings = 0;
  const path = `/link/${series}`;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, {
    headers: signUpgrade(key, { method: 'GET', path }, Date.now(), randomBytes(16).toString('hex')),
  });
  const send = (message: LinkMessageFromRunner) => socket.send(encodeFrameFromRunner({ messages: [message] }));
  const welcomed = new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code, reason) => reject(new Error(`the link was closed with ${code}: ${String(reason)}`)));
    socket.on('message', (data) => {
      const arrivedMs = timeAt(wallMs());
      const { messages } = JSON.parse(String(data)) as LinkFrameToRunner;
      for (const message of messages) {
        if (message.type === 'challenge') {
          const { epoch, nonce } = message;
          const hello = {
            protocol: LINK_PROTOCOL_VERSION,
            runnerId: 'bench',
            keyId: key.id,
            epoch,
            timeMs: Date.now(),
          };
          send({ type: 'hello', ...hello, mac: helloMac(key, { ...hello, series, nonce }) });
        } else if (message.type === 'welcome') resolve();
        else if (message.type === 'pong') greetingsMs.push(wallMs() - greetedMs);
        else if (message.type === 'submit-order' || message.type === 'cancel-order') {
          const { seq, tsEvent } = message.cause;
          arrivals.push({ type: message.type, seq, sentMs: tsEvent, arrivedMs });
        }
      }
    });
  });
  await welcomed;
  const timer = setInterval(() => {
    greetedMs = wallMs();
    send({ type: 'ping', id: ++greetings });
  }, GREET_EVERY_MS);
  return {
    arrivals: async () => [...arrivals],
    greetingsMs,
    async close() {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** Finer than a millisecond. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
