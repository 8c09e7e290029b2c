/** The runner's state folder in memory: what is appended survives the process, and a power cut takes what was not synced. */
import type { DiskPort } from '../../runner/ports.ts';

export interface MemoryDisk extends DiskPort {
  readonly files: Map<string, string>;
  /** Every write so far, as "append submissions.jsonl". */
  readonly writes: string[];
  /** Keeps a file up to its last sync alone. */
  cutPower(): void;
}

export function createMemoryDisk(files = new Map<string, string>()): MemoryDisk {
  const synced = new Map(files);
  const writes: string[] = [];
  return {
    files,
    writes,
    read: (name) => files.get(name) ?? null,
    write(name, text) {
      writes.push(`write ${name}`);
      files.set(name, text);
      synced.set(name, text);
    },
    remove(name) {
      writes.push(`remove ${name}`);
      files.delete(name);
      synced.delete(name);
    },
    append(name, line) {
      writes.push(`append ${name}`);
      files.set(name, `${files.get(name) ?? ''}${line}\n`);
    },
    sync(name) {
      synced.set(name, files.get(name) ?? '');
    },
    cutPower() {
      files.clear();
      for (const [name, text] of synced) files.set(name, text);
    },
  };
}
