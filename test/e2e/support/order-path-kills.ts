/**
 * SIGKILL of workerd, of the runner and of both while orders stand, again and again, and then what object, runner log and venue say of the
 * same money. Real processes, real sockets, the embedded venue.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { API_PREFIX } from '../../../core/protocol/admin-api.ts';
import { throwAwayWallet } from '../../../scripts/run/throw-away-wallet.ts';
import { fillsOf, openOrdersOf, operatorToken, SERIES, statusOf } from './run-api.ts';
import { childrenOf, type RunProcess } from './run-process.ts';

export type Victim = 'runner' | 'workerd' | 'both';
const VICTIMS: readonly Victim[] = ['runner', 'workerd', 'both'];

export interface KillReport {
  readonly kills: readonly { readonly victim: Victim; readonly openBefore: number; readonly backAfterMs: number }[];
  /** Client order ids of which the submission log has more than one sending as new. */
  readonly signedTwice: readonly string[];
  /** Matches that the records list more than once for one order. */
  readonly bookedTwice: readonly string[];
  readonly orders: number;
  readonly fills: number;
  /** Shares by token as object and venue show them at rest, where they differ. */
  readonly differences: readonly string[];
}

const accountSchema = z.object({ shares: z.record(z.string(), z.number()) });
const sentSchema = z.object({
  kind: z.literal('sent'),
  order: z.object({ clientOrderId: z.string() }),
  orderHash: z.string(),
});

const WINDOW_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d–\d\d:\d\d {2}strike /;
const WORKER_BACK = /^worker: workerd had died/;
const RUNNER_BACK = /^runner: it had ended/;

/**
 * Kills `count` times, once in a window: a supervisor gives up on a child that dies again and again within seconds. Then compares.
 * `venueUrl`: of the embedded venue.
 */
export async function killInTurns(run: RunProcess, venueUrl: string, count: number): Promise<KillReport> {
  const kills: KillReport['kills'][number][] = [];
  const records = recordsOf(run);
  const linesOf = (pattern: RegExp): number => run.lines.filter((line) => pattern.test(line)).length;
  for (let index = 0; index < count; index++) {
    const victim = VICTIMS[index % VICTIMS.length] ?? 'both';
    await run.countOf(WINDOW_LINE, linesOf(WINDOW_LINE) + 1);
    const openBefore = await untilOrdersStand(run);
    const [workerLines, runnerLines] = [linesOf(WORKER_BACK), linesOf(RUNNER_BACK)];
    const killedMs = performance.now();
    kill(run, victim);
    if (victim !== 'runner') await run.countOf(WORKER_BACK, workerLines + 1);
    if (victim !== 'workerd') await run.countOf(RUNNER_BACK, runnerLines + 1);
    await until(
      () => statusOf(run),
      ({ phase, tradingMode }) => phase === 'running' && tradingMode === 'active',
    );
    kills.push({ victim, openBefore, backAfterMs: Math.round(performance.now() - killedMs) });
    await records.read();
  }
  const differences = await differencesAtRest(run, venueUrl);
  await records.read();
  return {
    kills,
    signedTwice: [...records.signedTwice],
    bookedTwice: [...records.bookedTwice],
    orders: records.orders.size,
    fills: records.fills.size,
    differences,
  };
}

/** What the submission log and the API list, read again after each kill: the one is compacted, the other ends after 500 rows. */
function recordsOf(run: RunProcess) {
  const signedTwice = new Set<string>();
  const bookedTwice = new Set<string>();
  const orders = new Set<string>();
  const fills = new Set<string>();
  return {
    signedTwice,
    bookedTwice,
    orders,
    fills,
    async read(): Promise<void> {
      const ids = sentOrders(run).map(({ order }) => order.clientOrderId);
      const matches = (await fillsOf(run)).map(({ tradeId, clientOrderId }) => `${tradeId} ${clientOrderId}`);
      for (const id of ids) orders.add(id);
      for (const match of matches) fills.add(match);
      for (const id of repeated(ids)) signedTwice.add(id);
      for (const match of repeated(matches)) bookedTwice.add(match);
    },
  };
}

const repeated = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

function kill(run: RunProcess, victim: Victim): void {
  const children = childrenOf(run.child.pid ?? 0);
  const workerd = children.find(({ name }) => name === 'workerd');
  const runner = children.find(({ pid }) => /runner/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')));
  if (workerd === undefined || runner === undefined)
    throw new Error('workerd and runner are children of the supervisor');
  if (victim !== 'runner') process.kill(workerd.pid, 'SIGKILL');
  if (victim !== 'workerd') process.kill(runner.pid, 'SIGKILL');
}

/** Asks the API until `found`; it is on this machine and answers in milliseconds, so that asking is the wait. */
async function until<T>(ask: () => Promise<T>, found: (answer: T) => boolean): Promise<T> {
  for (;;) {
    try {
      const answer = await ask();
      if (found(answer)) return answer;
    } catch (error) {
      // The Worker is being started again: it is asked until it answers, and the test's own time-out ends that.
      if (!(error instanceof TypeError) && !/ 50\d/.test(String(error))) throw error;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function untilOrdersStand(run: RunProcess): Promise<number> {
  const standing = await until(
    () => openOrdersOf(run),
    (orders) => orders.some(({ status }) => status === 'resting'),
  );
  return standing.length;
}

async function command(run: RunProcess, kind: 'pause' | 'resume'): Promise<void> {
  const response = await fetch(`${run.url}${API_PREFIX}/series/${SERIES}/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken(run)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ commandId: `${kind}-at-the-end` }),
  });
  if (!response.ok) throw new Error(`${kind}: ${response.status} ${await response.text()}`);
}

/** Nothing stands and all matches are settled: what both hold of the window that runs has to be the same. */
async function differencesAtRest(run: RunProcess, venueUrl: string): Promise<string[]> {
  await command(run, 'pause');
  await until(
    () => openOrdersOf(run),
    (orders) => orders.length === 0,
  );
  let differences: string[] = [];
  // Matches are on the chain within seconds of the product's time; a window may end between the two questions.
  for (let look = 0; look < LOOKS; look++) {
    const status = await statusOf(run);
    const { shares } = accountSchema.parse(await (await fetch(`${venueUrl}/account/${walletOf(run)}`)).json());
    differences = [status.window?.up, status.window?.down].flatMap((outcome) => {
      if (outcome === null || outcome === undefined) return [];
      const shown = shares[outcome.tokenId] ?? 0;
      return shown === outcome.positionMicro
        ? []
        : [`${outcome.tokenId}: the venue shows ${shown}, the object holds ${outcome.positionMicro}`];
    });
    if (differences.length === 0 && status.window !== null) return [];
  }
  return differences;
}

/** More than settlement takes at any speed of the runs. */
const LOOKS = 5_000;

function runnerLog(run: RunProcess): string {
  return readFileSync(join(run.folder, 'runner', 'submissions.jsonl'), 'utf8');
}

function sentOrders(run: RunProcess): readonly z.infer<typeof sentSchema>[] {
  return runnerLog(run)
    .split('\n')
    .filter((line) => line.includes('"kind":"sent"'))
    .map((line) => sentSchema.parse(JSON.parse(line)));
}

const walletOf = (run: RunProcess): string => throwAwayWallet(run.folder).address.toLowerCase();
