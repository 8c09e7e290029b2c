/**
 * Deletes what has outlived its time in R2: tape after 30 days, journal and checkpoints after 2 years (RUNTIME §4). Works through whole
 * UTC days, once a day; a mark says how far each kind has come, so a failure is simply tried again.
 */
import * as z from 'zod';
import { InvariantError } from '../core/model/errors.ts';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import { DAY_MS, HOUR_MS, type UnixMs, utcDayStart } from '../core/model/time.ts';
import type { Archive } from './archive.ts';
import { type ArchiveKind, dayPrefix } from './archive-keys.ts';
import type { MetaStore } from './meta-store.ts';
import type { BlobPort, ClockPort, LogPort } from './ports.ts';

const KEPT_DAYS: Readonly<Record<ArchiveKind, number>> = { tape: 30, journal: 730, checkpoint: 730 };
const KINDS = ['tape', 'journal', 'checkpoint'] as const satisfies readonly ArchiveKind[];

/** R2 takes 1,000 keys in one deletion (Cloudflare R2 limits, notes of 2026-11-23). */
const KEYS_AT_ONCE = 500;
/** After a long pause many days are due; one call ends here, and the next one goes on. */
const DAYS_AT_ONCE = 40;
const RETRY_AFTER_MS = HOUR_MS;

const marksSchema = z.strictObject({ tape: z.number(), journal: z.number(), checkpoint: z.number() });
/** First day of each kind that has not been pruned yet. */
export type PruningMarks = z.infer<typeof marksSchema>;

export interface PruningDay {
  readonly kind: ArchiveKind;
  readonly dayMs: UnixMs;
}

/** The days that are due, oldest first: those whose last moment is longer ago than their kind is kept. */
export function planBlobPruning(marks: PruningMarks, nowMs: UnixMs): PruningDay[] {
  const due: PruningDay[] = [];
  for (const kind of KINDS) {
    const keepFromMs = utcDayStart(nowMs) - KEPT_DAYS[kind] * DAY_MS;
    for (let dayMs = marks[kind]; dayMs < keepFromMs; dayMs += DAY_MS) due.push({ kind, dayMs });
  }
  return due.sort((a, b) => a.dayMs - b.dayMs);
}

export interface BlobPruningPorts {
  readonly archive: Pick<Archive, 'status'>;
  readonly meta: MetaStore;
  readonly blobs: BlobPort;
  readonly clock: ClockPort;
  readonly log: LogPort;
}

export interface BlobPruning {
  /** Called by the watchdog: starts when a day is due and nothing is under way. Returns at once. */
  tick(): void;
  /** Settles when what is under way has ended. Never rejects. */
  idle(): Promise<void>;
  status(): { readonly deletedObjects: number; readonly failures: number; readonly lastError: string | null };
}

export function createBlobPruning(series: SeriesSlug, ports: BlobPruningPorts): BlobPruning {
  let running: Promise<void> | null = null;
  let retryAtWallMs = 0;
  let lookedOnDayMs = -1;
  const counts = { deletedObjects: 0, failures: 0, lastError: null as string | null };

  const run = async (due: readonly PruningDay[], marks: PruningMarks): Promise<void> => {
    try {
      for (const { kind, dayMs } of due) {
        counts.deletedObjects += await pruneDay(ports.blobs, dayPrefix(kind, series, dayMs));
        marks[kind] = dayMs + DAY_MS;
        ports.meta.set('blob-pruning', JSON.stringify(marks));
      }
    } catch (error) {
      counts.failures++;
      counts.lastError = error instanceof Error ? error.message : String(error);
      retryAtWallMs = ports.clock.wallMs() + RETRY_AFTER_MS;
      lookedOnDayMs = -1;
      ports.log.log('warn', 'pruning of R2 failed', { error: counts.lastError });
    }
  };

  return {
    tick() {
      const { clock, archive, meta } = ports;
      const todayMs = utcDayStart(clock.now());
      if (running !== null || todayMs === lookedOnDayMs || clock.wallMs() < retryAtWallMs) return;
      const marks = readMarks(meta, archive.status().firstDayMs);
      if (marks === null) return;
      const due = planBlobPruning(marks, clock.now());
      if (due.length <= DAYS_AT_ONCE) lookedOnDayMs = todayMs;
      running = run(due.slice(0, DAYS_AT_ONCE), marks).finally(() => {
        running = null;
      });
    },
    idle: async () => {
      await running;
    },
    status: () => ({ ...counts }),
  };
}

/** Where pruning stands; `null` while nothing was ever archived. */
function readMarks(meta: MetaStore, firstDayMs: UnixMs | null): PruningMarks | null {
  const text = meta.get('blob-pruning');
  if (text === null)
    return firstDayMs === null ? null : { tape: firstDayMs, journal: firstDayMs, checkpoint: firstDayMs };
  const parsed = marksSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new InvariantError('the pruning marks are not ours', { text });
  return parsed.data;
}

async function pruneDay(blobs: BlobPort, prefix: string): Promise<number> {
  const objects = await blobs.list(prefix);
  for (let from = 0; from < objects.length; from += KEYS_AT_ONCE) {
    await blobs.delete(objects.slice(from, from + KEYS_AT_ONCE).map(({ key }) => key));
  }
  return objects.length;
}
