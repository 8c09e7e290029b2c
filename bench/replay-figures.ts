/** How fast a stored history is read and replayed, beside `JSON.parse` of the frames it came from. */
import { step } from '../core/engine/engine.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { createAudit, genesisState } from '../core/engine/replay.ts';
import type { EngineState } from '../core/engine/state.ts';
import { type History, readHistory } from './histories/history.ts';
import { type Figure, number, perSecond, plainFigure, times } from './support/figure.ts';
import { medianMs } from './support/measure.ts';

/** What an `events` tape of a day holds at most after conflation. */
const RECORDS_A_DAY = 15_000_000;
const TARGET_DAY_SECONDS = 60;
const ROUNDS = 7;

export function replayFigures(history: History, isTarget: boolean): Figure[] {
  let records = 0;
  readHistory(history, () => records++);
  const bytes = history.rows.reduce((sum, row) => sum + row.length, 0);
  let parsed = 0;
  const ms = medianMs(ROUNDS, {
    decode: () => readHistory(history, () => undefined),
    replay: () => replay(history),
    audit: () => audit(history),
    json() {
      for (const frame of history.frames) if (isJson(frame)) parsed += JSON.parse(frame) === null ? 0 : 1;
    },
  });
  if (parsed === 0) throw new Error('no frame was parsed');
  const frames = history.frames.filter(isJson);
  const megabytes = frames.reduce((sum, frame) => sum + frame.length, 0) / 1e6;
  const daySeconds = (RECORDS_A_DAY * ms.replay) / records / 1_000;
  const jsonRate = (frames.length / ms.json) * 1_000;
  return [
    {
      what: `24 h of an \`events\` tape: ${number(RECORDS_A_DAY)} records, extrapolated from decode and step of ${history.label}, ${number(records)} records`,
      value: `${number(daySeconds)} s (${perSecond(records, ms.replay)})`,
      target: isTarget ? `< ${TARGET_DAY_SECONDS} s` : null,
      met: isTarget ? daySeconds < TARGET_DAY_SECONDS : null,
      peer: `\`JSON.parse\` of the frames it was made of, nothing else: ${number(jsonRate)}/s, so replay is ${times(((records / ms.replay) * 1_000) / jsonRate)} as fast`,
    },
    plainFigure(
      `decode alone, ${history.rows.length} rows of ${number(bytes / records)} bytes a record`,
      perSecond(records, ms.decode),
      `${times(ms.decode / ms.replay)} the time of decode and step`,
    ),
    plainFigure(
      'the audit: decode, step, every decision compared and hashed',
      perSecond(records, ms.audit),
      `${times(ms.audit / ms.replay)} the time of decode and step`,
    ),
    plainFigure(
      `raw JSON: \`JSON.parse\` of ${number(frames.length)} frames`,
      perSecond(frames.length, ms.json),
      `${number((megabytes / ms.json) * 1_000)} MB/s`,
    ),
  ];
}

/** A whole day's number of records, decoded and stepped over; the history begins anew as often as that takes. */
export function fullDayFigure(history: History): Figure {
  let records = 0;
  const from = performance.now();
  while (records < RECORDS_A_DAY) records += replay(history);
  const seconds = (performance.now() - from) / 1_000;
  return {
    what: `${number(records)} records decoded and stepped over, in fact: ${history.label} from its first boot, again and again`,
    value: `${number(seconds)} s`,
    target: `< ${TARGET_DAY_SECONDS} s`,
    met: seconds < TARGET_DAY_SECONDS,
    peer: '',
  };
}

/** Keep-alive answers are no JSON. */
function isJson(frame: string): boolean {
  return frame.startsWith('{') || frame.startsWith('[');
}

function replay(history: History): number {
  let state: EngineState | null = null;
  let records = 0;
  readHistory(history, (record) => {
    state ??= genesisState(record);
    step(state, record.event);
    records++;
  });
  return records;
}

function audit(history: History): void {
  let running: ReturnType<typeof createAudit> | null = null;
  readHistory(history, (record: JournalRecord) => {
    running ??= createAudit(genesisState(record), new Set());
    running.take(record);
  });
}
