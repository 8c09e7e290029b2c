/**
 * What `make run` is told, by `.env` and by the environment (which wins), read once through one schema. A wrong value is one
 * sentence that names it and where it stands; values of secrets are never shown.
 */
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { err, ok, type Result } from '../../core/model/result.ts';
import { MIN_TOKEN_CHARS } from '../../core/protocol/admin-api.ts';
import { seriesConfig } from '../../durable-objects/series-settings.ts';
import { parseSettings, type Settings } from '../../durable-objects/settings.ts';
import { type DotEnvEntry, parseDotEnv } from './dot-env.ts';

/** Every name that may be set, with its value where nobody sets it. */
const DEFAULTS = {
  // `sim`, or `demo` when a recording is played, in which nobody can trade.
  MODE: '',
  SERIES: 'btc-updown-5m',
  SIM_SPEED: '1',
  SEED: '1',
  TAPE: '',
  BANKROLL_USDC: '1000',
  EXCHANGE_FEED: 'binance-futures',
  ACKNOWLEDGED_TAKER_DELAY_MS: '',
  CONFIG_FILE: '',
  MARKET_MAKER_ENABLED: '',
  LOG_LEVEL: 'info',
  LOCATION_HINT: 'weur',
  API_PORT: '8787',
  VENUE_PORT: '8790',
  RUN_FOLDER: '',
  ADMIN_TOKEN_VIEWER: '',
  ADMIN_TOKEN_OPERATOR: '',
  POLY_API_KEY: '',
  POLY_API_SECRET: '',
  POLY_API_PASSPHRASE: '',
  POLY_PRIVATE_KEY_FILE: '',
  POLY_SIGNATURE_TYPE: '',
  POLY_FUNDER: '',
  POLY_API_ADDRESS: '',
  POLY_CHAIN_ID: '',
  SOCKS5_URL: '',
  RPC_URL: '',
  RELAYER_API_KEY: '',
  RELAYER_API_KEY_ADDRESS: '',
  POLY_BUILDER_API_KEY: '',
  POLY_BUILDER_SECRET: '',
  POLY_BUILDER_PASSPHRASE: '',
  RUNNER_ALLOCATIONS: '',
  RUNNER_MAX_ORDER_USDC: '',
  RUNNER_MAX_HOURLY_USDC: '',
  RUNNER_MAX_DAILY_LOSS_USDC: '',
  RUNNER_MIN_PRICE: '',
  RUNNER_MAX_PRICE: '',
  RUNNER_MAX_DISTANCE: '',
  LEARNING_BUDGET_USDC: '',
  POL_PRICE_USDC: '',
  CASHOUT_DEST: '',
  LIVE_CONFIRM: '',
} as const;

type SettingName = keyof typeof DEFAULTS;
const NAMES = Object.keys(DEFAULTS) as readonly SettingName[];
/** Whether the value of a setting is never shown or written down. */
export const isSecret = (name: string): boolean =>
  /^(ADMIN_TOKEN|POLY_BUILDER)_|^POLY_API_(KEY|SECRET|PASSPHRASE)$|^RELAYER_API_KEY$|^SOCKS5_URL$|^RPC_URL$/.test(name);

/** Variables of the Worker, by the same names. */
const WORKER_NAMES = [
  'MODE',
  'SERIES',
  'SIM_SPEED',
  'BANKROLL_USDC',
  'EXCHANGE_FEED',
  'ACKNOWLEDGED_TAKER_DELAY_MS',
  'MARKET_MAKER_ENABLED',
  'RUNNER_ALLOCATIONS',
  'LOG_LEVEL',
  'LOCATION_HINT',
] as const;

/** What the runner is told beyond what the run itself knows; it checks them itself, with its own sentences. */
const RUNNER_NAMES = NAMES.filter(
  (name) =>
    /^(POLY|RELAYER|RUNNER|SOCKS5|RPC|LEARNING|POL|CASHOUT|LIVE)_/.test(name) &&
    !/^POLY_API_(KEY|SECRET|PASSPHRASE)$/.test(name),
);

export interface RunSettings {
  readonly worker: Settings;
  /** The Worker's variables, as `worker` was read from them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Absolute folder of a recording; `null`: the world is generated. */
  readonly tape: string | null;
  readonly apiPort: number;
  readonly venuePort: number;
  /** Absolute. One for each mode, seed and recording: it holds the state that the next start goes on with. */
  readonly runFolder: string;
  /** Tokens given by the user; `null`: made by the run. */
  readonly tokens: { readonly viewer: string; readonly operator: string } | null;
  /** The venue's API credentials, for the real reference feed; `null` when none were given. */
  readonly credentials: { readonly apiKey: string; readonly secret: string; readonly passphrase: string } | null;
  /** What the user says to the runner, by name; `null` where the object executes orders itself. */
  readonly runner: Readonly<Record<string, string>> | null;
}

