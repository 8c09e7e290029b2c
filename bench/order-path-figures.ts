/** The way of an order from the intent to the request that leaves, of a cancel likewise, and what a runner remembers. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type MemoryRun, memoryRun } from './order-path/memory-run.ts';
import { pacedOrders } from './order-path/paced-orders.ts';
import { SERIES } from './order-path/series.ts';
import { type Figure, number, plainFigure, times } from './support/figure.ts';
import { median, quantile } from './support/measure.ts';
import { runSeries, type SeriesRun } from './workerd/series-run.ts';

const ORDERS = 1_200;
/** More than the market maker can send in the hour and the window for which they are remembered: two a second. */
const REMEMBERED_ORDERS = 10_000;
/** Four decisions where one was, so that a few minutes bring enough of them; messages a real second stay the same. */
const SPEED = 4;
const RATE = 300;
const SECONDS = 340;
const MEMORY_FOLDER = '/dev/shm';

const RUNNER_P50_MS = 0.5;
const RUNNER_P99_MS = 2;
const WHOLE_P99_MS = 8;
const MEMORY_MB = 150;
const MB = 1_000_000;

/** Runs all of it, one after the other: some nine minutes. */
export async function orderPathFigures(say: (line: string) => void): Promise<Figure[]> {
  say('runner: intent to POST …');
  const paced = await pacedOrders(ORDERS);
  say('runner: memory …');
  const memory = await memoryRun(REMEMBERED_ORDERS);
  say('object, runner and venue together …');
  const whole = await runSeries({
    series: [SERIES],
    books: 'flips',
    rate: RATE,
    speed: SPEED,
    hands: 'runner',
    seconds: SECONDS,
    folder: existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir(),
  });
  return [
    runnerFigure('intent received by the runner to its POST leaving', paced.ordersMs, paced.peerMs),
    runnerFigure('cancel received by the runner to its DELETE leaving', paced.cancelsMs, paced.peerMs),
    plainFigure(
      'the runner’s own time for an intent that comes right behind others: decoded, checked, signed, written down, handed to undici',
      spread(paced.followingMs),
      `${times(median(paced.ordersMs) / median(paced.followingMs))} of it when it comes alone: caches that are cold`,
    ),
    wholeFigure('orders', whole.orderLatenciesMs, whole),
    wholeFigure('cancels', whole.cancelLatenciesMs, whole),
    memoryFigure(memory),
  ];
}

const ms = (value: number): string => `${number(value)} ms`;

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  return `p50 ${ms(median(values))}, p99 ${ms(quantile(values, 0.99))}, max ${ms(Math.max(...values))}, n ${values.length}`;
}

function runnerFigure(what: string, values: readonly number[], peerMs: readonly number[]): Figure {
  const [p50, p99] = [median(values), quantile(values, 0.99)];
  return {
    what,
    value: spread(values),
    target: `p50 ≤ ${RUNNER_P50_MS} ms, p99 ≤ ${RUNNER_P99_MS} ms`,
    met: p50 <= RUNNER_P50_MS && p99 <= RUNNER_P99_MS,
    peer: `a bare WebSocket whose text a bare undici posts, taking turns in the same process: ${spread(peerMs)}; p50 ${times(p50 / median(peerMs))}`,
  };
}

function wholeFigure(what: string, values: readonly number[], run: SeriesRun): Figure {
  const p99 = quantile(values, 0.99);
  return {
    what: `${what}: venue's send of the cause, object's decision, runner, request leaving, at ${number(run.messagesPerSecond)} messages/s, state in memory`,
    value: spread(values),
    target: `p99 ≤ ${WHOLE_P99_MS} ms`,
    met: p99 <= WHOLE_P99_MS,
    peer: `echo between two Node processes: ${spread(run.echoMs)}; p99 ${times(p99 / quantile(run.echoMs, 0.99))}`,
  };
}

function memoryFigure({ before, after, accepted, filled, minutes }: MemoryRun): Figure {
  return {
    what: `memory of the runner (RSS) after ${number(accepted)} orders and their cancels in ${number(minutes)} of its minutes, ${number(filled)} matches among them`,
    value: `${number(after.rssBytes / MB)} MB, at most ${number(after.highestRssBytes / MB)} MB`,
    target: `< ${MEMORY_MB} MB`,
    met: after.highestRssBytes < MEMORY_MB * MB,
    peer: `${number(before.rssBytes / MB)} MB when it was ready`,
  };
}
