/**
 * The runner's state folder as a disk that can lose power: what is written whole or synced stays, of what was only appended a part may
 * be lost, torn in the middle of a line. Syncs come within 50 ms, as `node-ports.ts` does it.
 */
import type { DiskPort } from '../../../runner/ports.ts';

/** RUNTIME §7: an appended line is synced within this. */
const SYNC_WITHIN_MS = 50;

interface File {
  synced: string;
  tail: string;
}

export interface CrashDisk {
  /** The folder for one life of the process. `after` are timers that die with it. */
  open(after: (delayMs: number, callback: () => void) => () => void): DiskPort;
  /** The power goes: of every unsynced tail the part that `keep` says stays (0: none, 1: all). */
  lose(keep: () => number): void;
  text(name: string): string;
}

/** An empty folder. */
export function createCrashDisk(): CrashDisk {
  const files = new Map<string, File>();
  const textOf = (name: string): string | null => {
    const file = files.get(name);
    return file === undefined ? null : file.synced + file.tail;
  };
  const sync = (name: string): void => {
    const file = files.get(name);
    if (file === undefined) return;
    file.synced += file.tail;
    file.tail = '';
  };
  return {
    open(after) {
      const planned = new Set<string>();
      return {
        read: textOf,
        write: (name, text) => void files.set(name, { synced: text, tail: '' }),
        remove: (name) => void files.delete(name),
        append(name, line) {
          const file = files.get(name) ?? { synced: '', tail: '' };
          file.tail += `${line}\n`;
          files.set(name, file);
          if (planned.has(name)) return;
          planned.add(name);
          after(SYNC_WITHIN_MS, () => {
            planned.delete(name);
            sync(name);
          });
        },
        sync,
      };
    },
    lose(keep) {
      for (const file of files.values()) {
        file.synced += file.tail.slice(0, Math.floor(file.tail.length * keep()));
        file.tail = '';
      }
    },
    text: (name) => textOf(name) ?? '',
  };
}
