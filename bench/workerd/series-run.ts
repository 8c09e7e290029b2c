/**
 * One run of the product in workerd against the bench's venue, seen from outside: latency of intents, CPU of workerd, heap, rows. No
 * figure is taken in the object, where time stands still within a turn (RUNTIME §6).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEventType } from '../../core/engine/events.ts';
import { forEachRecord } from '../../core/engine/journal/record-reader.ts';
import type { SeriesSlug } from '../../core/model/identifiers.ts';
import { createHistoryDecoder } from '../../core/protocol/history-stream.ts';
import type { SeriesStatus } from '../../core/protocol/series-status.ts';
import { gzipCompression } from '../../durable-objects/gzip-compression.ts';
import type { VenueSeries } from '../../embedded-venue/venue-market.ts';
import { waitUntilReady } from '../../scripts/run/series-ready.ts';
import { startBenchRunner } from '../order-path/runner.ts';
import { ECHO_PATH } from './bench-world.ts';
import { startEcho } from './echo.ts';
import { type Arrival, type LinkClient, openLink } from './link-client.ts';
import { type BenchVenue, startBenchVenue } from './venue.ts';
import { BENCH_LINK_KEY, BENCH_TOKENS, type BenchWorker, startBenchWorker } from './worker.ts';

export interface SeriesRunOptions {
  readonly series: readonly VenueSeries[];
  readonly books: 'natural' | 'flips';
  /** Messages a second for each series, of real time. */
  readonly rate: number;
  /** Simulated over wall time; 1 if left out. */
  readonly speed?: number;
  /**
   * Who takes the intents: a client that notes when they come (if left out), or the runner, of which is noted when they leave for the
   * venue. The runner takes one series.
   */
  readonly hands?: 'client' | 'runner';
  /** Where the object's state lies. */
  readonly folder: string;
  /** Measured, after the first window has begun. */
  readonly seconds: number;
}

/** What was measured; times in milliseconds. */
export interface SeriesRun {
  /** Messages a second that the venue sent, over all series. */
  readonly messagesPerSecond: number;
  /**
   * From the venue's stamp of sending to the arrival, or to leaving the runner, of intents caused by messages that pass at once: trades,
   * moves of a touch.
   */
  readonly latenciesMs: readonly number[];
  /** The same of cancels alone, and of orders alone. */
  readonly orderLatenciesMs: readonly number[];
  readonly cancelLatenciesMs: readonly number[];
  /** The same of intents that a message caused which conflation may hold: it waits with them, 100 ms at most. */
  readonly heldMs: readonly number[];
  /** Intents that something else caused: a report of the simulated venue, a timer, a reference price. */
  readonly otherIntents: number;
  readonly echoMs: readonly number[];
  /** Round trips to the object and back, with nothing to store. */
  readonly greetingsMs: readonly number[];
  /** Share of one core. */
  readonly cpuShare: number;
  readonly heapBytes: number;
  readonly decisionsPerSecond: number;
  readonly rows: readonly { readonly series: string; readonly sqlitePerSecond: number; readonly d1PerSecond: number }[];
  /** Alerts of all series, by code. */
  readonly alerts: readonly string[];
}

/** The venue begins 20 s before a window; the first seconds of the window take the strike and the first quotes. */
const UNTIL_QUOTES_MS = 25_000;
/** Kinds that are never conflated, of which the bench's venue stamps the time of sending. */
const PASSING: ReadonlySet<EngineEventType> = new Set<EngineEventType>(['trade-received', 'book-trade-received']);
/** Kinds that conflation may hold. */
const HOLDABLE: ReadonlySet<EngineEventType> = new Set<EngineEventType>([
  'book-received',
  'book-changed',
  'depth-received',
  'ticker-received',
]);

export const seriesOf = (slug: string, minutes: number): VenueSeries => ({
  slug: slug as SeriesSlug,
  durationMs: minutes * 60_000,
});

