/**
 * What the runner is told, read once through one schema. A wrong value is one sentence that names it and what to do; values of secrets
 * are never shown. Money in USDC with at most 6 decimals, prices in pUSD.
 */
import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import * as z from 'zod';
import { isAddress } from '../core/model/address.ts';
import { parseDecimal } from '../core/model/decimal.ts';
import { isSeriesSlug } from '../core/model/identifiers.ts';
import { MICRO_DECIMALS, type MoneyMicro } from '../core/model/money.ts';
import { parsePriceTicks } from '../core/model/price.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { HOUR_MS, MINUTE_MS } from '../core/model/time.ts';
import { type LinkKey, MIN_LINK_SECRET_CHARS } from '../core/protocol/link-auth.ts';
import type { SeriesConfig } from './account/account-state.ts';
import type { AccountCaps } from './account/order-checks.ts';
import type { ApiCredentials } from './clob/auth.ts';
import { CLOB_URL, GEOBLOCK_URL } from './clob/create-clob-client.ts';
import { parseSocksProxy, type SocksProxy } from './clob/socks-proxy.ts';
import { USER_CHANNEL_URL } from './clob/user-channel.ts';
import { credentialsPath, readCredentialsFile } from './credentials-file.ts';
import type { LogLevel } from './node-ports.ts';
import { loadPrivateKey } from './signer/load-private-key.ts';
import type { PrivateKey } from './signer/private-key.ts';

export type RunnerMode = 'sim' | 'live';

/** Where the venue is: the real one, or the embedded one that stands in for it. */
export interface VenueAddresses {
  readonly clobUrl: string;
  readonly geoblockUrl: string;
  readonly gammaUrl: string;
  readonly userChannelUrl: string;
  readonly rpcUrl: string | null;
  readonly relayerUrl: string | null;
}

export interface RunnerSettings {
  readonly mode: RunnerMode;
  /** Of the embedded venue, whose time is the product's then; `null` for the real venue. */
  readonly embeddedVenueUrl: string | null;
  readonly workerUrl: string;
  readonly linkKey: LinkKey;
  readonly series: readonly SeriesConfig[];
  readonly stateFolder: string;
  readonly privateKey: PrivateKey;
  /** Where the key was read from; `null`: a variable. */
  readonly keyFile: string | null;
  readonly signatureType: 0 | 1 | 2 | 3;
  /** `null`: the signer's own address. */
  readonly funderAddress: string | null;
  readonly chainId: number;
  /** The address that the API key is bound to; `null`: the signer's. */
  readonly apiAddress: string | null;
  /** `null`: derived from the private key. */
  readonly credentials: ApiCredentials | null;
  readonly proxy: SocksProxy | null;
  readonly addresses: VenueAddresses;
  readonly relayer:
    | { readonly kind: 'builder'; readonly apiKey: string; readonly secret: string; readonly passphrase: string }
    | { readonly kind: 'relayer-key'; readonly apiKey: string; readonly address: string }
    | null;
  readonly caps: AccountCaps;
  readonly bankrollMicro: MoneyMicro;
  readonly learningBudgetMicro: MoneyMicro | null;
  /** Where money may leave to; `null`: nowhere. */
  readonly cashoutDestination: string | null;
  readonly polPriceMicro: MoneyMicro;
  /** The second confirmation of live trading. */
  readonly liveConfirmed: boolean;
  readonly logLevel: LogLevel;
}

/** What `LIVE_CONFIRM` has to say. */
export const LIVE_CONFIRMATION = 'real-money';

const text = z.string().default('');
const usdc = (name: string, standard = '') =>
  z
    .string()
    .default(standard)
    .transform((given, context): MoneyMicro | null => {
      if (given === '') return null;
      const micro = parseDecimal(given, MICRO_DECIMALS);
      if (micro !== null && micro > 0) return micro;
      context.addIssue(`${name} must be an amount above 0 with at most 6 decimals, such as 25.`);
      return z.NEVER;
    });
const price = (name: string, standard: string) =>
  z
    .string()
    .default(standard)
    .transform((given, context) => {
      const ticks = parsePriceTicks(given);
      if (ticks.ok && ticks.value > 0) return ticks.value;
      context.addIssue(`${name} must be a price between 0 and 1 with at most 4 decimals, such as ${standard}.`);
      return z.NEVER;
    });

