/** `make run`, wired: the embedded venue, the Worker, the runner, the minute's cron, and a line for each window, until it is stopped. */
import { mkdirSync } from 'node:fs';
import { MINUTE_MS } from '../../core/model/time.ts';
import { EMBEDDED_CREDENTIALS } from '../../embedded-venue/world.ts';
import { acknowledgedTakerDelay, readNewestFacts } from '../../runner/facts-file.ts';
import { bundleForNode, bundleForWorkerd, readBuildId } from './bundle.ts';
import { endLeftBehind } from './left-behind.ts';
import { requireFreePort } from './ports-free.ts';
import { messageOf, RunProblem } from './problem.ts';
import { type Repeated, repeat } from './repeat.ts';
import {
  type ApiTokens,
  announceRun,
  openRunFolder,
  type RunFolder,
  readLinkSecret,
  readTokens,
} from './run-folder.ts';
import type { RunSettings } from './run-settings.ts';
import { keepRunnerRunning, type RunnerKeeper } from './runner-keeper.ts';
import { createSeriesApi, type SeriesApi } from './series-api.ts';
import { waitUntilReady } from './series-ready.ts';
import { throwAwayWallet } from './throw-away-wallet.ts';
import { fillWallet } from './venue-faucet.ts';
import { startVenue, type VenueProcess } from './venue-process.ts';
import { type Mapping, readTapeSpan, type Span, setVenueTime, simulatedAt } from './venue-time.ts';
import { createWindowReport } from './window-report.ts';
import { keepWorkerRunning, type WorkerKeeper } from './worker-keeper.ts';

export interface SupervisorOptions {
  readonly settings: RunSettings;
  readonly root: string;
  readonly startedMs: number;
  readonly say: (line: string) => void;
  /** The run cannot go on, or has come to its end: the caller stops it. */
  readonly onEnd: (reason: string, ok: boolean) => void;
}

export interface Supervisor {
  /** Starts everything; resolves when the series trades. Rejects with `RunProblem`; `stop` is to be called then, too. */
  start(): Promise<void>;
  /** Ends everything in order. May be called at any time. */
  stop(): Promise<void>;
  /** Ends the processes on the spot. */
  kill(): void;
}

const WINDOWS_EVERY_MS = 500;
/** Windows asked for at a time: more than can close while the API is away for a quarter of an hour at 100 times the speed. */
const WINDOWS_ASKED = 300;

/** Everything that runs and has to be ended, in the order it was started. */
interface Running {
  folder: RunFolder | null;
  venue: VenueProcess | null;
  worker: WorkerKeeper | null;
  runner: RunnerKeeper | null;
  readonly jobs: Repeated[];
  timer: ReturnType<typeof setTimeout> | null;
  stopping: boolean;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { settings, root, say, onEnd } = options;
  const running: Running = {
    folder: null,
    venue: null,
    worker: null,
    runner: null,
    jobs: [],
    timer: null,
    stopping: false,
  };
  const embedded = settings.worker.feeds === 'embedded';
  const series = settings.worker.series.map(({ slug }) => slug);

  async function start(): Promise<void> {
    const span = settings.tape === null ? null : readTapeSpan(settings.tape);
    const folder = openRunFolder(settings.runFolder);
    running.folder = folder;
    if ((await endLeftBehind(folder.path)) > 0) say('worker: ended a workerd that an earlier run had left behind');
    await requireFreePort('API_PORT', settings.apiPort);
    if (embedded) await requireFreePort('VENUE_PORT', settings.venuePort);
    mkdirSync(folder.state, { recursive: true });
    const tokens = readTokens(folder, settings.tokens);
    say(`starting: MODE=${settings.worker.mode}, ${describeSpeed(settings)}, state in ${folder.path}`);
    const [script] = await Promise.all([bundle(), embedded ? startTheVenue(folder) : null]);
    if (running.stopping) return;
    await startTheWorker(folder, script, tokens);
    if (running.stopping) return;
    const mapping = await setTime(span);
    if (running.stopping) return;
    const told = await startTheRunner(folder);
    if (running.stopping) return;
    const api = createSeriesApi(apiUrl(settings), tokens.viewer);
    const isHalted = await Promise.race([goOn(api, mapping, span), ...runnerFailure()]);
    if (running.stopping) return;
    // A series that is halted for good takes no link; everything else works.
    if (running.runner !== null && !isHalted) {
      await running.runner.ready;
      say('runner: linked and reconciled');
    }
    if (running.stopping) return;
    announceRun(folder, apiUrl(settings), told);
    say(`ready in ${((Date.now() - options.startedMs) / 1000).toFixed(1)} s`);
    say(`API: ${apiUrl(settings)}/api/v1 (tokens in ${folder.tokensFile}); Ctrl-C stops`);
    const report = createWindowReport(folder.printedFile, say);
    for (const slug of series) watchWindows(api, slug, report.take);
  }

