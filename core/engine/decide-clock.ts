/**
 * A clock that stands behind what the series has already seen is wrong, or was: no opening orders beyond a small difference, none at all
 * beyond a large one, until it has caught up (RUNTIME §6).
 */
import { type DecideContext, emit, emitAlert } from './decide-context.ts';
import type { EngineEvent } from './events.ts';

const REASON = 'clock';
/** Differences that NTP leaves on a healthy host; real time, scaled where the product's clock runs faster. */
const TOLERATED_MS = 250;
const HALTING_MS = 1_000;

/** Looks at the clock at each boot, and at each timer while it is behind. */
export function decideClock(context: DecideContext, event: EngineEvent): void {
  const { durable } = context.state;
  const behindMs = durable.nowMs - event.tsInit;
  const restricted = durable.restrictions.some(({ reason }) => reason === REASON);
  if (event.type === 'restarted' && behindMs > TOLERATED_MS * durable.config.simSpeed) {
    const mode = behindMs > HALTING_MS * durable.config.simSpeed ? 'halted' : 'reducing';
    const detail = `The clock is ${behindMs} ms behind the newest event of the series.`;
    emit(context, { type: 'set-trading-restriction', reason: REASON, mode, detail, actor: 'engine' });
    emitAlert(context, 'critical', REASON, detail);
  } else if (restricted && event.type === 'timer-fired' && behindMs <= 0) {
    const detail = 'The clock has caught up.';
    emit(context, { type: 'set-trading-restriction', reason: REASON, mode: 'active', detail, actor: 'engine' });
  }
}
