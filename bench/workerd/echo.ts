/** What a message and its answer take between two Node processes on this machine while the bench runs: the peer of the latencies. */
import { WebSocket } from 'ws';
import { wallMs } from './link-client.ts';

const EVERY_MS = 20;

export interface Echo {
  /** Round trips so far, in milliseconds. */
  readonly roundTripsMs: readonly number[];
  stop(): void;
}

/** Sends a frame of about an intent's size to the venue's echo, fifty times a second. */
export async function startEcho(url: string): Promise<Echo> {
  const roundTripsMs: number[] = [];
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  const padding = '.'.repeat(500);
  socket.on('message', (data) => {
    const { sentMs } = JSON.parse(String(data)) as { readonly sentMs: number };
    roundTripsMs.push(wallMs() - sentMs);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const timer = setInterval(() => socket.send(JSON.stringify({ sentMs: wallMs(), padding })), EVERY_MS);
  return {
    roundTripsMs,
    stop() {
      clearInterval(timer);
      socket.close();
    },
  };
}
