/**
 * Keeps the Worker running on one folder. miniflare starts a workerd that died again by itself; when that fails, or when workerd
 * lives and does not answer, this starts a new one. Either way it says so in one line.
 */
import { API_PREFIX } from '../../core/protocol/admin-api.ts';
import { messageOf } from './problem.ts';
import { repeat } from './repeat.ts';
import { startWorkerRuntime, type WorkerRuntime, type WorkerRuntimeOptions } from './worker-runtime.ts';

export interface WorkerKeeperOptions extends Omit<WorkerRuntimeOptions, 'onError' | 'onRestarted'> {
  readonly say: (line: string) => void;
  /** The run is being stopped: what the Worker complains of then is what was asked for. */
  readonly isStopping: () => boolean;
  /** It is back after it was away. */
  readonly onBack: () => void;
  /** It cannot be started any more. */
  readonly onLost: (reason: string) => void;
}

export interface WorkerKeeper {
  fireCron(): Promise<void>;
  stop(): Promise<void>;
}

const HEALTH_EVERY_MS = 1_000;
const HEALTH_TIMEOUT_MS = 3_000;
/** So many times in a row without an answer, and it is started anew: a busy machine is slow once, not five times. */
const FAILURES_ALLOWED = 5;
/** The same line again within this time is left out. */
const REPEATED_LINE_MS = 10_000;
/** workerd has nothing to say goodbye to; a dispose that hangs does not hold up the new start. */
const DISPOSE_MS = 5_000;

/** Starts the Worker. Rejects with `RunProblem` when that fails. */
export async function keepWorkerRunning(options: WorkerKeeperOptions): Promise<WorkerKeeper> {
  const { say } = options;
  let stopping = false;
  let failures = 0;
  const onError = withoutRepeats((line) => {
    if (!stopping && !options.isStopping()) say(`worker error: ${line}`);
  });
  const start = (): Promise<WorkerRuntime> =>
    startWorkerRuntime({
      ...options,
      onError,
      onRestarted: () => {
        if (stopping) return;
        failures = 0;
        say('worker: workerd had died; it was started again on the same state');
        options.onBack();
      },
    });
  let runtime = await start();

  const health = repeat(
    async () => {
      failures = (await answers(runtime.url)) ? 0 : failures + 1;
      if (stopping || failures < FAILURES_ALLOWED) return;
      say('worker: no answer; starting workerd again on the same state');
      await withTimeout(runtime.stop(), DISPOSE_MS);
      if (stopping) return;
      try {
        runtime = await start();
      } catch (error) {
        options.onLost(messageOf(error));
        return;
      }
      failures = 0;
      options.onBack();
    },
    () => HEALTH_EVERY_MS,
  );

  return {
    fireCron: () => runtime.fireCron(),
    async stop() {
      stopping = true;
      health.stop();
      await withTimeout(runtime.stop(), DISPOSE_MS);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}${API_PREFIX}/health`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    await response.body?.cancel();
    return true;
  } catch {
    // No answer is an answer here.
    return false;
  }
}

function withTimeout(work: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, limitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function withoutRepeats(say: (line: string) => void): (line: string) => void {
  const saidMs = new Map<string, number>();
  return (line) => {
    const nowMs = Date.now();
    if (nowMs - (saidMs.get(line) ?? 0) < REPEATED_LINE_MS) return;
    saidMs.set(line, nowMs);
    say(line);
  };
}
