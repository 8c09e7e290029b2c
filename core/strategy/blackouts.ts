/**
 * Blackouts at work: in their minutes quotes leave and nothing is opened. Sets may still be merged: that is the chain's business and
 * takes risk away.
 */
import { type BlackoutConfig, type BlackoutMoment, parseBlackoutMoment } from '../config/blackout-config.ts';
import { InvariantError } from '../model/errors.ts';
import { type DurationMs, MINUTE_MS, type UnixMs } from '../model/time.ts';
import type { StrategyDecision } from './view.ts';

/** A blackout ready to be compared with the time: it holds from `beforeMs` before its moment, up to and without `afterMs` after it. */
export interface Blackout extends BlackoutMoment {
  readonly beforeMs: DurationMs;
  readonly afterMs: DurationMs;
  readonly reason: string;
}

export const BLACKOUT_RULE = 'blackout';

/** Compiles a checked configuration; throws `InvariantError` for one that its schema would have refused. */
export function compileBlackouts(entries: readonly BlackoutConfig[]): readonly Blackout[] {
  return entries.map(({ at, minutesBefore, minutesAfter, reason }) => {
    const moment = parseBlackoutMoment(at);
    if (!moment.ok) throw new InvariantError('a blackout was not checked', { at });
    return { ...moment.value, beforeMs: minutesBefore * MINUTE_MS, afterMs: minutesAfter * MINUTE_MS, reason };
  });
}

/** The first blackout in force, or `null`. */
export function blackoutAt(blackouts: readonly Blackout[], nowMs: UnixMs): Blackout | null {
  for (const blackout of blackouts) if (isIn(blackout, nowMs)) return blackout;
  return null;
}

function isIn({ periodMs, offsetMs, beforeMs, afterMs }: Blackout, nowMs: UnixMs): boolean {
  const sinceMs = nowMs - offsetMs;
  if (periodMs === null) return sinceMs >= -beforeMs && sinceMs < afterMs;
  const sinceLastMs = positiveRemainder(sinceMs, periodMs);
  return sinceLastMs < afterMs || periodMs - sinceLastMs <= beforeMs;
}

/** When the next blackout begins or ends, strictly after `nowMs`: for a timer. `null` when none will. */
export function nextBlackoutEdgeMs(blackouts: readonly Blackout[], nowMs: UnixMs): UnixMs | null {
  let nextMs: UnixMs | null = null;
  for (const { periodMs, offsetMs, beforeMs, afterMs } of blackouts) {
    for (const edgeMs of [offsetMs - beforeMs, offsetMs + afterMs]) {
      const atMs = periodMs === null ? edgeMs : nowMs + periodMs - positiveRemainder(nowMs - edgeMs, periodMs);
      if (atMs > nowMs && (nextMs === null || atMs < nextMs)) nextMs = atMs;
    }
  }
  return nextMs;
}

/** What is left of a decision in a blackout: no quotes (so that standing ones are cancelled) and no takes. */
export function duringBlackout(decision: StrategyDecision, blackout: Blackout): StrategyDecision {
  return {
    rule: BLACKOUT_RULE,
    quotes: [],
    takes: [],
    mergeMicro: decision.mergeMicro,
    inputs: { ...decision.inputs, blackout: blackout.reason, ruleWithoutBlackout: decision.rule },
  };
}

function positiveRemainder(value: number, period: number): number {
  const remainder = value % period;
  return remainder < 0 ? remainder + period : remainder;
}
