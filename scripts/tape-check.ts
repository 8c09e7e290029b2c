/**
 * `make tape-check`: one recorded hour through the real sockets, 30 times as fast, and its strikes and outcomes against what the
 * recorded ticks give. Status 0 when all are equal, or when there is no recording on this machine; 1 otherwise.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from '../core/model/time.ts';
import { parseRunSettings } from './run/run-settings.ts';
import { createSeriesApi, type SeriesApi, type WindowRow } from './run/series-api.ts';
import { createSupervisor, type Supervisor } from './run/supervisor.ts';
import { HALF_DAY_START_MS, halfDayFiles, importHalfDay, missingFiles } from './tape-check/recorded-half-day.ts';
import { readRecordedTicks } from './tape-check/recorded-prices.ts';
import { windowVerdict } from './tape-check/window-verdict.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SERIES = 'btc-updown-5m';
const WINDOW_MS = 5 * MINUTE_MS;
const SPEED = 30;
/** The fourth hour: one of its boundaries, 03:10, has no tick, so both kinds of windows are there. */
const FROM_MS: UnixMs = HALF_DAY_START_MS + 3 * HOUR_MS;
const TO_MS: UnixMs = FROM_MS + HOUR_MS;
/** Before: a whole minute for the mean, and the 20 s in which everything starts. */
const BEFORE_MS = 90 * SECOND_MS;
/** After: by then every window has its record, also one of which the official prices never come. */
const AFTER_MS = 6 * MINUTE_MS;
/** Between two questions to the API, and how long records may need into the database after the recording has ended. */
const ASK_EVERY_MS = 500;
const PATIENCE_MS = 20_000;
const WINDOWS_ASKED = 300;

process.env['WRANGLER_SEND_METRICS'] ??= 'false';
process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const files = halfDayFiles(resolve(ROOT, '../shared/data'));
const missing = missingFiles(files);
if (missing.length > 0) {
  say(
    `skipped: the recording is not on this machine, ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing.`,
  );
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'tape-check-'));
let supervisor: Supervisor | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(130));

try {
  const differences = await check();
  await stop(differences === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}

async function stop(status: number): Promise<never> {
  await supervisor?.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(status);
}

/** Plays the hour and prints a line for each window; returns how many differ. */
async function check(): Promise<number> {
  const tape = join(folder, 'tape');
  await importHalfDay(files, tape, { fromMs: FROM_MS - BEFORE_MS, toMs: TO_MS + AFTER_MS });
  const rows = await play(tape);
  const ticks = readRecordedTicks(files.ticks);
  let differences = 0;
  for (let startMs = FROM_MS; startMs < TO_MS; startMs += WINDOW_MS) {
    const found = rows.filter((row) => row.windowStartMs === startMs);
    const verdict = windowVerdict(ticks, startMs, startMs + WINDOW_MS, found[0] ?? null);
    if (!verdict.ok || found.length > 1) differences++;
    say(found.length > 1 ? `${verdict.line}  ${found.length} RECORDS` : verdict.line);
  }
  const windows = (TO_MS - FROM_MS) / WINDOW_MS;
  const verdict = differences === 0 ? 'equal what the recorded ticks give' : `differ in ${differences}`;
  say(`tape-check: strikes, final prices and outcomes of ${windows} windows ${verdict}`);
  return differences;
}

/** Runs the series over the tape; resolves with the final records when it is over. */
async function play(tape: string): Promise<readonly WindowRow[]> {
  const viewer = randomBytes(24).toString('hex');
  const [apiPort, venuePort] = [await freePort(), await freePort()];
  const settings = parseRunSettings(
    {
      TAPE: tape,
      SIM_SPEED: String(SPEED),
      RUN_FOLDER: join(folder, 'run'),
      API_PORT: String(apiPort),
      VENUE_PORT: String(venuePort),
      ADMIN_TOKEN_VIEWER: viewer,
      ADMIN_TOKEN_OPERATOR: randomBytes(24).toString('hex'),
    },
    null,
    ROOT,
  );
  if (!settings.ok) throw new Error(settings.error);
  await new Promise<void>((done, failed) => {
    supervisor = createSupervisor({
      settings: settings.value,
      root: ROOT,
      startedMs: Date.now(),
      say,
      onEnd: (reason, ok) => (ok ? done() : failed(new Error(reason))),
    });
    supervisor.start().catch(failed);
  });
  return lastRecords(createSeriesApi(`http://127.0.0.1:${apiPort}`, viewer));
}

/** The records of the hour once all are there; what is there when patience ends. */
async function lastRecords(api: SeriesApi): Promise<readonly WindowRow[]> {
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const rows = await api.windows(SERIES, WINDOWS_ASKED);
    const ofTheHour = rows.filter((row) => row.windowStartMs >= FROM_MS && row.windowStartMs < TO_MS);
    if (ofTheHour.length >= (TO_MS - FROM_MS) / WINDOW_MS || Date.now() > deadlineMs) return ofTheHour;
    await wait(ASK_EVERY_MS);
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
