/**
 * A series that lives through the recorded half day on virtual time: the object's shell and the venue, fed by the tape that the
 * import makes of the recordings. What the tape lacks (Binance, and books where they are asked for) is generated around its prices.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineConfig, GuardConfig } from '../../core/config/engine-config.ts';
import { type Audit, type AuditResult, createAudit, genesisState } from '../../core/engine/replay.ts';
import type { WindowFact } from '../../core/model/fact.ts';
import type { MoneyMicro } from '../../core/model/money.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import { createTapePlayer, type TapePlayerOptions } from '../../embedded-venue/tape-player.ts';
import { createWorld } from '../../embedded-venue/world.ts';
import {
  HALF_DAY_END_MS,
  HALF_DAY_START_MS,
  halfDayFiles,
  importHalfDay,
} from '../../scripts/tape-check/recorded-half-day.ts';
import { sharedDataPath } from './shared-data.ts';
import { type SimulatedSeries, simulateSeries } from './simulated-series.ts';

/** As `make run` does: feeds and books are there when the first window starts. */
const LEAD_MS = 20 * SECOND_MS;
/** By then every window is closed, also one of which the venue's prices never come. */
const SETTLE_MS = 12 * MINUTE_MS;
const SEED = 1;

export const recordedFiles = halfDayFiles(sharedDataPath());

export interface HalfDayTape {
  readonly folder: string;
  remove(): void;
}

/** Makes the tape in a temporary folder. */
export async function makeHalfDayTape(): Promise<HalfDayTape> {
  const root = mkdtempSync(join(tmpdir(), 'half-day-'));
  const folder = join(root, 'tape');
  await importHalfDay(recordedFiles, folder);
  return { folder, remove: () => rmSync(root, { recursive: true }) };
}

export interface TapeSeriesOptions extends Pick<TapePlayerOptions, 'books' | 'settlement'> {
  readonly tape: HalfDayTape;
  /** What generated quotes and books are thinned for: as if time ran so many times as fast as the wall. */
  readonly speed: number;
  /** Between two turns of the venue: what frames can be late by. */
  readonly stepMs: number;
  /** Rules that are known in place of today's. */
  readonly guard?: Partial<GuardConfig>;
  readonly bankrollMicro?: MoneyMicro;
}

/** A series that stands 20 s before the half day's first boundary. */
export function startTapeSeries(options: TapeSeriesOptions): SimulatedSeries {
  const { tape, speed, stepMs, guard, bankrollMicro, ...played } = options;
  const player = createTapePlayer({ ...played, folder: tape.folder, speed, seed: SEED });
  if (!player.ok) throw new Error(player.error);
  const originMs = HALF_DAY_START_MS - LEAD_MS;
  const { risk } = DEFAULT_ENGINE_CONFIG;
  const config: EngineConfig = {
    ...DEFAULT_ENGINE_CONFIG,
    guard: { ...DEFAULT_ENGINE_CONFIG.guard, ...guard },
    // The pause after losses in a row is tested apart: these recordings show how each window is traded.
    risk: { ...risk, bankrollMicro: bankrollMicro ?? risk.bankrollMicro, maxLossesInRow: 1_000 },
  };
  const world = createWorld({ seed: SEED, originMs, startMs: originMs, speed, tape: player.value });
  return simulateSeries({ seed: SEED, originMs, config, world, stepMs });
}

/** Before the end of a window: from here on none of our orders may rest (DESIGN §6). */
export const NO_ORDERS_BEFORE_END_MS = 5 * SECOND_MS;

/** Lives through the half day, and until its last window is closed; `eachMinute` looks at the series 5 s before each full minute. */
export async function liveThroughHalfDay(
  series: SimulatedSeries,
  eachMinute: (nowMs: UnixMs) => void = () => undefined,
): Promise<void> {
  for (
    let nowMs = HALF_DAY_START_MS - NO_ORDERS_BEFORE_END_MS;
    nowMs <= HALF_DAY_END_MS + SETTLE_MS;
    nowMs += MINUTE_MS
  ) {
    await series.runTo(nowMs);
    eachMinute(nowMs);
  }
  series.runtime.stop();
  series.network.stop();
}

/** The final records, by window. */
export function windowFactsOf(series: SimulatedSeries): WindowFact[] {
  return series.facts
    .filter((fact) => fact.kind === 'window')
    .sort((left, right) => left.windowStartMs - right.windowStartMs);
}

export interface GrowingAudit {
  /** Audits what was stored since the last time. */
  catchUp(): void;
  result(): AuditResult;
}

/** The audit of a whole journal, taken while it grows: its oldest rows go to the archive on the way. */
export function createGrowingAudit(series: SimulatedSeries): GrowingAudit {
  let audit: Audit | null = null;
  let nextSeq = 1;
  const results = (): AuditResult => {
    if (audit === null) throw new Error('nothing was stored');
    return audit.result();
  };
  return {
    catchUp() {
      const read = series.store.journal.readFrom(nextSeq, (event, outputs) => {
        audit ??= createAudit(genesisState({ event, outputs }), new Set());
        audit.take({ event, outputs });
        nextSeq = event.seq + 1;
      });
      if (!read.ok) throw new Error(`row ${read.error.rowSeq} cannot be read`);
    },
    result: results,
  };
}
