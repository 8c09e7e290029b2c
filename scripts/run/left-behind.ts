/**
 * Ends a workerd that a killed supervisor left behind: it would hold the port, and write to the same state. It is known by a variable
 * that only the workerd of this run folder has. Where there is no /proc, the used port tells of it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const RUN_FOLDER_MARK = 'POLY_EDGE_RUN_FOLDER';

const GONE_WITHIN_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** Returns how many were ended. */
export async function endLeftBehind(folder: string): Promise<number> {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  const left = pids.map(Number).filter((pid) => isOurs(pid, folder));
  for (const pid of left) process.kill(pid, 'SIGKILL');
  const deadlineMs = Date.now() + GONE_WITHIN_MS;
  while (left.some(holdsFiles) && Date.now() < deadlineMs) {
    await new Promise<void>((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
  return left.length;
}

function isOurs(pid: number, folder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${RUN_FOLDER_MARK}=${folder}`);
  } catch {
    // Gone meanwhile, or another user's: not ours.
    return false;
  }
}

/** A process that is ending lets go of its environment first and of its sockets later; a zombie holds nothing. */
function holdsFiles(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // Gone.
    return false;
  }
}
