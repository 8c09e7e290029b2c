/** From parsed messages to the pipeline: conflation on the way, by the stated rules, with a timer for what waits. */

import type { EngineEvent } from '../core/engine/events.ts';
import {
  CONFLATION_RULES,
  createConflator,
  flush,
  flushAll,
  nextFlushMs,
  offer,
  scaledRules,
} from '../core/market-data/conflate.ts';
import type { MarketDataEvent } from '../core/model/market-data.ts';
import type { ClockPort, TimersPort } from './ports.ts';

export interface FeedIntake {
  take(events: readonly MarketDataEvent[]): void;
  /** Messages that were offered, and that went on to the engine. */
  counters(): { readonly offered: number; readonly emitted: number };
  stop(): void;
}

export function createFeedIntake(
  clock: ClockPort,
  timers: TimersPort,
  ingest: (events: readonly EngineEvent[]) => void,
): FeedIntake {
  const conflator = createConflator(scaledRules(CONFLATION_RULES, clock.speed));
  let cancelFlush: (() => void) | null = null;

  function scheduleFlush(): void {
    if (cancelFlush !== null) return;
    const dueMs = nextFlushMs(conflator);
    if (dueMs === null) return;
    cancelFlush = timers.after(Math.max(0, (dueMs - clock.now()) / clock.speed), () => {
      cancelFlush = null;
      const ready: EngineEvent[] = [];
      flush(conflator, clock.now(), (event) => ready.push(event));
      if (ready.length > 0) ingest(ready);
      scheduleFlush();
    });
  }

  return {
    take(events) {
      const ready: EngineEvent[] = [];
      const nowMs = clock.now();
      for (const event of events) offer(conflator, event, nowMs, (passed) => ready.push(passed));
      if (ready.length > 0) ingest(ready);
      scheduleFlush();
    },
    counters: () => ({ ...conflator.counters }),
    stop() {
      cancelFlush?.();
      const ready: EngineEvent[] = [];
      flushAll(conflator, clock.now(), (event) => ready.push(event));
      if (ready.length > 0) ingest(ready);
    },
  };
}
