/**
 * Time of one simulated world: a queue of what is due, in order of time. What several parties do in the same millisecond happens in an
 * order that the seed draws; one party's own things happen in the order in which it asked for them. After each event every promise that
 * can settle does so before the next one begins, so that a run is a function of its seed alone.
 */
import { hashLabel, hashPair } from '../../../core/simulation/rng.ts';
import { settle } from '../node-ports.ts';

export interface Scheduler {
  /** Wall time, which is the product's time as well: these worlds run at speed 1. */
  nowMs(): number;
  /** Calls back once; returns what cancels it. */
  after(delayMs: number, callback: () => void, party?: string): () => void;
  /** Moves time to `untilMs`, unless `stop` says that it is enough. */
  runTo(untilMs: number, stop?: () => boolean): Promise<void>;
  /** After every event, when all of its promises have settled. */
  onSettled(listener: () => void | Promise<void>): void;
  readonly events: number;
}

interface Pending {
  readonly dueMs: number;
  /** Of the party, in this millisecond. */
  readonly draw: number;
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** A world's time, from `startMs` on. */
export function createScheduler(startMs: number, seed: number): Scheduler {
  const heap: Pending[] = [];
  const listeners: (() => void | Promise<void>)[] = [];
  let nowMs = startMs;
  let events = 0;
  let order = 0;

  const isBefore = (left: Pending, right: Pending): boolean => {
    if (left.dueMs !== right.dueMs) return left.dueMs < right.dueMs;
    return left.draw === right.draw ? left.order < right.order : left.draw < right.draw;
  };
  const push = (entry: Pending): void => {
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Pending;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  };
  const pop = (): Pending | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Pending, heap[child] as Pending)) child++;
      if (!isBefore(heap[child] as Pending, last)) break;
      heap[index] = heap[child] as Pending;
      index = child;
    }
    heap[index] = last;
    return first;
  };

  return {
    nowMs: () => nowMs,
    after(delayMs, callback, party = '') {
      const dueMs = Math.ceil(nowMs + Math.max(0, delayMs));
      const draw = hashPair(seed ^ hashLabel(party), dueMs % 1_000_000_007);
      const entry: Pending = { dueMs, draw, order: order++, callback, cancelled: false };
      push(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    async runTo(untilMs, stop = () => false) {
      for (;;) {
        const next = heap[0];
        if (next === undefined || next.dueMs > untilMs || stop()) break;
        pop();
        if (next.cancelled) continue;
        nowMs = Math.max(nowMs, next.dueMs);
        events++;
        next.callback();
        await settle();
        for (const listener of listeners) await listener();
      }
      if (!stop()) nowMs = Math.max(nowMs, untilMs);
    },
    onSettled: (listener) => void listeners.push(listener),
    get events() {
      return events;
    },
  };
}
