/**
 * The runner's clock against the object's, from renewals and their answers. Beyond the limits of RUNTIME §6 nobody knows how late an
 * intent is, so that none is to be made.
 */
import type { EngineEvent } from '../core/engine/events.ts';
import type { UnixMs } from '../core/model/time.ts';

/** Further apart: no opening orders. Further than the second: halted. Wall time. */
const REDUCING_BEYOND_MS = 250;
const HALTED_BEYOND_MS = 1_000;
/** Renewals that are looked back on: the quickest answer among them says most. */
const SAMPLES = 8;

type ClockMode = 'active' | 'reducing' | 'halted';

interface Sample {
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

export interface LinkClock {
  /** Runner less object in milliseconds, by the quickest answer of late; `null` before the first. */
  readonly offsetMs: number | null;
  /** Notes an answer; returns the restriction to set or lift, when that changes. */
  note(sentWallMs: number, receivedWallMs: number, runnerWallMs: number, nowMs: UnixMs): EngineEvent | null;
}

export function createLinkClock(): LinkClock {
  const samples: Sample[] = [];
  let mode: ClockMode | null = null;
  const best = (): Sample | null =>
    samples.reduce<Sample | null>(
      (least, one) => (least === null || one.roundTripMs < least.roundTripMs ? one : least),
      null,
    );

  return {
    get offsetMs() {
      return best()?.offsetMs ?? null;
    },
    note(sentWallMs, receivedWallMs, runnerWallMs, nowMs) {
      const roundTripMs = Math.max(0, receivedWallMs - sentWallMs);
      samples.push({ offsetMs: runnerWallMs - (sentWallMs + receivedWallMs) / 2, roundTripMs });
      if (samples.length > SAMPLES) samples.shift();
      const { offsetMs, roundTripMs: least } = best() ?? { offsetMs: 0, roundTripMs: 0 };
      // What the way itself can explain proves nothing.
      const atLeastMs = Math.max(0, Math.abs(offsetMs) - least / 2);
      const next = atLeastMs > HALTED_BEYOND_MS ? 'halted' : atLeastMs > REDUCING_BEYOND_MS ? 'reducing' : 'active';
      if (next === mode || (mode === null && next === 'active')) {
        mode = next;
        return null;
      }
      mode = next;
      const detail = `The runner's clock is ${Math.round(offsetMs)} ms from the object's: set it by NTP.`;
      return {
        type: 'runner-restriction-changed',
        seq: 0,
        tsEvent: nowMs,
        tsInit: 0,
        reason: 'runner-clock',
        mode: next,
        detail: next === 'active' ? '' : detail,
      };
    },
  };
}
