/**
 * Facts on their way to D1. A fact is stored here in the same synchronous turn as the journal row that caused it, and leaves the
 * table only when D1 has it: nothing is lost while D1 is away, and the engine never waits for it (RUNTIME §9).
 *
 * Every fact is a whole row under its own key, so the newest one says all: a fact that is enqueued while an older one of the same
 * key still waits replaces it. That keeps an entity's rows in order, with one row for each entity. Delivery is at least once.
 *
 * A batch that fails is tried again after a growing delay; from the third attempt on each of its rows goes alone, so that one bad
 * row cannot hold the others. After eight attempts a row is parked: an alert is raised, and it is tried again once an hour, so that
 * a long outage of D1 heals by itself.
 */
import { assertNever, invariant } from '../core/model/errors.ts';
import type { Fact } from '../core/model/fact.ts';
import { HOUR_MS, SECOND_MS } from '../core/model/time.ts';
import type { OutboxStatus } from '../core/protocol/series-status.ts';
import type { FactSink } from '../db/fact-sink.ts';
import type { ClockPort, SqlPort, SqlRow, SqlValue, TimersPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { numberColumn, textColumn } from './sql-values.ts';

/** Rows of one batch: D1 takes it as one transaction, and 50 upserts take it about 10 ms. */
const BATCH_ROWS = 50;
/** Batches of one drain, so that a backlog of hours leaves room for other work of the object. */
const BATCHES_PER_DRAIN = 20;
/** Attempts before a row is parked: with the delays below, about four minutes. */
export const MAX_ATTEMPTS = 8;
/** From this many failed attempts on a row goes alone. */
const ALONE_AFTER_ATTEMPTS = 2;
/** 2, 4, 8 … seconds between attempts, real time. */
const BASE_DELAY_MS = 2 * SECOND_MS;
/** How often a parked row is tried again. */
const PARKED_DELAY_MS = HOUR_MS;
/** D1 gives up a query after 30 s (Cloudflare D1 limits, notes of 2026-11-23); an answer later than this is not coming. */
const WRITE_TIMEOUT_MS = 35 * SECOND_MS;
/** The stored error is for people: its beginning says what it is. */
const MAX_ERROR_CHARS = 200;

/** A row that D1 refused eight times. */
export interface ParkedFact {
  readonly key: string;
  readonly attempts: number;
  readonly error: string;
}

export interface OutboxPorts {
  readonly sql: SqlPort;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sink: FactSink;
  /** Counts the rows written to the object's own SQLite. */
  readonly counter?: RowCounter;
  onParked(parked: ParkedFact): void;
}

export interface Outbox {
  /**
   * Stores facts, in the synchronous turn of the journal row `seq` that caused them. Of several with one key the last stands; a fact
   * of an earlier `seq` never replaces a later one.
   */
  enqueue(facts: readonly Fact[], seq: number): void;
  /** Sends what is due. A failing sink only postpones; rejects when the object's own storage fails. A second call joins the first. */
  drain(): Promise<void>;
  status(): OutboxStatus;
}

/** Statements that make the table; run at each boot. WITHOUT ROWID: an insert is one row written, not two. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS outbox (
  key TEXT PRIMARY KEY,
  seq INTEGER NOT NULL,
  fact TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_wall_ms INTEGER NOT NULL,
  enqueued_wall_ms INTEGER NOT NULL,
  error TEXT
) WITHOUT ROWID`;

interface PendingRow {
  readonly key: string;
  readonly seq: number;
  readonly fact: string;
  readonly attempts: number;
}

/** The outbox of one object, in its own SQLite. */
export function createOutbox(ports: OutboxPorts): Outbox {
  const { sql, clock, sink } = ports;
  sql.exec(CREATE_TABLE);
  let running: Promise<void> | null = null;

  /** A statement that writes one row. */
  function write(statement: string, ...bindings: SqlValue[]): void {
    sql.exec(statement, ...bindings);
    if (ports.counter !== undefined) ports.counter.written++;
  }

  function enqueue(facts: readonly Fact[], seq: number): void {
    const now = clock.wallMs();
    for (const fact of facts) {
      write(
        `INSERT INTO outbox (key, seq, fact, attempts, due_wall_ms, enqueued_wall_ms, error) VALUES (?, ?, ?, 0, ?, ?, NULL)
         ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, fact = excluded.fact, attempts = 0,
           due_wall_ms = excluded.due_wall_ms, error = NULL WHERE excluded.seq >= outbox.seq`,
        factKey(fact),
        seq,
        JSON.stringify(fact),
        now,
        now,
      );
    }
  }

  /** The next batch: rows that may go together, or one that goes alone. */
  function nextBatch(): readonly PendingRow[] {
    const together = sql.exec(
      `SELECT key, seq, fact, attempts FROM outbox WHERE due_wall_ms <= ? AND attempts < ? ORDER BY seq LIMIT ?`,
      clock.wallMs(),
      ALONE_AFTER_ATTEMPTS,
      BATCH_ROWS,
    );
    if (together.length > 0) return together.map(pendingRow);
    return sql
      .exec(
        `SELECT key, seq, fact, attempts FROM outbox WHERE due_wall_ms <= ? ORDER BY attempts, seq LIMIT 1`,
        clock.wallMs(),
      )
      .map(pendingRow);
  }

  async function send(batch: readonly PendingRow[]): Promise<boolean> {
    try {
      await withTimeout(ports.timers, sink.writeBatch(batch.map((row) => JSON.parse(row.fact) as Fact)));
    } catch (error) {
      const text = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR_CHARS);
      for (const row of batch) postpone(row, text);
      return false;
    }
    // A newer fact may have come for a key while this one was on its way: that one stays.
    for (const row of batch) write('DELETE FROM outbox WHERE key = ? AND seq = ?', row.key, row.seq);
    return true;
  }

  function postpone(row: PendingRow, error: string): void {
    const attempts = Math.min(row.attempts + 1, MAX_ATTEMPTS);
    const parked = attempts === MAX_ATTEMPTS;
    const delay = parked ? PARKED_DELAY_MS : BASE_DELAY_MS * 2 ** (attempts - 1);
    write(
      'UPDATE outbox SET attempts = ?, due_wall_ms = ?, error = ? WHERE key = ? AND seq = ?',
      attempts,
      clock.wallMs() + delay,
      error,
      row.key,
      row.seq,
    );
    if (parked && row.attempts < MAX_ATTEMPTS) ports.onParked({ key: row.key, attempts, error });
  }

  async function drainBatches(): Promise<void> {
    for (let sent = 0; sent < BATCHES_PER_DRAIN; sent++) {
      const batch = nextBatch();
      if (batch.length === 0) return;
      // A failure makes its rows wait; a second one in a row would most likely say the same: D1 is away.
      if (!(await send(batch)) && !(await sendAfterFailure())) return;
    }
  }

  /** After a failure one more batch is tried: it tells a bad row from an outage. */
  async function sendAfterFailure(): Promise<boolean> {
    const batch = nextBatch();
    return batch.length > 0 && (await send(batch));
  }

  function status(): OutboxStatus {
    const rows = sql.exec(
      'SELECT count(*) AS total, coalesce(sum(attempts >= ?), 0) AS parked, min(enqueued_wall_ms) AS oldest FROM outbox',
      MAX_ATTEMPTS,
    );
    const failed = sql.exec('SELECT error FROM outbox WHERE error IS NOT NULL ORDER BY due_wall_ms DESC LIMIT 1');
    const [summary] = rows;
    invariant(summary !== undefined, 'an aggregate is one row');
    const parked = numberColumn(summary, 'parked');
    const isEmpty = summary['oldest'] === null;
    return {
      pending: numberColumn(summary, 'total') - parked,
      parked,
      oldestAgeMs: isEmpty ? null : Math.max(0, clock.wallMs() - numberColumn(summary, 'oldest')),
      lastError: failed[0] === undefined ? null : textColumn(failed[0], 'error'),
    };
  }

  return {
    enqueue,
    drain() {
      running ??= drainBatches().finally(() => {
        running = null;
      });
      return running;
    },
    status,
  };
}