const schema = z.object({
  MODE: z.enum(
    ['sim', 'live'],
    'MODE must be sim or live: in demo and paper the object executes orders itself, without a runner.',
  ),
  EMBEDDED_VENUE_URL: text,
  WORKER_URL: z.string('WORKER_URL must be set: the address of the Worker, such as http://127.0.0.1:8787.'),
  SERIES: z.string('SERIES must name at least one series, such as btc-updown-5m.'),
  RUNNER_LINK_KEY_ID: z.string(
    'RUNNER_LINK_KEY_ID must be set: the name of the link key, as in RUNNER_LINK_KEYS of the Worker.',
  ),
  RUNNER_LINK_KEY: z
    .string('RUNNER_LINK_KEY must be set: the secret of the link key, as in RUNNER_LINK_KEYS of the Worker.')
    .min(MIN_LINK_SECRET_CHARS, `RUNNER_LINK_KEY must have at least ${MIN_LINK_SECRET_CHARS} characters.`),
  STATE_FOLDER: z.string('STATE_FOLDER must be set: a folder of the runner’s own, which outlives it.').min(1),
  POLY_PRIVATE_KEY_FILE: text,
  POLY_PRIVATE_KEY: text,
  POLY_SIGNATURE_TYPE: z
    .enum(['0', '1', '2', '3'], 'POLY_SIGNATURE_TYPE must be 0 (EOA), 1 (proxy), 2 (Safe) or 3 (deposit wallet).')
    .default('0'),
  POLY_FUNDER: z
    .string()
    .default('')
    .refine((given) => given === '' || isAddress(given), 'POLY_FUNDER must be an address: 0x and 40 hex digits.'),
  POLY_CHAIN_ID: z.enum(['137', '80002'], 'POLY_CHAIN_ID must be 137 or 80002.').default('137'),
  POLY_API_KEY: text,
  POLY_API_SECRET: text,
  POLY_API_PASSPHRASE: text,
  POLY_API_ADDRESS: z
    .string()
    .default('')
    .refine((given) => given === '' || isAddress(given), 'POLY_API_ADDRESS must be an address: 0x and 40 hex digits.'),
  SOCKS5_URL: text,
  CLOB_URL: text,
  GEOBLOCK_URL: text,
  GAMMA_URL: text,
  USER_CHANNEL_URL: text,
  RPC_URL: text,
  RELAYER_URL: text,
  RELAYER_API_KEY: text,
  RELAYER_API_KEY_ADDRESS: text,
  POLY_BUILDER_API_KEY: text,
  POLY_BUILDER_SECRET: text,
  POLY_BUILDER_PASSPHRASE: text,
  RUNNER_BANKROLL_USDC: usdc('RUNNER_BANKROLL_USDC', '1000'),
  RUNNER_ALLOCATIONS: text,
  RUNNER_MAX_ORDER_USDC: usdc('RUNNER_MAX_ORDER_USDC'),
  RUNNER_MAX_HOURLY_USDC: usdc('RUNNER_MAX_HOURLY_USDC'),
  RUNNER_MAX_DAILY_LOSS_USDC: usdc('RUNNER_MAX_DAILY_LOSS_USDC'),
  RUNNER_MIN_PRICE: price('RUNNER_MIN_PRICE', '0.01'),
  RUNNER_MAX_PRICE: price('RUNNER_MAX_PRICE', '0.99'),
  RUNNER_MAX_DISTANCE: price('RUNNER_MAX_DISTANCE', '0.1'),
  CASHOUT_DEST: z
    .string()
    .default('')
    .refine((given) => given === '' || isAddress(given), 'CASHOUT_DEST must be an address: 0x and 40 hex digits.'),
  LEARNING_BUDGET_USDC: usdc('LEARNING_BUDGET_USDC'),
  POL_PRICE_USDC: usdc('POL_PRICE_USDC', '0.5'),
  LIVE_CONFIRM: text,
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], 'LOG_LEVEL must be error, warn, info or debug.')
    .default('info'),
});
type Raw = z.infer<typeof schema>;

