/**
 * Every place at which a process can die: wherever something passes a port, in either direction. Each has a name that stays the same
 * from run to run; what is crossed is counted, and the plan of a seed says at which crossing of which name the lights go out.
 */
export type Party = 'object' | 'runner';

export interface Crossings {
  /** Something passes a port of a party: `object commit submit-order before`. */
  cross(party: Party, name: string): void;
  readonly counts: ReadonlyMap<string, number>;
  /** Nobody dies any more. */
  disarm(): void;
  /** Names of what passed, in order; kept for a trace only when asked for. */
  onCross(listener: (name: string) => void): void;
}

/** Where a process is to die. */
export interface CrashPoint {
  readonly name: string;
  /** Counted from 1. */
  readonly occurrence: number;
}

/** Counts, and calls `crash` when the `occurrence`th crossing of the name comes; points are taken one after the other. */
export function createCrossings(points: readonly CrashPoint[], crash: (party: Party, name: string) => void): Crossings {
  const counts = new Map<string, number>();
  const listeners: ((name: string) => void)[] = [];
  let left = [...points];
  return {
    counts,
    disarm() {
      left = [];
    },
    onCross: (listener) => void listeners.push(listener),
    cross(party, what) {
      const name = `${party} ${what}`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      for (const listener of listeners) listener(name);
      const index = left.findIndex((point) => point.name === name && point.occurrence === count);
      if (index < 0) return;
      left.splice(index, 1);
      crash(party, name);
    },
  };
}
