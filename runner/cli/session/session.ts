/** What a command about the account works with: settings, the outside as ports, what it says, and whom it asks. */
import { type ChainContracts, POLYGON } from '../../chain/contracts.ts';
import { createHttpPort } from '../../clob/http-port.ts';
import { createNodeClock, fetchClockOrigin, nodeRandom, nodeTimers } from '../../node-ports.ts';
import { createNodeSockets } from '../../node-sockets.ts';
import type { ClockPort, HttpPort, LogPort, RandomPort, SocketsPort, TimersPort } from '../../ports.ts';
import { openStateFolder, type StateFolder, StateFolderProblem } from '../../state-folder.ts';
import { CliProblem, messageOf } from '../cli-problem.ts';
import { type CliOutput, createCliOutput } from './cli-output.ts';
import { type CliSettings, type Environment, parseCliSettings } from './cli-settings.ts';

export interface SessionIo {
  readonly environment: Environment;
  /** A line of the result. */
  write(line: string): void;
  /** A line of progress. */
  writeNote(line: string): void;
  /** Asks a person; `null`: nobody is there to be asked. */
  confirm(question: string): Promise<boolean | null>;
}

/** What tests put in the place of Polygon and of real waiting. */
export interface SessionParts {
  readonly contracts?: ChainContracts;
  readonly timers?: TimersPort;
}

export interface Session {
  readonly settings: CliSettings;
  readonly environment: Environment;
  readonly out: CliOutput;
  readonly contracts: ChainContracts;
  readonly clock: ClockPort;
  readonly timers: TimersPort;
  readonly sockets: SocketsPort;
  readonly http: HttpPort;
  readonly random: RandomPort;
  readonly log: LogPort;
  sleep(wallMs: number): Promise<void>;
  /** Asks before something is done that costs or cannot be taken back; `assumeYes` asks nobody. Throws where nobody is there. */
  agree(question: string, assumeYes: boolean): Promise<boolean>;
  /** The state folder's path. Throws `CliProblem` where none is set. */
  folder(): string;
  /** Takes the state folder for this process, until the session is closed. Throws `CliProblem` while a runner has it. */
  own(): StateFolder;
  close(): Promise<void>;
}

/** Variables whose values are struck out of everything that is said. */
const SECRET_NAMES = [
  'POLY_PRIVATE_KEY',
  'POLY_API_SECRET',
  'POLY_API_PASSPHRASE',
  'POLY_BUILDER_SECRET',
  'POLY_BUILDER_PASSPHRASE',
  'RELAYER_API_KEY',
  'RUNNER_LINK_KEY',
  'ADMIN_TOKEN_VIEWER',
  'ADMIN_TOKEN_OPERATOR',
  // A node's address may hold the provider's key.
  'RPC_URL',
  'SOCKS5_URL',
];

/** Opens a session. Throws `CliProblem` for settings that cannot be used, and where the embedded venue does not answer. */
export async function openSession(io: SessionIo, json: boolean, parts: SessionParts = {}): Promise<Session> {
  const out = createCliOutput(json, io.write, io.writeNote);
  for (const name of SECRET_NAMES) {
    const value = io.environment[name] ?? '';
    out.hide(value);
    if (name === 'POLY_PRIVATE_KEY') out.hide(value.trim().replace(/^0x/, ''));
  }
  const parsed = parseCliSettings(io.environment);
  if (!parsed.ok) throw new CliProblem(parsed.error);
  const settings = parsed.value;
  if (settings.proxy?.credentials != null) out.hide(settings.proxy.credentials.password);
  const timers = parts.timers ?? nodeTimers;
  // What stands on this machine is not reached through a proxy elsewhere, except where a test or a person says so on purpose.
  const http = createHttpPort({ proxy: settings.proxy });
  const clock = await clockOf(settings, timers);
  let owned: StateFolder | null = null;

  const folder = (): string => {
    if (settings.stateFolder !== null) return settings.stateFolder;
    throw new CliProblem('STATE_FOLDER must be set: a folder of the runner’s own, which outlives it.');
  };
  return {
    settings,
    environment: io.environment,
    out,
    contracts: parts.contracts ?? POLYGON,
    clock,
    timers,
    sockets: createNodeSockets({ proxy: settings.proxy }),
    http,
    random: nodeRandom,
    log: {
      log: (level, message, fields = {}) => {
        if (level !== 'debug') out.note([message, fields['detail']].filter((part) => part != null).join(' '));
      },
    },
    sleep: (wallMs) => new Promise((resolve) => void timers.after(wallMs, resolve)),
    async agree(question, assumeYes) {
      if (assumeYes) return true;
      const answer = await io.confirm(question);
      if (answer === null) throw new CliProblem('Nobody is there to be asked: say --yes to go on without.');
      if (!answer) out.note('Nothing was done.');
      return answer;
    },
    folder,
    own() {
      if (owned !== null) return owned;
      try {
        owned = openStateFolder(folder(), nodeRandom, (error) => out.note(`The disk failed: ${messageOf(error)}`));
      } catch (error) {
        if (error instanceof StateFolderProblem) throw new CliProblem(error.message, { cause: error });
        throw error;
      }
      return owned;
    },
    async close() {
      owned?.release();
      owned = null;
      await http.close();
    },
  };
}

/** The embedded venue's time, or the wall's. The venue's clock is asked directly: it stands on this machine. */
async function clockOf(settings: CliSettings, timers: TimersPort): Promise<ClockPort> {
  const { embeddedVenueUrl } = settings;
  if (embeddedVenueUrl === null) return createNodeClock(null);
  const direct = createHttpPort({ proxy: null });
  try {
    const url = `${embeddedVenueUrl}/health`;
    const health = await direct.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: HEALTH_TIMEOUT_MS });
    if (!('status' in health)) {
      throw new CliProblem(
        `The embedded venue at ${embeddedVenueUrl} does not answer: start it with \`make run\`, or set MODE=live.`,
      );
    }
    return createNodeClock(await fetchClockOrigin(direct, timers, embeddedVenueUrl));
  } finally {
    await direct.close();
  }
}

const HEALTH_TIMEOUT_MS = 3_000;
