/** Timing by the wall, in one process: several rounds of each thing, taken in turn, and the median of them. */

/** The middle value; of an even number of values the upper of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share `q` of all values lies (nearest rank). NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/**
 * Runs each of `runs` `rounds` times, in turn, so that a slow moment of the machine meets all of them alike. Returns each one's median
 * in milliseconds. One round before the first is not counted: it compiles.
 */
export function medianMs<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => unknown>>,
): Record<Name, number> {
  const names = Object.keys(runs) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const from = process.hrtime.bigint();
      runs[name]();
      if (round >= 0) times[name].push(Number(process.hrtime.bigint() - from) / 1e6);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}
