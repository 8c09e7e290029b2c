/** A job that is done again and again, never twice at once, on the runner's own timers. */
import type { TimersPort } from '../ports.ts';

export interface Repeated {
  /** Does it now, if it is not being done, and goes on as before. */
  now(): void;
  stop(): void;
}

/** Begins `everyWallMs` from now. A job that rejects is told to `onError`, and is done again all the same. */
export function repeat(
  timers: TimersPort,
  everyWallMs: number,
  job: () => Promise<void> | void,
  onError: (error: unknown) => void,
): Repeated {
  let stopped = false;
  let busy = false;
  let cancel = (): void => undefined;
  const plan = (): void => {
    cancel();
    if (!stopped) cancel = timers.after(everyWallMs, () => void round());
  };
  const round = async (): Promise<void> => {
    if (stopped || busy) return;
    cancel();
    busy = true;
    try {
      await job();
    } catch (error) {
      onError(error);
    } finally {
      busy = false;
      plan();
    }
  };
  plan();
  return {
    now: () => void round(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
