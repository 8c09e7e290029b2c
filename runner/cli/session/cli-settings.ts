/**
 * What the commands about the account are told: the runner's own variables, read more leniently, since `wallet create` has no key yet and
 * `doctor` is there to say what is missing. Values of secrets are never shown.
 */
import { resolve } from 'node:path';
import { isAddress } from '../../../core/model/address.ts';
import { parseDecimal } from '../../../core/model/decimal.ts';
import { isSeriesSlug, type SeriesSlug } from '../../../core/model/identifiers.ts';
import { MICRO_DECIMALS, type MoneyMicro } from '../../../core/model/money.ts';
import { err, ok, type Result } from '../../../core/model/result.ts';
import { HOUR_MS, MINUTE_MS } from '../../../core/model/time.ts';
import type { RelayerCredentials } from '../../chain/relayer-client.ts';
import type { ApiCredentials } from '../../clob/auth.ts';
import { parseSocksProxy, type SocksProxy } from '../../clob/socks-proxy.ts';
import type { KeyEnvironment } from '../../signer/load-private-key.ts';
import { type AccountAddresses, addressesOf } from './account-addresses.ts';

export type CliMode = 'sim' | 'paper' | 'live';
export type SignatureType = 0 | 1 | 2 | 3;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface CliSettings {
  readonly mode: CliMode;
  /** Of the embedded venue, whose time is the product's then; `null` for the real venue. */
  readonly embeddedVenueUrl: string | null;
  readonly addresses: AccountAddresses;
  readonly series: readonly { readonly slug: SeriesSlug; readonly durationMs: number }[];
  readonly exchangeFeed: 'binance-futures' | 'coinbase';
  /** Absolute; `null`: none is set, which commands that keep something refuse. */
  readonly stateFolder: string | null;
  readonly key: KeyEnvironment;
  readonly signatureType: SignatureType;
  /** `null`: the signer's own address. */
  readonly funderAddress: string | null;
  readonly chainId: number;
  readonly credentials: ApiCredentials | null;
  /** The address that `credentials` are bound to; `null`: the signer's. */
  readonly credentialsAddress: string | null;
  readonly proxy: SocksProxy | null;
  readonly relayer: RelayerCredentials | null;
  readonly bankrollMicro: MoneyMicro | null;
  readonly learningBudgetMicro: MoneyMicro | null;
  /** pUSD for one POL, in millionths: what gas is booked at. */
  readonly polPriceMicro: MoneyMicro;
  /** Where `cashout` sends to; `null`: it refuses. */
  readonly cashoutDest: string | null;
}

const DEFAULT_SERIES = 'btc-updown-5m';
const DEFAULT_VENUE_URL = 'http://127.0.0.1:8790';
const DEFAULT_POL_PRICE = '0.5';
const MODES: readonly CliMode[] = ['sim', 'paper', 'live'];

/** Reads the environment; the error is one sentence that names the variable. */
export function parseCliSettings(environment: Environment): Result<CliSettings, string> {
  const given = (name: string): string => environment[name] ?? '';
  const mode = given('MODE') === '' || given('MODE') === 'demo' ? 'sim' : MODES.find((one) => one === given('MODE'));
  if (mode === undefined) return err('MODE must be sim, paper or live.');
  const embedded = mode === 'sim' ? withoutSlash(given('EMBEDDED_VENUE_URL') || DEFAULT_VENUE_URL) : null;
  if (mode !== 'sim' && given('EMBEDDED_VENUE_URL') !== '')
    return err(`EMBEDDED_VENUE_URL must be empty when MODE=${mode}.`);
  if (embedded !== null && !URL.canParse(embedded)) return err('EMBEDDED_VENUE_URL must be an http address.');
  const series = parseSeries(given('SERIES') || DEFAULT_SERIES);
  if (!series.ok) return series;
  const type = given('POLY_SIGNATURE_TYPE') || '0';
  if (!/^[0-3]$/.test(type)) {
    return err('POLY_SIGNATURE_TYPE must be 0 (EOA), 1 (proxy), 2 (Safe) or 3 (deposit wallet).');
  }
  for (const name of ['POLY_FUNDER', 'POLY_API_ADDRESS', 'CASHOUT_DEST']) {
    if (given(name) !== '' && !isAddress(given(name))) return err(`${name} must be an address: 0x and 40 hex digits.`);
  }
  const chainId = given('POLY_CHAIN_ID') || '137';
  if (chainId !== '137') return err('POLY_CHAIN_ID must be 137: the money’s contracts are known on Polygon alone.');
  const money = amountsOf(given);
  if (!money.ok) return money;
  const proxy = given('SOCKS5_URL') === '' ? ok(null) : parseSocksProxy(given('SOCKS5_URL'));
  if (!proxy.ok) return err(`SOCKS5_URL cannot be used. ${proxy.error}`);
  const credentials = parseCredentials(given);
  if (!credentials.ok) return credentials;
  const feed = given('EXCHANGE_FEED') || 'binance-futures';
  if (feed !== 'binance-futures' && feed !== 'coinbase') {
    return err('EXCHANGE_FEED must be binance-futures or coinbase.');
  }
  return ok({
    mode,
    embeddedVenueUrl: embedded,
    addresses: addressesOf(environment, embedded),
    series: series.value,
    exchangeFeed: feed,
    stateFolder: given('STATE_FOLDER') === '' ? null : resolve(given('STATE_FOLDER')),
    key: {
      POLY_PRIVATE_KEY: environment['POLY_PRIVATE_KEY'],
      POLY_PRIVATE_KEY_FILE: environment['POLY_PRIVATE_KEY_FILE'],
    },
    signatureType: Number(type) as SignatureType,
    funderAddress: given('POLY_FUNDER') || null,
    chainId: Number(chainId),
    credentials: credentials.value,
    credentialsAddress: given('POLY_API_ADDRESS') || null,
    proxy: proxy.value,
    relayer: parseRelayer(given, embedded),
    cashoutDest: given('CASHOUT_DEST') || null,
    ...money.value,
  });
}

