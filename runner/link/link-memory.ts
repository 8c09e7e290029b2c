/** What a series' link must remember over restarts: the highest epoch it has followed, and how many blocks of numbers it has begun. */
import * as z from 'zod';
import type { DiskPort } from '../ports.ts';

const schema = z.strictObject({ highestEpoch: z.int().nonnegative(), factBlocks: z.int().nonnegative() });

export interface LinkMemory {
  /** An object of a lower epoch has been superseded, and is refused. */
  readonly highestEpoch: number;
  /** Stored before it returns. */
  raiseEpoch(epoch: number): void;
  /** A block of fact numbers that was never begun before and lies above `atLeast`; stored before it returns. */
  nextFactBlock(atLeast: number): number;
}

/** Throws one sentence when the file cannot be read: to go on would mean to forget who was superseded. */
export function openLinkMemory(disk: DiskPort, series: string): LinkMemory {
  const name = `link-${series}.json`;
  const text = disk.read(name);
  let state = text === null ? { highestEpoch: 0, factBlocks: 0 } : readState(text, name);
  const store = (next: typeof state): void => {
    disk.write(name, JSON.stringify(next));
    state = next;
  };
  return {
    get highestEpoch() {
      return state.highestEpoch;
    },
    raiseEpoch(epoch) {
      if (epoch > state.highestEpoch) store({ ...state, highestEpoch: epoch });
    },
    nextFactBlock(atLeast) {
      store({ ...state, factBlocks: Math.max(state.factBlocks, atLeast) + 1 });
      return state.factBlocks;
    },
  };
}

function readState(text: string, name: string): z.infer<typeof schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, with the name of the file.
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(
    `${name} in the runner's state folder is damaged: cancel everything with \`cli cancel\`, move the folder away and start with a new one.`,
  );
}
