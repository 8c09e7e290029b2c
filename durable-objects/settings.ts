/**
 * What a deployment is told by its variables (`wrangler.toml`), read once. A value that is missing or wrong is one sentence that
 * says which variable and what to write, never a default that trades.
 */
import * as z from 'zod';
import { renderConfigProblem } from '../core/config/config-problem.ts';
import { seriesAllocations } from '../core/config/series-allocations.ts';
import { readStrategyText } from '../core/config/strategy-document.ts';
import { parseDecimal } from '../core/model/decimal.ts';
import { isSeriesSlug, type SeriesSlug } from '../core/model/identifiers.ts';
import { MICRO_DECIMALS, type MoneyMicro } from '../core/model/money.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { type DurationMs, HOUR_MS, MINUTE_MS } from '../core/model/time.ts';
import { type LinkKey, parseLinkKeys } from '../core/protocol/link-auth.ts';
import { LOCATION_HINTS, type LocationHint } from './series-stub.ts';

export type Mode = 'demo' | 'sim' | 'paper' | 'live';
export type Feeds = 'embedded' | 'real';
export type Execution = 'simulated' | 'venue';

/** What each mode is a preset of (DESIGN §2). */
export const MODE_PRESETS: Readonly<Record<Mode, { readonly feeds: Feeds; readonly execution: Execution }>> = {
  demo: { feeds: 'embedded', execution: 'simulated' },
  sim: { feeds: 'embedded', execution: 'venue' },
  paper: { feeds: 'real', execution: 'simulated' },
  live: { feeds: 'real', execution: 'venue' },
};

export interface SeriesSetting {
  readonly slug: SeriesSlug;
  /** Length of a window, which the slug ends with: 5m, 15m, 1h. */
  readonly durationMs: DurationMs;
  /** Its part of the bankroll. */
  readonly allocationMicro: MoneyMicro;
}

