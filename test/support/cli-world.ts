/** The embedded venue over real HTTP and sockets, and the commands about an account on it, with everything that they say kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startVenueServer } from '../../embedded-venue/server.ts';
import { createVenueClock } from '../../embedded-venue/venue-clock.ts';
import { createWorld, type WorldOptions } from '../../embedded-venue/world.ts';
import { createWorldStore } from '../../embedded-venue/world-store.ts';
import { addAccountCommands } from '../../runner/cli/account-commands.ts';
import type { SessionParts } from '../../runner/cli/session/session.ts';
import { quickTimers } from './chain-deps.ts';
import { ORIGIN_MS } from './venue-client.ts';

export interface CliWorldOptions {
  /** Simulated over wall time. */
  readonly speed?: number;
  /** How many times as fast waiting is; only where nothing waits for simulated time. */
  readonly quick?: number;
  readonly world?: Partial<WorldOptions>;
  /** Simulated time at the start; 5 s into a window unless told, so that none ends while a test looks. */
  readonly startMs?: number;
  readonly parts?: SessionParts;
}

export interface CliRun {
  /** `null`: it ended with a sentence. */
  readonly ok: boolean | null;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** The sentence that it ended with. */
  readonly problem: string | null;
  /** The result of `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into results of many shapes.
  readonly json: any;
}

export interface CliWorld {
  readonly url: string;
  readonly folder: string;
  readonly stateFolder: string;
  /** Changed by tests as a person changes settings. */
  readonly environment: Record<string, string>;
  /** All that any command has said so far. */
  readonly said: readonly string[];
  /** Runs a command; `answer` is the person's, `null` where nobody is there. */
  run(args: readonly string[], answer?: boolean | null): Promise<CliRun>;
  post(path: string, body: object): Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: the venue's answers have many shapes.
  get(path: string): Promise<any>;
  stop(): Promise<void>;
}

const SEED = 7;
/** The origin lies 20 s before a window. */
const INTO_WINDOW_MS = 25_000;

/** Starts it. The environment names a Worker that nobody runs, so that the commands find no other on this machine. */
export async function startCliWorld(options: CliWorldOptions = {}): Promise<CliWorld> {
  const { speed = 10, quick = 10, startMs = ORIGIN_MS + INTO_WINDOW_MS } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cli-world-'));
  const stateFolder = join(folder, 'state');
  const clock = createVenueClock({ runFolder: folder, speed, wallNow: Date.now });
  const store = createWorldStore(folder, Date.now);
  const server = await startVenueServer({
    port: 0,
    clock,
    store,
    makeWorld: (originMs, atMs) =>
      createWorld({ seed: SEED, originMs, startMs: atMs, speed, saved: store.read(), ...options.world }),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const environment: Record<string, string> = {
    MODE: 'sim',
    EMBEDDED_VENUE_URL: url,
    SERIES: 'btc-updown-5m',
    STATE_FOLDER: stateFolder,
    WORKER_URL: 'http://127.0.0.1:9',
    ADMIN_TOKEN_OPERATOR: 'an-operator-token-of-the-tests',
  };
  const said: string[] = [];
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  await post('/clock', { simOriginMs: startMs, wallOriginMs: Date.now(), speed });

  return {
    url,
    folder,
    stateFolder,
    environment,
    said,
    post,
    get: async (path) => (await fetch(`${url}${path}`)).json(),
    async run(args, answer = null) {
      const lines: string[] = [];
      const notes: string[] = [];
      let ok: boolean | null = null;
      let problem: string | null = null;
      const program = new Command('cli').exitOverride();
      program.configureOutput({ writeErr: (text) => void notes.push(text), writeOut: (text) => void lines.push(text) });
      addAccountCommands(program, {
        parts: { timers: quickTimers(quick), ...options.parts },
        io: () => ({
          environment,
          write: (line) => void lines.push(line),
          writeNote: (line) => void notes.push(line),
          confirm: () => Promise.resolve(answer),
        }),
        onEnd: (end) => {
          ok = end;
        },
      });
      try {
        await program.parseAsync([...args], { from: 'user' });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        problem = error.message;
      }
      said.push(...lines, ...notes, ...(problem === null ? [] : [problem]));
      const json = args.includes('--json') && lines[0] !== undefined ? JSON.parse(lines[0]) : null;
      return { ok, lines, notes, problem, json };
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A wallet with a key of its own, pUSD, allowances and an API key. Its address. */
export async function setUpAccount(world: CliWorld, pusd = 1_000): Promise<string> {
  const created = await world.run(['wallet', 'create', '--type', 'eoa', '--json']);
  if (created.json === null) throw new Error(`no wallet: ${created.problem}`);
  const { keyFile, wallet } = created.json as { readonly keyFile: string; readonly wallet: string };
  world.environment['POLY_PRIVATE_KEY_FILE'] = keyFile;
  world.environment['RUNNER_BANKROLL_USDC'] = String(Math.floor(pusd / 2));
  await world.post('/faucet', {
    address: wallet,
    pusdMicro: pusd * 1_000_000,
    polWei: '5000000000000000000',
    approve: true,
  });
  const keys = await world.run(['keys', 'create']);
  if (keys.ok !== true) throw new Error(`no key: ${keys.problem}`);
  return wallet;
}