  async function bundle(): Promise<string> {
    return bundleForWorkerd(root, 'workers/index.ts', await readBuildId(root));
  }

  async function startTheVenue(folder: RunFolder): Promise<void> {
    running.venue = await startVenue({
      root,
      port: settings.venuePort,
      folder: folder.venue,
      seed: settings.seed,
      speed: settings.worker.simSpeed,
      tape: settings.tape,
      onLost: (reason) => onEnd(reason, false),
    });
    say(`venue: listening on ${running.venue.url}`);
  }

  async function startTheWorker(folder: RunFolder, script: string, tokens: ApiTokens): Promise<void> {
    running.worker = await keepWorkerRunning({
      root,
      port: settings.apiPort,
      script,
      bindings: bindingsOf(settings, tokens, folder),
      runFolder: folder.path,
      stateFolder: folder.state,
      logFile: folder.workerLog,
      say,
      isStopping: () => running.stopping,
      onLost: (reason) => onEnd(reason, false),
      onBack: () => {
        for (const job of running.jobs) job.now();
      },
    });
    say('worker: running, database migrated');
  }

  /** The runner, where orders leave the object; returns what it was told, but for the secrets. */
  async function startTheRunner(folder: RunFolder): Promise<Readonly<Record<string, string>> | null> {
    if (settings.runner === null) return null;
    const told = { ...runnerVariables(settings, folder), ...settings.runner };
    if (running.venue !== null) {
      const wallet = throwAwayWallet(folder.path);
      Object.assign(told, { POLY_PRIVATE_KEY_FILE: wallet.keyFile });
      await fillWallet(running.venue.url, wallet.address, settings.worker.bankrollMicro);
    }
    running.runner = keepRunnerRunning({
      root,
      script: await bundleForNode(root, 'scripts/run/runner-child.ts', 'runner'),
      environment: { ...told, RUNNER_LINK_KEY: readLinkSecret(folder) },
      logFile: folder.runnerLog,
      say,
      onLost: (reason) => onEnd(reason, false),
    });
    return told;
  }

  /** A promise that only ever rejects: with what keeps the runner from starting. */
  function runnerFailure(): Promise<never>[] {
    if (running.runner === null) return [];
    return [running.runner.ready.then(() => new Promise<never>(() => undefined))];
  }

  async function setTime(span: Span | null): Promise<Mapping | null> {
    const { venue } = running;
    if (venue === null) return null;
    const { durationMs: windowMs } = settings.worker.series[0] ?? { durationMs: MINUTE_MS };
    const time = await setVenueTime({ url: venue.url, speed: settings.worker.simSpeed, windowMs, span });
    const at = new Date(simulatedAt(time.mapping, Date.now())).toISOString().slice(0, 19);
    say(`clock: ${at}Z, ${time.began === 'new' ? 'a new world' : 'the world goes on'}`);
    if (span !== null) {
      const restMs = (span.toMs - simulatedAt(time.mapping, Date.now())) / time.mapping.speed;
      running.timer = setTimeout(() => onEnd('The recording is over.', true), Math.max(0, restMs));
    }
    return time.mapping;
  }

  /** Starts the cron and waits for every series; true when one of them is halted for good. */
  async function goOn(api: SeriesApi, mapping: Mapping | null, span: Span | null): Promise<boolean> {
    const pauseMs = (): number => untilNextMinute(mapping, Date.now());
    const cron = repeat(
      async () => {
        await running.worker?.fireCron();
      },
      pauseMs,
      (error) => {
        if (!running.stopping) say(`cron: ${messageOf(error)}`);
      },
    );
    running.jobs.push(cron);
    let isHalted = false;
    for (const slug of series) {
      const isStopping = () => running.stopping;
      const ready = await waitUntilReady({ api, series: slug, isStopping, anyFeed: span !== null });
      if (ready.state === 'running') say(`series: ${slug} is running, feeds are open`);
      if (ready.state === 'failed') say(`series: ${slug} is halted, status and pause work: ${ready.detail}`);
      isHalted ||= ready.state === 'failed';
    }
    return isHalted;
  }

