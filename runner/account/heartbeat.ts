/**
 * Feeds the venue's dead-man's switch every 5 s while at least one lease is fresh, and lets it go when a lapsed series is not cancelled
 * in time: the venue then cancels everything of the account within 10 s and its own 5 s (venue notes of 2026-11-23, polymarket §3.2).
 */
import type { AccountContext } from './account-state.ts';
import { type Repeated, repeat } from './repeat.ts';
import { noteFailure } from './venue-mode.ts';

export interface Heartbeat {
  start(): void;
  /** Does not wait for the next turn. */
  now(): void;
  stop(): void;
}

/** Half of the venue's limit. Wall time (RUNTIME §6). */
export const BEAT_EVERY_MS = 5_000;
/** After a beat that did not arrive, or while there is nothing to keep alive. */
const LOOK_EVERY_MS = 1_000;

export function createHeartbeat(context: AccountContext, mayBeat: () => boolean): Heartbeat {
  const { state, ports, clob } = context;
  const { clock } = ports;
  let repeated: Repeated | null = null;

  const beat = async (): Promise<void> => {
    const atMonoMs = clock.monotonicMs();
    // Due a little early, so that looking once a second never makes it late.
    const isDue = state.lastBeatMonoMs === null || atMonoMs - state.lastBeatMonoMs >= BEAT_EVERY_MS - LOOK_EVERY_MS / 2;
    if (!isDue || !mayBeat()) return;
    const answer = await clob.heartbeat();
    if (answer.kind === 'accepted') {
      state.lastBeatMonoMs = atMonoMs;
      return;
    }
    noteFailure(context, answer);
    ports.log.log('warn', 'A heartbeat was not accepted.', { code: answer.kind });
  };

  return {
    start() {
      repeated ??= repeat(ports.timers, LOOK_EVERY_MS, beat, (error) =>
        ports.log.log('error', 'The heartbeat threw.', { detail: String(error) }),
      );
    },
    now: () => repeated?.now(),
    stop() {
      repeated?.stop();
      repeated = null;
    },
  };
}
