/** Windows of the first series as the venue states them, for commands that look at a market or try an order in one. */
import { type ConditionId, isConditionId, isMarketSlug } from '../../../core/model/identifiers.ts';
import { marketSlugOf, windowAt, windowStartOf } from '../../../core/model/window.ts';
import { fetchGammaWindow, fetchMarketRules, type MarketRules } from '../../account/market-rules.ts';
import type { ClobClient } from '../../clob/clob-client.ts';
import { CliProblem } from '../cli-problem.ts';
import type { CliSettings } from './cli-settings.ts';
import type { Session } from './session.ts';

export type SeriesOfSettings = CliSettings['series'][number];

/** The series that commands about the market use: the first of `SERIES`. */
export function firstSeries(session: Session): SeriesOfSettings {
  const [series] = session.settings.series;
  if (series === undefined) throw new CliProblem('SERIES must name at least one series, such as btc-updown-5m.');
  return series;
}

/** The rules of the running window, or of one that is so many windows ahead. Throws `CliProblem`. */
export async function windowRules(
  session: Session,
  clob: Pick<ClobClient, 'market'>,
  ahead: number,
): Promise<MarketRules> {
  const series = firstSeries(session);
  const { startMs } = windowAt(session.clock.now(), series.durationMs);
  const slug = marketSlugOf(series.slug, startMs + ahead * series.durationMs);
  const { http, settings } = session;
  const rules = await fetchMarketRules({ http, clob, gammaUrl: settings.addresses.gammaUrl }, series, slug);
  if (!rules.ok) throw new CliProblem(rules.error);
  return rules.value;
}

/** The condition that a person names, by its id or by the market's slug. Throws `CliProblem`. */
export async function conditionOf(session: Session, name: string): Promise<ConditionId> {
  const lower = name.toLowerCase();
  if (isConditionId(lower)) return lower;
  const series = session.settings.series.find(({ slug }) => isMarketSlug(name) && windowStartOf(slug, name) !== null);
  if (series === undefined || !isMarketSlug(name)) {
    throw new CliProblem(`${name} is no market: give a slug such as btc-updown-5m-1795405200, or a condition id.`);
  }
  const found = await fetchGammaWindow(
    { http: session.http, gammaUrl: session.settings.addresses.gammaUrl },
    series,
    name,
  );
  if (!found.ok) throw new CliProblem(found.error);
  return found.value.market.conditionId;
}
