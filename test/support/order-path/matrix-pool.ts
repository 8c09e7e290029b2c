/** The matrix on all cores: seeds are dealt out to threads, each of which runs its own worlds. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CROSSING_POINTS } from './crossing-points.ts';
import type { MatrixResult } from './matrix.ts';

/** A crossing at which nobody died in the rounds that were asked for is tried so many rounds more. */
const MORE_ROUNDS = 24;

interface Message {
  readonly said?: string;
  readonly result?: MatrixResult;
}

/** Seeds of the first `rounds` rounds: in each, every crossing once. */
export function seedsOfRounds(rounds: number): number[] {
  return Array.from({ length: rounds * CROSSING_POINTS.length }, (_, seed) => seed);
}

/** Runs the seeds; `onSaid` hears of failures as they come, and how far it is. */
export async function runMatrix(
  seeds: readonly number[],
  onSaid: (line: string) => void = () => undefined,
): Promise<MatrixResult> {
  const threads = Math.max(1, Math.min(availableParallelism(), seeds.length));
  const results = await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const own = seeds.filter((_seed, place) => place % threads === index);
      return runThread(own, onSaid);
    }),
  );
  return results.reduce(together);
}

/** Runs until somebody has died at every crossing, or it was tried often enough. */
export async function runUntilAllCrashed(first: MatrixResult, rounds: number): Promise<MatrixResult> {
  let result = first;
  for (let round = rounds; round < rounds + MORE_ROUNDS; round++) {
    const missing = CROSSING_POINTS.flatMap(({ name }, index) => (result.crashed.has(name) ? [] : [index]));
    if (missing.length === 0) break;
    result = together(result, await runMatrix(missing.map((index) => round * CROSSING_POINTS.length + index)));
  }
  return result;
}

function runThread(seeds: readonly number[], onSaid: (line: string) => void): Promise<MatrixResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./matrix-worker.ts', import.meta.url), { workerData: seeds });
    worker.on('message', ({ said, result }: Message) => {
      if (said !== undefined) onSaid(said);
      if (result !== undefined) resolve(result);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread of the matrix ended with ${code}`)));
  });
}

function together(left: MatrixResult, right: MatrixResult): MatrixResult {
  const sum = (of: 'crossed' | 'crashed' | 'kinds' | 'looked'): Map<string, number> => {
    const all = new Map(left[of]);
    for (const [name, times] of right[of]) all.set(name, (all.get(name) ?? 0) + times);
    return all;
  };
  return {
    seeds: left.seeds + right.seeds,
    failures: [...left.failures, ...right.failures],
    crossed: sum('crossed'),
    crashed: sum('crashed'),
    unlisted: [...new Set([...left.unlisted, ...right.unlisted])].sort(),
    withoutCrash: left.withoutCrash + right.withoutCrash,
    slowestConvergenceMs: Math.max(left.slowestConvergenceMs, right.slowestConvergenceMs),
    posts: left.posts + right.posts,
    trades: left.trades + right.trades,
    kinds: sum('kinds'),
    looked: sum('looked'),
    greatestExposureMicro: Math.max(left.greatestExposureMicro, right.greatestExposureMicro),
  };
}
