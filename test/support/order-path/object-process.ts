/**
 * The series' object as a process that can die at any crossing. What it does in one turn is stored as a whole when the turn ends, and no
 * message of the turn leaves before that: the platform's output gate. A dead one is cut off from everything; what it still computes
 * reaches nobody.
 */
import { gzipCompression } from '../../../durable-objects/gzip-compression.ts';
import type { LinkSocket } from '../../../durable-objects/link-session.ts';
import type { HttpPort, SocketsPort } from '../../../durable-objects/ports.ts';
import { type SeriesRuntime, startSeries } from '../../../durable-objects/series-runtime.ts';
import type { SeriesSettings } from '../../../durable-objects/series-settings-type.ts';
import { openSeriesStore } from '../../../durable-objects/series-store.ts';
import type { LogLine } from '../node-ports.ts';
import { countingNonces, createMemoryBlob, createNodeSql, type NodeSql } from '../node-ports.ts';
import type { Crossings } from './crossings.ts';
import { messageNames } from './frame-names.ts';
import type { ObjectEnd } from './link-wire.ts';
import type { Scheduler } from './scheduler.ts';

export interface ObjectProcess {
  readonly alive: boolean;
  readonly runtime: SeriesRuntime | null;
  boot(): void;
  /** Dies now: the turn that runs is not stored. */
  kill(): void;
  attach(socket: LinkSocket, nonce: string | null): ObjectEnd | null;
  /** Does something in a turn of the object, if it is up. */
  turn<T>(act: (runtime: SeriesRuntime) => T): T | null;
  /** To be called when nothing more happens in this turn. */
  endTurn(): void;
}

export interface ObjectProcessOptions {
  readonly scheduler: Scheduler;
  readonly crossings: Crossings;
  readonly settings: SeriesSettings;
  readonly sockets: SocketsPort;
  readonly http: HttpPort;
  /** Cuts the feeds of a dead process. */
  dropSockets(): void;
  readonly log: (line: LogLine) => void;
  /** A turn is stored now; these frames for the runner follow from it. */
  onStored(frames: readonly string[]): void;
  /** `false`: messages leave before their turn is stored. Only the planted defect says so. */
  readonly outputGate?: boolean;
}

interface Life {
  alive: boolean;
}

/** Something that leaves when its turn is stored. */
interface Leaving {
  readonly frame: string | null;
  readonly names: readonly string[];
  readonly send: () => void;
}

const WATCHDOG_MS = 10_000;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|CREATE|REPLACE|DROP|ALTER)/i;

