/**
 * The lease as the runner sees it: good for `LEASE_TTL_MS` on its own monotonic clock from receipt, whatever anybody's calendar says.
 * What is asked is the clock, never a flag: a timer that comes late must not make a lease longer.
 */
import { LEASE_TTL_MS } from '../../core/protocol/runner-link.ts';
import type { ClockPort, TimersPort } from '../ports.ts';

export interface RunnerLease {
  readonly fresh: boolean;
  /** A renewal has come. */
  renewed(): void;
  /** Tells `onLapsed` what the clock says, before anything else is done with what has waited. */
  check(): void;
  stop(): void;
}

export function createRunnerLease(
  ports: { readonly clock: ClockPort; readonly timers: TimersPort },
  handlers: { onFresh(): void; onLapsed(): void },
): RunnerLease {
  let renewedMs: number | null = null;
  let cancel: (() => void) | null = null;

  const ageMs = (): number | null => (renewedMs === null ? null : ports.clock.monotonicMs() - renewedMs);

  function check(): void {
    const age = ageMs();
    if (age === null || age < LEASE_TTL_MS) return;
    renewedMs = null;
    cancel?.();
    cancel = null;
    handlers.onLapsed();
  }

  function arm(): void {
    cancel?.();
    const age = ageMs();
    if (age === null) return;
    cancel = ports.timers.after(Math.max(0, LEASE_TTL_MS - age), () => {
      cancel = null;
      check();
      arm();
    });
  }

  return {
    get fresh() {
      const age = ageMs();
      return age !== null && age < LEASE_TTL_MS;
    },
    renewed() {
      // One that has lapsed in silence lapses first: its orders are to go, whoever leads from now on.
      check();
      const wasFresh = renewedMs !== null;
      renewedMs = ports.clock.monotonicMs();
      arm();
      if (!wasFresh) handlers.onFresh();
    },
    check,
    stop() {
      cancel?.();
      cancel = null;
      renewedMs = null;
    },
  };
}
