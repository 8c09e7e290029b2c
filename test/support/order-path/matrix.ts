/** Many seeds one after the other, and what they came to: violations with the way to see them again, and which crossings were gone through. */
import { formatMicro } from '../../../core/model/money.ts';
import { CROSSING_POINTS, type CrossingPoint, type Scenario } from './crossing-points.ts';
import { planOf, runPlan, runSeed, type SeededResult } from './seeded-run.ts';

export interface MatrixResult {
  readonly seeds: number;
  /** For each failed seed its number, the crossing, the violations and the command that repeats it. */
  readonly failures: readonly string[];
  /** How often each crossing was passed, and how often somebody died at it. */
  readonly crossed: ReadonlyMap<string, number>;
  readonly crashed: ReadonlyMap<string, number>;
  /** Crossings that are not in the list: new ways through a port, which the matrix does not know of. */
  readonly unlisted: readonly string[];
  /** Seeds whose crash was never reached. */
  readonly withoutCrash: number;
  readonly slowestConvergenceMs: number;
  /** Of all seeds, what was traded. */
  readonly posts: number;
  readonly trades: number;
  /** Matches by kind, and runs by the kinds of orders in them. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly greatestExposureMicro: number;
  /** In how many runs each property was looked at. */
  readonly looked: ReadonlyMap<string, number>;
}

/** How a seed is run again, with everything that passes a port printed. */
export function repeatCommand(seed: number): string {
  return `ORDER_PATH_SEED=${seed} node scripts/crash-matrix.ts`;
}