/** The embedded venue has this one, and the generator draws its numbers from 32 bits. */
const EMBEDDED_SERIES = 'btc-updown-5m';
const MAX_SEED = 4_294_967_295;

function port(name: SettingName) {
  return z
    .string()
    .regex(/^\d{1,5}$/, `${name} must be a port between 1 and 65535.`)
    .transform(Number)
    .refine((value) => value >= 1 && value <= 65_535, `${name} must be a port between 1 and 65535.`);
}

function token(name: SettingName) {
  const rule = `${name} must have at least ${MIN_TOKEN_CHARS} characters, or be left out: then one is made.`;
  return z.string().refine((value) => value === '' || value.length >= MIN_TOKEN_CHARS, rule);
}

const text = z.string();
const schema = z
  .strictObject({
    MODE: z.enum(['demo', 'sim', 'paper', 'live'], 'MODE must be sim, demo, paper or live.'),
    SERIES: text,
    SIM_SPEED: text,
    SEED: z
      .string()
      .regex(/^\d{1,10}$/, `SEED must be a whole number from 0 to ${MAX_SEED}.`)
      .transform(Number)
      .refine((value) => value <= MAX_SEED, `SEED must be a whole number from 0 to ${MAX_SEED}.`),
    TAPE: text,
    BANKROLL_USDC: text,
    EXCHANGE_FEED: text,
    ACKNOWLEDGED_TAKER_DELAY_MS: text,
    CONFIG_FILE: text,
    MARKET_MAKER_ENABLED: text,
    LOG_LEVEL: text,
    LOCATION_HINT: text,
    API_PORT: port('API_PORT'),
    VENUE_PORT: port('VENUE_PORT'),
    RUN_FOLDER: text,
    ADMIN_TOKEN_VIEWER: token('ADMIN_TOKEN_VIEWER'),
    ADMIN_TOKEN_OPERATOR: token('ADMIN_TOKEN_OPERATOR'),
    POLY_API_KEY: text,
    POLY_API_SECRET: text,
    POLY_API_PASSPHRASE: text,
    POLY_PRIVATE_KEY_FILE: text,
    POLY_SIGNATURE_TYPE: text,
    POLY_FUNDER: text,
    POLY_API_ADDRESS: text,
    POLY_CHAIN_ID: text,
    SOCKS5_URL: text,
    RPC_URL: text,
    RELAYER_API_KEY: text,
    RELAYER_API_KEY_ADDRESS: text,
    POLY_BUILDER_API_KEY: text,
    POLY_BUILDER_SECRET: text,
    POLY_BUILDER_PASSPHRASE: text,
    RUNNER_ALLOCATIONS: text,
    RUNNER_MAX_ORDER_USDC: text,
    RUNNER_MAX_HOURLY_USDC: text,
    RUNNER_MAX_DAILY_LOSS_USDC: text,
    RUNNER_MIN_PRICE: text,
    RUNNER_MAX_PRICE: text,
    RUNNER_MAX_DISTANCE: text,
    LEARNING_BUDGET_USDC: text,
    POL_PRICE_USDC: text,
    CASHOUT_DEST: text,
    LIVE_CONFIRM: text,
  } satisfies Record<SettingName, z.ZodType>)
  .superRefine((settings, context) => {
    const problem = contradiction(settings);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem.message, path: [problem.name] });
  });

type Checked = { readonly [Name in SettingName]: Name extends 'SEED' | 'API_PORT' | 'VENUE_PORT' ? number : string };

function contradiction(settings: Checked): { readonly name: SettingName; readonly message: string } | null {
  const { MODE: mode, TAPE: tape } = settings;
  const embedded = isEmbedded(mode);
  if (embedded && settings.SERIES !== EMBEDDED_SERIES) {
    return {
      name: 'SERIES',
      message: `SERIES must be ${EMBEDDED_SERIES} with MODE=${mode}: the embedded venue has only that.`,
    };
  }
  if (embedded && settings.API_PORT === settings.VENUE_PORT) {
    return { name: 'VENUE_PORT', message: 'VENUE_PORT and API_PORT must differ.' };
  }
  if (mode !== 'demo' && tape !== '') {
    return { name: 'TAPE', message: `TAPE plays a recording, which MODE=${mode} cannot: leave one of them out.` };
  }
  const { POLY_API_KEY: key, POLY_API_SECRET: secret, POLY_API_PASSPHRASE: passphrase } = settings;
  if (!embedded && (key === '' || secret === '' || passphrase === '')) {
    return {
      name: 'POLY_API_KEY',
      message: `MODE=${mode} needs POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE for the settlement price feed.`,
    };
  }
  if (mode === 'live' && settings.POLY_PRIVATE_KEY_FILE === '') {
    return {
      name: 'POLY_PRIVATE_KEY_FILE',
      message: 'MODE=live needs POLY_PRIVATE_KEY_FILE: a file outside the repository that only you can read.',
    };
  }
  if ((settings.ADMIN_TOKEN_VIEWER === '') !== (settings.ADMIN_TOKEN_OPERATOR === '')) {
    return {
      name: 'ADMIN_TOKEN_VIEWER',
      message: 'ADMIN_TOKEN_VIEWER and ADMIN_TOKEN_OPERATOR must be set both or not at all.',
    };
  }
  return null;
}

