/** What the chain client needs, on this machine: real time and HTTP, a disk in memory that survives a "restart". */
import type { ClockPort, DiskPort, LogPort, TimersPort } from '../../runner/ports.ts';

export const wallClock: ClockPort = {
  now: () => Date.now(),
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  speed: 1,
};

/** Timers that run so many times as fast: a chain on loopback answers at once. */
export function quickTimers(times: number): TimersPort {
  return {
    after: (delayWallMs, callback) => {
      const id = setTimeout(callback, delayWallMs / times);
      return () => clearTimeout(id);
    },
  };
}

export const silentLog: LogPort = { log: () => undefined };

/** A disk in memory. */
export function memoryDisk(): DiskPort & { readonly files: ReadonlyMap<string, string> } {
  const files = new Map<string, string>();
  return {
    files,
    read: (name) => files.get(name) ?? null,
    write: (name, text) => void files.set(name, text),
    remove: (name) => void files.delete(name),
    append: (name, line) => void files.set(name, `${files.get(name) ?? ''}${line}\n`),
    sync: () => undefined,
  };
}
