/**
 * Copies of what is already durable, in R2: journal, tape and checkpoints (RUNTIME §2, §4). At least once: a segment is sent until it
 * is acknowledged, always under the same key. The engine never waits for any of it.
 */
import type { Compression } from '../core/engine/journal/row-format.ts';
import { invariant } from '../core/model/errors.ts';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs, utcDayStart } from '../core/model/time.ts';
import { encodeUtf8 } from '../core/model/utf8.ts';
import { checkpointKey } from './archive-keys.ts';
import { type ArchiveMarks, readArchiveMarks, writeArchiveMarks } from './archive-marks.ts';
import { buildSegment, SEGMENT_BYTES } from './archive-segment.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Journal } from './journal.ts';
import type { MetaStore } from './meta-store.ts';
import type { BlobPort, ClockPort, LogPort } from './ports.ts';

/** A segment a minute: two objects, 86,400 writes a month, a few cents. */
const SEGMENT_EVERY_MS = MINUTE_MS;
const FIRST_RETRY_MS = SECOND_MS;
const LONGEST_RETRY_MS = 5 * MINUTE_MS;

export interface ArchivePorts {
  readonly journal: Journal;
  readonly checkpoints: CheckpointStore;
  readonly meta: MetaStore;
  readonly blobs: BlobPort;
  readonly compression: Compression;
  readonly clock: ClockPort;
  readonly log: LogPort;
}

export interface ArchiveStatus {
  readonly archivedSeq: number;
  readonly checkpointSeq: number;
  readonly firstDayMs: UnixMs | null;
  /** Failures since the last success, and in all. */
  readonly failuresInRow: number;
  readonly failures: number;
  readonly lastError: string | null;
  /** Wall time before which nothing is tried again. */
  readonly retryAtWallMs: number;
  readonly objectsSent: number;
  readonly bytesSent: number;
  /** Rows that could not be read and were sent as they are. */
  readonly damagedRows: number;
}

export interface Archive {
  /** Called by the watchdog: starts a pass when one is due and none is under way. Returns at once. */
  tick(): void;
  /** Settles when the pass under way, if any, has ended. Never rejects. For shut-down and tests. */
  idle(): Promise<void>;
  status(): ArchiveStatus;
}

interface ArchiveState {
  marks: ArchiveMarks;
  running: Promise<void> | null;
  lastSegmentWallMs: number;
  failuresInRow: number;
  failures: number;
  lastError: string | null;
  retryAtWallMs: number;
  objectsSent: number;
  bytesSent: number;
  damagedRows: number;
}

export function createArchive(series: SeriesSlug, ports: ArchivePorts): Archive {
  const state: ArchiveState = {
    marks: readArchiveMarks(ports.meta),
    running: null,
    lastSegmentWallMs: ports.clock.wallMs(),
    failuresInRow: 0,
    failures: 0,
    lastError: null,
    retryAtWallMs: 0,
    objectsSent: 0,
    bytesSent: 0,
    damagedRows: 0,
  };
  return {
    tick() {
      if (state.running !== null || ports.clock.wallMs() < state.retryAtWallMs) return;
      state.running = runPass(series, ports, state).finally(() => {
        state.running = null;
      });
    },
    idle: async () => {
      await state.running;
    },
    status: () => {
      const { marks, running: _running, lastSegmentWallMs: _last, ...counts } = state;
      const { archivedSeq, checkpointSeq, firstDayMs } = marks;
      return { ...counts, archivedSeq, checkpointSeq, firstDayMs };
    },
  };
}

/** One pass: what is due is sent, one object after the other. A failure ends the pass and delays the next one. */
async function runPass(series: SeriesSlug, ports: ArchivePorts, state: ArchiveState): Promise<void> {
  try {
    await sendCheckpoints(series, ports, state);
    while (segmentIsDue(ports, state)) {
      if (!(await sendSegment(series, ports, state))) break;
    }
    state.failuresInRow = 0;
  } catch (error) {
    state.failures++;
    state.failuresInRow++;
    state.lastError = error instanceof Error ? error.message : String(error);
    const delay = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(30, state.failuresInRow - 1));
    state.retryAtWallMs = ports.clock.wallMs() + delay;
    ports.log.log('warn', 'archive failed', { error: state.lastError, failuresInRow: state.failuresInRow, delay });
  }
}

function segmentIsDue(ports: ArchivePorts, state: ArchiveState): boolean {
  const { archivedSeq, sendingThroughSeq } = state.marks;
  if (sendingThroughSeq !== null) return true;
  if (ports.journal.lastSeq() <= archivedSeq) return false;
  if (ports.clock.wallMs() - state.lastSegmentWallMs >= SEGMENT_EVERY_MS) return true;
  return ports.journal.bytesAfter(archivedSeq) >= SEGMENT_BYTES;
}

/** Sends the next segment; `false` when there was nothing to send. */
async function sendSegment(series: SeriesSlug, ports: ArchivePorts, state: ArchiveState): Promise<boolean> {
  const { journal, compression, meta } = ports;
  const segment = buildSegment(journal, compression, series, state.marks.archivedSeq, state.marks.sendingThroughSeq);
  if (segment === null) {
    invariant(state.marks.sendingThroughSeq === null, 'the rows of a segment under way are still there', state.marks);
    return false;
  }
  const firstDayMs = earliestDay(state.marks.firstDayMs, segment.firstMs);
  state.marks = { ...state.marks, firstDayMs, sendingThroughSeq: segment.lastSeq };
  writeArchiveMarks(meta, state.marks);
  for (const { key, bytes } of segment.objects) await put(ports, state, key, bytes);
  if (segment.damaged) {
    state.damagedRows++;
    ports.log.log('error', 'a journal row cannot be read and was archived as it is', { lastSeq: segment.lastSeq });
  }
  state.marks = { ...state.marks, archivedSeq: segment.lastSeq, sendingThroughSeq: null };
  writeArchiveMarks(meta, state.marks);
  // What is left behind is sent in this pass only when it fills a segment.
  state.lastSegmentWallMs = ports.clock.wallMs();
  return true;
}

async function sendCheckpoints(series: SeriesSlug, ports: ArchivePorts, state: ArchiveState): Promise<void> {
  for (;;) {
    const checkpoint = ports.checkpoints.nextAfter(state.marks.checkpointSeq);
    if (checkpoint === null) return;
    const { seq, version, atMs, json } = checkpoint;
    // The state's own text, wrapped without reading it: it may be of a version that this release does not know.
    const text = `{"seq":${seq},"version":${version},"atMs":${atMs},"state":${json}}`;
    await put(ports, state, checkpointKey(series, atMs, seq), ports.compression.gzip(encodeUtf8(text)));
    state.marks = { ...state.marks, firstDayMs: earliestDay(state.marks.firstDayMs, atMs), checkpointSeq: seq };
    writeArchiveMarks(ports.meta, state.marks);
  }
}

function earliestDay(firstDayMs: UnixMs | null, atMs: UnixMs | null): UnixMs | null {
  if (atMs === null) return firstDayMs;
  return Math.min(firstDayMs ?? atMs, utcDayStart(atMs));
}

async function put(ports: ArchivePorts, state: ArchiveState, key: string, bytes: Uint8Array): Promise<void> {
  await ports.blobs.put(key, bytes);
  state.objectsSent++;
  state.bytesSent += bytes.length;
}
