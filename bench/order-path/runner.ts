/** Starts the bench's runner on a throw-away key with money, and asks it what left. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleForNode } from '../../scripts/run/bundle.ts';
import { RUNNER_NODE_FLAGS } from '../../scripts/run/runner-keeper.ts';
import { throwAwayWallet } from '../../scripts/run/throw-away-wallet.ts';
import { fillWallet } from '../../scripts/run/venue-faucet.ts';
import { BENCH_LINK_KEY } from '../workerd/worker.ts';
import type { Departure } from './departures.ts';
import type { RunnerChildOptions, RunnerMemory } from './runner-child.ts';

export interface BenchRunnerOptions extends RunnerChildOptions {
  readonly venueUrl: string;
  /** Of the Worker, or of whatever stands in for it. */
  readonly workerUrl: string;
  readonly series: readonly string[];
  /** Key and state lie here. */
  readonly folder: string;
}

export interface RunnerNotes {
  readonly departures: readonly Departure[];
  /** From the peer's frame to its request, in milliseconds. */
  readonly peerMs: readonly number[];
}

export interface BenchRunner {
  notes(): Promise<RunnerNotes>;
  memory(): Promise<RunnerMemory>;
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');
/** Beyond anything that the figures spend: no cap of the runner's is to be measured. */
const MONEY_USDC = 1_000_000;
const MICRO = 1_000_000;

/** Resolves when it is linked and reconciled. */
export async function startBenchRunner(options: BenchRunnerOptions): Promise<BenchRunner> {
  const { venueUrl, workerUrl, series, folder, pace, taps } = options;
  const wallet = throwAwayWallet(folder);
  await fillWallet(venueUrl, wallet.address, MONEY_USDC * MICRO);
  const money = String(MONEY_USDC);
  const child = fork(
    await bundleForNode(ROOT, 'bench/order-path/runner-child.ts', 'bench-runner'),
    [JSON.stringify({ pace, taps })],
    {
      execArgv: [...RUNNER_NODE_FLAGS],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        NODE_OPTIONS: process.env['NODE_OPTIONS'],
        MODE: 'sim',
        SERIES: series.join(','),
        EMBEDDED_VENUE_URL: venueUrl,
        WORKER_URL: workerUrl,
        RUNNER_LINK_KEY_ID: BENCH_LINK_KEY.id,
        RUNNER_LINK_KEY: BENCH_LINK_KEY.secret,
        STATE_FOLDER: join(folder, 'runner'),
        POLY_PRIVATE_KEY_FILE: wallet.keyFile,
        RUNNER_BANKROLL_USDC: money,
        RUNNER_MAX_ORDER_USDC: money,
        RUNNER_MAX_HOURLY_USDC: String(MONEY_USDC * 1_000),
        RUNNER_MAX_DAILY_LOSS_USDC: money,
        // The bench's books are not where the venue's own are.
        RUNNER_MAX_DISTANCE: '0.98',
      },
    },
  );
  await nextMessage(child);
  const ask = async <Answer>(question: string): Promise<Answer> => {
    child.send(question);
    return (await nextMessage(child)) as Answer;
  };
  return {
    notes: () => ask<RunnerNotes>('departures'),
    memory: () => ask<RunnerMemory>('memory'),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const failed = new AbortController();
  const onExit = (): void => failed.abort(new Error('the runner has ended'));
  child.once('exit', onExit);
  const [message] = await once(child, 'message', { signal: failed.signal });
  child.off('exit', onExit);
  return message;
}
