/** The embedded venue as a child process in a group of its own, so that the terminal's Ctrl-C reaches the supervisor alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { endChild } from './child-process.ts';
import { RunProblem } from './problem.ts';

export interface VenueOptions {
  readonly root: string;
  readonly port: number;
  readonly folder: string;
  readonly seed: number;
  readonly speed: number;
  readonly tape: string | null;
  /** Called when it ends without having been asked to. */
  readonly onLost: (reason: string) => void;
}

export interface VenueProcess {
  readonly url: string;
  stop(): Promise<void>;
  /** Kills it on the spot. */
  kill(): void;
}

/** It has its sockets to close, and a clock file to write. */
const GRACE_MS = 3_000;
/** What it said last is shown when it fails. */
const LAST_CHARS = 600;
const readyLine = z.object({ ready: z.literal(true), port: z.number() });

/** Starts the venue; resolves when it listens, rejects with `RunProblem` when it ends before. */
export async function startVenue(options: VenueOptions): Promise<VenueProcess> {
  const { port, folder, seed, speed, tape } = options;
  const child = spawn(
    process.execPath,
    [
      join(options.root, 'scripts/run/venue-child.ts'),
      ...['--port', String(port), '--run-folder', folder, '--seed', String(seed), '--speed', String(speed)],
      ...(tape === null ? [] : ['--tape', tape]),
    ],
    { cwd: options.root, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-LAST_CHARS);
  });
  let stopping = false;
  const listening = await waitUntilReady(child);
  if (!listening) throw new RunProblem(`The embedded venue did not start: ${lastWords(said)}`);
  child.once('exit', (code, signal) => {
    if (!stopping) options.onLost(`The embedded venue ended (${signal ?? `status ${code}`}): ${lastWords(said)}`);
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      stopping = true;
      return endChild(child, GRACE_MS);
    },
    kill() {
      stopping = true;
      child.kill('SIGKILL');
    },
  };
}

function waitUntilReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
    if (child.stdout === null) return resolve(false);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{') && readyLine.safeParse(JSON.parse(line)).success) resolve(true);
    });
  });
}

/** The sentence of an error among the lines of a stack, else the last line. */
function lastWords(said: string): string {
  const lines = said.split('\n').map((line) => line.trim());
  const error = lines.find((line) => /^(\w*Error|The embedded venue)\b.*:/.test(line));
  return error ?? lines.findLast((line) => line !== '') ?? 'it said nothing.';
}
