/**
 * The live stream: stored records as JSON messages to whoever watches a series. Facts go out one by one, quotes as the latest of each
 * kind a few times a second. A watcher that does not keep up is dropped; it can come again.
 */
import { EVENT_POLICY } from '../core/engine/event-policy.ts';
import type { JournalRecord } from '../core/engine/journal/record.ts';
import type { Output } from '../core/engine/outputs.ts';
import { taSnapshot } from '../core/market-data/indicators.ts';
import { encodeTaggedJson } from '../core/model/tagged-json.ts';
import type { LiveMessage } from '../core/protocol/live-stream.ts';
import type { EngineHost } from './engine-host.ts';
import type { TimersPort } from './ports.ts';

/** Coalesced market data leaves this often, real time: well below the ten frames a second that a page may get. */
const FLUSH_MS = 250;

export interface Watcher {
  /** Throws when the connection is gone. */
  send(message: string): void;
  close(): void;
}

export interface LiveStream {
  add(watcher: Watcher): void;
  remove(watcher: Watcher): void;
  note(record: JournalRecord): void;
  readonly watchers: number;
  stop(): void;
}

interface Latest {
  event: unknown;
  count: number;
}

export function createLiveStream(timers: TimersPort, host: () => EngineHost): LiveStream {
  const watchers = new Set<Watcher>();
  const latest = new Map<string, Latest>();
  let cancelFlush: (() => void) | null = null;
  let lastCandleMs: number | null = null;

  function send(message: LiveMessage): void {
    const text = encodeTaggedJson(message);
    for (const watcher of watchers) {
      try {
        watcher.send(text);
      } catch {
        // The connection is gone, which its own close event will tell too.
        watchers.delete(watcher);
        watcher.close();
      }
    }
  }

  function flush(): void {
    cancelFlush = null;
    for (const [kind, { event, count }] of latest) send({ type: 'market-data', kind, count, event });
    latest.clear();
  }

  function coalesce(kind: string, event: unknown): void {
    latest.set(kind, { event, count: (latest.get(kind)?.count ?? 0) + 1 });
    cancelFlush ??= timers.after(FLUSH_MS, flush);
  }

  /** The TA snapshot is the bus's seventh kind: derived, sent whenever a candle has closed. */
  function noteTaSnapshot(): void {
    const snapshot = taSnapshot(host().state.market.indicators);
    if (snapshot.candleStartMs === lastCandleMs) return;
    lastCandleMs = snapshot.candleStartMs;
    coalesce('ta-snapshot', snapshot);
  }

  return {
    add: (watcher) => watchers.add(watcher),
    remove: (watcher) => watchers.delete(watcher),
    note({ event, outputs }) {
      if (watchers.size === 0) return;
      const policy = EVENT_POLICY[event.type].live;
      if (policy === 'every') send({ type: 'event', event });
      if (policy === 'latest') coalesce(event.type, event);
      if (event.type === 'trade-received') noteTaSnapshot();
      for (const output of outputs) {
        const message = messageOf(output);
        if (message !== null) send(message);
      }
    },
    get watchers() {
      return watchers.size;
    },
    stop() {
      cancelFlush?.();
      for (const watcher of watchers) watcher.close();
      watchers.clear();
    },
  };
}

function messageOf(output: Output): LiveMessage | null {
  switch (output.type) {
    case 'submit-order':
      return { type: 'order', action: 'submit', detail: output.order };
    case 'cancel-order':
      return { type: 'order', action: 'cancel', detail: output };
    case 'record-decision':
      return { type: 'decision', decision: output };
    case 'publish-fact':
      return { type: 'fact', fact: output.fact };
    case 'raise-alert':
      return { type: 'alert', alert: output };
    default:
      return null;
  }
}
