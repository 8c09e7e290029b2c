/** Keeps the world's accounts in the run folder, beside the clock: `accounts.json`, whole or not at all. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface WorldStore {
  /** What was kept last, `null` in a fresh run folder. */
  read(): string | null;
  /** False for a while after a save that took long: keeping accounts must not keep the venue from trading. */
  isDue(): boolean;
  write(text: string): void;
}

const FILE = 'accounts.json';
/** API secrets stand in it: they are worth nothing elsewhere, and nobody else's business all the same. */
const OWNER_ONLY = 0o600;
/** Bytes that may be written in a wall second on average: some milliseconds of work. */
const BYTES_PER_SECOND = 1_000_000;

/** The store of a run folder. */
export function createWorldStore(runFolder: string, wallNow: () => number): WorldStore {
  const file = join(runFolder, FILE);
  let dueMs = 0;
  return {
    isDue: () => wallNow() >= dueMs,
    read() {
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    write(text) {
      writeFileSync(`${file}.new`, text, { mode: OWNER_ONLY });
      renameSync(`${file}.new`, file);
      dueMs = wallNow() + (text.length / BYTES_PER_SECOND) * 1_000;
    },
  };
}
