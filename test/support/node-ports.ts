/**
 * The shell's ports in one Node process (RUNTIME §8): SQLite in memory or in a file, blobs in memory, time that only moves when
 * a test moves it. Each has the means to misbehave that the fault tests need.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { UnixMs } from '../../core/model/time.ts';
import type {
  BlobPort,
  ClockPort,
  LogPort,
  NoncePort,
  SqlPort,
  SqlRow,
  SqlValue,
  TimersPort,
} from '../../durable-objects/ports.ts';

/** Stands for the end of the process: everything that is not in the file is lost. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

export interface NodeSql extends SqlPort {
  /** Lets `statements` more statements through, then throws `SimulatedCrash` at every further one. `null`: never. */
  crashAfter(statements: number | null): void;
  close(): void;
}

/** SqlPort over node:sqlite; `path` is a file or ":memory:". A statement is committed when `exec` returns. */
export function createNodeSql(path = ':memory:'): NodeSql {
  const database = new DatabaseSync(path);
  const statements = new Map<string, { readonly statement: StatementSync; readonly returnsRows: boolean }>();
  let left: number | null = null;

  const prepared = (text: string) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const statement = database.prepare(text);
    const made = { statement, returnsRows: statement.columns().length > 0 };
    statements.set(text, made);
    return made;
  };

  return {
    exec(text, ...bindings) {
      if (left !== null) {
        if (left <= 0) throw new SimulatedCrash(text);
        left--;
      }
      const { statement, returnsRows } = prepared(text);
      const values = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
      if (!returnsRows) {
        statement.run(...values);
        return [];
      }
      return statement.all(...values).map(toPortRow);
    },
    sizeBytes() {
      const row = database
        .prepare(
          'SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count))' +
            ' * (SELECT page_size FROM pragma_page_size) AS bytes',
        )
        .get();
      return Number(row?.['bytes']);
    },
    crashAfter(count) {
      left = count;
    },
    close() {
      database.close();
    },
  };
}

function toPortRow(row: Record<string, unknown>): SqlRow {
  const converted: SqlRow = {};
  for (const [name, value] of Object.entries(row)) {
    converted[name] = value instanceof Uint8Array ? (value.slice().buffer as ArrayBuffer) : (value as SqlValue);
  }
  return converted;
}

export type BlobOperation = 'put' | 'get' | 'list' | 'delete';
/** `refused`: nothing happened. `unanswered`: it happened, and the answer was lost. */
export type BlobFault = 'refused' | 'unanswered' | null;

export interface MemoryBlob extends BlobPort {
  readonly objects: Map<string, Uint8Array>;
  /** Every operation that was asked for, in order, as "put key". */
  readonly calls: string[];
  /** Decides the fate of each operation from here on. */
  setFault(fault: (operation: BlobOperation, key: string) => BlobFault): void;
}

/** BlobPort in memory; keys are listed in order, as R2 does. */
export function createMemoryBlob(): MemoryBlob {
  const objects = new Map<string, Uint8Array>();
  const calls: string[] = [];
  let faultOf: (operation: BlobOperation, key: string) => BlobFault = () => null;

  const perform = async <T>(operation: BlobOperation, key: string, act: () => T): Promise<T> => {
    calls.push(`${operation} ${key}`);
    await Promise.resolve();
    const fault = faultOf(operation, key);
    if (fault === 'refused') throw new Error(`blob ${operation} refused: ${key}`);
    const result = act();
    if (fault === 'unanswered') throw new Error(`blob ${operation} unanswered: ${key}`);
    return result;
  };

  return {
    objects,
    calls,
    setFault(fault) {
      faultOf = fault;
    },
    put: (key, bytes) => perform('put', key, () => void objects.set(key, bytes.slice())),
    get: (key) => perform('get', key, () => objects.get(key)?.slice() ?? null),
    list: (prefix) =>
      perform('list', prefix, () =>
        [...objects]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, bytes]) => ({ key, size: bytes.byteLength }))
          .sort((a, b) => (a.key < b.key ? -1 : 1)),
      ),
    delete: (keys) =>
      perform('delete', keys.join(','), () => {
        for (const key of keys) objects.delete(key);
      }),
  };
}

export interface VirtualClock {
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  /** Moves wall time forward to `wallMs` and fires, in order of due time, every timer that comes due on the way. */
  advanceTo(wallMs: UnixMs): void;
  advanceBy(durationMs: number): void;
  /** As `advanceTo`, but lets pending promises settle before, between and after the timers. */
  settleTo(wallMs: UnixMs): Promise<void>;
  /** Wall time at which the next timer is due, or `null` when none is pending. */
  nextDueMs(): UnixMs | null;
}

interface PendingTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Clock and timers that stand still until moved. `now` starts at `startMs` and runs `speed` times as fast as the wall. */
export function createVirtualClock(startMs: UnixMs, speed = 1): VirtualClock {
  let wallMs = startMs;
  let order = 0;
  const pending = new Set<PendingTimer>();

  const next = (): PendingTimer | null => {
    let first: PendingTimer | null = null;
    for (const timer of pending) {
      const earlier = first === null || timer.dueMs < first.dueMs;
      if (earlier || (first !== null && timer.dueMs === first.dueMs && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const fireNext = (untilMs: number): boolean => {
    const timer = next();
    if (timer === null || timer.dueMs > untilMs) return false;
    pending.delete(timer);
    wallMs = Math.max(wallMs, timer.dueMs);
    timer.callback();
    return true;
  };

  const advanceTo = (targetMs: UnixMs): void => {
    while (fireNext(targetMs));
    wallMs = Math.max(wallMs, targetMs);
  };

  return {
    clock: { now: () => Math.round(startMs + (wallMs - startMs) * speed), wallMs: () => wallMs, speed },
    timers: {
      after(delayWallMs, callback) {
        const timer: PendingTimer = { dueMs: wallMs + Math.max(0, delayWallMs), order: order++, callback };
        pending.add(timer);
        return () => void pending.delete(timer);
      },
    },
    advanceTo,
    advanceBy: (durationMs) => advanceTo(wallMs + durationMs),
    async settleTo(targetMs) {
      do {
        await settle();
      } while (fireNext(targetMs));
      wallMs = Math.max(wallMs, targetMs);
      await settle();
    },
    nextDueMs: () => next()?.dueMs ?? null,
  };
}

/** Lets every promise that can settle without a timer do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** NoncePort that never repeats itself and never surprises. */
export function countingNonces(): NoncePort {
  let count = 0;
  return { hex: (bytes) => `${++count}`.padStart(bytes * 2, '0') };
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** LogPort that keeps its lines. */
export function createMemoryLog(): LogPort & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  return {
    lines,
    log(level, message, fields = {}) {
      lines.push({ level, message, fields });
    },
  };
}