/** An object on empty storage, not started. */
export function createObjectProcess(options: ObjectProcessOptions): ObjectProcess {
  const { scheduler, crossings, settings } = options;
  const sql: NodeSql = createNodeSql();
  const nonces = countingNonces();
  const blobs = createMemoryBlob();
  let life: Life = { alive: false };
  let runtime: SeriesRuntime | null = null;
  let inTransaction = false;
  let outgoing: Leaving[] = [];

  const enter = <T>(mine: Life, act: () => T): T | null => {
    if (!mine.alive) return null;
    try {
      return act();
    } catch (error) {
      // What a dead process throws at nobody is no failure of it.
      if (mine.alive) throw error;
      return null;
    }
  };

  const begin = (): void => {
    if (inTransaction) return;
    inTransaction = true;
    sql.exec('BEGIN');
  };

  const portsOf = (mine: Life) => ({
    clock: { now: scheduler.nowMs, wallMs: scheduler.nowMs, speed: 1 },
    timers: {
      after: (delayMs: number, callback: () => void) =>
        scheduler.after(
          delayMs,
          () => {
            if (!mine.alive) return;
            crossings.cross('object', 'timer before');
            enter(mine, callback);
            if (mine.alive) crossings.cross('object', 'timer after');
          },
          'object',
        ),
    },
    sockets: {
      open: (url: string, handlers: Parameters<SocketsPort['open']>[1]) => {
        const socket = options.sockets.open(url, {
          onOpen: () => void enter(mine, handlers.onOpen),
          onMessage: (data) => void enter(mine, () => handlers.onMessage(data)),
          onClose: (code, reason, status) => void enter(mine, () => handlers.onClose(code, reason, status)),
        });
        return {
          send: (data: string) => mine.alive && socket.send(data),
          close: (code?: number, reason?: string) => mine.alive && socket.close(code, reason),
        };
      },
    } as SocketsPort,
    http: {
      async get(url: string, timeoutMs: number) {
        if (!mine.alive) return new Promise<never>(() => undefined);
        const answer = await options.http.get(url, timeoutMs);
        return mine.alive ? answer : new Promise<never>(() => undefined);
      },
    },
    random: { next: () => 0.5 },
    nonces,
    blobs,
    log: {
      log: (level: LogLine['level'], message: string, fields: LogLine['fields'] = {}) => {
        if (mine.alive) options.log({ level, message: `object: ${message}`, fields });
      },
    },
    sink: { writeBatch: async () => undefined },
  });

  function boot(): void {
    const mine: Life = { alive: true };
    life = mine;
    const store = openSeriesStore(
      {
        exec(statement, ...bindings) {
          if (!mine.alive) return WRITES.test(statement) ? [] : sql.exec(statement, ...bindings);
          if (WRITES.test(statement)) begin();
          return sql.exec(statement, ...bindings);
        },
        sizeBytes: () => sql.sizeBytes(),
      },
      gzipCompression,
    );
    if (!store.ok) throw new Error(store.error.detail);
    runtime = null;
    runtime = startSeries(settings, store.value, portsOf(mine));
    watch(mine);
    endTurn();
  }

  /** The watchdog's alarm, as the class re-arms it. */
  function watch(mine: Life): void {
    scheduler.after(
      WATCHDOG_MS,
      () =>
        void enter(mine, () => {
          watch(mine);
          runtime?.watch();
        }),
      'object',
    );
  }

  function kill(): void {
    if (!life.alive) return;
    life.alive = false;
    runtime = null;
    outgoing = [];
    if (inTransaction) {
      inTransaction = false;
      sql.exec('ROLLBACK');
    }
    options.dropSockets();
  }

  function endTurn(): void {
    if (!life.alive || (!inTransaction && outgoing.length === 0)) return;
    const mine = life;
    const leaving = outgoing;
    const names = [...new Set(leaving.flatMap((one) => one.names))];
    for (const name of names) {
      crossings.cross('object', `commit ${name} before`);
      if (!mine.alive) return;
    }
    outgoing = [];
    if (inTransaction) {
      inTransaction = false;
      sql.exec('COMMIT');
    }
    options.onStored(leaving.flatMap(({ frame }) => frame ?? []));
    for (const name of names) {
      crossings.cross('object', `commit ${name} after`);
      if (!mine.alive) return;
    }
    for (const { names: sent, send } of leaving) {
      if (options.outputGate !== false) send();
      for (const name of sent) {
        crossings.cross('object', `send ${name} after`);
        if (!mine.alive) return;
      }
    }
  }

  return {
    get alive() {
      return life.alive;
    },
    get runtime() {
      return runtime;
    },
    boot,
    kill,
    attach(socket, nonce) {
      const mine = life;
      if (!mine.alive || runtime === null) return null;
      const gated: LinkSocket = {
        send(frame) {
          if (!mine.alive) return;
          if (options.outputGate === false) socket.send(frame);
          outgoing.push({ frame, names: messageNames(frame), send: () => socket.send(frame) });
        },
        close(code, reason) {
          if (mine.alive) outgoing.push({ frame: null, names: [], send: () => socket.close(code, reason) });
        },
      };
      const end = enter(mine, () => runtime?.link.attach(gated, nonce) ?? null);
      if (end === null) return null;
      return {
        onFrame: (frame) => {
          if (!mine.alive) return;
          const names = messageNames(frame);
          for (const name of names) {
            crossings.cross('object', `receive ${name} before`);
            if (!mine.alive) return;
          }
          enter(mine, () => end.onFrame(frame));
          endTurn();
          for (const name of names) {
            if (!mine.alive) return;
            crossings.cross('object', `receive ${name} after`);
          }
        },
        onClose: () => void enter(mine, () => end.onClose()),
      };
    },
    turn(act) {
      const up = runtime;
      return up === null ? null : enter(life, () => act(up));
    },
    endTurn,
  };
}
