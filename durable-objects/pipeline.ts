/**
 * One turn: events in, decided, stored, then acted on. Everything from the first event to the journal row happens in one
 * synchronous turn, and effects come after the row: what leaves the object is held by the platform's output gate until its
 * causes are stored (DESIGN §3.2).
 */
import { mustCommit } from '../core/engine/durability.ts';
import type { EngineEvent } from '../core/engine/events.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import { isExecutionReport } from '../core/engine/report-events.ts';
import type { Fact } from '../core/model/fact.ts';
import type { UnixMs } from '../core/model/time.ts';
import { type EngineHost, nextReportMs, reportsDue, stepHost } from './engine-host.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { Outbox } from './outbox.ts';
import type { ClockPort, TimersPort } from './ports.ts';

/** A tail that caused nothing is stored after this, in real time (RUNTIME §2). */
const TAIL_COMMIT_MS = 1_000;
/** A tail of this many records is stored at once, so that a burst does not pile up in memory. */
const MAX_TAIL_RECORDS = 5_000;

export interface PipelineDeps {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly writer: JournalWriter;
  readonly outbox: Pick<Outbox, 'enqueue'>;
  /** Performs the effects of stored records, in order. */
  onCommitted(records: readonly JournalRecord[]): void;
  /** `step` threw: memory is worthless, the shell answers with a host rebuilt from what is stored. */
  rebuild(): EngineHost;
  /** The engine fails in a way that leaving out one event does not cure. */
  onBroken(detail: string): void;
}

export interface Pipeline {
  readonly host: EngineHost;
  readonly lastSeq: number;
  /** Events taken since boot. */
  readonly events: number;
  /** Why nothing is taken any more, or `null`. */
  readonly failure: string | null;
  /** Takes events in order, and everything that the simulated venue answers, in one turn. */
  ingest(events: readonly EngineEvent[]): void;
  /** Stores what is waiting, now. */
  commitTail(): void;
  /** Takes nothing any more and forgets its timers. What is waiting is stored. */
  stop(): void;
}

/** A pipeline that goes on after `lastSeq`. */
export function createPipeline(deps: PipelineDeps, start: EngineHost, startSeq: number): Pipeline {
  const queue: EngineEvent[] = [];
  let host = start;
  let lastSeq = startSeq;
  let latestMs: UnixMs = 0;
  let events = 0;
  let uncommitted: JournalRecord[] = [];
  let turning = false;
  let failure: string | null = null;
  let stopped = false;
  let cancelTail: (() => void) | null = null;
  let cancelReports: (() => void) | null = null;

  /** Time never goes back within a boot, whatever the host's clock does: recovery must find the same order of things. */
  function now(): UnixMs {
    latestMs = Math.max(latestMs, deps.clock.now());
    return latestMs;
  }

  function ingest(batch: readonly EngineEvent[]): void {
    if (stopped) return;
    if (failure !== null) return;
    for (const event of batch) queue.push(event);
    // An effect may bring in events of its own: they join the turn that runs.
    if (turning) return;
    turning = true;
    try {
      while (queue.length > 0) turn();
    } finally {
      turning = false;
    }
    scheduleReports();
  }

  function turn(): void {
    let urgent = false;
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      if (take(event)) urgent = true;
      for (const report of reportsDue(host, now())) queue.push(report);
    }
    if (urgent || uncommitted.length >= MAX_TAIL_RECORDS) commit();
    else if (uncommitted.length > 0) cancelTail ??= deps.timers.after(TAIL_COMMIT_MS, onTailDue);
  }

  /** Steps one event; true when its row has to be stored in this turn. */
  function take(event: EngineEvent): boolean {
    event.seq = ++lastSeq;
    event.tsInit = now();
    events++;
    let outputs: JournalRecord['outputs'];
    try {
      outputs = stepHost(host, event);
    } catch (error) {
      leaveOut(event, error);
      return false;
    }
    deps.writer.append(event, outputs);
    uncommitted.push({ event, outputs });
    return mustCommit(event, outputs);
  }

  /** The event's seq is answered for without it, memory is rebuilt from what is stored, and the failure is the next record. */
  function leaveOut(event: EngineEvent, error: unknown): void {
    const message = messageOf(error);
    commit();
    const saidByVenue = host.exchange !== null && isExecutionReport(event);
    if (event.type === 'step-failed' || saidByVenue) {
      // The record of the failure fails too, or the rebuilt venue would say the same again: this has no end by itself.
      giveUp(`event ${event.seq} (${event.type}): ${message}`);
      return;
    }
    try {
      host = deps.rebuild();
    } catch (unrecoverable) {
      giveUp(messageOf(unrecoverable));
      return;
    }
    // The rebuilt venue says again what is not stored yet.
    if (host.exchange !== null) queue.splice(0, queue.length, ...queue.filter((queued) => !isExecutionReport(queued)));
    deps.writer.skip(event.seq, event.tsInit);
    queue.unshift(stepFailed(event, message));
  }

  function giveUp(detail: string): void {
    failure = detail;
    queue.length = 0;
    deps.onBroken(detail);
  }

  function commit(): void {
    cancelTail?.();
    cancelTail = null;
    const records = uncommitted;
    const last = records[records.length - 1];
    if (last === undefined) return;
    uncommitted = [];
    deps.writer.commit();
    const facts = factsOf(records);
    if (facts.length > 0) deps.outbox.enqueue(facts, last.event.seq);
    deps.onCommitted(records);
  }

  function onTailDue(): void {
    cancelTail = null;
    commit();
  }

  /** The simulated venue's next report is due at its own time, whether or not a feed says anything until then. */
  function scheduleReports(): void {
    cancelReports?.();
    cancelReports = null;
    const dueMs = failure === null ? nextReportMs(host) : null;
    if (dueMs === null) return;
    const delayMs = Math.max(0, (dueMs - now()) / deps.clock.speed);
    cancelReports = deps.timers.after(delayMs, () => {
      cancelReports = null;
      ingest(reportsDue(host, now()));
    });
  }

  return {
    get host() {
      return host;
    },
    get lastSeq() {
      return lastSeq;
    },
    get events() {
      return events;
    },
    get failure() {
      return failure;
    },
    ingest,
    commitTail: commit,
    stop() {
      cancelReports?.();
      cancelReports = null;
      commit();
      stopped = true;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stepFailed(event: EngineEvent, message: string): EngineEvent {
  return { type: 'step-failed', seq: 0, tsEvent: event.tsEvent, tsInit: 0, failedSeq: event.seq, message };
}

function factsOf(records: readonly JournalRecord[]): Fact[] {
  const facts: Fact[] = [];
  for (const { outputs } of records) {
    for (const output of outputs) if (output.type === 'publish-fact') facts.push(output.fact);
  }
  return facts;
}
