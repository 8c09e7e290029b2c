/** The runner's real ports: clock, timers, a folder on disk, randomness and the log (RUNTIME §6–8). Sockets and HTTP have files of their own. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { UnixMs } from '../core/model/time.ts';
import type { ClockPort, DiskPort, HttpPort, LogPort, RandomPort, TimersPort } from './ports.ts';

/** The embedded venue's time: `now = simOrigin + (wall − wallOrigin) · speed`. */
export interface ClockOrigin {
  readonly simOriginMs: UnixMs;
  readonly wallOriginMs: UnixMs;
  readonly speed: number;
}

/** Wall time, or with an origin the embedded venue's. */
export function createNodeClock(origin: ClockOrigin | null): ClockPort {
  const wallMs = (): UnixMs => Date.now();
  const monotonicMs = (): number => performance.now();
  if (origin === null) return { now: wallMs, wallMs, monotonicMs, speed: 1 };
  return {
    now: () => Math.round(origin.simOriginMs + (wallMs() - origin.wallOriginMs) * origin.speed),
    wallMs,
    monotonicMs,
    speed: origin.speed,
  };
}

const originSchema = z.strictObject({
  simOriginMs: z.number(),
  wallOriginMs: z.number(),
  speed: z.number().positive(),
});
/** The starter gives the venue its time once all processes are there. */
const ORIGIN_RETRY_MS = 200;
const ORIGIN_ATTEMPTS = 300;
const ORIGIN_TIMEOUT_MS = 2_000;

/** Waits until the embedded venue has time. Throws one sentence when it does not come. */
export async function fetchClockOrigin(http: HttpPort, timers: TimersPort, venueUrl: string): Promise<ClockOrigin> {
  for (let attempt = 0; attempt < ORIGIN_ATTEMPTS; attempt++) {
    const url = `${venueUrl}/clock`;
    const answer = await http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: ORIGIN_TIMEOUT_MS });
    if ('status' in answer && answer.status === 200) return originSchema.parse(JSON.parse(answer.body));
    await new Promise<void>((resolve) => void timers.after(ORIGIN_RETRY_MS, resolve));
  }
  throw new Error(`The embedded venue at ${venueUrl} has no time: start it with \`make run\`.`);
}

export const nodeTimers: TimersPort = {
  after: (delayWallMs, callback) => {
    const id = setTimeout(callback, delayWallMs);
    return () => clearTimeout(id);
  },
};

export const nodeRandom: RandomPort = {
  hex: (bytes) => randomBytes(bytes).toString('hex'),
  next: () => Math.random(),
};

export interface NodeDisk extends DiskPort {
  /** Syncs and closes what is open. */
  close(): void;
}

/** What is appended is synced this long after, off the hot path (RUNTIME §7: within 50 ms). */
const SYNC_AFTER_MS = 40;

interface OpenFile {
  readonly descriptor: number;
  timer: ReturnType<typeof setTimeout> | null;
}

/** A folder that only this user can read. `onError` hears of a sync that failed: then the disk is not to be trusted. */
export function createNodeDisk(folder: string, onError: (error: Error) => void): NodeDisk {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const open = new Map<string, OpenFile>();

  const closeOne = (name: string): void => {
    const file = open.get(name);
    if (file === undefined) return;
    open.delete(name);
    if (file.timer !== null) clearTimeout(file.timer);
    fdatasyncSync(file.descriptor);
    closeSync(file.descriptor);
  };
  const syncFolder = (): void => {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  };
  const opened = (name: string): OpenFile => {
    const known = open.get(name);
    if (known !== undefined) return known;
    const file: OpenFile = { descriptor: openSync(join(folder, name), 'a', 0o600), timer: null };
    open.set(name, file);
    return file;
  };

  return {
    read(name) {
      try {
        return readFileSync(join(folder, name), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
        throw error;
      }
    },
    write(name, text) {
      closeOne(name);
      const path = join(folder, name);
      const descriptor = openSync(`${path}.new`, 'w', 0o600);
      writeWhole(descriptor, text);
      fsyncSync(descriptor);
      closeSync(descriptor);
      renameSync(`${path}.new`, path);
      // The name has to outlive a power cut, too.
      syncFolder();
    },
    remove(name) {
      closeOne(name);
      rmSync(join(folder, name), { force: true });
    },
    append(name, line) {
      const file = opened(name);
      writeWhole(file.descriptor, `${line}\n`);
      file.timer ??= setTimeout(() => {
        file.timer = null;
        if (open.get(name) !== file) return;
        fdatasync(file.descriptor, (error) => {
          // A file that was closed meanwhile was synced by that.
          if (error !== null && open.get(name) === file) onError(error);
        });
      }, SYNC_AFTER_MS);
    },
    sync(name) {
      const file = open.get(name);
      if (file !== undefined) fdatasyncSync(file.descriptor);
    },
    close() {
      for (const name of [...open.keys()]) closeOne(name);
    },
  };
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(descriptor, bytes, at);
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export const LOG_LEVELS: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** What a line may carry. Anything else is left out, so that a secret that strays into the fields is never printed. */
const ALLOWED_FIELDS: ReadonlySet<string> = new Set([
  'series',
  'slug',
  'window',
  'epoch',
  'seq',
  'newest',
  'clientOrderId',
  'code',
  'reason',
  'status',
  'kind',
  'problem',
  'message',
  'mode',
  'state',
  'detail',
  'count',
  'delayMs',
  'latencyMs',
  'attempt',
  'label',
  'nonce',
  'transactionHash',
  'blockNumber',
]);
/** Nothing that belongs into a log is longer. */
const MAX_TEXT_CHARS = 500;

/** JSON lines, one for each message, to `write`. */
export function createNodeLog(level: LogLevel, wallMs: () => number, write: (line: string) => void): LogPort {
  const limit = LOG_LEVELS.indexOf(level);
  return {
    log(lineLevel, message, fields = {}) {
      if (LOG_LEVELS.indexOf(lineLevel) > limit) return;
      const allowed = Object.entries(fields)
        .filter(([name]) => ALLOWED_FIELDS.has(name))
        .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, MAX_TEXT_CHARS) : value]);
      write(`${JSON.stringify({ ...Object.fromEntries(allowed), level: lineLevel, time: wallMs(), message })}\n`);
    },
  };
}
