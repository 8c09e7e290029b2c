/**
 * The runner's state folder: its identity and its memory (RUNTIME §7). One process at a time owns it; whoever has it is the same runner
 * as before, and returns at once where another would have to wait.
 *
 *   runner-id         who this runner is                    submissions.jsonl   what was sent, and what came of it
 *   owner             the process that has the folder now   latch.json          what holds until resume
 *   control.sock      for the command line                  link-…              the links' epochs and facts
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDisk } from './node-ports.ts';
import { createNodeDisk } from './node-ports.ts';
import type { RandomPort } from './ports.ts';

export interface StateFolder {
  readonly path: string;
  readonly disk: NodeDisk;
  readonly runnerId: string;
  /** Gives the folder back. */
  release(): void;
}

/** What keeps the folder from being used, as one sentence. */
export class StateFolderProblem extends Error {
  override readonly name = 'StateFolderProblem';
}

const OWNER_FILE = 'owner';
const ID_FILE = 'runner-id';
const ID = /^[a-z0-9-]{8,64}$/;
const ID_BYTES = 8;

/** Where the command line finds the runner that is up. */
export const controlSocketPath = (folder: string): string => join(folder, 'control.sock');

/**
 * Makes the folder where it is missing and takes it. Throws `StateFolderProblem`: it cannot be written to, or another process has it.
 * `onDiskError` hears of a sync that failed later.
 */
export function openStateFolder(path: string, random: RandomPort, onDiskError: (error: Error) => void): StateFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  } catch (error) {
    throw new StateFolderProblem(
      `The state folder ${path} cannot be made (${textOf(error)}): set STATE_FOLDER to another.`,
    );
  }
  const ownerFile = join(path, OWNER_FILE);
  takeOver(path, ownerFile);
  const disk = createNodeDisk(path, onDiskError);
  const given = disk.read(ID_FILE)?.trim() ?? '';
  const runnerId = ID.test(given) ? given : `runner-${random.hex(ID_BYTES)}`;
  if (runnerId !== given) disk.write(ID_FILE, `${runnerId}\n`);
  return {
    path,
    disk,
    runnerId,
    release() {
      disk.close();
      rmSync(ownerFile, { force: true });
    },
  };
}

/** Writes ourselves down as the owner; two that try at once cannot both succeed. */
function takeOver(path: string, ownerFile: string): void {
  const own = identityOf(process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(ownerFile, own, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw new StateFolderProblem(
          `The state folder ${path} cannot be written to (${textOf(error)}): set STATE_FOLDER to another.`,
        );
      }
    }
    const owner = readFileSync(ownerFile, 'utf8');
    const pid = Number(owner.split(' ')[0]);
    if (isAlive(pid) && identityOf(pid) === owner) {
      throw new StateFolderProblem(
        `The state folder ${path} is in use by process ${pid}: stop that, or set STATE_FOLDER to another.`,
      );
    }
    // Its process is gone, or its number belongs to another by now.
    rmSync(ownerFile, { force: true });
  }
  throw new StateFolderProblem(`The state folder ${path} was taken by another process just now: try again.`);
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Number and start of a process, because numbers come again; the number alone where there is no /proc. */
function identityOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the start time is the 20th field after it (proc(5)).
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return `${pid} `;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
