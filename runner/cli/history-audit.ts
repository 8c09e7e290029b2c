/**
 * The audit of a downloaded history: reads the stream, finds where to start, and takes every decision again. Plain functions of
 * bytes, so that Node and workerd run the very same.
 */
import type { EngineEvent } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import { forEachRecord } from '../../core/engine/journal/record-reader.ts';
import { type Compression, readRowHeader } from '../../core/engine/journal/row-format.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { type AuditResult, createAudit, skippedSeqs } from '../../core/engine/replay.ts';
import { decodeSnapshot } from '../../core/engine/snapshot.ts';
import { createState, type EngineState } from '../../core/engine/state.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { decodeTaggedJson } from '../../core/model/tagged-json.ts';
import { decodeUtf8 } from '../../core/model/utf8.ts';
import { createHistoryDecoder, type HistoryRow, type HistorySnapshot } from '../../core/protocol/history-stream.ts';

export interface History {
  /** What the rows go on from; `null` when they begin at the first event. */
  readonly snapshot: HistorySnapshot | null;
  readonly rows: readonly HistoryRow[];
}

export interface HistoryAudit extends AuditResult {
  readonly rows: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Boots that are in the history: each is a restart that the audit went through. */
  readonly restarts: number;
  /** Builds that wrote it, in order. Another build may decide otherwise: the audit holds for its own. */
  readonly buildIds: readonly string[];
  /** Events that made the engine fail and were left out. */
  readonly skipped: number;
  /** Rows that lack market data, left out while the archive was away: what follows them cannot be the same. */
  readonly rowsWithGaps: number;
}

/** The frames of a whole stream, or one sentence about what is wrong with it. */
export function readHistory(bytes: Uint8Array): Result<History, string> {
  const decoder = createHistoryDecoder();
  const frames = decoder.push(bytes);
  if (!frames.ok) return err(`The history cannot be read: ${frames.error}.`);
  const finished = decoder.finish();
  if (!finished.ok) return err(`The history is not whole: ${finished.error}.`);
  let snapshot: HistorySnapshot | null = null;
  const rows: HistoryRow[] = [];
  for (const frame of frames.value) {
    if (frame.type === 'snapshot') snapshot = frame;
    if (frame.type === 'row') rows.push(frame);
  }
  return ok({ snapshot, rows });
}

/** Takes the decisions of a history again. An error is one sentence: what cannot be audited at all. */
export function auditHistory(history: History, compression: Compression): Result<HistoryAudit, string> {
  const survey = createSurvey();
  const surveyed = visitRows(history, compression, survey.note);
  if (!surveyed.ok) return surveyed;
  const start = startingState(history, survey.first());
  if (!start.ok) return start;
  const audit = createAudit(start.value, survey.skipped);
  const replayed = visitRows(history, compression, (record) => void audit.take(record));
  if (!replayed.ok) return replayed;
  return ok({
    ...audit.result(),
    rows: history.rows.length,
    firstSeq: survey.first()?.seq ?? 0,
    lastSeq: history.rows.at(-1)?.seq ?? 0,
    restarts: survey.buildIds.length,
    buildIds: [...new Set(survey.buildIds)],
    skipped: survey.skipped.size,
    rowsWithGaps: replayed.value,
  });
}

interface Survey {
  readonly skipped: Set<number>;
  readonly buildIds: string[];
  note(record: JournalRecord): void;
  first(): EngineEvent | null;
}

/** What has to be known before the first record is taken: which were left out, and the configuration that the series began with. */
function createSurvey(): Survey {
  let first: EngineEvent | null = null;
  const skipped = new Set<number>();
  const buildIds: string[] = [];
  return {
    skipped,
    buildIds,
    note(record) {
      first ??= record.event;
      if (record.event.type === 'restarted') buildIds.push(record.event.buildId);
      for (const seq of skippedSeqs([record])) skipped.add(seq);
    },
    first: () => first,
  };
}

/** Visits the records behind the snapshot; returns how many rows have gaps. */
function visitRows(
  { snapshot, rows }: History,
  compression: Compression,
  visit: (record: JournalRecord) => void,
): Result<number, string> {
  let expected = (snapshot?.seq ?? 0) + 1;
  let gaps = 0;
  for (const { seq, bytes } of rows) {
    const row = new Uint8Array(bytes);
    const header = readRowHeader(row);
    if (header.ok && header.value.firstSeq > expected) {
      return err(`The history lacks the records from ${expected} to ${header.value.firstSeq - 1}.`);
    }
    const read = forEachRecord(row, compression, (event: EngineEvent, outputs: readonly Output[]) => {
      if (event.seq >= expected) visit({ event, outputs });
    });
    if (!read.ok) return err(`Row ${seq} of the history cannot be read: ${describe(read.error)}.`);
    expected = read.value.lastSeq + 1;
    if (read.value.gaps) gaps++;
  }
  return ok(gaps);
}

function describe(error: { readonly kind: string; readonly detail?: string; readonly version?: number }): string {
  return `${error.kind} ${error.detail ?? error.version ?? ''}`.trim();
}

function startingState({ snapshot }: History, first: EngineEvent | null): Result<EngineState, string> {
  if (snapshot !== null) return stateOfSnapshot(snapshot);
  // The first event of a series is its first boot, which carries the configuration.
  if (first?.type === 'restarted') return ok(createState(first.config));
  return err(first === null ? 'The history is empty.' : `The history begins with ${first.type}, not with a boot.`);
}

/** A warm snapshot holds the engine and the simulated venue; the audit needs the engine alone. */
function stateOfSnapshot(snapshot: HistorySnapshot): Result<EngineState, string> {
  const document = decodeTaggedJson(decodeUtf8(new Uint8Array(snapshot.bytes))) as { readonly engine: string };
  const state = decodeSnapshot(document.engine);
  if (state.ok) return ok(state.value);
  return err(`The history begins with a snapshot of version ${state.error.version}: use the build that wrote it.`);
}
