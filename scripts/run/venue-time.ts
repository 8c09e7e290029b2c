/** Gives the embedded venue its time: a new world begins 20 s before a window, an old one goes on where it stopped (RUNTIME §6). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type DurationMs, SECOND_MS, type UnixMs } from '../../core/model/time.ts';
import { windowAt } from '../../core/model/window.ts';
import { RunProblem } from './problem.ts';

/** Enough for feeds and books to be there when the first window starts. */
const LEAD_MS = 20 * SECOND_MS;

/**
 * The venue keeps its time once a second. After a power cut the series may know of up to a second more, and its time must not go
 * back: a world that goes on skips as much, in real milliseconds.
 */
const UNSAVED_MS = 2 * SECOND_MS;

const mappingSchema = z.object({ simOriginMs: z.number(), wallOriginMs: z.number(), speed: z.number() });
const unsetSchema = z.object({ lastSimMs: z.number().nullable() });
const spanSchema = z.object({ span: z.object({ fromMs: z.number(), toMs: z.number() }) });

/** Simulated time as a function of wall time. */
export type Mapping = z.infer<typeof mappingSchema>;

export interface Span {
  readonly fromMs: UnixMs;
  readonly toMs: UnixMs;
}

export interface VenueTimeOptions {
  readonly url: string;
  readonly speed: number;
  readonly windowMs: DurationMs;
  /** Span of the recording that is played, or `null`. */
  readonly span: Span | null;
}

export interface VenueTime {
  readonly mapping: Mapping;
  readonly began: 'new' | 'continued' | 'still-running';
}

/** Sets the venue's time where it has none, and returns what is in force. */
export async function setVenueTime(options: VenueTimeOptions): Promise<VenueTime> {
  const answer = await fetch(`${options.url}/clock`);
  if (answer.status === 200) return { mapping: mappingSchema.parse(await answer.json()), began: 'still-running' };
  const { lastSimMs } = unsetSchema.parse(await answer.json());
  if (lastSimMs !== null && options.span !== null && lastSimMs >= options.span.toMs) {
    throw new RunProblem(
      'The recording has been played to its end in this run folder: delete the folder to play it again.',
    );
  }
  const wallOriginMs = Date.now();
  const simOriginMs =
    lastSimMs === null
      ? firstMoment(wallOriginMs, options.windowMs, options.span)
      : lastSimMs + UNSAVED_MS * options.speed;
  const mapping: Mapping = { simOriginMs, wallOriginMs, speed: options.speed };
  const response = await fetch(`${options.url}/clock`, { method: 'POST', body: JSON.stringify(mapping) });
  if (response.status !== 200) throw new RunProblem(`The embedded venue refuses its time: ${await response.text()}`);
  return { mapping, began: lastSimMs === null ? 'new' : 'continued' };
}

/** 20 s before the next window, in the present or in a recording. */
export function firstMoment(wallMs: UnixMs, windowMs: DurationMs, span: Span | null): UnixMs {
  if (span === null) return windowAt(wallMs, windowMs).endMs - LEAD_MS;
  return Math.max(span.fromMs, windowAt(span.fromMs + LEAD_MS - 1, windowMs).endMs - LEAD_MS);
}

/** Simulated time at a moment of wall time. */
export function simulatedAt({ simOriginMs, wallOriginMs, speed }: Mapping, wallMs: number): UnixMs {
  return Math.floor(simOriginMs + (wallMs - wallOriginMs) * speed);
}

/** The span of a recording. Throws `RunProblem` when the folder holds none. */
export function readTapeSpan(folder: string): Span {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) {
    throw new RunProblem(
      `TAPE=${folder} holds no recording (manifest.json is missing): \`cli tape import\` makes one.`,
    );
  }
  try {
    return spanSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).span;
  } catch (cause) {
    throw new RunProblem(`${file} cannot be read as the manifest of a recording: import it again.`, { cause });
  }
}
