/**
 * Keeps the runner running: a process of its own, in a group of its own, so that the terminal's Ctrl-C reaches the supervisor alone.
 * One that ends unasked is started again on the same state folder, and says so in one line.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { endChild } from './child-process.ts';
import { RunProblem } from './problem.ts';

export interface RunnerOptions {
  readonly root: string;
  /** The runner as `bundleForNode` has made it. */
  readonly script: string;
  /** What it is told, beside PATH and HOME. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly say: (line: string) => void;
  /** It cannot be kept running. */
  readonly onLost: (reason: string) => void;
}

export interface RunnerKeeper {
  /** Resolves when it says that it is linked and reconciled; rejects with `RunProblem` when it ends before. */
  readonly ready: Promise<void>;
  /** Process id of the runner that lives now. */
  readonly pid: number | undefined;
  /** Resolves when it has cancelled and reconciled, or after a grace period. */
  stop(): Promise<void>;
  kill(): void;
}

/**
 * Node takes what memory there is before it collects: with these bounds the runner stays below 150 MB (docs/benchmarks.md). 512 MB would
 * hold what it remembers of every order that the venue's limits let through in an hour, 40 a second (venue notes of 2026-11-23 §3.5).
 */
export const RUNNER_NODE_FLAGS: readonly string[] = ['--max-old-space-size=512', '--max-semi-space-size=4'];
/** It cancels, waits for known ends (40 s at most) and reports. */
const GRACE_MS = 45_000;
/** A runner that dies sooner than this after its start counts as one that cannot start. */
const QUICK_MS = 10_000;
const QUICK_DEATHS_ALLOWED = 5;
const RESTART_AFTER_MS = 500;
const LAST_CHARS = 600;
const readyLine = z.object({ ready: z.literal(true) });

/** Starts the runner, and starts it again when it ends unasked. */
export function keepRunnerRunning(options: RunnerOptions): RunnerKeeper {
  const log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
  let stopping = false;
  let quickDeaths = 0;
  let restart: ReturnType<typeof setTimeout> | null = null;
  let current = start(options, log);
  const ready = current.ready.then((problem) => {
    if (problem !== null && !stopping) throw new RunProblem(`The runner did not start: ${problem}`);
    if (problem === null) watch();
  });
  // Whoever waits for it hears of a failure; nobody has to.
  ready.catch(() => undefined);

  function watch(): void {
    const startedMs = Date.now();
    current.child.once('exit', (code, signal) => {
      if (stopping) return;
      quickDeaths = Date.now() - startedMs < QUICK_MS ? quickDeaths + 1 : 0;
      const how = signal ?? `status ${code}`;
      if (quickDeaths > QUICK_DEATHS_ALLOWED) {
        options.onLost(`The runner keeps ending (${how}): ${current.lastWords()}`);
        return;
      }
      options.say(`runner: it had ended (${how}); it was started again on the same state`);
      restart = setTimeout(() => {
        current = start(options, log);
        watch();
      }, RESTART_AFTER_MS);
    });
  }

  return {
    ready,
    get pid() {
      return current.child.pid;
    },
    async stop() {
      stopping = true;
      if (restart !== null) clearTimeout(restart);
      await endChild(current.child, GRACE_MS);
      log.end();
    },
    kill() {
      stopping = true;
      current.child.kill('SIGKILL');
    },
  };
}

interface Started {
  readonly child: ChildProcess;
  /** `null` once it is ready, else why it is not. */
  readonly ready: Promise<string | null>;
  lastWords(): string;
}

function start(options: RunnerOptions, log: WriteStream): Started {
  const child = spawn(process.execPath, [...RUNNER_NODE_FLAGS, options.script], {
    cwd: options.root,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_OPTIONS: process.env['NODE_OPTIONS'],
      ...options.environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-LAST_CHARS);
    log.write(chunk);
  });
  const lastWords = (): string =>
    said
      .trim()
      .split('\n')
      .findLast((line) => line !== '') ?? 'it said nothing.';
  const ready = new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(lastWords()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`);
      if (line.startsWith('{"ready"') && readyLine.safeParse(JSON.parse(line)).success) resolve(null);
    });
  });
  return { child, ready, lastWords };
}
