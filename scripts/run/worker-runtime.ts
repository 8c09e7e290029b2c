/** The Worker, its objects and its stores in one workerd, under miniflare, with everything kept in the run folder. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare';
import { applyMigrations, type MigratedDatabase } from './d1-migrations.ts';
import { RUN_FOLDER_MARK } from './left-behind.ts';
import { messageOf, RunProblem } from './problem.ts';

export interface WorkerRuntimeOptions {
  readonly root: string;
  readonly port: number;
  readonly script: string;
  readonly bindings: Readonly<Record<string, string>>;
  readonly runFolder: string;
  readonly stateFolder: string;
  readonly logFile: string;
  /** One line for a person, of an error in the Worker's log. */
  readonly onError: (line: string) => void;
  /** workerd died and was started again on the same folder. */
  readonly onRestarted: () => void;
}

export interface WorkerRuntime {
  readonly url: string;
  /** Fires the cron trigger, as the platform does every minute. Rejects when workerd is away. */
  fireCron(): Promise<void>;
  stop(): Promise<void>;
}

const CRON = '* * * * *';

/** Starts workerd and migrates D1. Throws `RunProblem` when either fails. */
export async function startWorkerRuntime(options: WorkerRuntimeOptions): Promise<WorkerRuntime> {
  const converted = convertV4MiniflareOptions({
    name: 'poly-edge',
    modules: [{ type: 'ESModule', path: join(options.root, 'index.js'), contents: options.script }],
    modulesRoot: options.root,
    ...readCompatibility(options.root),
    host: '127.0.0.1',
    port: options.port,
    cf: false,
    // What it would say goes into the Worker's log, or to the person in our own words.
    log: new NoOpLog(),
    handleStructuredLogs: ({ level, message }) => {
      appendFileSync(options.logFile, `${message}\n`);
      const line = errorLine(level, message);
      if (line !== null) options.onError(line);
    },
    unsafeHandleRuntimeRestart: options.onRestarted,
    unsafeRuntimeEnv: { [RUN_FOLDER_MARK]: options.runFolder },
    durableObjects: { MARKET_SERIES: { className: 'MarketSeriesDurableObject', useSQLite: true } },
    d1Databases: ['DB'],
    r2Buckets: ['TAPE'],
    bindings: { ...options.bindings },
  });
  // In the old flat form these two are dropped without a word.
  const miniflare = withoutSignalHandlers(
    () => new Miniflare({ ...converted, resourcePersistencePath: options.stateFolder, logRequests: false }),
  );
  try {
    const url = (await miniflare.ready).origin;
    const database: unknown = await miniflare.getD1Database('DB');
    await applyMigrations(database as MigratedDatabase, join(options.root, 'migrations'));
    return {
      url,
      async fireCron() {
        const worker = await miniflare.getWorker();
        const { outcome } = await worker.scheduled({ cron: CRON });
        if (outcome !== 'ok') throw new Error(`The cron trigger ended with ${outcome}.`);
      },
      stop: () => miniflare.dispose(),
    };
  } catch (error) {
    await miniflare.dispose();
    throw new RunProblem(`The Worker cannot be started: ${messageOf(error)}`);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * miniflare ends the process on the first signal, with a status of its own: the supervisor has more to stop, and does it in order.
 * Its handler for the process's end stays, so that no workerd is left behind.
 */
function withoutSignalHandlers(create: () => Miniflare): Miniflare {
  const before = SIGNALS.map((signal) => ({ signal, ours: process.listeners(signal) }));
  const miniflare = create();
  for (const { signal, ours } of before) {
    for (const listener of process.listeners(signal)) {
      if (!ours.includes(listener)) process.removeListener(signal, listener);
    }
  }
  return miniflare;
}

/** Date and flags stand in `wrangler.toml`, once. */
function readCompatibility(root: string): {
  readonly compatibilityDate: string;
  readonly compatibilityFlags: string[];
} {
  const toml = readFileSync(join(root, 'wrangler.toml'), 'utf8');
  const date = /^compatibility_date = "(\d{4}-\d{2}-\d{2})"$/m.exec(toml)?.[1];
  const flags = /^compatibility_flags = (\[.*\])$/m.exec(toml)?.[1];
  if (date === undefined || flags === undefined) {
    throw new RunProblem('wrangler.toml states no compatibility_date and compatibility_flags: restore them.');
  }
  return { compatibilityDate: date, compatibilityFlags: JSON.parse(flags) as string[] };
}

/** A line of the Worker's log for a person, when it is an error. */
function errorLine(level: string, message: string): string | null {
  if (!message.startsWith('{')) return level === 'error' ? message : null;
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(message) as Record<string, unknown>;
  } catch {
    // Cut off by the runtime, or not ours: shown as it is.
    return level === 'error' ? message : null;
  }
  if (line['level'] !== 'error') return null;
  const detail = line['detail'] ?? line['reason'] ?? '';
  return detail === '' ? String(line['message']) : `${String(line['message'])}: ${String(detail)}`;
}