const GAMMA_URL = 'https://gamma-api.polymarket.com';
const RELAYER_URL = 'https://relayer-v2.polymarket.com';
/** Live, until a campaign says otherwise: one order a window, in code (DESIGN §6). */
const LIVE_ORDERS_PER_WINDOW = 1;
/** Limits where none is set, as parts of the bankroll: a twentieth for an order and for a day's loss, ten times for an hour's turnover. */
const DEFAULT_ORDER_SHARE = 20;
const DEFAULT_LOSS_SHARE = 20;
const DEFAULT_HOURLY_TIMES = 10;

/** Reads the environment. `repository`: the folder of this program, where no key may be kept. The error is one sentence. */
export function parseRunnerEnv(
  environment: Readonly<Record<string, string | undefined>>,
  repository: string,
): Result<RunnerSettings, string> {
  // An empty value says nothing, as `NAME=` in a shell does.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) return err(parsed.error.issues[0]?.message ?? 'The environment cannot be read.');
  const raw = parsed.data;
  const embedded = raw.EMBEDDED_VENUE_URL === '' ? null : withoutSlash(raw.EMBEDDED_VENUE_URL);
  const problem = contradictionIn(raw);
  if (problem !== null) return err(problem);
  const bankrollMicro = raw.RUNNER_BANKROLL_USDC;
  if (bankrollMicro === null) return err('RUNNER_BANKROLL_USDC must be set.');
  const series = parseSeries(raw, bankrollMicro);
  if (!series.ok) return series;
  const key = parseKey(raw, repository);
  if (!key.ok) return key;
  const credentials = credentialsFrom(raw);
  if (!credentials.ok) return credentials;
  const proxy = raw.SOCKS5_URL === '' ? ok(null) : parseSocksProxy(raw.SOCKS5_URL);
  if (!proxy.ok) return err(`SOCKS5_URL cannot be used. ${proxy.error}`);
  const isLive = raw.MODE === 'live';
  const relayer = parseRelayer(raw);
  if (!relayer.ok) return relayer;
  return ok({
    mode: raw.MODE,
    embeddedVenueUrl: embedded,
    workerUrl: withoutSlash(raw.WORKER_URL),
    linkKey: { id: raw.RUNNER_LINK_KEY_ID, secret: raw.RUNNER_LINK_KEY },
    series: series.value,
    stateFolder: resolve(raw.STATE_FOLDER),
    privateKey: key.value.privateKey,
    keyFile: key.value.file,
    signatureType: Number(raw.POLY_SIGNATURE_TYPE) as 0 | 1 | 2 | 3,
    funderAddress: raw.POLY_FUNDER === '' ? null : raw.POLY_FUNDER,
    chainId: Number(raw.POLY_CHAIN_ID),
    apiAddress: credentials.value?.address ?? (raw.POLY_API_ADDRESS === '' ? null : raw.POLY_API_ADDRESS),
    credentials: credentials.value?.credentials ?? null,
    proxy: proxy.value,
    addresses: addressesOf(raw, embedded),
    relayer: relayer.value,
    caps: {
      maxOrderMicro: raw.RUNNER_MAX_ORDER_USDC ?? Math.ceil(bankrollMicro / DEFAULT_ORDER_SHARE),
      maxHourlyMicro: raw.RUNNER_MAX_HOURLY_USDC ?? bankrollMicro * DEFAULT_HOURLY_TIMES,
      maxDailyLossMicro: raw.RUNNER_MAX_DAILY_LOSS_USDC ?? Math.ceil(bankrollMicro / DEFAULT_LOSS_SHARE),
      minPriceTicks: raw.RUNNER_MIN_PRICE,
      maxPriceTicks: raw.RUNNER_MAX_PRICE,
      maxDistanceTicks: raw.RUNNER_MAX_DISTANCE,
      maxOrdersPerWindow: isLive ? LIVE_ORDERS_PER_WINDOW : null,
      // Without a budget nothing may be lost live; the guard says so in words.
      learningBudgetMicro: isLive ? (raw.LEARNING_BUDGET_USDC ?? 0) : raw.LEARNING_BUDGET_USDC,
    },
    bankrollMicro,
    learningBudgetMicro: raw.LEARNING_BUDGET_USDC,
    cashoutDestination: raw.CASHOUT_DEST === '' ? null : raw.CASHOUT_DEST,
    polPriceMicro: raw.POL_PRICE_USDC ?? 0,
    liveConfirmed: raw.LIVE_CONFIRM === LIVE_CONFIRMATION,
    logLevel: raw.LOG_LEVEL,
  });
}

