/** `scripts/run.ts` as a real process in a folder of its own, and what it prints, line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(import.meta.dirname, '../../..');
// The repository's own Node: it runs TypeScript as it is.
export const NODE = join(ROOT, 'node_modules/.bin/node');

export interface RunProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly folder: string;
  readonly lines: readonly string[];
  /** Everything on standard error so far. */
  errors(): string;
  /** The first line that matches, printed already or to come. Rejects when the process ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves when `count` lines match. */
  countOf(pattern: RegExp, count: number): Promise<readonly string[]>;
  /** Sends the signal and resolves with the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  exited(): Promise<number | null>;
}

const started: RunProcess[] = [];
const folders: string[] = [];

/** A folder that `cleanUp` removes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'poly-edge-run-'));
  folders.push(folder);
  return folder;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('a listening server has an address');
  return address.port;
}

/** Starts the supervisor; the environment is the test's own and `variables`. */
export async function startRun(variables: Readonly<Record<string, string>>): Promise<RunProcess> {
  const folder = variables['RUN_FOLDER'] ?? join(temporaryFolder(), 'run');
  const apiPort = variables['API_PORT'] ?? String(await freePort());
  const venuePort = variables['VENUE_PORT'] ?? String(await freePort());
  const child = spawn(NODE, ['--disable-warning=ExperimentalWarning', 'scripts/run.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ...variables,
      RUN_FOLDER: folder,
      API_PORT: apiPort,
      VENUE_PORT: venuePort,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = follow(child, `http://127.0.0.1:${apiPort}`, folder);
  started.push(run);
  return run;
}

function follow(child: ChildProcess, url: string, folder: string): RunProcess {
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let errors = '';
  const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  if (child.stdout === null || child.stderr === null) throw new Error('the output is piped');
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const watcher of watchers) watcher();
  });

  function countOf(pattern: RegExp, count: number): Promise<readonly string[]> {
    return new Promise((done, failed) => {
      const look = (): void => {
        const found = lines.filter((line) => pattern.test(line));
        if (found.length < count) return;
        watchers.delete(look);
        done(found);
      };
      watchers.add(look);
      void exited.then((code) => {
        failed(new Error(`It ended with ${code} before ${pattern}:\n${lines.join('\n')}\n${errors}`));
      });
      look();
    });
  }
  return {
    child,
    url,
    folder,
    lines,
    errors: () => errors,
    line: async (pattern) => (await countOf(pattern, 1))[0] ?? '',
    countOf,
    end(signal) {
      child.kill(signal);
      return exited;
    },
    exited: () => exited,
  };
}

/** Processes whose parent is `pid`, by the name of their program. Zombies are gone. */
export function childrenOf(pid: number): readonly { readonly pid: number; readonly name: string }[] {
  const children: { pid: number; name: string }[] = [];
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = readStat(entry);
    if (stat === null) continue;
    const [, name = '', state = '', parent = ''] = /^\d+ \((.*)\) (\S) (\d+)/.exec(stat) ?? [];
    if (Number(parent) === pid && state !== 'Z') children.push({ pid: Number(entry), name });
  }
  return children;
}

function readStat(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It ended while the list was read.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

/** Whether the process lives. */
export function lives(pid: number): boolean {
  const stat = readStat(String(pid));
  return stat !== null && !/\) [ZX] /.test(stat);
}

/** Ends what a failed test left, and removes the folders. */
export async function cleanUp(): Promise<void> {
  for (const run of started.splice(0)) {
    if (run.child.exitCode === null && run.child.signalCode === null) {
      const { pid } = run.child;
      const children = pid === undefined ? [] : childrenOf(pid);
      await run.end('SIGKILL');
      for (const child of children) if (lives(child.pid)) process.kill(child.pid, 'SIGKILL');
    }
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