const isEmbedded = (mode: string): boolean => mode === 'demo' || mode === 'sim';

/**
 * The settings, or one sentence. `dotEnv` is the content of `.env`, `null` when there is none; paths are relative to `root`. `readStrategy`
 * gives the document of strategy and risk as JSON, of the file that `CONFIG_FILE` names (empty: the usual one, where it is there).
 */
export function parseRunSettings(
  environment: Readonly<Record<string, string | undefined>>,
  dotEnv: string | null,
  root: string,
  readStrategy: (file: string) => Result<string, string> = () => ok(''),
): Result<RunSettings, string> {
  const entries = dotEnv === null ? ok(new Map<string, DotEnvEntry>()) : parseDotEnv(dotEnv, '.env');
  if (!entries.ok) return entries;
  for (const [name, { line }] of entries.value) {
    if (!(name in DEFAULTS))
      return err(`.env line ${line} sets ${name}, which is no setting: .env.example lists them all.`);
  }
  const raw: Record<string, string> = {};
  for (const name of NAMES) {
    // An empty value says nothing, as `NAME=` in a shell does.
    raw[name] = environment[name] || entries.value.get(name)?.value || DEFAULTS[name];
  }
  raw['MODE'] ||= raw['TAPE'] === '' ? 'sim' : 'demo';
  const where = (name: string): string => placeOf(name, environment, entries.value);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '');
    return err(withValue(issue?.message ?? 'The settings cannot be read.', name, raw[name], where(name)));
  }
  const strategy = readStrategy(parsed.data.CONFIG_FILE);
  return strategy.ok ? complete(parsed.data, raw, root, where, strategy.value) : strategy;
}

function complete(
  settings: Checked,
  raw: Readonly<Record<string, string>>,
  root: string,
  where: (name: string) => string,
  strategyConfig: string,
): Result<RunSettings, string> {
  const embedded = isEmbedded(settings.MODE);
  const variables: Record<string, string> = {
    EMBEDDED_VENUE_URL: embedded ? `http://127.0.0.1:${settings.VENUE_PORT}` : '',
    STRATEGY_CONFIG: strategyConfig,
  };
  for (const name of WORKER_NAMES) variables[name] = raw[name] ?? '';
  const worker = parseSettings(variables);
  if (!worker.ok) {
    const name = /^[A-Z_]+/.exec(worker.error)?.[0] ?? '';
    return err(withValue(worker.error, name, raw[name], where(name)));
  }
  for (const { slug } of worker.value.series) {
    const config = seriesConfig(worker.value, slug);
    if (!config.ok) return config;
  }
  const tape = settings.TAPE === '' ? null : resolve(root, settings.TAPE);
  const tokensGiven = settings.ADMIN_TOKEN_VIEWER !== '';
  const { POLY_API_KEY: apiKey, POLY_API_SECRET: secret, POLY_API_PASSPHRASE: passphrase } = settings;
  return ok({
    worker: worker.value,
    variables,
    seed: settings.SEED,
    tape,
    apiPort: settings.API_PORT,
    venuePort: settings.VENUE_PORT,
    runFolder:
      settings.RUN_FOLDER === '' ? join(root, '.run', runName(settings, tape)) : resolve(root, settings.RUN_FOLDER),
    tokens: tokensGiven ? { viewer: settings.ADMIN_TOKEN_VIEWER, operator: settings.ADMIN_TOKEN_OPERATOR } : null,
    credentials: apiKey === '' || embedded ? null : { apiKey, secret, passphrase },
    runner: worker.value.execution === 'venue' ? runnerVariables(raw) : null,
  });
}

function runnerVariables(raw: Readonly<Record<string, string>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const name of RUNNER_NAMES) if (raw[name]) given[name] = raw[name];
  return given;
}

function runName(settings: Checked, tape: string | null): string {
  if (!isEmbedded(settings.MODE)) return settings.MODE;
  return tape === null ? `${settings.MODE}-${settings.SEED}` : `${settings.MODE}-${settings.SEED}-${basename(tape)}`;
}

function placeOf(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  entries: ReadonlyMap<string, DotEnvEntry>,
): string {
  if (environment[name]) return 'the environment';
  const entry = entries.get(name);
  return entry === undefined ? 'neither .env nor the environment' : `.env line ${entry.line}`;
}

function withValue(sentence: string, name: string, value: string | undefined, where: string): string {
  if (value === undefined || value === '' || isSecret(name)) return sentence;
  return `${sentence} It is "${value}" now (from ${where}).`;
}
