/** How long `make run` takes until the series trades: in a folder of its own, the first time and again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Figure, number } from './support/figure.ts';
import { median } from './support/measure.ts';

const ROOT = join(import.meta.dirname, '..');
const WARM_STARTS = 3;
const COLD_SECONDS = 60;
const WARM_SECONDS = 6;
/** What the supervisor says when feeds are live and the series is recovered. */
const READY = /^ready in ([\d.]+) s$/;

export async function startFigures(say: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-start-'));
  try {
    say('make run, cold …');
    const cold = await secondsToReady(folder);
    const warm: number[] = [];
    for (let start = 0; start < WARM_STARTS; start++) {
      say('make run, warm …');
      warm.push(await secondsToReady(folder));
    }
    return [
      startFigure('`make run` in a new run folder, packages installed: ready', cold, COLD_SECONDS),
      startFigure(`\`make run\` on its own state again: ready (median of ${WARM_STARTS})`, median(warm), WARM_SECONDS),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startFigure(what: string, seconds: number, target: number): Figure {
  return { what, value: `${number(seconds)} s`, target: `≤ ${target} s`, met: seconds <= target, peer: '' };
}

/** Starts the supervisor, waits for its word, and stops it. */
async function secondsToReady(folder: string): Promise<number> {
  const [apiPort, venuePort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [join(ROOT, 'scripts/run.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      RUN_FOLDER: join(folder, 'run'),
      API_PORT: String(apiPort),
      VENUE_PORT: String(venuePort),
    },
  });
  const ended = once(child, 'exit');
  let seconds: number | null = null;
  for await (const line of createInterface(child.stdout)) {
    const ready = READY.exec(line)?.[1];
    if (ready === undefined) continue;
    seconds = Number(ready);
    child.kill('SIGTERM');
  }
  await ended;
  if (seconds === null) throw new Error('make run did not become ready');
  return seconds;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
