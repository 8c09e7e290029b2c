/** The product in workerd, seen from outside: latency, CPU, heap, rows, three series at once. */
import { closeSync, existsSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, number, plainFigure, times } from './support/figure.ts';
import { median, quantile } from './support/measure.ts';
import { runSeries, type SeriesRun, seriesOf } from './workerd/series-run.ts';

/** Messages a second for each series: what a busy moment brings. */
const RATE = 300;
const SERIES = [seriesOf('btc-updown-5m', 5), seriesOf('btc-updown-15m', 15), seriesOf('btc-updown-1h', 60)];
const ONE = SERIES.slice(0, 1);
const MEMORY_FOLDER = '/dev/shm';
const MB = 1_000_000;

/** Runs all of it, one after the other: some eight minutes. */
export async function workerdFigures(say: (line: string) => void): Promise<Figure[]> {
  const memory = existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  say('workerd: one series, generated books …');
  const natural = await runSeries({ series: ONE, books: 'natural', rate: RATE, seconds: 90, folder: tmpdir() });
  say('workerd: latency, state in memory …');
  const quick = await runSeries({ series: ONE, books: 'flips', rate: RATE, seconds: 120, folder: memory });
  say('workerd: latency, state on disk …');
  const syncsMs = syncTimes(tmpdir());
  const durable = await runSeries({ series: ONE, books: 'flips', rate: RATE, seconds: 60, folder: tmpdir() });
  say('workerd: three series …');
  const three = await runSeries({ series: SERIES, books: 'natural', rate: RATE, seconds: 60, folder: tmpdir() });
  return [
    latencyFigure(memory === MEMORY_FOLDER ? 'state in memory (tmpfs)' : 'state on disk', quick, true),
    {
      ...latencyFigure('state on this disk', durable, false),
      peer: `write and fdatasync of 4 kB there: p50 ${ms(median(syncsMs))}, p99 ${ms(quantile(syncsMs, 0.99))}`,
    },
    heldFigure(quick),
    cpuFigure(natural),
    heapFigure(natural),
    rowFigure(natural),
    ...threeFigures(three, natural),
  ];
}

const ms = (value: number): string => `${number(value)} ms`;

function spread(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  return `p50 ${ms(median(values))}, p99 ${ms(quantile(values, 0.99))}, max ${ms(Math.max(...values))}, n ${values.length}`;
}

function latencyFigure(where: string, run: SeriesRun, isTarget: boolean): Figure {
  const p99 = quantile(run.latenciesMs, 0.99);
  const greetingP99 = quantile(run.greetingsMs, 0.99);
  return {
    what: `venue's send to intent's arrival at ${number(run.messagesPerSecond)} messages/s, ${where}`,
    value: spread(run.latenciesMs),
    target: isTarget ? 'p99 ≤ 5 ms' : null,
    met: isTarget ? p99 <= 5 : null,
    peer: `to the object and back with nothing to store: ${spread(run.greetingsMs)}; p99 ${times(p99 / greetingP99)}; echo between two Node processes: ${spread(run.echoMs)}`,
  };
}

function heldFigure(run: SeriesRun): Figure {
  return plainFigure(
    'the same where the causing message is of a kind that conflation may hold (100 ms at most), counted apart',
    spread(run.heldMs),
    `${run.otherIntents} intents of that run came of timers, reports and reference prices`,
  );
}

function cpuFigure(run: SeriesRun): Figure {
  return {
    what: `CPU of workerd at ${number(run.messagesPerSecond)} messages/s, ${number(run.decisionsPerSecond)} decisions/s`,
    value: `${number(run.cpuShare * 100)} % of a core`,
    target: '< 25 %',
    met: run.cpuShare < 0.25,
    peer: `${number((run.cpuShare * 1e6) / run.messagesPerSecond)} µs a message`,
  };
}

function heapFigure(run: SeriesRun): Figure {
  return {
    what: 'heap of the isolate after a collection: Worker and one object, by the inspector',
    value: `${number(run.heapBytes / MB)} MB`,
    target: '< 32 MB',
    met: run.heapBytes < 32 * MB,
    peer: '',
  };
}

/** A part of one window, without its quiet end: more than the average that the budget is about. */
function rowFigure(run: SeriesRun): Figure {
  const sqlite = Math.max(...run.rows.map(({ sqlitePerSecond }) => sqlitePerSecond));
  const d1 = Math.max(...run.rows.map(({ d1PerSecond }) => d1PerSecond));
  return plainFigure(
    'rows written in the same 90 s of one window, all of it quoted',
    `SQLite ${number(sqlite)}/s, D1 ${number(d1)}/s`,
    `${number(run.messagesPerSecond / sqlite)} messages a SQLite row`,
  );
}

function threeFigures(three: SeriesRun, one: SeriesRun): Figure[] {
  return [
    {
      what: `three series in one workerd (${SERIES.map(({ slug }) => slug).join(', ')}) at ${number(three.messagesPerSecond)} messages/s: CPU`,
      value: `${number(three.cpuShare * 100)} % of a core`,
      target: 'they hold',
      met: three.alerts.length === 0 && three.rows.every(({ sqlitePerSecond }) => sqlitePerSecond > 0),
      peer: `${times(three.cpuShare / one.cpuShare)} one series; ${three.alerts.length} alerts`,
    },
    {
      what: 'three series: heap of their isolate, latency',
      value: `${number(three.heapBytes / MB)} MB; ${spread(three.latenciesMs)}`,
      target: '< 96 MB',
      met: three.heapBytes < 96 * MB,
      peer: `${times(three.heapBytes / one.heapBytes)} one series`,
    },
  ];
}

const SYNCS = 200;

/** What this disk takes to keep 4 kB: a commit has to wait for it before anything leaves. */
function syncTimes(folder: string): number[] {
  const path = mkdtempSync(join(folder, 'poly-edge-sync-'));
  const file = openSync(join(path, 'file'), 'w');
  const bytes = new Uint8Array(4_096);
  const times: number[] = [];
  for (let index = 0; index < SYNCS; index++) {
    const from = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    times.push(performance.now() - from);
  }
  closeSync(file);
  rmSync(path, { recursive: true });
  return times;
}
