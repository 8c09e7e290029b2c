/** A thread of the matrix: runs the seeds that it is given. Started by `matrix-pool.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { runSeeds } from './matrix.ts';

const seeds = workerData as readonly number[];
let done = 0;
const result = await runSeeds(seeds, ({ plan, violations }) => {
  done++;
  if (violations.length > 0) parentPort?.postMessage({ said: `seed ${plan.seed}: ${violations[0]}` });
  else if (done % 500 === 0) parentPort?.postMessage({ said: `${done} of ${seeds.length} seeds` });
});
parentPort?.postMessage({ result });
