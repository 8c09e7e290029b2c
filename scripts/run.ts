/**
 * `make run`: trades the series until it is stopped. What it needs to know stands in `.env` and in the environment (`.env.example`).
 * SIGINT and SIGTERM stop everything, with status 0; a second signal ends it at once. A problem is one sentence, and status 1.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
/** What the tools in it need (wrangler, miniflare, vitest). */
const OLDEST_NODE = 22;
const INTERRUPTED_STATUS = 130;
/** make and the shell may each pass one and the same signal on. */
const SAME_SIGNAL_MS = 1_000;
const startedMs = Date.now();
// miniflare would leave files outside the folder, and tell of itself.
process.env['WRANGLER_SEND_METRICS'] ??= 'false';
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`This is Node ${process.versions.node}, and ${OLDEST_NODE} is needed: use \`make run\`, which brings it along.`);
}
if (!existsSync(join(ROOT, 'node_modules/miniflare')))
  fail('The packages are not installed: use `make run`, which installs them.');

// Only now: these modules need the packages.
const { parseRunSettings } = await import('./run/run-settings.ts');
const { createSupervisor } = await import('./run/supervisor.ts');
const { messageOf, RunProblem } = await import('./run/problem.ts');
const { strategyConfig } = await import('./run/strategy-config.ts');

const dotEnvFile = join(ROOT, '.env');
const dotEnv = existsSync(dotEnvFile) ? readFileSync(dotEnvFile, 'utf8') : null;
const settings = parseRunSettings(process.env, dotEnv, ROOT, (file) => strategyConfig(file, ROOT));
if (!settings.ok) fail(settings.error);

let stopping = false;
let firstSignalMs = 0;
const supervisor = createSupervisor({
  settings: settings.value,
  root: ROOT,
  startedMs,
  say,
  onEnd: (reason, ok) => void end(reason, ok ? 0 : 1),
});

async function end(reason: string, status: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  if (status === 0) say(reason);
  else process.stderr.write(`${reason}\n`);
  try {
    await supervisor.stop();
  } catch (error) {
    process.stderr.write(`It did not stop in order: ${messageOf(error)}\n`);
    supervisor.kill();
    process.exit(1);
  }
  if (status === 0) say('stopped');
  process.exit(status);
}

function onSignal(): void {
  const nowMs = Date.now();
  if (!stopping) {
    firstSignalMs = nowMs;
    void end('stopping …', 0);
    return;
  }
  if (nowMs - firstSignalMs < SAME_SIGNAL_MS) return;
  supervisor.kill();
  process.exit(INTERRUPTED_STATUS);
}
process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
// The terminal went away.
process.on('SIGHUP', onSignal);

try {
  await supervisor.start();
} catch (error) {
  const sentence = error instanceof RunProblem ? error.message : `It cannot go on: ${messageOf(error)}`;
  await end(sentence, 1);
}