function pendingRow(row: SqlRow): PendingRow {
  return {
    key: textColumn(row, 'key'),
    seq: numberColumn(row, 'seq'),
    fact: textColumn(row, 'fact'),
    attempts: numberColumn(row, 'attempts'),
  };
}

function withTimeout(timers: TimersPort, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(WRITE_TIMEOUT_MS, () => reject(new Error('no answer from D1')));
    void work.then(resolve, reject).finally(cancel);
  });
}

/** The idempotent key of a fact: the primary key of its table, with the table's name. */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'order':
      return keyOf('order', fact.series, fact.windowStartMs, fact.clientOrderId);
    case 'fill':
      return keyOf('fill', fact.series, fact.windowStartMs, fact.tradeId, fact.clientOrderId);
    case 'position':
      return keyOf('position', fact.series, fact.windowStartMs, fact.outcome);
    case 'window':
      return keyOf('window', fact.series, fact.windowStartMs);
    case 'daily-pnl':
      return keyOf('daily-pnl', fact.series, fact.dayStartMs);
    case 'markout':
      return keyOf('markout', fact.series, fact.windowStartMs, fact.tradeId, fact.clientOrderId);
    case 'strategy-pnl':
      return keyOf('strategy-pnl', fact.series, fact.windowStartMs, fact.ledger, fact.strategy);
    case 'ledger-entry':
      return keyOf('ledger-entry', fact.series, fact.atMs, fact.id);
    case 'audit':
      return keyOf('audit', fact.series, fact.id);
    default:
      return assertNever(fact, 'fact');
  }
}

/** Parts as JSON, so that no part can run into the next. */
function keyOf(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
