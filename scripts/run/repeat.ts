/** Repeats a job with a pause after each time, never two at once, until it is stopped. */

export interface Repeated {
  /** Does the job now, if it is not being done, and goes on as before. */
  now(): void;
  stop(): void;
}

/** `pauseMs` is asked for after each time. A job that fails is told to `onError` and repeated all the same. */
export function repeat(
  job: () => Promise<void>,
  pauseMs: () => number,
  onError: (error: unknown) => void = () => undefined,
): Repeated {
  let stopped = false;
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const round = (): void => {
    if (stopped || busy) return;
    if (timer !== null) clearTimeout(timer);
    busy = true;
    job()
      .catch(onError)
      .finally(() => {
        busy = false;
        if (!stopped) timer = setTimeout(round, pauseMs());
      });
  };
  round();
  return {
    now: round,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
