/**
 * The dead-man's switch: who has once sent a beat and then sends none for 10 s loses all open orders, at the next of the checks that
 * the venue makes every 5 s. Source: venue notes of 2026-11-23 §3.2.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueResponse } from '../connection.ts';
import { json } from '../http.ts';
import type { VenueAddress } from '../trading/venue-exchange.ts';

export interface Heartbeats {
  /** One beat: `id` is empty at first, then the id of the last answer. */
  beat(owner: VenueAddress, id: string, nowMs: UnixMs): VenueResponse;
  /** Cancels the orders of those whose beats have stopped. */
  advanceTo(nowMs: UnixMs): void;
  dump(): unknown;
  restore(saved: unknown): void;
}

/** Wall time, as the client's timers are. */
const DEADLINE_MS = 10_000;
const CHECK_EVERY_MS = 5_000;

/** At the second check goes what was held, and could not be cancelled, at the first; then the switch is off until the next beat. */
const CANCELLING_CHECKS = 2;

const beatSchema = z.object({
  owner: z.string(),
  id: z.string(),
  lastMs: z.number(),
  count: z.int(),
  checksLeft: z.int(),
});
type Beat = z.infer<typeof beatSchema>;

/** No switch is armed. `speed` is simulated over wall time; `cancelAll` is called when an account is overdue. */
export function createHeartbeats(speed: number, cancelAll: (owner: VenueAddress, nowMs: UnixMs) => void): Heartbeats {
  const beats = new Map<VenueAddress, Beat>();
  const checkEveryMs = CHECK_EVERY_MS * speed;
  const isOverdue = (beat: Beat, nowMs: UnixMs): boolean => nowMs - beat.lastMs >= DEADLINE_MS * speed;
  let checkedMs = Number.NaN;
  return {
    beat(owner, id, nowMs) {
      const known = beats.get(owner);
      // Whoever has lost its orders may begin anew without the last id.
      const mayBegin = known === undefined || isOverdue(known, nowMs);
      if (id !== (known?.id ?? '') && !(mayBegin && id === '')) {
        return json(400, { error_msg: 'Invalid Heartbeat ID', heartbeat_id: known?.id ?? '' });
      }
      const count = (known?.count ?? 0) + 1;
      const next = idOf(owner, count);
      beats.set(owner, { owner, id: next, lastMs: nowMs, count, checksLeft: CANCELLING_CHECKS });
      return json(200, { heartbeat_id: next });
    },
    advanceTo(nowMs) {
      const lastCheckMs = Math.floor(nowMs / checkEveryMs) * checkEveryMs;
      if (lastCheckMs === checkedMs) return;
      checkedMs = lastCheckMs;
      for (const beat of beats.values()) {
        if (beat.checksLeft === 0 || !isOverdue(beat, lastCheckMs)) continue;
        beats.set(beat.owner, { ...beat, checksLeft: beat.checksLeft - 1 });
        cancelAll(beat.owner, nowMs);
      }
    },
    dump: () => [...beats.values()],
    restore(saved) {
      for (const beat of z.array(beatSchema).parse(saved)) beats.set(beat.owner, beat);
    },
  };
}

function idOf(owner: VenueAddress, count: number): string {
  const hex = createHash('sha256').update(`heartbeat|${owner}|${count}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
