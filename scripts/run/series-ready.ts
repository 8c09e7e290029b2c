/** Waits until a series trades: recovered, and with its feeds open. */
import type { SeriesStatus } from '../../core/protocol/series-status.ts';
import { messageOf, RunProblem } from './problem.ts';
import type { SeriesApi } from './series-api.ts';

export interface ReadyOptions {
  readonly api: SeriesApi;
  readonly series: string;
  readonly isStopping: () => boolean;
  /** A recording holds some feeds only: one that is open will do. */
  readonly anyFeed: boolean;
}

const ASK_EVERY_MS = 100;
/** Long enough for a first start on a slow machine; feeds that are refused do not open later either. */
const PATIENCE_MS = 60_000;

/** `failed`: it answers and will not trade (a journal that is newer than the code), and `detail` says why. */
export type Readiness =
  | { readonly state: 'running' }
  | { readonly state: 'failed'; readonly detail: string }
  | { readonly state: 'stopping' };

/** Resolves when it is ready, has failed for good, or the run is being stopped. Rejects with `RunProblem` when nothing comes. */
export async function waitUntilReady(options: ReadyOptions): Promise<Readiness> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  let missing = 'it has not answered';
  while (!options.isStopping()) {
    try {
      const status = await options.api.status(options.series);
      if (status.phase === 'failed') return { state: 'failed', detail: status.detail };
      const now = missingOf(status, options.anyFeed);
      if (now === null) return { state: 'running' };
      missing = now;
    } catch (error) {
      missing = messageOf(error);
    }
    if (Date.now() > deadlineMs) {
      throw new RunProblem(`${options.series} is not ready after ${PATIENCE_MS / 1000} s: ${missing}.`);
    }
    await new Promise<void>((resolve) => {
      setTimeout(resolve, ASK_EVERY_MS);
    });
  }
  return { state: 'stopping' };
}

/** What the series still lacks, or `null`. */
function missingOf(status: SeriesStatus, anyFeed: boolean): string | null {
  if (status.phase !== 'running') return `it is ${status.phase} ${status.detail}`.trim();
  // `stopped` is a feed that this deployment does not use, such as the stand-in of another.
  const wanted = status.feeds.filter(({ state }) => state !== 'stopped');
  const closed = wanted.filter(({ state }) => state !== 'open');
  const enough = anyFeed ? closed.length < wanted.length : closed.length === 0 && wanted.length > 0;
  if (enough) return null;
  const names = closed.map(({ source, state }) => `${source} (${state})`);
  return names.length === 0 ? 'it has no feeds' : `feeds are not open: ${names.join(', ')}`;
}
