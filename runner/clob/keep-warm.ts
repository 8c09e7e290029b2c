/** Connections to the venue that stand when an order wants to leave: a new one costs four round trips through a proxy. */
import type { TimersPort } from '../ports.ts';
import type { ClobClient } from './clob-client.ts';

/** Connections that nobody uses are closed by the other side after a minute or less: asked for the time this often, they stay. Wall time. */
const WARM_INTERVAL_MS = 10_000;

/** Warms now and from then on, one round after the other; returns what ends it. */
export function keepWarm(
  client: Pick<ClobClient, 'warm'>,
  timers: TimersPort,
  intervalMs = WARM_INTERVAL_MS,
): () => void {
  let stopped = false;
  let cancelTimer: (() => void) | null = null;
  const round = async (): Promise<void> => {
    await client.warm();
    if (!stopped) cancelTimer = timers.after(intervalMs, () => void round());
  };
  void round();
  return () => {
    stopped = true;
    cancelTimer?.();
  };
}