/** Runs and measures. */
export async function runSeries(options: SeriesRunOptions): Promise<SeriesRun> {
  const folder = mkdtempSync(join(options.folder, 'poly-edge-bench-'));
  const slugs = options.series.map(({ slug }) => slug);
  const { series, books, rate, speed = 1, hands = 'client' } = options;
  const venue = await startBenchVenue({ series, books, rate: (rate * slugs.length) / speed, speed, runFolder: folder });
  try {
    const worker = await startBenchWorker({
      venueUrl: venue.url,
      series: slugs,
      folder: join(folder, 'state'),
      mode: hands === 'runner' ? 'sim' : 'demo',
      speed,
    });
    try {
      return await measure(options, worker, venue, folder);
    } finally {
      await worker.stop();
    }
  } finally {
    await venue.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  options: SeriesRunOptions,
  worker: BenchWorker,
  venue: BenchVenue,
  folder: string,
): Promise<SeriesRun> {
  const { speed = 1, hands = 'client' } = options;
  const slugs = options.series.map(({ slug }) => slug);
  for (const series of slugs) {
    await waitUntilReady({ api: worker.api, series, isStopping: () => false, anyFeed: false });
  }
  const links =
    hands === 'runner'
      ? [await openRunner(worker.url, slugs, venue, folder)]
      : await Promise.all(slugs.map((slug) => openLink(worker.url, slug, BENCH_LINK_KEY, venue.timeAt)));
  await sleep(UNTIL_QUOTES_MS / speed);
  const echo = await startEcho(`${venue.url}${ECHO_PATH}`);
  const statusesBefore = await statusesOf(worker, slugs);
  const arrivalsBefore = await Promise.all(links.map(async (link) => (await link.arrivals()).length));
  const framesBefore = (await venue.sent()).frames;
  const cpuBefore = worker.cpuMs();
  const from = performance.now();
  await sleep(options.seconds * 1_000);
  const seconds = (performance.now() - from) / 1_000;
  const cpuShare = (worker.cpuMs() - cpuBefore) / 1_000 / seconds;
  const sent = await venue.sent();
  echo.stop();
  const statuses = await statusesOf(worker, slugs);
  const arrivals = await Promise.all(
    links.map(async (link, index) => (await link.arrivals()).slice(arrivalsBefore[index])),
  );
  await Promise.all(links.map((link) => link.close()));
  const causes = await Promise.all(slugs.map((slug) => causesOf(worker, slug)));
  return {
    messagesPerSecond: (sent.frames - framesBefore) / seconds,
    ...sorted(arrivals, causes, new Set(sent.touchMovesMs), speed),
    echoMs: echo.roundTripsMs,
    greetingsMs: links.flatMap(({ greetingsMs }) => greetingsMs),
    cpuShare,
    heapBytes: await worker.heapBytes(),
    decisionsPerSecond: sum(statuses.map((now, at) => grown(now, statusesBefore[at], decisionsOf))) / seconds,
    rows: statuses.map((now, at) => ({
      series: now.series,
      sqlitePerSecond: grown(now, statusesBefore[at], ({ rows }) => rows.sqliteRowsWritten) / seconds,
      d1PerSecond: grown(now, statusesBefore[at], ({ rows }) => rows.d1RowsWritten) / seconds,
    })),
    alerts: statuses.flatMap(({ alerts }) => alerts.map(({ code, detail }) => `${code}: ${detail}`)),
  };
}

/** Intents by what caused them. A book change that moved a touch is known by its stamp: no other one shares it. */
function sorted(
  arrivals: readonly (readonly Arrival[])[],
  causes: readonly ReadonlyMap<number, EngineEventType>[],
  touchMovesMs: ReadonlySet<number>,
  speed: number,
): Pick<SeriesRun, 'latenciesMs' | 'orderLatenciesMs' | 'cancelLatenciesMs' | 'heldMs' | 'otherIntents'> {
  const latenciesMs: number[] = [];
  const orderLatenciesMs: number[] = [];
  const cancelLatenciesMs: number[] = [];
  const heldMs: number[] = [];
  let otherIntents = 0;
  for (const [at, ofSeries] of arrivals.entries()) {
    for (const { type, seq, sentMs, arrivedMs } of ofSeries) {
      const kind = causes[at]?.get(seq);
      const passed = kind === 'book-changed' ? touchMovesMs.has(sentMs) : kind !== undefined && PASSING.has(kind);
      const latencyMs = (arrivedMs - sentMs) / speed;
      if (passed) latenciesMs.push(latencyMs);
      else if (kind !== undefined && HOLDABLE.has(kind)) heldMs.push(latencyMs);
      else otherIntents++;
      if (passed) (type === 'cancel-order' ? cancelLatenciesMs : orderLatenciesMs).push(latencyMs);
    }
  }
  return { latenciesMs, orderLatenciesMs, cancelLatenciesMs, heldMs, otherIntents };
}

/** The runner in the client's place: an intent arrives when its request leaves for the venue. */
async function openRunner(
  workerUrl: string,
  series: readonly string[],
  venue: BenchVenue,
  folder: string,
): Promise<LinkClient> {
  const runner = await startBenchRunner({
    venueUrl: venue.url,
    workerUrl,
    series,
    folder,
    pace: 1,
    taps: { peer: null },
  });
  return {
    async arrivals() {
      const { departures } = await runner.notes();
      return departures.map(({ type, cause: { seq, tsEvent }, leftMs }) => ({
        type,
        seq,
        sentMs: tsEvent,
        arrivedMs: venue.timeAt(leftMs),
      }));
    },
    greetingsMs: [],
    close: () => runner.stop(),
  };
}

/** The kinds of all events with outputs, by their place in the series' history. */
async function causesOf(worker: BenchWorker, slug: string): Promise<Map<number, EngineEventType>> {
  const response = await fetch(`${worker.url}/api/v1/series/${slug}/history`, {
    headers: { authorization: `Bearer ${BENCH_TOKENS.operator}` },
  });
  const decoder = createHistoryDecoder();
  const frames = decoder.push(new Uint8Array(await response.arrayBuffer()));
  if (!frames.ok) throw new Error(`the history cannot be read: ${frames.error}`);
  const kinds = new Map<number, EngineEventType>();
  for (const frame of frames.value) {
    if (frame.type !== 'row') continue;
    const read = forEachRecord(new Uint8Array(frame.bytes), gzipCompression, (event, outputs) => {
      if (outputs.length > 0) kinds.set(event.seq, event.type);
    });
    if (!read.ok) throw new Error(`a row cannot be read: ${JSON.stringify(read.error)}`);
  }
  return kinds;
}

function statusesOf(worker: BenchWorker, slugs: readonly string[]): Promise<SeriesStatus[]> {
  return Promise.all(slugs.map((slug) => worker.api.status(slug)));
}

const decisionsOf = ({ engine }: SeriesStatus): number => engine.decisions;

function grown(now: SeriesStatus, before: SeriesStatus | undefined, of: (status: SeriesStatus) => number): number {
  return before === undefined ? Number.NaN : of(now) - of(before);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
