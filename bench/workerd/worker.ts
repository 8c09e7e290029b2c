/** The real Worker in workerd, as `make run` starts it, with an inspector and one process to account for. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, NoOpLog } from 'miniflare';
import { EMBEDDED_CREDENTIALS } from '../../embedded-venue/world.ts';
import { bundleForWorkerd } from '../../scripts/run/bundle.ts';
import { applyMigrations, type MigratedDatabase } from '../../scripts/run/d1-migrations.ts';
import { createSeriesApi, type SeriesApi } from '../../scripts/run/series-api.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Made for this run alone; they guard nothing but loopback. */
export const BENCH_TOKENS = {
  viewer: 'bench-viewer-token-0000000000000',
  operator: 'bench-operator-token-00000000000',
} as const;

export const BENCH_LINK_KEY = { id: 'bench', secret: 'bench-link-secret-000000000000000000' } as const;

export interface BenchWorker {
  readonly url: string;
  readonly api: SeriesApi;
  /** CPU time of workerd so far, in milliseconds. */
  cpuMs(): number;
  /** Used heap of the isolate after a collection, in bytes: Worker and all its objects. */
  heapBytes(): Promise<number>;
  stop(): Promise<void>;
}

export interface BenchWorkerOptions {
  readonly venueUrl: string;
  readonly series: readonly string[];
  readonly folder: string;
  /** `demo`: orders end in the object. `sim`: they leave it. */
  readonly mode: 'demo' | 'sim';
  /** Simulated over wall time. */
  readonly speed: number;
}

export async function startBenchWorker(options: BenchWorkerOptions): Promise<BenchWorker> {
  const script = await bundleForWorkerd(ROOT, 'workers/index.ts', 'bench');
  const before = new Set(workerdProcesses());
  mkdirSync(options.folder, { recursive: true });
  const converted = convertV4MiniflareOptions({
    name: 'poly-edge',
    modules: [{ type: 'ESModule', path: join(ROOT, 'index.js'), contents: script }],
    modulesRoot: ROOT,
    compatibilityDate: settingOf(/^compatibility_date = "(.*)"$/m),
    compatibilityFlags: JSON.parse(settingOf(/^compatibility_flags = (\[.*\])$/m)) as string[],
    host: '127.0.0.1',
    port: 0,
    inspectorPort: 0,
    cf: false,
    log: new NoOpLog(),
    handleStructuredLogs: ({ level, message }) => {
      if (level === 'error') process.stderr.write(`${message}\n`);
    },
    durableObjects: { MARKET_SERIES: { className: 'MarketSeriesDurableObject', useSQLite: true } },
    d1Databases: ['DB'],
    r2Buckets: ['TAPE'],
    bindings: bindingsOf(options),
  });
  const miniflare = new Miniflare({ ...converted, resourcePersistencePath: options.folder, logRequests: false });
  const url = (await miniflare.ready).origin;
  await applyMigrations((await miniflare.getD1Database('DB')) as unknown as MigratedDatabase, join(ROOT, 'migrations'));
  const inspector = await miniflare.getInspectorURL();
  const pids = workerdProcesses().filter((pid) => !before.has(pid));
  return {
    url,
    api: createSeriesApi(url, BENCH_TOKENS.viewer),
    cpuMs: () => pids.reduce((sum, pid) => sum + cpuMsOf(pid), 0),
    heapBytes: () => usedHeap(inspector),
    stop: () => miniflare.dispose(),
  };
}

function bindingsOf({ venueUrl, series, mode, speed }: BenchWorkerOptions): Record<string, string> {
  return {
    MODE: mode,
    SERIES: series.join(','),
    LOCATION_HINT: 'weur',
    EMBEDDED_VENUE_URL: venueUrl,
    SIM_SPEED: String(speed),
    EXCHANGE_FEED: 'binance-futures',
    BANKROLL_USDC: '1000',
    LOG_LEVEL: 'info',
    ADMIN_TOKEN_VIEWER: BENCH_TOKENS.viewer,
    ADMIN_TOKEN_OPERATOR: BENCH_TOKENS.operator,
    RUNNER_LINK_KEYS: `${BENCH_LINK_KEY.id}:${BENCH_LINK_KEY.secret}`,
    POLY_API_KEY: EMBEDDED_CREDENTIALS.apiKey,
    POLY_API_SECRET: EMBEDDED_CREDENTIALS.secret,
    POLY_API_PASSPHRASE: EMBEDDED_CREDENTIALS.passphrase,
  };
}

function settingOf(pattern: RegExp): string {
  const found = pattern.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))?.[1];
  if (found === undefined) throw new Error(`wrangler.toml has no ${pattern.source}`);
  return found;
}

/** Children of this process that are workerd. */
function workerdProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = statOf(pid);
      return stat !== null && stat.name === 'workerd' && stat.parent === process.pid;
    });
}

interface ProcessStat {
  readonly name: string;
  readonly parent: number;
  readonly cpuTicks: number;
}

/** Of `/proc/<pid>/stat` (proc(5)); `null` once the process is gone. */
function statOf(pid: number): ProcessStat | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended between the listing and the reading.
    return null;
  }
  const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { name, parent: Number(fields[1]), cpuTicks: Number(fields[11]) + Number(fields[12]) };
}

/** Linux counts process time in hundredths of a second (sysconf(_SC_CLK_TCK) is 100 wherever Node runs). */
const MS_A_TICK = 10;

function cpuMsOf(pid: number): number {
  return (statOf(pid)?.cpuTicks ?? 0) * MS_A_TICK;
}

/** workerd lists its isolates; ours is named after the Worker. */
async function isolateUrl(inspector: URL): Promise<string> {
  const answer = await fetch(new URL('/json', inspector.href.replace(/^ws/, 'http')));
  const targets = (await answer.json()) as readonly { readonly id: string; readonly webSocketDebuggerUrl?: string }[];
  const target = targets.find(({ id }) => id.endsWith('poly-edge'));
  if (target === undefined) throw new Error(`no isolate of ours among ${JSON.stringify(targets)}`);
  return target.webSocketDebuggerUrl ?? new URL(`/${target.id}`, inspector).href;
}

async function usedHeap(inspector: URL): Promise<number> {
  const socket = new WebSocket(await isolateUrl(inspector));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector refuses')), { once: true });
  });
  let id = 0;
  const call = (method: string) =>
    new Promise<unknown>((resolve) => {
      const mine = ++id;
      const onMessage = ({ data }: MessageEvent) => {
        const answer = JSON.parse(String(data)) as { readonly id?: number; readonly result?: unknown };
        if (answer.id !== mine) return;
        socket.removeEventListener('message', onMessage);
        resolve(answer.result);
      };
      socket.addEventListener('message', onMessage);
      socket.send(JSON.stringify({ id: mine, method }));
    });
  await call('HeapProfiler.collectGarbage');
  const { usedSize } = (await call('Runtime.getHeapUsage')) as { readonly usedSize: number };
  socket.close();
  return usedSize;
}
