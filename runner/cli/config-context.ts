/** What `cli config` works on: the variables that matter to it with where each comes from, and the file of strategy and risk. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { composeConfig, type EnvironmentFields } from '../../core/config/compose-config.ts';
import { renderConfigProblem } from '../../core/config/config-problem.ts';
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { EngineConfig } from '../../core/config/engine-config.ts';
import { seriesAllocations } from '../../core/config/series-allocations.ts';
import { readStrategyDocument } from '../../core/config/strategy-document.ts';
import { parseDecimal } from '../../core/model/decimal.ts';
import { isSeriesSlug, type SeriesSlug } from '../../core/model/identifiers.ts';
import { MICRO_DECIMALS } from '../../core/model/money.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import { HOUR_MS, MINUTE_MS } from '../../core/model/time.ts';
import { readStrategyFile, STRATEGY_FILE, type StrategyFile } from '../strategy-file.ts';

/** The variables that decide about strategy and risk, with what stands where nobody sets them. None of them is a secret. */
const DEFAULTS = {
  BANKROLL_USDC: '1000',
  SERIES: 'btc-updown-5m',
  RUNNER_ALLOCATIONS: '',
  ACKNOWLEDGED_TAKER_DELAY_MS: '',
  MARKET_MAKER_ENABLED: '',
  CONFIG_FILE: '',
} as const;

type Name = keyof typeof DEFAULTS;
export type Variables = Readonly<Record<string, string | undefined>>;

export interface VariableShown {
  readonly name: Name;
  readonly value: string;
  readonly from: 'default' | 'environment' | '.env';
}

export interface ConfigContext {
  readonly variables: readonly VariableShown[];
  /** `null`: there is none, and everything has its default. */
  readonly file: { readonly path: string; readonly document: StrategyFile } | null;
  readonly series: readonly { readonly slug: SeriesSlug; readonly config: EngineConfig }[];
  /** Fields of the engine that variables set. */
  readonly fromEnvironment: ReadonlySet<string>;
}

export interface ConfigSources {
  readonly environment: Variables;
  /** What `.env` says. */
  readonly dotEnv: Variables;
  /** Where relative paths begin, and where the file lies. */
  readonly root: string;
  /** The file that the command names; without it `CONFIG_FILE`, else `poly-edge.toml` where there is one. */
  readonly file?: string | undefined;
}

/** The configuration as it would run, or everything that is wrong with it, a sentence each. */
export function readConfig(sources: ConfigSources): Result<ConfigContext, readonly string[]> {
  const variables = (Object.keys(DEFAULTS) as Name[]).map((name) => shown(name, sources));
  const given = (name: Name): string => variables.find((one) => one.name === name)?.value ?? '';
  const file = readFile(sources, given('CONFIG_FILE'));
  if (!file.ok) return err([file.error]);
  const bankrollMicro = parseDecimal(given('BANKROLL_USDC'), MICRO_DECIMALS);
  if (bankrollMicro === null || bankrollMicro <= 0) {
    return err([`BANKROLL_USDC must be a decimal above 0 with at most 6 places, and is "${given('BANKROLL_USDC')}".`]);
  }
  const slugs = parseSeries(given('SERIES'));
  if (!slugs.ok) return err([slugs.error]);
  const allocations = seriesAllocations(given('RUNNER_ALLOCATIONS'), slugs.value, bankrollMicro);
  if (!allocations.ok) return err([allocations.error]);
  const fields = environmentFields(given);
  if (!fields.ok) return err([fields.error]);
  const sections = readStrategyDocument(file.value?.document ?? {});
  const name = file.value?.path ?? STRATEGY_FILE;
  if (!sections.ok) return err(sections.error.map((problem) => `${name}: ${renderConfigProblem(problem)}`));
  const series: { slug: SeriesSlug; config: EngineConfig }[] = [];
  const problems: string[] = [];
  for (const slug of slugs.value) {
    const deployment = {
      ...DEFAULT_ENGINE_CONFIG,
      series: { slug, durationMs: durationOf(slug), referenceSymbol: `${slug.split('-')[0] ?? ''}usd` },
    };
    const own = { ...fields.value, bankrollMicro: allocations.value.get(slug) ?? 0 };
    const config = composeConfig(deployment, sections.value, own);
    if (config.ok) series.push({ slug, config: config.value });
    else problems.push(...config.error.map(renderConfigProblem));
  }
  if (problems.length > 0) return err([...new Set(problems)]);
  return ok({ variables, file: file.value, series, fromEnvironment: fromEnvironment(variables) });
}

function shown(name: Name, { environment, dotEnv }: ConfigSources): VariableShown {
  // An empty value says nothing, as `NAME=` in a shell does.
  const own = environment[name];
  if (own !== undefined && own !== '') return { name, value: own, from: 'environment' };
  const written = dotEnv[name];
  if (written !== undefined && written !== '') return { name, value: written, from: '.env' };
  return { name, value: DEFAULTS[name], from: 'default' };
}

function readFile({ root, file }: ConfigSources, configured: string): Result<ConfigContext['file'], string> {
  const named = file ?? configured;
  const path = resolve(root, named === '' ? STRATEGY_FILE : named);
  if (named === '' && !existsSync(path)) return ok(null);
  const document = readStrategyFile(path);
  return document.ok ? ok({ path, document: document.value }) : document;
}

const LENGTH = /-([1-9]\d?)([mh])$/;

function durationOf(slug: SeriesSlug): number {
  const length = LENGTH.exec(slug);
  return Number(length?.[1] ?? 0) * (length?.[2] === 'h' ? HOUR_MS : MINUTE_MS);
}

function parseSeries(text: string): Result<readonly SeriesSlug[], string> {
  const names = text.split(',').map((part) => part.trim());
  const slugs = names.filter((name): name is SeriesSlug => isSeriesSlug(name) && LENGTH.test(name));
  return slugs.length === names.length && new Set(slugs).size === slugs.length
    ? ok(slugs)
    : err('SERIES must be a comma list of different series that end in their length, such as btc-updown-5m.');
}

function environmentFields(given: (name: Name) => string): Result<Omit<EnvironmentFields, 'bankrollMicro'>, string> {
  const delay = given('ACKNOWLEDGED_TAKER_DELAY_MS');
  if (!/^\d{0,5}$/.test(delay)) {
    return err('ACKNOWLEDGED_TAKER_DELAY_MS must be whole milliseconds, such as 250, or empty.');
  }
  const enabled = given('MARKET_MAKER_ENABLED');
  if (!['', 'true', 'false'].includes(enabled)) return err('MARKET_MAKER_ENABLED must be true or false, or empty.');
  return ok({
    acknowledgedTakerDelayMs: delay === '' ? null : Number(delay),
    marketMakerEnabled: enabled === '' ? null : enabled === 'true',
  });
}

const FIELDS: readonly (readonly [Name, string])[] = [
  ['BANKROLL_USDC', 'risk.bankrollMicro'],
  ['ACKNOWLEDGED_TAKER_DELAY_MS', 'guard.acknowledgedTakerDelayMs'],
  ['MARKET_MAKER_ENABLED', 'marketMaker.enabled'],
];

function fromEnvironment(variables: readonly VariableShown[]): ReadonlySet<string> {
  const set = (name: Name): boolean => variables.some((one) => one.name === name && one.from !== 'default');
  return new Set(FIELDS.filter(([name]) => set(name)).map(([, field]) => field));
}
