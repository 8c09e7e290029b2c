/** A history of a whole series on the embedded world and virtual time: the object's shell wrote it, minutes in seconds. */
import { simulateSeries } from '../../test/support/simulated-series.ts';
import type { History } from './history.ts';

/** A window's start less the 20 s that the embedded venue begins before one. */
const ORIGIN_MS = 1_795_405_200_000 - 20_000;
const SEED = 1;
const ROWS_AT_ONCE = 1_000;

/** With the rows that the series wrote besides, by its own counters. */
export interface GeneratedHistory extends History {
  readonly sqliteRows: number;
  readonly d1Rows: number;
}

/** `minutes` of trading, from the series' first boot. */
export async function generateHistory(minutes: number): Promise<GeneratedHistory> {
  const series = simulateSeries({ seed: SEED, originMs: ORIGIN_MS });
  const frames: string[] = [];
  series.network.faults.tamper('/', (frame) => {
    frames.push(frame);
    return [frame];
  });
  await series.runTo(ORIGIN_MS + minutes * 60_000);
  series.runtime.stop();
  const rows: Uint8Array[] = [];
  let after = 0;
  for (;;) {
    const read = series.store.journal.rowsAfter(after, ROWS_AT_ONCE);
    const last = read.at(-1);
    if (last === undefined) break;
    rows.push(...read.map(({ bytes }) => bytes));
    after = last.lastSeq;
  }
  series.network.stop();
  return {
    label: `the embedded world's ${minutes} minutes`,
    rows,
    frames,
    spanMs: minutes * 60_000,
    sqliteRows: series.store.counter.written,
    d1Rows: series.facts.length,
  };
}