/** What of it does not go together, or `null`. */
function contradictionIn(raw: Raw): string | null {
  const isEmbedded = raw.EMBEDDED_VENUE_URL !== '';
  if (raw.MODE === 'sim' && !isEmbedded) return 'EMBEDDED_VENUE_URL must be set when MODE=sim.';
  if (raw.MODE === 'live' && isEmbedded) return 'EMBEDDED_VENUE_URL must be empty when MODE=live.';
  for (const name of ['WORKER_URL', 'EMBEDDED_VENUE_URL'] as const) {
    if (raw[name] !== '' && !URL.canParse(raw[name])) return `${name} must be an http address.`;
  }
  if (raw.POLY_SIGNATURE_TYPE !== '0' && raw.POLY_FUNDER === '') {
    return 'POLY_FUNDER must be set when POLY_SIGNATURE_TYPE is not 0: the wallet that holds the money.';
  }
  return raw.RUNNER_MIN_PRICE < raw.RUNNER_MAX_PRICE ? null : 'RUNNER_MIN_PRICE must be below RUNNER_MAX_PRICE.';
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** `SERIES`, and `RUNNER_ALLOCATIONS` as `slug=amount,…`; without it equal parts of the bankroll. */
function parseSeries(raw: Raw, bankrollMicro: MoneyMicro): Result<readonly SeriesConfig[], string> {
  const slugs = raw.SERIES.split(',').map((part) => part.trim());
  const amounts = new Map<string, number>();
  for (const part of raw.RUNNER_ALLOCATIONS.split(',').filter((one) => one.trim() !== '')) {
    const [slug = '', amount = ''] = part.split('=').map((one) => one.trim());
    const micro = parseDecimal(amount, MICRO_DECIMALS);
    if (!slugs.includes(slug) || micro === null || micro <= 0) {
      return err('RUNNER_ALLOCATIONS must be a comma list of series=amount, each series one of SERIES.');
    }
    amounts.set(slug, micro);
  }
  if (amounts.size > 0 && amounts.size !== slugs.length)
    return err('RUNNER_ALLOCATIONS must name every series of SERIES.');
  const series: SeriesConfig[] = [];
  for (const slug of slugs) {
    const length = /-([1-9]\d?)([mh])$/.exec(slug);
    if (length === null || !isSeriesSlug(slug) || series.some((other) => other.slug === slug)) {
      return err('SERIES must be a comma list of different series that end in their length, such as btc-updown-5m.');
    }
    series.push({
      slug,
      durationMs: Number(length[1]) * (length[2] === 'h' ? HOUR_MS : MINUTE_MS),
      allocationMicro: amounts.get(slug) ?? Math.floor(bankrollMicro / slugs.length),
    });
  }
  const sum = series.reduce((total, { allocationMicro }) => total + allocationMicro, 0);
  return sum <= bankrollMicro
    ? ok(series)
    : err('RUNNER_ALLOCATIONS come to more than RUNNER_BANKROLL_USDC: lower them, or raise the bankroll.');
}

function parseKey(
  raw: Raw,
  repository: string,
): Result<{ readonly privateKey: PrivateKey; readonly file: string | null }, string> {
  const { POLY_PRIVATE_KEY_FILE, POLY_PRIVATE_KEY } = raw;
  const file = POLY_PRIVATE_KEY_FILE === '' ? null : resolve(POLY_PRIVATE_KEY_FILE);
  const key = loadPrivateKey({ POLY_PRIVATE_KEY_FILE: file ?? '', POLY_PRIVATE_KEY });
  if (!key.ok) return key;
  // A throw-away key of the embedded venue is kept with its run.
  const problem = file === null ? null : keyFileProblem(file, raw.MODE === 'live' ? repository : null);
  return problem === null ? ok({ privateKey: key.value, file }) : err(problem);
}

/** Anybody but the owner: DESIGN §6, "key file readable by others". */
const OTHERS = 0o077;

/** What is wrong with a key file, or `null`. `repository`: it must not lie below; `null` where that is allowed. */
export function keyFileProblem(file: string, repository: string | null): string | null {
  let mode: number;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return `The key file ${file} is no file.`;
    mode = stat.mode;
  } catch {
    return `The key file ${file} cannot be read: check POLY_PRIVATE_KEY_FILE.`;
  }
  if ((mode & OTHERS) !== 0) return `The key file ${file} can be read by others: run chmod 600 on it.`;
  if (repository === null) return null;
  const below = relative(repository, file);
  const isInside = !below.startsWith('..') && !isAbsolute(below);
  return isInside ? `The key file ${file} lies in the repository: move it out, so that it is never committed.` : null;
}