  function watchWindows(api: SeriesApi, slug: string, take: ReturnType<typeof createWindowReport>['take']): void {
    // An answer that fails is asked for again: the keeper of the Worker is the one who says that it is away.
    const ask = async (): Promise<void> => {
      const rows = await api.windows(slug, WINDOWS_ASKED);
      if (!running.stopping) take(rows);
    };
    running.jobs.push(repeat(ask, () => WINDOWS_EVERY_MS));
  }

  return {
    start,
    async stop() {
      running.stopping = true;
      for (const job of running.jobs) job.stop();
      if (running.timer !== null) clearTimeout(running.timer);
      // The runner first: it cancels what rests, and its series must hear of it.
      await running.runner?.stop();
      // The Worker next: the venue's end is not to look like a failure of its feeds.
      await running.worker?.stop();
      await running.venue?.stop();
      running.folder?.release();
    },
    kill() {
      running.runner?.kill();
      running.venue?.kill();
      running.folder?.release();
    },
  };
}

function apiUrl(settings: RunSettings): string {
  return `http://127.0.0.1:${settings.apiPort}`;
}

function describeSpeed({ worker, tape, seed }: RunSettings): string {
  if (worker.feeds === 'real')
    return `real feeds, ${worker.execution === 'venue' ? 'real orders' : 'simulated execution'}`;
  const world = tape === null ? `seed ${seed}` : `recording ${tape}`;
  return `${world}, ${worker.simSpeed === 1 ? 'real speed' : `${worker.simSpeed} times the speed`}`;
}

/** Name of the one link key of a run on one machine. */
const LINK_KEY_ID = 'run';

/** What the run knows that its runner has to know. */
function runnerVariables(settings: RunSettings, folder: RunFolder): Record<string, string> {
  const { MODE = '', SERIES = '', BANKROLL_USDC = '', LOG_LEVEL = '', EMBEDDED_VENUE_URL = '' } = settings.variables;
  return {
    MODE,
    SERIES,
    LOG_LEVEL,
    EMBEDDED_VENUE_URL,
    WORKER_URL: apiUrl(settings),
    RUNNER_BANKROLL_USDC: BANKROLL_USDC,
    RUNNER_LINK_KEY_ID: LINK_KEY_ID,
    STATE_FOLDER: folder.runnerState,
  };
}

function bindingsOf(settings: RunSettings, tokens: ApiTokens, folder: RunFolder): Record<string, string> {
  const credentials = settings.worker.feeds === 'embedded' ? EMBEDDED_CREDENTIALS : settings.credentials;
  return {
    ...settings.variables,
    ADMIN_TOKEN_VIEWER: tokens.viewer,
    ADMIN_TOKEN_OPERATOR: tokens.operator,
    ...(settings.runner === null ? {} : { RUNNER_LINK_KEYS: `${LINK_KEY_ID}:${readLinkSecret(folder)}` }),
    ...acknowledgedFacts(settings, folder),
    ...(credentials === null
      ? {}
      : {
          POLY_API_KEY: credentials.apiKey,
          POLY_API_SECRET: credentials.secret,
          POLY_API_PASSPHRASE: credentials.passphrase,
        }),
  };
}

/** What `cli livetest --facts` has measured of the real venue goes into the guard; a setting of the user's own wins. */
function acknowledgedFacts(settings: RunSettings, folder: RunFolder): Record<string, string> {
  if (settings.worker.mode !== 'live' || settings.worker.acknowledgedTakerDelayMs !== null) return {};
  const facts = readNewestFacts(folder.runnerState, 'polymarket');
  if (!facts.ok) throw new RunProblem(facts.error);
  const delayMs = acknowledgedTakerDelay(facts.value);
  return delayMs === null ? {} : { ACKNOWLEDGED_TAKER_DELAY_MS: String(delayMs) };
}

/** Wall milliseconds until the next minute of the product's time begins. */
function untilNextMinute(mapping: Mapping | null, wallMs: number): number {
  const nowMs = mapping === null ? wallMs : simulatedAt(mapping, wallMs);
  return (MINUTE_MS - (nowMs % MINUTE_MS)) / (mapping?.speed ?? 1);
}
