/** Starts the bench's venue and gives it its time. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setVenueTime } from '../../scripts/run/venue-time.ts';
import type { VenueChildOptions } from './venue-child.ts';

/** What the venue has sent so far. */
export interface VenueSent {
  readonly frames: number;
  /** Its time of each price change that moved a touch. */
  readonly touchMovesMs: readonly number[];
}

export interface BenchVenue {
  readonly url: string;
  /** The venue's time at a moment of the wall's, with fractions. */
  timeAt(wallMs: number): number;
  sent(): Promise<VenueSent>;
  stop(): Promise<void>;
}

export async function startBenchVenue(options: VenueChildOptions): Promise<BenchVenue> {
  const child = fork(join(import.meta.dirname, 'venue-child.ts'), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { port } = (await nextMessage(child)) as { readonly port: number };
  const url = `http://127.0.0.1:${port}`;
  // The start of the longest window is the start of one of every series.
  const windowMs = Math.max(...options.series.map(({ durationMs }) => durationMs));
  const { mapping } = await setVenueTime({ url, speed: options.speed, windowMs, span: null });
  return {
    url,
    timeAt: (wallMs) => mapping.simOriginMs + (wallMs - mapping.wallOriginMs) * mapping.speed,
    async sent() {
      child.send('sent');
      return (await nextMessage(child)) as VenueSent;
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const failed = new AbortController();
  child.once('exit', () => failed.abort(new Error('the venue has ended')));
  const [message] = await once(child, 'message', { signal: failed.signal });
  return message;
}
