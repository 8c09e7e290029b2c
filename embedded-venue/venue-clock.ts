/**
 * Simulated time: `simOrigin + (wall − wallOrigin) · speed`, given once by whoever starts the processes, kept in the run folder, and
 * never going back (RUNTIME §6). Until it is given there is no time.
 *
 * A process that comes back within a minute of dying goes on with the same mapping, because the others never stopped; after a
 * proper stop the starter gives a new one that begins at or after the last simulated time.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { err, ok, type Result } from '../core/model/result.ts';

const mappingSchema = z.strictObject({
  simOriginMs: z.number().int().positive(),
  wallOriginMs: z.number().int().positive(),
  speed: z.number().positive(),
});

/** What `POST /clock` sets and `GET /clock` tells. */
export type ClockMapping = z.infer<typeof mappingSchema>;

const savedSchema = z.strictObject({
  version: z.literal(1),
  /** Where the world began: its prices are a function of seed and this. */
  worldOriginMs: z.number().int().positive(),
  mapping: mappingSchema,
  lastSimMs: z.number().int().positive(),
  lastWallMs: z.number().int().positive(),
  stopped: z.boolean(),
});

type SavedClock = z.infer<typeof savedSchema>;

export interface VenueClockOptions {
  readonly runFolder: string;
  readonly speed: number;
  readonly wallNow: () => number;
}

export interface VenueClock {
  /** Simulated time in whole milliseconds; `null` until set. Never smaller than before. */
  now(): number | null;
  mapping(): ClockMapping | null;
  /** First simulated moment of this run folder's world; `null` until there is one. */
  worldOriginMs(): number | null;
  /** Last simulated time that was kept; a new mapping must not begin before it. `null` in a fresh run folder. */
  lastSimMs(): number | null;
  /** Refused, with a reason, when time is set already, would go back, or runs at another speed. */
  set(mapping: unknown): Result<ClockMapping, { readonly status: 400 | 409; readonly reason: string }>;
  /** Writes the run folder's `clock.json`, whole or not at all. Does nothing before time is set. */
  save(stopped: boolean): void;
}

const FILE = 'clock.json';
/** A process that died is back sooner than this, or its run is over. */
const SAME_RUN_MS = 60_000;

/** Reads the run folder. Throws with one clear sentence when its clock file is damaged. */
export function createVenueClock(options: VenueClockOptions): VenueClock {
  const file = join(options.runFolder, FILE);
  const saved = readSaved(file);
  let lastSimMs = saved?.lastSimMs ?? null;
  let worldOriginMs = saved?.worldOriginMs ?? null;
  let mapping = saved !== null && isSameRun(saved, options) ? saved.mapping : null;

  const now = (): number | null => {
    if (mapping === null) return null;
    const simMs = simulatedNow(mapping, options.wallNow());
    lastSimMs = lastSimMs === null ? simMs : Math.max(lastSimMs, simMs);
    return lastSimMs;
  };
  return {
    now,
    mapping: () => mapping,
    worldOriginMs: () => worldOriginMs,
    lastSimMs: () => lastSimMs,
    set(asked) {
      if (mapping !== null) return err({ status: 409, reason: 'the clock is set already' });
      const parsed = mappingSchema.safeParse(asked);
      if (!parsed.success) return err({ status: 400, reason: 'simOriginMs, wallOriginMs and speed are required' });
      if (parsed.data.speed !== options.speed) return err({ status: 400, reason: 'the venue runs at another speed' });
      if (lastSimMs !== null && simulatedNow(parsed.data, options.wallNow()) < lastSimMs) {
        return err({ status: 409, reason: 'time would go back' });
      }
      mapping = parsed.data;
      worldOriginMs ??= parsed.data.simOriginMs;
      return ok(mapping);
    },
    save(stopped) {
      const simMs = now();
      if (mapping === null || simMs === null || worldOriginMs === null) return;
      const lastWallMs = options.wallNow();
      const content: SavedClock = { version: 1, worldOriginMs, mapping, lastSimMs: simMs, lastWallMs, stopped };
      writeFileSync(`${file}.new`, JSON.stringify(content));
      renameSync(`${file}.new`, file);
    },
  };
}

function simulatedNow(mapping: ClockMapping, wallMs: number): number {
  return Math.floor(mapping.simOriginMs + (wallMs - mapping.wallOriginMs) * mapping.speed);
}

function isSameRun(saved: SavedClock, options: VenueClockOptions): boolean {
  if (saved.stopped || saved.mapping.speed !== options.speed) return false;
  return Math.abs(options.wallNow() - saved.lastWallMs) <= SAME_RUN_MS;
}

function readSaved(file: string): SavedClock | null {
  const text = readIfThere(file);
  if (text === null) return null;
  try {
    return savedSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is damaged: delete it to start a new world, or restore it.`, { cause });
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