type Given = (name: string) => string;
type Amounts = Pick<CliSettings, 'bankrollMicro' | 'learningBudgetMicro' | 'polPriceMicro'>;

function amountsOf(given: Given): Result<Amounts, string> {
  const amounts: (MoneyMicro | null)[] = [];
  for (const [name, standard] of [
    ['RUNNER_BANKROLL_USDC', given('BANKROLL_USDC')],
    ['LEARNING_BUDGET_USDC', ''],
    ['POL_PRICE_USDC', DEFAULT_POL_PRICE],
  ] as const) {
    const text = given(name) || standard;
    const micro = text === '' ? null : parseDecimal(text, MICRO_DECIMALS);
    if (text !== '' && (micro === null || micro <= 0)) {
      return err(`${name} must be an amount above 0 with at most 6 decimals, such as 25.`);
    }
    amounts.push(micro);
  }
  const [bankrollMicro = null, learningBudgetMicro = null, polPriceMicro = null] = amounts;
  return ok({ bankrollMicro, learningBudgetMicro, polPriceMicro: polPriceMicro ?? 0 });
}

function parseSeries(text: string): Result<CliSettings['series'], string> {
  const series = text.split(',').map((part) => {
    const slug = part.trim();
    const length = /-([1-9]\d?)([mh])$/.exec(slug);
    if (length === null || !isSeriesSlug(slug)) return null;
    return { slug, durationMs: Number(length[1]) * (length[2] === 'h' ? HOUR_MS : MINUTE_MS) };
  });
  const known = series.filter((one) => one !== null);
  return known.length === series.length
    ? ok(known)
    : err('SERIES must be a comma list of series that end in their length, such as btc-updown-5m.');
}

function parseCredentials(given: Given): Result<ApiCredentials | null, string> {
  const [key, secret, passphrase] = [given('POLY_API_KEY'), given('POLY_API_SECRET'), given('POLY_API_PASSPHRASE')];
  if (key === '' && secret === '' && passphrase === '') return ok(null);
  if (key !== '' && secret !== '' && passphrase !== '') return ok({ key, secret, passphrase });
  return err('POLY_API_KEY, POLY_API_SECRET and POLY_API_PASSPHRASE belong together: set all three, or none.');
}

/** The embedded relayer lets in whoever names a key. */
const EMBEDDED_RELAYER: RelayerCredentials = {
  kind: 'builder',
  apiKey: 'embedded',
  secret: 'ZW1iZWRkZWQ=',
  passphrase: 'embedded',
};

function parseRelayer(given: Given, embedded: string | null): RelayerCredentials | null {
  if (given('RELAYER_API_KEY') !== '') {
    return { kind: 'relayer-key', apiKey: given('RELAYER_API_KEY'), address: given('RELAYER_API_KEY_ADDRESS') };
  }
  const apiKey = given('POLY_BUILDER_API_KEY');
  if (apiKey === '') return embedded === null ? null : EMBEDDED_RELAYER;
  const [secret, passphrase] = [given('POLY_BUILDER_SECRET'), given('POLY_BUILDER_PASSPHRASE')];
  return { kind: 'builder', apiKey, secret, passphrase };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
