/**
 * Current and next markets of a series, from Gamma into D1, for people. The object finds its own windows by itself (RUNTIME §5):
 * nothing here decides a trade.
 */
import type { MarketSlug } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type { UnixMs } from '../../core/model/time.ts';
import { marketSlugOf, windowAt } from '../../core/model/window.ts';
import { parseGammaBody } from '../../core/venue/gamma.ts';
import type { MarketStore } from '../../db/market-store.ts';
import type { HttpPort } from '../../durable-objects/ports.ts';
import type { SeriesSetting } from '../../durable-objects/settings.ts';

/** Windows after the current one: an hour and more of 5-minute ones. The venue lists them a day ahead. */
const WINDOWS_AHEAD = 13;
/** The first ones are asked for each time, because they change: current and next. Later ones until they are known. */
const ALWAYS_ASKED = 2;
const TIMEOUT_MS = 10_000;

export interface DiscoveryDeps {
  readonly http: HttpPort;
  /** Base address of Gamma, without a slash at its end. */
  readonly gammaUrl: string;
  readonly store: MarketStore;
}

/** What one run found. `refused` counts what Gamma said and we could not read, `unanswered` what it did not answer. */
export interface DiscoveryReport {
  readonly asked: number;
  readonly found: number;
  readonly written: number;
  readonly refused: number;
  readonly unanswered: number;
}

/** Looks for the current market of a series and the next ones. Rejects when D1 does. */
export async function discoverMarkets(
  deps: DiscoveryDeps,
  series: SeriesSetting,
  nowMs: UnixMs,
): Promise<DiscoveryReport> {
  await deps.store.register(series.slug, series.durationMs, nowMs);
  const { startMs } = windowAt(nowMs, series.durationMs);
  const slugs = Array.from({ length: WINDOWS_AHEAD + 1 }, (_, index) =>
    marketSlugOf(series.slug, startMs + index * series.durationMs),
  );
  const known = await deps.store.known(slugs);
  const asked = slugs.filter((slug, index) => index < ALWAYS_ASKED || !known.has(slug));
  const answers = await Promise.all(asked.map((slug) => askFor(deps, series, slug)));
  const found = answers.flatMap((answer) => answer.markets);
  return {
    asked: asked.length,
    found: found.length,
    written: found.length === 0 ? 0 : await deps.store.save(found, nowMs),
    refused: answers.filter((answer) => answer.outcome === 'refused').length,
    unanswered: answers.filter((answer) => answer.outcome === 'unanswered').length,
  };
}

interface Answer {
  readonly outcome: 'read' | 'not-listed' | 'refused' | 'unanswered';
  readonly markets: readonly Market[];
}

/** One event by its slug; 404 says that it is not listed yet. */
async function askFor(deps: DiscoveryDeps, series: SeriesSetting, slug: MarketSlug): Promise<Answer> {
  const response = await deps.http.get(`${deps.gammaUrl}/events/slug/${slug}`, TIMEOUT_MS).catch(() => null);
  if (response === null) return { outcome: 'unanswered', markets: [] };
  if (response.status === 404) return { outcome: 'not-listed', markets: [] };
  if (response.status !== 200) return { outcome: 'unanswered', markets: [] };
  const frame = parseGammaBody(series)(response.body);
  const markets = frame.events.flatMap((event) =>
    event.type === 'market-listed' && event.market.slug === slug ? [event.market] : [],
  );
  return { outcome: markets.length === 0 || frame.rejected.length > 0 ? 'refused' : 'read', markets };
}