export interface Settings {
  readonly mode: Mode;
  readonly feeds: Feeds;
  readonly execution: Execution;
  readonly series: readonly SeriesSetting[];
  readonly locationHint: LocationHint;
  /** Without a slash at its end; `null` with real feeds. */
  readonly embeddedVenueUrl: string | null;
  /** How much faster than the wall the world runs; 1 with real feeds. */
  readonly simSpeed: number;
  readonly exchangeFeed: 'binance-futures' | 'coinbase';
  readonly bankrollMicro: MoneyMicro;
  /** What a person reckons with where a market does not state its taker delay; `null`: such a market is not traded. */
  readonly acknowledgedTakerDelayMs: DurationMs | null;
  /** The document of strategy and risk as JSON; empty: everything has its default. */
  readonly strategyConfig: string;
  /** `null`: as the document says. */
  readonly marketMakerEnabled: boolean | null;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const EXCHANGE_FEEDS = ['binance-futures', 'coinbase'] as const;

const optional = z.string().default('');
const variables = z.object({
  MODE: z.enum(['demo', 'sim', 'paper', 'live'], 'MODE must be one of demo, sim, paper, live.'),
  FEEDS: z.enum(['', 'embedded', 'real'], 'FEEDS must be embedded or real.').default(''),
  EXECUTION: z.enum(['', 'simulated', 'venue'], 'EXECUTION must be simulated or venue.').default(''),
  SERIES: z.string('SERIES must name at least one series, such as btc-updown-5m.').transform((text, context) => {
    const slugs = text.split(',').map((part) => part.trim());
    const series = slugs.map(seriesSetting).filter((setting) => setting !== null);
    if (series.length === slugs.length && new Set(slugs).size === slugs.length) return series;
    context.addIssue(
      'SERIES must be a comma list of different series that end in their length, such as btc-updown-5m.',
    );
    return z.NEVER;
  }),
  LOCATION_HINT: z.enum(LOCATION_HINTS, `LOCATION_HINT must be one of ${LOCATION_HINTS.join(', ')}.`),
  EMBEDDED_VENUE_URL: optional,
  SIM_SPEED: z
    .string()
    .default('1')
    .transform((text, context) => {
      const thousandths = parseDecimal(text, 3);
      if (thousandths !== null && thousandths > 0 && thousandths <= 1_000_000) return thousandths / 1_000;
      context.addIssue('SIM_SPEED must be a decimal above 0 and at most 1000.');
      return z.NEVER;
    }),
  EXCHANGE_FEED: z.enum(EXCHANGE_FEEDS, `EXCHANGE_FEED must be one of ${EXCHANGE_FEEDS.join(', ')}.`),
  BANKROLL_USDC: z.string('BANKROLL_USDC must be set: a decimal such as 1000.').transform((text, context) => {
    const micro = parseDecimal(text, MICRO_DECIMALS);
    if (micro !== null && micro > 0) return micro;
    context.addIssue('BANKROLL_USDC must be a decimal above 0 with at most 6 places, such as 1000.');
    return z.NEVER;
  }),
  ACKNOWLEDGED_TAKER_DELAY_MS: z
    .string()
    .regex(/^\d{0,5}$/, 'ACKNOWLEDGED_TAKER_DELAY_MS must be whole milliseconds, such as 250, or empty.')
    .default(''),
  RUNNER_ALLOCATIONS: optional,
  STRATEGY_CONFIG: optional,
  MARKET_MAKER_ENABLED: z
    .enum(['', 'true', 'false'], 'MARKET_MAKER_ENABLED must be true or false, or empty.')
    .default(''),
  LOG_LEVEL: z.enum(LOG_LEVELS, `LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`),
});

/** A series by its slug, or `null` for a text that names none. */
function seriesSetting(slug: string): Omit<SeriesSetting, 'allocationMicro'> | null {
  const length = /-([1-9]\d?)([mh])$/.exec(slug);
  if (length === null || !isSeriesSlug(slug)) return null;
  return { slug, durationMs: Number(length[1]) * (length[2] === 'h' ? HOUR_MS : MINUTE_MS) };
}

type Variables = z.infer<typeof variables>;

/** The settings of a deployment, or the first thing that is wrong with them as one sentence. */
export function parseSettings(env: unknown): Result<Settings, string> {
  const parsed = variables.safeParse(env);
  if (!parsed.success) return err(parsed.error.issues[0]?.message ?? 'The variables cannot be read.');
  const raw = parsed.data;
  const preset = MODE_PRESETS[raw.MODE];
  const problem = contradiction(raw, preset);
  if (problem !== null) return err(problem);
  const slugs = raw.SERIES.map(({ slug }) => slug);
  const allocations = seriesAllocations(raw.RUNNER_ALLOCATIONS, slugs, raw.BANKROLL_USDC);
  if (!allocations.ok) return allocations;
  const sections = readStrategyText(raw.STRATEGY_CONFIG);
  if (!sections.ok) return err(`STRATEGY_CONFIG cannot be used: ${sections.error.map(renderConfigProblem).join(' ')}`);
  return ok({
    mode: raw.MODE,
    ...preset,
    series: raw.SERIES.map((one) => ({ ...one, allocationMicro: allocations.value.get(one.slug) ?? 0 })),
    locationHint: raw.LOCATION_HINT,
    embeddedVenueUrl: raw.EMBEDDED_VENUE_URL === '' ? null : raw.EMBEDDED_VENUE_URL.replace(/\/+$/, ''),
    simSpeed: raw.SIM_SPEED,
    exchangeFeed: raw.EXCHANGE_FEED,
    bankrollMicro: raw.BANKROLL_USDC,
    acknowledgedTakerDelayMs: raw.ACKNOWLEDGED_TAKER_DELAY_MS === '' ? null : Number(raw.ACKNOWLEDGED_TAKER_DELAY_MS),
    strategyConfig: raw.STRATEGY_CONFIG,
    marketMakerEnabled: raw.MARKET_MAKER_ENABLED === '' ? null : raw.MARKET_MAKER_ENABLED === 'true',
    logLevel: raw.LOG_LEVEL,
  });
}

/** FEEDS and EXECUTION may be left out, but never say something else: `MODE=sim` with real feeds would be live trading. */
function contradiction(raw: Variables, preset: (typeof MODE_PRESETS)[Mode]): string | null {
  if (raw.FEEDS !== '' && raw.FEEDS !== preset.feeds) {
    return `FEEDS=${raw.FEEDS} contradicts MODE=${raw.MODE}, which means ${preset.feeds}: change one of them.`;
  }
  if (raw.EXECUTION !== '' && raw.EXECUTION !== preset.execution) {
    return `EXECUTION=${raw.EXECUTION} contradicts MODE=${raw.MODE}, which means ${preset.execution}: change one of them.`;
  }
  if (preset.feeds === 'embedded' && !/^https?:\/\/[^/]+\/*$/.test(raw.EMBEDDED_VENUE_URL)) {
    return `EMBEDDED_VENUE_URL must be the embedded venue's http address when MODE=${raw.MODE}.`;
  }
  if (preset.feeds === 'real' && raw.EMBEDDED_VENUE_URL !== '') {
    return `EMBEDDED_VENUE_URL must be empty when MODE=${raw.MODE}, which reads real feeds.`;
  }
  if (preset.feeds === 'real' && raw.SIM_SPEED !== 1) return `SIM_SPEED must be 1 when MODE=${raw.MODE}.`;
  return null;
}

/**
 * The keys that the runner's link is opened with (`RUNNER_LINK_KEYS`, a secret), or one sentence. Without any nobody can link, which is
 * a mistake where orders leave the object.
 */
export function parseRunnerLinkKeys(env: object, execution: Execution): Result<readonly LinkKey[], string> {
  const text = (env as Readonly<Record<string, unknown>>)['RUNNER_LINK_KEYS'];
  const keys = parseLinkKeys(typeof text === 'string' ? text : '');
  if (!keys.ok || keys.value.length > 0 || execution === 'simulated') return keys;
  return err('RUNNER_LINK_KEYS must be set as a secret when orders leave the object: id:secret[,id:secret].');
}
