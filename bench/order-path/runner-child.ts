/**
 * The runner as a process of its own: one file like that of `make run`, put together as `runner/main.ts` does, with taps around its link and its way to the venue. Started
 * by `fork` with the runner's environment and its options as one JSON argument; answers "departures" and "memory".
 *
 * `pace` lets the runner's whole time run faster: clocks, and every timer of its ports. Ten minutes then take a part of that.
 */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { Agent } from 'undici';
import { WebSocket } from 'ws';
import { createHttpPort } from '../../runner/clob/http-port.ts';
import { parseRunnerEnv } from '../../runner/env.ts';
import { createPartySockets } from '../../runner/link/party-sockets.ts';
import { createNodeClock, createNodeLog, fetchClockOrigin, nodeRandom, nodeTimers } from '../../runner/node-ports.ts';
import { createNodeSockets } from '../../runner/node-sockets.ts';
import type { ClockPort, RunnerPorts, TimersPort } from '../../runner/ports.ts';
import { createRunner } from '../../runner/runner.ts';
import { openStateFolder } from '../../runner/state-folder.ts';
import { wallMs } from '../workerd/link-client.ts';
import { noteDepartures } from './departures.ts';

export interface RunnerChildOptions {
  /** 1: as it is. */
  readonly pace: number;
  /** `null`: no taps, so that what they note is not counted as memory. */
  readonly taps: {
    /** A bare WebSocket whose frames are posted at once by a bare undici: `null` for none. */
    readonly peer: { readonly socketUrl: string; readonly venueUrl: string } | null;
  } | null;
}

/** Where the peer's requests go; the venue knows no such path, and says so. */
export const PEER_PATH = '/bench/peer';

/** Memory of the process, in bytes: now, after a collection where Node lets one be asked for, and at its highest. */
export interface RunnerMemory {
  readonly rssBytes: number;
  readonly highestRssBytes: number;
  readonly heapBytes: number;
}

const KILOBYTE = 1_024;

const { pace, taps } = JSON.parse(process.argv[2] ?? '') as RunnerChildOptions;
// `dist` lies in the repository, as this folder's parent does.
const repository = resolve(import.meta.dirname, '..');
const settings = parseRunnerEnv(process.env, repository);
if (!settings.ok) throw new Error(settings.error);
const { value } = settings;
const folder = openStateFolder(value.stateFolder, nodeRandom, (error) => {
  throw error;
});
process.on('exit', () => folder.release());
const departures = taps === null ? null : noteDepartures();
const http = createHttpPort({ proxy: null });
const origin = await fetchClockOrigin(http, nodeTimers, value.embeddedVenueUrl ?? '');
const clock = pace === 1 ? createNodeClock(origin) : pacedClock(createNodeClock(origin));
const ports: RunnerPorts = {
  clock,
  timers: pace === 1 ? nodeTimers : pacedTimers(),
  sockets: createNodeSockets({ proxy: null }),
  http: departures === null ? http : departures.tapHttp(http),
  disk: folder.disk,
  random: nodeRandom,
  log: createNodeLog(value.logLevel, clock.wallMs, (line) => void process.stdout.write(line)),
};
const party = createPartySockets();
const created = await createRunner({
  settings: value,
  ports,
  runnerId: folder.runnerId,
  linkSockets: departures === null ? party : departures.tapLink(party),
  repository,
});
if (!created.ok) throw new Error(created.error);
const runner = created.value;
const peerReceivedMs: number[] = [];
await runner.start();
if (taps?.peer) await startPeer(taps.peer.socketUrl, taps.peer.venueUrl);

process.on('message', (message) => {
  if (message === 'departures') {
    const peerLeftMs = departures?.leftTo(PEER_PATH) ?? [];
    process.send?.({
      departures: departures?.all() ?? [],
      peerMs: peerLeftMs.map((leftMs, index) => leftMs - (peerReceivedMs[index] ?? Number.NaN)),
    });
  }
  if (message === 'memory') {
    const { rss, heapUsed } = process.memoryUsage();
    const highestRssBytes = process.resourceUsage().maxRSS * KILOBYTE;
    process.send?.({ rssBytes: rss, highestRssBytes, heapBytes: heapUsed } satisfies RunnerMemory);
  }
});
process.once('SIGTERM', () => void runner.drain().then(() => process.exit(0)));
process.send?.({ ready: true, wallet: runner.wallet });

/** The runner's time is the venue's, and it believes that this is real time. */
function pacedClock(venueClock: ClockPort): ClockPort {
  return {
    now: venueClock.now,
    wallMs: venueClock.now,
    monotonicMs: () => performance.now() * pace,
    speed: 1,
  };
}

function pacedTimers(): TimersPort {
  return { after: (delayMs, callback) => nodeTimers.after(delayMs / pace, callback) };
}

/** The least that anything could do: a frame comes, and its text is posted. */
async function startPeer(socketUrl: string, venueUrl: string): Promise<void> {
  const agent = new Agent({ connections: 1, pipelining: 1 });
  const socket = new WebSocket(socketUrl, { perMessageDeflate: false });
  socket.on('message', (data) => {
    peerReceivedMs.push(wallMs());
    agent.dispatch(
      {
        origin: venueUrl,
        path: PEER_PATH,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: String(data),
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: () => undefined,
        onResponseData: () => undefined,
        onResponseEnd: () => undefined,
        onResponseError: () => undefined,
      },
    );
  });
  await once(socket, 'open');
}
