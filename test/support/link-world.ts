/**
 * Object and runner of one series on one virtual clock, with the Worker's check and a network between them that can be cut at any
 * moment. The code on both sides is the product's own; what the object stores is in SQLite, what the runner stores on a disk in memory.
 */
import type { EngineEvent } from '../../core/engine/events.ts';
import type { JournalRecord } from '../../core/engine/journal/record.ts';
import type { Output } from '../../core/engine/outputs.ts';
import { type LinkKey, verifyUpgrade } from '../../core/protocol/link-auth.ts';
import type { LinkExecution, LinkFact, ResumedOrder } from '../../core/protocol/runner-link.ts';
import { createRunnerLink, type RunnerLink } from '../../durable-objects/runner-link.ts';
import type { SeriesIntake } from '../../runner/account/series-port.ts';
import type { DiskPort, Socket, SocketHandlers, SocketsPort } from '../../runner/ports.ts';
import { createSeriesLink, type SeriesLink } from '../../runner/series-link.ts';
import { type DurableStores, openStores, SERIES, START_MS } from './durable-stores.ts';
import { countingNonces, createMemoryLog, createVirtualClock } from './node-ports.ts';

export const LINK_KEY: LinkKey = { id: 'k1', secret: 'secret-one-of-the-link-0123456789' };
export const OLD_LINK_KEY: LinkKey = { id: 'k0', secret: 'secret-nil-of-the-link-0123456789' };
/** One way. */
export const LATENCY_MS = 5;

/** A folder in memory, with the files as they would be read. */
export function createMemoryDisk(): DiskPort & { readonly files: Map<string, string> } {
  const files = new Map<string, string>();
  return {
    files,
    read: (name) => files.get(name) ?? null,
    write: (name, text) => void files.set(name, text),
    remove: (name) => void files.delete(name),
    append: (name, line) => void files.set(name, `${files.get(name) ?? ''}${line}\n`),
    sync: () => undefined,
  };
}

interface Pipe {
  readonly toRunner: SocketHandlers;
  readonly toObject: { onFrame(frame: string): void; onClose(): void };
  isOpen: boolean;
}

export interface RunnerOptions {
  readonly runnerId?: string;
  readonly key?: LinkKey;
  readonly disk?: ReturnType<typeof createMemoryDisk>;
  /** The runner's calendar less the object's. */
  readonly wallOffsetMs?: number;
  readonly feedSockets?: SocketsPort;
  readonly feedOrigins?: readonly string[];
}

export type LinkWorld = ReturnType<typeof createLinkWorld>;

export interface LinkWorldOptions {
  readonly execution?: LinkExecution;
  readonly keys?: readonly LinkKey[];
  readonly openOrders?: () => readonly ResumedOrder[];
  readonly marketSlugs?: () => readonly string[];
  /** Calls `deliver` when a frame for the runner shall arrive: at once, if left out. */
  readonly hold?: (deliver: () => void) => void;
  /** What becomes of a frame on its way. */
  readonly tamper?: (direction: 'to-object' | 'to-runner', frame: string) => string;
}

