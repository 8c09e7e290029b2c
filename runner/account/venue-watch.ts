/** Whether this place and this clock are fit for trading: the venue's geoblock end-point, hourly, and its time, each minute. */
import { HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import type { AccountContext } from './account-state.ts';
import { type Repeated, repeat } from './repeat.ts';
import { clockVerdict, provenOffsetMs, type TimeSample } from './venue-clock.ts';
import { noteFailure } from './venue-mode.ts';

export interface VenueWatch {
  start(): void;
  /** Both, now. */
  now(): Promise<void>;
  stop(): void;
}

/** Calls of one estimate, and the wall time between two: at different parts of a second they bound the offset to a fifth of one. */
const CLOCK_CALLS = 5;
const CLOCK_PAUSE_MS = 230;

export function createVenueWatch(context: AccountContext): VenueWatch {
  const { state, ports, clob, restrictions } = context;
  const { clock, timers } = ports;
  const repeated: Repeated[] = [];

  const checkPlace = async (): Promise<void> => {
    const answer = await clob.geoblock();
    if (answer.kind !== 'accepted') {
      noteFailure(context, answer);
      // Not known is not allowed; what was known before stands.
      ports.log.log('warn', 'The geoblock end-point does not answer.', { code: answer.kind });
      return;
    }
    const { blocked, country } = answer.value;
    state.geoblocked = blocked;
    const detail = `The venue does not serve this place (${country.slice(0, 2)}): no position is opened from here.`;
    restrictions.set(null, 'runner-geoblock', blocked ? 'reducing' : 'active', blocked ? detail : '');
  };

  const checkClock = async (): Promise<void> => {
    const samples: TimeSample[] = [];
    for (let call = 0; call < CLOCK_CALLS; call++) {
      if (call > 0) await new Promise<void>((resolve) => void timers.after(CLOCK_PAUSE_MS, resolve));
      const askedMs = clock.now();
      const answer = await clob.time();
      if (answer.kind === 'accepted') samples.push({ askedMs, answeredMs: clock.now(), venueSeconds: answer.value });
    }
    const offsetMs = provenOffsetMs(samples);
    if (offsetMs === null) {
      ports.log.log('warn', 'The offset of the clock could not be found out.', { count: samples.length });
      return;
    }
    const { mode, detail } = clockVerdict(offsetMs, clock.speed);
    restrictions.set(null, 'runner-clock', mode, detail);
  };

  const every = (ms: number, job: () => Promise<void>): void => {
    const failed = (error: unknown): void =>
      ports.log.log('error', 'A check of the venue threw.', { detail: String(error) });
    repeated.push(repeat(timers, ms, job, failed));
  };

  return {
    start() {
      every(HOUR_MS, checkPlace);
      every(MINUTE_MS, checkClock);
    },
    async now() {
      await Promise.all([checkPlace(), checkClock()]);
    },
    stop() {
      for (const one of repeated) one.stop();
      repeated.length = 0;
    },
  };
}
