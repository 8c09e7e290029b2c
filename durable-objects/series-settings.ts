/** From a deployment's settings to those of one series. */
import { renderConfigProblem } from '../core/config/config-problem.ts';
import { PROBE_LIMIT } from '../core/config/defaults.ts';
import type { DeploymentConfig, EngineConfig } from '../core/config/engine-config.ts';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import { ledgerNameOf } from '../core/model/ledger-name.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { type ConfigComposition, createComposition } from './config-composition.ts';
import { EMBEDDED_TAKER_DELAY_MS, SIMULATED_EXECUTION } from './execution-settings.ts';
import { embeddedAddresses, REAL_ADDRESSES } from './feeds/feed-addresses.ts';
import { parseFeedVia } from './feeds/feed-route.ts';
import { feedSymbolsOf } from './feeds/feed-symbols.ts';
import type { PolyboltCredentials } from './feeds/polybolt.ts';
import type { SeriesSettings } from './series-settings-type.ts';
import { parseRunnerLinkKeys, type Settings } from './settings.ts';

/** Settings of the series `slug`, or what is wrong with them. `env` holds the secrets of feeds and link. */
export function seriesSettings(
  settings: Settings,
  slug: SeriesSlug,
  env: Readonly<Record<string, unknown>>,
  buildId: string,
): Result<SeriesSettings, string> {
  const composed = seriesConfig(settings, slug);
  if (!composed.ok) return composed;
  const { config, composition } = composed.value;
  const symbols = feedSymbolsOf(config.series.referenceSymbol);
  if (symbols === null) return err(`No feeds are known for ${slug}.`);
  const linkKeys = parseRunnerLinkKeys(env, settings.execution);
  if (!linkKeys.ok) return linkKeys;
  const feedVia = parseFeedVia(typeof env['FEED_VIA'] === 'string' ? env['FEED_VIA'] : '');
  if (!feedVia.ok) return feedVia;
  return ok({
    config,
    composition,
    exchange:
      settings.execution === 'simulated'
        ? { ...SIMULATED_EXECUTION, defaultTakerDelayMs: EMBEDDED_TAKER_DELAY_MS }
        : null,
    addresses: settings.embeddedVenueUrl === null ? REAL_ADDRESSES : embeddedAddresses(settings.embeddedVenueUrl),
    symbols,
    credentials: credentialsOf(env),
    linkKeys: linkKeys.value,
    feedVia: feedVia.value,
    buildId,
  });
}

/** What the engine of a series is told: the deployment's word on it, and how a later one is made. One sentence where it is refused. */
export function seriesConfig(
  settings: Settings,
  slug: SeriesSlug,
): Result<{ readonly config: EngineConfig; readonly composition: ConfigComposition }, string> {
  const series = settings.series.find((setting) => setting.slug === slug);
  if (series === undefined) return err(`${slug} is not among SERIES.`);
  // "btc-updown-5m": the asset stands first, and every settlement source writes it with "usd" behind.
  const referenceSymbol = `${slug.split('-')[0] ?? ''}usd`;
  const deployment: DeploymentConfig = {
    series: { slug, durationMs: series.durationMs, referenceSymbol },
    execution: settings.execution,
    ledger: ledgerNameOf({ ...settings, probe: settings.mode === 'live' }),
    probe: settings.mode === 'live' ? PROBE_LIMIT : null,
    exchangeFeed: settings.exchangeFeed,
    simSpeed: settings.simSpeed,
  };
  const environment = {
    bankrollMicro: series.allocationMicro,
    acknowledgedTakerDelayMs: settings.acknowledgedTakerDelayMs,
    marketMakerEnabled: settings.marketMakerEnabled,
  };
  const composition = createComposition(deployment, environment, settings.strategyConfig);
  const config = composition.compose(settings.strategyConfig);
  if (!config.ok) return err(`The configuration is refused. ${config.error.map(renderConfigProblem).join(' ')}`);
  return ok({ config: config.value, composition });
}

/** PolyBolt wants all three parts; without them RTDS is the only reference feed. */
function credentialsOf(env: Readonly<Record<string, unknown>>): PolyboltCredentials | null {
  const apiKey = env['POLY_API_KEY'];
  const secret = env['POLY_API_SECRET'];
  const passphrase = env['POLY_API_PASSPHRASE'];
  if (typeof apiKey !== 'string' || typeof secret !== 'string' || typeof passphrase !== 'string') return null;
  return apiKey === '' || secret === '' || passphrase === '' ? null : { apiKey, secret, passphrase };
}
