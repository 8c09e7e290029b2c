/** The measuring client in the runner's place: notes every intent with the time of its arrival. */
import { WebSocket } from 'ws';
import { LINK_PROTOCOL_VERSION, type LinkFrameToRunner } from '../../core/protocol/runner-link.ts';

export interface Arrival {
  readonly type: 'submit-order' | 'cancel-order';
  /** What caused it, in the series' history. */
  readonly seq: number;
  /** The cause's stamp at its source, and the arrival here: the venue's clock, milliseconds. */
  readonly sentMs: number;
  readonly arrivedMs: number;
}

export interface LinkClient {
  readonly arrivals: readonly Arrival[];
  /** Round trips of a greeting, which the object answers without storing anything. */
  readonly greetingsMs: readonly number[];
  close(): void;
}

/** Far beyond any round trip, so that an answer belongs to the last greeting. */
const GREET_EVERY_MS = 250;

/** `aheadMs` is the venue's clock less the wall's. */
export async function openLink(url: string, series: string, key: string, aheadMs: number): Promise<LinkClient> {
  const arrivals: Arrival[] = [];
  const greetingsMs: number[] = [];
  let greetedMs = 0;
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/link/${series}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  socket.on('message', (data) => {
    const arrivedMs = wallMs() + aheadMs;
    const { messages } = JSON.parse(String(data)) as LinkFrameToRunner;
    for (const message of messages) {
      if (message.type === 'welcome') {
        greetingsMs.push(wallMs() - greetedMs);
        continue;
      }
      const { seq, tsEvent } = message.cause;
      arrivals.push({ type: message.type, seq, sentMs: tsEvent, arrivedMs });
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const greet = () => {
    greetedMs = wallMs();
    socket.send(JSON.stringify({ messages: [{ type: 'hello', protocol: LINK_PROTOCOL_VERSION }] }));
  };
  greet();
  const timer = setInterval(greet, GREET_EVERY_MS);
  return {
    arrivals,
    greetingsMs,
    close() {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** Finer than a millisecond. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}
