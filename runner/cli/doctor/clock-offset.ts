/** This machine's clock against the venue's, over several calls: the venue tells whole seconds (RUNTIME §6). */
import { CLOCK_REDUCING_MS, provenOffsetMs, type TimeSample } from '../../account/venue-clock.ts';
import { openPublicClob } from '../session/clob-access.ts';
import { clobFailureText } from '../session/failure-text.ts';
import { type Check, failed, passed } from './check.ts';

const CALLS = 6;
/** Calls at different parts of a second bound the offset well. Wall time. */
const APART_MS = 170;

export const clockCheck: Check = {
  name: 'clock',
  async run({ session }) {
    const { clock } = session;
    const clob = openPublicClob(session);
    const samples: TimeSample[] = [];
    for (let call = 0; call < CALLS; call++) {
      const askedMs = clock.now();
      const time = await clob.time();
      if (time.kind !== 'accepted') {
        return failed(`the venue's time cannot be asked: ${clobFailureText(time)}`, 'look at network and proxy first');
      }
      samples.push({ askedMs, answeredMs: clock.now(), venueSeconds: time.value });
      await session.sleep(APART_MS);
    }
    return clockResult(samples, clock.speed);
  },
};

/** Judges samples; `speed`: how much faster than the wall the product's time runs. */
export function clockResult(samples: readonly TimeSample[], speed: number) {
  const fix = 'set the clock right, for example with systemd-timesyncd or chrony';
  const offsetMs = provenOffsetMs(samples);
  if (offsetMs === null) return failed('the clock jumped while it was compared', fix);
  const away = Math.abs(offsetMs);
  if (away <= CLOCK_REDUCING_MS * speed) {
    return passed(
      away === 0 ? `agrees with the venue over ${samples.length} calls` : `${Math.round(away)} ms off the venue's`,
    );
  }
  const direction = offsetMs > 0 ? 'behind' : 'ahead of';
  return failed(`at least ${Math.round(away)} ms ${direction} the venue's`, fix);
}
