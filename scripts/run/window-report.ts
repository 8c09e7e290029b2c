/** Prints each closed window once, in order of time: also when workerd or the supervisor itself was started again in between. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { WindowRow } from './series-api.ts';
import { windowLine } from './window-line.ts';

/** More windows than the API is asked for at a time: an older one cannot come again. */
const REMEMBERED = 1_000;
const printedSchema = z.array(z.string());

export interface WindowReport {
  /** Prints what is new among final records, however they are ordered. */
  take(rows: readonly WindowRow[]): void;
}

/** `file` remembers what was printed. */
export function createWindowReport(file: string, say: (line: string) => void): WindowReport {
  const printed = readPrinted(file);
  return {
    take(rows) {
      const fresh = rows
        .filter((row) => !printed.has(keyOf(row)))
        .sort((left, right) => left.windowStartMs - right.windowStartMs);
      if (fresh.length === 0) return;
      for (const row of fresh) {
        printed.add(keyOf(row));
        say(windowLine(row));
      }
      writeFileSync(`${file}.new`, JSON.stringify([...printed].slice(-REMEMBERED)));
      renameSync(`${file}.new`, file);
    },
  };
}

function keyOf({ series, windowStartMs }: WindowRow): string {
  return `${series} ${windowStartMs}`;
}

/** A damaged file costs lines that are printed again, not the run. */
function readPrinted(file: string): Set<string> {
  if (!existsSync(file)) return new Set();
  try {
    return new Set(printedSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch {
    return new Set();
  }
}
