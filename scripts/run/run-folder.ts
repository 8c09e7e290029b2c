/**
 * The run folder: everything a run keeps, so that the next start goes on with it. One supervisor at a time owns it.
 *
 *   state/           what the Worker's object, D1 and R2 store      venue/           the embedded venue's clock
 *   tokens.json      the API's tokens, for this user only           worker.log       JSON lines of the Worker
 *   printed.json     windows whose line was printed                 supervisor.pid   who owns the folder now
 *   runner/          the runner's state                             runner.log       JSON lines of the runner
 *   wallet.key       the throw-away key of MODE=sim                 link.key         what the runner signs its link with
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { messageOf, RunProblem } from './problem.ts';
import { isSecret } from './run-settings.ts';

export interface ApiTokens {
  readonly viewer: string;
  readonly operator: string;
}

export interface RunFolder {
  readonly path: string;
  readonly state: string;
  readonly venue: string;
  readonly tokensFile: string;
  readonly workerLog: string;
  readonly printedFile: string;
  readonly runnerState: string;
  readonly runnerLog: string;
  /** Gives the folder back. */
  release(): void;
}

const tokensSchema = z.strictObject({ viewer: z.string().min(1), operator: z.string().min(1) });
/** 24 bytes are 192 bits, and 32 characters. */
const TOKEN_BYTES = 24;
/** 256 bits: the key of an HMAC-SHA256. */
const LINK_SECRET_BYTES = 32;

/** Makes the folder where it is missing and takes it. Throws `RunProblem` when it cannot be used or another process has it. */
export function openRunFolder(path: string): RunFolder {
  const pidFile = join(path, 'supervisor.pid');
  const venue = join(path, 'venue');
  try {
    mkdirSync(venue, { recursive: true });
  } catch (error) {
    throw new RunProblem(`The run folder ${path} cannot be made (${messageOf(error)}): set RUN_FOLDER to another.`);
  }
  const owner = ownerOf(pidFile);
  if (owner !== null) {
    throw new RunProblem(
      `The run folder ${path} is in use by process ${owner}: stop that, or set RUN_FOLDER to another.`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    path,
    state: join(path, 'state'),
    venue,
    tokensFile: join(path, 'tokens.json'),
    workerLog: join(path, 'worker.log'),
    printedFile: join(path, 'printed.json'),
    runnerState: join(path, 'runner'),
    runnerLog: join(path, 'runner.log'),
    release: () => rmSync(pidFile, { force: true }),
  };
}

/** The process that owns the folder and still lives. */
function ownerOf(pidFile: string): number | null {
  if (!existsSync(pidFile)) return null;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? pid : null;
  }
}

/** The run's tokens: the user's own, else those of the folder, made once. Only this user can read the file. */
export function readTokens(folder: RunFolder, given: ApiTokens | null): ApiTokens {
  const tokens = given ?? savedTokens(folder) ?? { viewer: newToken(), operator: newToken() };
  writeFileSync(folder.tokensFile, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  // The mode above is for a new file only.
  chmodSync(folder.tokensFile, 0o600);
  return tokens;
}

function savedTokens(folder: RunFolder): ApiTokens | null {
  if (!existsSync(folder.tokensFile)) return null;
  try {
    return tokensSchema.parse(JSON.parse(readFileSync(folder.tokensFile, 'utf8')));
  } catch (cause) {
    throw new RunProblem(`${folder.tokensFile} is damaged: delete it, and new tokens are made.`, { cause });
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** The secret of the runner's link, made once. Only this user can read the file. */
export function readLinkSecret(folder: RunFolder): string {
  const file = join(folder.path, 'link.key');
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(LINK_SECRET_BYTES).toString('base64url')}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8').trim();
}

/**
 * Tells the command line which run was started last: its API, its tokens and, where it has a runner, what that was told. Secrets are not
 * written down: a command takes them from the environment or from `.env`, as the run did, and `withheld` says which it then needs.
 */
export function announceRun(folder: RunFolder, url: string, runner: Readonly<Record<string, string>> | null): void {
  const file = join(dirname(folder.path), 'current.json');
  const told = Object.entries(runner ?? {});
  const open = runner === null ? null : Object.fromEntries(told.filter(([name]) => !isSecret(name)));
  const withheld = told.map(([name]) => name).filter(isSecret);
  const current = { url, tokensFile: folder.tokensFile, runner: open, withheld };
  writeFileSync(`${file}.new`, `${JSON.stringify(current, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
