/**
 * The engine's timers on real ones. The engine's own state is the truth (key, due time, generation); this only wakes it. Far timers are
 * left to the watchdog, which comes by every 10 s; a timer that fires twice or late is harmless (RUNTIME §6).
 */
import type { EngineEvent } from '../core/engine/events.ts';
import type { DurableState } from '../core/engine/state.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { ClockPort, TimersPort } from './ports.ts';

/** A real timer is set for what is due within this; beyond it the watchdog will set it. Real time. */
const NEAR_MS = 30_000;
/** The engine looks at the clock this often even when no feed says anything: staleness must be seen in silence. Real time. */
const TICK_MS = 500;

export const TICK_KEY = 'tick';

export interface EngineTimers {
  /** Sets real timers for whatever is due soon. Called after each commit and by the watchdog; nothing after `stop`. */
  arm(durable: DurableState): void;
  stop(): void;
}

interface Armed {
  readonly generation: number;
  readonly cancel: () => void;
}

export function createEngineTimers(
  clock: ClockPort,
  timers: TimersPort,
  fire: (events: readonly EngineEvent[]) => void,
): EngineTimers {
  const armed = new Map<string, Armed>();
  let cancelTick: (() => void) | null = null;
  let stopped = false;

  function tick(): void {
    cancelTick = timers.after(TICK_MS, tick);
    fire([timerFired(TICK_KEY, 0, clock.now())]);
  }

  return {
    arm(durable) {
      if (stopped) return;
      cancelTick ??= timers.after(TICK_MS, tick);
      for (const [key, timer] of armed) {
        if (durable.timers[key]?.generation === timer.generation) continue;
        timer.cancel();
        armed.delete(key);
      }
      for (const [key, { dueMs, generation }] of Object.entries(durable.timers)) {
        if (armed.has(key)) continue;
        const delayMs = Math.max(0, (dueMs - clock.now()) / clock.speed);
        if (delayMs > NEAR_MS) continue;
        const cancel = timers.after(delayMs, () => {
          armed.delete(key);
          fire([timerFired(key, generation, dueMs)]);
        });
        armed.set(key, { generation, cancel });
      }
    },
    stop() {
      stopped = true;
      cancelTick?.();
      for (const { cancel } of armed.values()) cancel();
      armed.clear();
    },
  };
}

function timerFired(key: string, generation: number, tsEvent: UnixMs): EngineEvent {
  return { type: 'timer-fired', seq: 0, tsEvent, tsInit: 0, key, generation };
}