/** Runs the seeds in order; `onSeed` hears of each. */
export async function runSeeds(
  seeds: Iterable<number>,
  onSeed: (result: SeededResult) => void = () => undefined,
): Promise<MatrixResult> {
  const listed = new Set(CROSSING_POINTS.map(({ name }) => name));
  const failures: string[] = [];
  const crossed = new Map<string, number>();
  const crashed = new Map<string, number>();
  const kinds = new Map<string, number>();
  const looked = new Map<string, number>();
  let count = 0;
  let withoutCrash = 0;
  let slowestConvergenceMs = 0;
  let posts = 0;
  let trades = 0;
  let greatestExposureMicro = 0;
  for (const seed of seeds) {
    const result = await runSeed(seed);
    count++;
    for (const [name, times] of result.crossed) crossed.set(name, (crossed.get(name) ?? 0) + times);
    for (const name of result.crashed) crashed.set(name, (crashed.get(name) ?? 0) + 1);
    if (!result.crashed.includes(result.plan.crashes?.at(-1)?.point.name ?? '')) withoutCrash++;
    slowestConvergenceMs = Math.max(slowestConvergenceMs, result.convergedAfterMs ?? 0);
    const { judge } = result.world;
    for (const property of judge.looked) looked.set(property, (looked.get(property) ?? 0) + 1);
    posts += judge.posts;
    greatestExposureMicro = Math.max(greatestExposureMicro, judge.greatestExposureMicro);
    for (const kind of judge.orderKinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    for (const { kind, state } of judge.trades()) {
      trades++;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (state === 'FAILED') kinds.set('failed', (kinds.get('failed') ?? 0) + 1);
    }
    if (result.violations.length > 0) failures.push(describe(result));
    onSeed(result);
  }
  return {
    seeds: count,
    failures,
    crossed,
    crashed,
    unlisted: [...crossed.keys()].filter((name) => !listed.has(name)).sort(),
    withoutCrash,
    slowestConvergenceMs,
    posts,
    trades,
    kinds,
    greatestExposureMicro,
    looked,
  };
}

function describe({ plan, violations, crashed }: SeededResult): string {
  const crash = plan.crashes?.at(-1);
  const where = `${crash?.dies} at "${crash?.point.name}" ${crash?.point.occurrence}${crashed.length === 0 ? ' (not reached)' : ''}`;
  const said = violations.slice(0, 3).join('; ');
  return `seed ${plan.seed} (${plan.scenario}, ${plan.course}, ${where}): ${said}. Again: ${repeatCommand(plan.seed)}`;
}

/** The crossings as a table, most deaths first: how often somebody died at each, and how often it was passed. */
export function coverageTable({ crossed, crashed }: Pick<MatrixResult, 'crossed' | 'crashed'>): string {
  const rows = [...crossed].map(([name, times]) => ({ name, times, deaths: crashed.get(name) ?? 0 }));
  rows.sort((left, right) => right.deaths - left.deaths || left.name.localeCompare(right.name));
  const lines = rows.map(({ name, times, deaths }) => `${`${deaths}`.padStart(7)} ${`${times}`.padStart(9)}  ${name}`);
  return [' deaths    passed  crossing', ...lines].join('\n');
}

/** All of it in some lines. */
export function summaryOf(result: MatrixResult): string {
  const { seeds, failures, crossed, crashed, withoutCrash, slowestConvergenceMs, posts, trades, kinds } = result;
  const sorts = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const properties = [...result.looked]
    .map(([property, count]) => `${property} ${count}`)
    .sort()
    .join(', ');
  return [
    `${seeds} seeds, ${failures.length} failed; ${seeds - withoutCrash} reached their crash; ${crashed.size} of ${crossed.size} crossings were died at`,
    `${posts} orders left, ${trades} matches (${sorts}); greatest exposure ${formatMicro(result.greatestExposureMicro)} pUSD`,
    `properties by the seeds in which they were looked at: ${properties}`,
    `all was known at most ${slowestConvergenceMs} ms after the faults had stopped`,
  ].join('\n');
}

const SCENARIOS: readonly Scenario[] = ['quote', 'flatten', 'kill', 'end', 'close'];
/** Runs that close are drawn from those that quote. */
const SHORT = SCENARIOS.filter((scenario) => scenario !== 'end' && scenario !== 'close');
/** A crossing that comes in a smaller part of a scenario's runs is looked for at its first occurrence only. */
const COMMON = 0.8;
const MOST_OCCURRENCES = 6;

/** Finds all crossings anew: runs without a crash say which scenario has which, runs with one show what only recovery passes. */
export async function listCrossings(seeds: number): Promise<readonly CrossingPoint[]> {
  const seen = new Map<string, Map<Scenario, number[]>>();
  const note = ({ plan, crossed }: SeededResult): void => {
    for (const [name, times] of crossed) {
      const byScenario = seen.get(name) ?? new Map<Scenario, number[]>();
      seen.set(name, byScenario);
      byScenario.set(plan.scenario, [...(byScenario.get(plan.scenario) ?? []), times]);
    }
  };
  const runs = new Map<Scenario, number>();
  for (let seed = 0; seed < seeds; seed++) {
    const plan = planOf(seed);
    note(await runPlan(plan));
    runs.set(plan.scenario, (runs.get(plan.scenario) ?? 0) + 1);
  }
  return [...seen]
    .map(([name, byScenario]) => {
      const share = (scenario: Scenario): number =>
        (byScenario.get(scenario)?.length ?? 0) / Math.max(1, runs.get(scenario) ?? 0);
      const best = Math.max(...SCENARIOS.map(share));
      const short = SHORT.filter((scenario) => share(scenario) >= best / 4);
      // The way to the end of a window is long: it is gone where nothing else leads to the crossing so surely.
      const isSure = short.some((scenario) => share(scenario) >= best / 2);
      const long: readonly Scenario[] = share('end') < best ? ['close'] : ['end'];
      const scenarios = isSure ? short : [...short, ...long];
      const least = Math.min(...scenarios.flatMap((scenario) => byScenario.get(scenario) ?? []));
      const occurrences = best >= COMMON ? Math.max(1, Math.min(MOST_OCCURRENCES, least)) : 1;
      return { name, scenarios, occurrences };
    })
    .sort((left, right) => left.name.localeCompare(right.name));
}
