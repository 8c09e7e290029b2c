/** From a deployment's settings to those of one series. */
import { DEFAULT_ENGINE_CONFIG, PROBE_LIMIT } from '../core/config/defaults.ts';
import type { SeriesSlug } from '../core/model/identifiers.ts';
import { err, ok, type Result } from '../core/model/result.ts';
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
  const series = settings.series.find((setting) => setting.slug === slug);
  if (series === undefined) return err(`${slug} is not among SERIES.`);
  // "btc-updown-5m": the asset stands first, and every settlement source writes it with "usd" behind.
  const referenceSymbol = `${slug.split('-')[0] ?? ''}usd`;
  const symbols = feedSymbolsOf(referenceSymbol);
  if (symbols === null) return err(`No feeds are known for ${slug}.`);
  const linkKeys = parseRunnerLinkKeys(env, settings.execution);
  if (!linkKeys.ok) return linkKeys;
  const feedVia = parseFeedVia(typeof env['FEED_VIA'] === 'string' ? env['FEED_VIA'] : '');
  if (!feedVia.ok) return feedVia;
  return ok({
    config: {
      ...DEFAULT_ENGINE_CONFIG,
      series: { slug, durationMs: series.durationMs, referenceSymbol },
      risk: { ...DEFAULT_ENGINE_CONFIG.risk, bankrollMicro: settings.bankrollMicro },
      guard: { ...DEFAULT_ENGINE_CONFIG.guard, acknowledgedTakerDelayMs: settings.acknowledgedTakerDelayMs },
      execution: settings.execution,
      probe: settings.mode === 'live' ? PROBE_LIMIT : null,
      exchangeFeed: settings.exchangeFeed,
      simSpeed: settings.simSpeed,
    },
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

/** PolyBolt wants all three parts; without them RTDS is the only reference feed. */
function credentialsOf(env: Readonly<Record<string, unknown>>): PolyboltCredentials | null {
  const apiKey = env['POLY_API_KEY'];
  const secret = env['POLY_API_SECRET'];
  const passphrase = env['POLY_API_PASSPHRASE'];
  if (typeof apiKey !== 'string' || typeof secret !== 'string' || typeof passphrase !== 'string') return null;
  return apiKey === '' || secret === '' || passphrase === '' ? null : { apiKey, secret, passphrase };
}