interface GivenCredentials {
  readonly credentials: ApiCredentials;
  /** `null`: the signer's, or `POLY_API_ADDRESS`. */
  readonly address: string | null;
}

/** Those of the environment, else those that `cli keys` has put into the state folder, else none. */
function credentialsFrom(raw: Raw): Result<GivenCredentials | null, string> {
  const given = parseCredentials(raw);
  if (!given.ok) return given;
  return given.value === null
    ? readCredentialsFile(credentialsPath(resolve(raw.STATE_FOLDER)))
    : ok({ credentials: given.value, address: null });
}

function parseCredentials(raw: Raw): Result<ApiCredentials | null, string> {
  const { POLY_API_KEY: key, POLY_API_SECRET: secret, POLY_API_PASSPHRASE: passphrase } = raw;
  if (key === '' && secret === '' && passphrase === '') return ok(null);
  if (key !== '' && secret !== '' && passphrase !== '') return ok({ key, secret, passphrase });
  return err('POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE belong together: set all three, or none.');
}

function parseRelayer(raw: Raw): Result<RunnerSettings['relayer'], string> {
  if (raw.RELAYER_API_KEY !== '') {
    return isAddress(raw.RELAYER_API_KEY_ADDRESS)
      ? ok({ kind: 'relayer-key', apiKey: raw.RELAYER_API_KEY, address: raw.RELAYER_API_KEY_ADDRESS })
      : err('RELAYER_API_KEY_ADDRESS must be the address that RELAYER_API_KEY belongs to.');
  }
  const { POLY_BUILDER_API_KEY: apiKey, POLY_BUILDER_SECRET: secret, POLY_BUILDER_PASSPHRASE: passphrase } = raw;
  if (apiKey === '' && secret === '' && passphrase === '') return ok(null);
  return apiKey !== '' && secret !== '' && passphrase !== ''
    ? ok({ kind: 'builder', apiKey, secret, passphrase })
    : err(
        'POLY_BUILDER_API_KEY, POLY_BUILDER_SECRET and POLY_BUILDER_PASSPHRASE belong together: set all three, or none.',
      );
}

function addressesOf(raw: Raw, embedded: string | null): VenueAddresses {
  const or = (given: string, embeddedUrl: string, real: string): string =>
    given !== '' ? withoutSlash(given) : embedded === null ? real : embeddedUrl;
  const sockets = (embedded ?? '').replace(/^http/, 'ws');
  const rpc = or(raw.RPC_URL, `${embedded}/rpc`, '');
  return {
    clobUrl: or(raw.CLOB_URL, `${embedded}/clob`, CLOB_URL),
    geoblockUrl: or(raw.GEOBLOCK_URL, `${embedded}/geoblock`, GEOBLOCK_URL),
    gammaUrl: or(raw.GAMMA_URL, `${embedded}/gamma`, GAMMA_URL),
    userChannelUrl: or(raw.USER_CHANNEL_URL, `${sockets}/clob/ws/user`, USER_CHANNEL_URL),
    rpcUrl: rpc === '' ? null : rpc,
    relayerUrl: or(raw.RELAYER_URL, `${embedded}/relayer`, RELAYER_URL),
  };
}
