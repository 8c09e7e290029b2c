/**
 * What the runner itself finds out about a window, before it opens: Gamma says what is listed, the CLOB has to agree. The object's word
 * counts for nothing here: an order in another token, or by other rules, is refused (DESIGN §3.14).
 */
import type { MarketSlug, SeriesSlug } from '../../core/model/identifiers.ts';
import type { Market } from '../../core/model/market.ts';
import type { MarketListed, OfficialResultPublished } from '../../core/model/market-data.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { DurationMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { parseGammaBody } from '../../core/venue/gamma.ts';
import { outcomeOfLabel } from '../../core/venue/outcome-label.ts';
import { isLegacyPositionToken } from '../../core/venue/token-namespace.ts';
import type { ClobClient, ClobMarketInfo } from '../clob/clob-client.ts';
import type { HttpPort } from '../ports.ts';

/** What an order in the window has to keep to. The CLOB's word wins where a rule may change while the window runs: its tick. */
export interface MarketRules {
  readonly market: Market;
  readonly tickSizeTicks: number;
}

export interface RulesSeries {
  readonly slug: SeriesSlug;
  readonly durationMs: DurationMs;
}

/** What Gamma says of a window: its listing, and how it ended once it has. */
export interface GammaWindow {
  readonly market: Market;
  readonly outcome: Outcome | null;
}

export interface MarketRulesDeps {
  readonly http: HttpPort;
  readonly clob: Pick<ClobClient, 'market'>;
  /** `https://gamma-api.polymarket.com`, or the embedded venue's. */
  readonly gammaUrl: string;
}

const TIMEOUT_MS = 5_000;
/** Gamma's `version` of markets on the exchange that we sign for (venue notes of 2026-11-23, polymarket §1.1). */
const KNOWN_PROTOCOL_VERSION = 'v1';

/** Asks Gamma for a window. The failure is one sentence. */
export async function fetchGammaWindow(
  deps: Pick<MarketRulesDeps, 'http' | 'gammaUrl'>,
  series: RulesSeries,
  slug: MarketSlug,
): Promise<Result<GammaWindow, string>> {
  const answer = await deps.http.request({
    method: 'GET',
    url: `${deps.gammaUrl}/events/slug/${slug}`,
    headers: {},
    body: null,
    timeoutMs: TIMEOUT_MS,
  });
  if ('sent' in answer) return err(`Gamma does not answer for ${slug}: ${answer.detail}.`);
  if (answer.status !== 200) return err(`Gamma answers ${answer.status} for ${slug}.`);
  const { events, rejected } = parseGammaBody(series)(answer.body);
  const listed = events.find(
    (event): event is MarketListed => event.type === 'market-listed' && event.market.slug === slug,
  );
  if (listed === undefined) return err(`Gamma does not list ${slug} (${rejected[0]?.detail ?? 'nothing'}).`);
  const { market } = listed;
  const result = events.find(
    (event): event is OfficialResultPublished =>
      event.type === 'official-result-published' && event.conditionId === market.conditionId,
  );
  return ok({ market, outcome: result?.outcome ?? null });
}

/** Asks both for the rules of a window; anything in which they differ refuses it. */
export async function fetchMarketRules(
  deps: MarketRulesDeps,
  series: RulesSeries,
  slug: MarketSlug,
): Promise<Result<MarketRules, string>> {
  const listed = await fetchGammaWindow(deps, series, slug);
  if (!listed.ok) return listed;
  const { market } = listed.value;
  const info = await deps.clob.market(market.conditionId);
  if (info.kind !== 'accepted') return err(`The CLOB does not tell the rules of ${slug} (${info.kind}).`);
  const difference = differenceOf(market, info.value);
  if (difference !== null) return err(`${slug} is not traded: ${difference}.`);
  return ok({ market, tickSizeTicks: info.value.tickSizeTicks });
}

/** What Gamma and the CLOB say differently, or what neither may say; `null` when the window can be traded. */
export function differenceOf(market: Market, info: ClobMarketInfo): string | null {
  if (info.conditionId !== market.conditionId) return 'the CLOB states another condition';
  if (info.tokenIds.length !== 2 || info.outcomes.length !== 2) return 'the CLOB does not state two tokens';
  for (const [index, label] of info.outcomes.entries()) {
    const outcome = outcomeOfLabel(label);
    if (outcome === null || info.tokenIds[index] !== market.tokens[outcome]) {
      return `the CLOB states another token for "${label.slice(0, 20)}"`;
    }
  }
  for (const outcome of ['up', 'down'] as const) {
    if (!isLegacyPositionToken(market.tokens[outcome]))
      return `the ${outcome} token is of a protocol that is not signed for`;
  }
  if (market.negRisk || info.negRisk) return 'it is a neg-risk market';
  if (market.protocolVersion !== KNOWN_PROTOCOL_VERSION) {
    return `its protocol version is ${market.protocolVersion ?? 'not stated'}, known is ${KNOWN_PROTOCOL_VERSION}`;
  }
  if (info.minSizeMicro !== market.minSizeMicro) return 'Gamma and the CLOB state different minimum sizes';
  if (market.fees === null) return 'its fee schedule is not stated';
  const sameFees =
    info.feeRatePpm === market.fees.ratePpm &&
    info.feeExponent === market.fees.exponent &&
    info.takerOnlyFees === market.fees.takerOnly;
  return sameFees ? null : 'Gamma and the CLOB state different fees';
}
