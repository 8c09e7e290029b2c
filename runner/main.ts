/**
 * The runner's process: real ports, one line `{"ready":true,…}` on the standard output once every series is linked and the account is
 * reconciled, JSON lines of the log beside it. SIGTERM and SIGINT drain and end with status 0; a second signal ends at once. What keeps it
 * from starting is one sentence on the standard error, and status 2.
 */
import { resolve } from 'node:path';
import { createHttpPort } from './clob/http-port.ts';
import { type ControlSocket, listenForControl } from './control-socket.ts';
import { parseRunnerEnv, type RunnerSettings } from './env.ts';
import { createPartySockets } from './link/party-sockets.ts';
import { createNodeClock, createNodeLog, fetchClockOrigin, nodeRandom, nodeTimers } from './node-ports.ts';
import { createNodeSockets } from './node-sockets.ts';
import type { RunnerPorts } from './ports.ts';
import { createRunner, type Runner } from './runner.ts';
import { controlSocketPath, openStateFolder, type StateFolder } from './state-folder.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const CANNOT_START = 2;
/** A process that a signal ended: 128 and the signal's number. */
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

const print = (line: string): void => void process.stdout.write(line);

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(CANNOT_START);
}

async function portsOf(settings: RunnerSettings, folder: StateFolder): Promise<RunnerPorts> {
  const http = createHttpPort({ proxy: settings.proxy });
  const origin =
    settings.embeddedVenueUrl === null ? null : await fetchClockOrigin(http, nodeTimers, settings.embeddedVenueUrl);
  const clock = createNodeClock(origin);
  return {
    clock,
    timers: nodeTimers,
    sockets: createNodeSockets({ proxy: settings.proxy }),
    http,
    disk: folder.disk,
    random: nodeRandom,
    log: createNodeLog(settings.logLevel, clock.wallMs, print),
  };
}

async function main(): Promise<void> {
  const settings = parseRunnerEnv(process.env, REPOSITORY);
  if (!settings.ok) refuse(settings.error);
  const folder = openStateFolder(settings.value.stateFolder, nodeRandom, (error) => {
    // What is not on the disk may be forgotten, and what is forgotten may be sent twice.
    process.stderr.write(`The state folder cannot be written to: ${error.message}.\n`);
    process.exit(1);
  });
  process.on('exit', () => folder.release());
  const stopping = watchSignals();
  const ports = await portsOf(settings.value, folder);
  const created = await createRunner({
    settings: settings.value,
    ports,
    runnerId: folder.runnerId,
    linkSockets: createPartySockets(),
    repository: REPOSITORY,
  });
  if (!created.ok) refuse(created.error);
  const runner = created.value;
  const control = await listenForControl(controlSocketPath(folder.path), (request) =>
    runner.control(request, () => process.kill(process.pid, 'SIGTERM')),
  );
  stopping.onStop(() => void stop(runner, control));
  const startedMs = ports.clock.monotonicMs();
  await runner.start();
  print(
    `${JSON.stringify({
      ready: true,
      mode: settings.value.mode,
      wallet: runner.wallet,
      series: settings.value.series.map(({ slug }) => slug),
      readyAfterMs: Math.round(ports.clock.monotonicMs() - startedMs),
    })}\n`,
  );
}

async function stop(runner: Runner, control: ControlSocket): Promise<void> {
  try {
    const report = await runner.drain();
    print(`${JSON.stringify({ drained: true, ...report })}\n`);
    control.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`Stopping failed: ${error instanceof Error ? error.message : String(error)}.\n`);
    process.exit(1);
  }
}

/** The first signal is answered once there is something to stop; the second ends the process. */
function watchSignals(): { onStop(act: () => void): void } {
  let act: (() => void) | null = null;
  let isAsked = false;
  const asked = (signal: keyof typeof SIGNAL_STATUS): void => {
    // Before there is anything to stop, nothing has been sent.
    if (isAsked || act === null) process.exit(SIGNAL_STATUS[signal]);
    isAsked = true;
    act();
  };
  process.on('SIGTERM', () => asked('SIGTERM'));
  process.on('SIGINT', () => asked('SIGINT'));
  return {
    onStop(next) {
      act = next;
    },
  };
}

// A bug ends the process: the venue cancels by its own deadline, and the next start finds out what was sent.
main().catch((error: unknown) => refuse(error instanceof Error ? error.message : String(error)));