export function createLinkWorld(options: LinkWorldOptions = {}) {
  const virtual = createVirtualClock(START_MS);
  const log = createMemoryLog();
  const alerts: string[] = [];
  const keys = options.keys ?? [LINK_KEY, OLD_LINK_KEY];
  const stores: DurableStores = openStores();
  const nonces = countingNonces();
  let pipes: Pipe[] = [];
  let epoch = 0;
  let seq = 0;
  let storageFails = false;
  let mayLead = true;
  let life = { alive: false };
  let object: RunnerLink | null = null;
  const upgrades: Readonly<Record<string, string>>[] = [];

  /** What the pipeline does with facts: numbered, stored in this turn. */
  function ingest(events: readonly EngineEvent[]): boolean {
    if (storageFails) return false;
    for (const event of events) stores.writer.append({ ...event, seq: ++seq, tsInit: virtual.clock.now() }, []);
    if (events.length > 0) stores.writer.commit();
    return true;
  }

  /** Starts the object, or starts it anew after a crash: a new epoch on the same storage. */
  function bootObject(): RunnerLink {
    life.alive = false;
    cut();
    const mine = { alive: true };
    life = mine;
    epoch = stores.meta.nextEpoch();
    object = createRunnerLink({
      series: SERIES,
      epoch,
      buildId: 'test',
      execution: options.execution ?? 'venue',
      keys,
      clock: virtual.clock,
      timers: {
        after: (delayMs, callback) =>
          virtual.timers.after(delayMs, () => {
            if (mine.alive) callback();
          }),
      },
      log,
      meta: stores.meta,
      counter: stores.counter,
      randomHex: nonces.hex,
      ingest,
      alert: (code, severity) => void alerts.push(`${severity} ${code}`),
      mayLead: () => mayLead,
      openOrders: options.openOrders ?? (() => []),
      marketSlugs: options.marketSlugs ?? (() => []),
    });
    return object;
  }

  function later(pipe: Pipe, act: () => void): void {
    virtual.timers.after(LATENCY_MS, () => {
      if (pipe.isOpen) act();
    });
  }

  const hold = options.hold ?? ((deliver) => deliver());
  const tamper = options.tamper ?? ((_direction, frame) => frame);

  /** The Worker's door, and the object behind it. */
  const linkSockets: SocketsPort = {
    open(url, handlers, headers = {}): Socket {
      upgrades.push(headers);
      let pipe: Pipe | null = null;
      let isClosed = false;
      virtual.timers.after(2 * LATENCY_MS, () => {
        if (isClosed) return;
        const request = { method: 'GET', path: new URL(url).pathname };
        const known = verifyUpgrade(keys, request, (name) => headers[name] ?? null, virtual.clock.wallMs());
        if (!known.ok || object === null || !life.alive) {
          isClosed = true;
          handlers.onClose(1006, 'refused', known.ok ? null : 401);
          return;
        }
        pipe = connect(handlers, headers['x-link-nonce'] ?? null);
      });
      return {
        send: (frame) => {
          const open = pipe;
          if (open !== null && !isClosed) later(open, () => open.toObject.onFrame(tamper('to-object', frame)));
        },
        close: () => {
          if (isClosed) return;
          isClosed = true;
          const open = pipe;
          if (open === null) return;
          later(open, () => {
            open.isOpen = false;
            open.toObject.onClose();
          });
        },
      };
    },
  };

  function connect(handlers: SocketHandlers, nonce: string | null): Pipe {
    if (object === null) throw new Error('no object');
    const state: { pipe: Pipe | null } = { pipe: null };
    // The object speaks first, while the socket is being accepted.
    const early: (() => void)[] = [];
    const whenOpen = (act: (pipe: Pipe) => void): void => {
      const { pipe } = state;
      if (pipe === null) early.push(() => whenOpen(act));
      else later(pipe, () => act(pipe));
    };
    const toObject = object.attach(
      {
        send: (frame) => whenOpen(() => hold(() => handlers.onMessage(tamper('to-runner', frame)))),
        close: (code, reason) =>
          whenOpen((pipe) => {
            pipe.isOpen = false;
            handlers.onClose(code, reason, null);
          }),
      },
      nonce,
    );
    const pipe: Pipe = { toRunner: handlers, toObject, isOpen: true };
    state.pipe = pipe;
    pipes.push(pipe);
    handlers.onOpen();
    for (const act of early) act();
    return pipe;
  }

  /** Loses every connection with what is on it. */
  function cut(): void {
    const lost = pipes.filter(({ isOpen }) => isOpen);
    pipes = [];
    for (const pipe of lost) {
      pipe.isOpen = false;
      if (life.alive) pipe.toObject.onClose();
      pipe.toRunner.onClose(1006, 'the network is lost', null);
    }
  }

  function startRunner(more: RunnerOptions = {}) {
    const disk = more.disk ?? createMemoryDisk();
    const calls: string[] = [];
    const submitted: string[] = [];
    const mine = { alive: true };
    const offset = more.wallOffsetMs ?? 0;
    const intake: SeriesIntake = {
      epochBegan: (of) => void calls.push(`epoch ${of}`),
      resumed: (orders) => void calls.push(`resumed ${orders.map(({ order }) => order.clientOrderId).join()}`),
      submit: ({ clientOrderId }) => {
        calls.push(`submit ${clientOrderId}`);
        submitted.push(clientOrderId);
      },
      resend: (id) => void calls.push(`resend ${id}`),
      cancel: (id) => void calls.push(`cancel ${id}`),
      cancelAll: (reason) => void calls.push(`cancel-all ${reason}`),
      prepareMarkets: (slugs) => void calls.push(`prepare ${slugs.join()}`),
      mergeSets: (condition, sizeMicro) => void calls.push(`merge ${condition} ${sizeMicro}`),
      stop: (verb, scope, id) => void calls.push(`stop ${verb} ${scope} ${id}`),
      leaseLapsed: () => void calls.push('lapsed'),
      leaseRenewed: () => void calls.push('renewed'),
    };
    const link: SeriesLink = createSeriesLink({
      ports: {
        clock: {
          now: () => virtual.clock.now() + offset,
          wallMs: () => virtual.clock.wallMs() + offset,
          monotonicMs: () => virtual.clock.wallMs() - START_MS,
          speed: 1,
        },
        timers: {
          after: (delayMs, callback) =>
            virtual.timers.after(delayMs, () => {
              if (mine.alive) callback();
            }),
        },
        disk,
        random: { hex: nonces.hex, next: () => 0.5 },
        log,
      },
      series: SERIES,
      url: 'https://worker.test',
      key: more.key ?? LINK_KEY,
      runnerId: more.runnerId ?? 'folder-1',
      intake,
      linkSockets,
      feedSockets: more.feedSockets ?? { open: () => ({ send: () => undefined, close: () => undefined }) },
      feedOrigins: more.feedOrigins ?? [],
    });
    link.start();
    return {
      link,
      disk,
      calls,
      submitted,
      fact: (fact: LinkFact) => link.fact(fact),
      /** The process dies: nothing of it acts any more, its sockets are gone. */
      crash(): void {
        mine.alive = false;
        cut();
      },
    };
  }

  bootObject();
  return {
    virtual,
    stores,
    log,
    alerts,
    upgrades,
    linkSockets,
    startRunner,
    bootObject,
    cut,
    get object(): RunnerLink {
      if (object === null) throw new Error('no object');
      return object;
    },
    get epoch() {
      return epoch;
    },
    setStorageFails(fails: boolean): void {
      storageFails = fails;
    },
    setMayLead(may: boolean): void {
      mayLead = may;
    },
    /** What the engine decided: stored, then noted. */
    decide(...outputs: Output[]): void {
      const event: EngineEvent = { type: 'timer-fired', seq: ++seq, tsEvent: 10, tsInit: 20, key: 'k', generation: 1 };
      const record: JournalRecord = { event, outputs };
      stores.writer.append(event, outputs);
      stores.writer.commit();
      object?.note([record]);
    },
    /** Events that the object has stored, in order. */
    stored(): EngineEvent[] {
      const events: EngineEvent[] = [];
      const read = stores.journal.readFrom(1, (event) => void events.push(event));
      if (!read.ok) throw new Error(read.error.kind);
      return events;
    },
  };
}

/** A fact that can be told from the others. */
export function aFact(id: number): LinkFact {
  return { type: 'order-absent', tsEvent: START_MS, clientOrderId: `o-${id}` as never, detail: '' };
}
