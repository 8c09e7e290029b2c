/**
 * The crash matrix of the order path by hand: `make crash-matrix SEEDS=30000`, on every core. `ORDER_PATH_SEED=17` runs one seed and prints
 * everything that passed a port; `ORDER_PATH_LIST=2000` finds the crossings anew, for `test/support/order-path/crossing-points.ts`.
 */
import { coverageTable, listCrossings, summaryOf } from '../test/support/order-path/matrix.ts';
import { runMatrix } from '../test/support/order-path/matrix-pool.ts';
import { runSeed } from '../test/support/order-path/seeded-run.ts';

/** Seeds of the matrix when nobody says how many. */
const DEFAULT_SEEDS = 30_000;

const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function one(seed: number): Promise<void> {
  const { plan, trace, violations, traceHash, convergedAfterMs } = await runSeed(seed);
  for (const line of trace) print(line);
  print(JSON.stringify(plan, null, 2));
  print(`trace ${traceHash}, all known ${convergedAfterMs ?? 'never'} ms after the faults`);
  for (const violation of violations) print(`VIOLATION ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

async function list(seeds: number): Promise<void> {
  for (const { name, scenarios, occurrences } of await listCrossings(seeds)) {
    const letters = scenarios.map((scenario) => scenario[0]).join('');
    print(`  ['${name}', '${letters}', ${occurrences}],`);
  }
}

async function many(count: number): Promise<void> {
  const result = await runMatrix(
    Array.from({ length: count }, (_, seed) => seed),
    print,
  );
  print(coverageTable(result));
  for (const failure of result.failures) print(failure);
  print(summaryOf(result));
  process.exitCode = result.failures.length === 0 ? 0 : 1;
}

const { ORDER_PATH_SEED: seed = '', ORDER_PATH_LIST: listed = '', SEEDS: seeds = '' } = process.env;
if (seed !== '') await one(Number(seed));
else if (listed !== '') await list(Number(listed));
else await many(seeds === '' ? DEFAULT_SEEDS : Number(seeds));
