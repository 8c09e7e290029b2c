/** Markets by slug, condition and token, as far as commands need to know them. Source: venue notes of 2026-11-23, §3.3, §6. */
import * as z from 'zod';
import {
  type ConditionId,
  isConditionId,
  isTokenId,
  type MarketSlug,
  type TokenId,
} from '../../core/model/identifiers.ts';
import { err, ok, type Result } from '../../core/model/result.ts';
import type { UnixMs } from '../../core/model/time.ts';
import type { Outcome } from '../../core/model/window.ts';
import { outcomeOfLabel } from '../../core/venue/outcome-label.ts';
import { jsonOf } from '../clob/clob-questions.ts';
import type { Session } from './session/session.ts';

export interface ListedMarket {
  readonly slug: string | null;
  readonly conditionId: ConditionId;
  /** In the order of the condition's payouts, as `outcomes`. */
  readonly tokenIds: readonly TokenId[];
  readonly outcomes: readonly (Outcome | null)[];
  readonly endMs: UnixMs | null;
}

const TIMEOUT_MS = 5_000;
/** Conditions in one question to Gamma. */
const CONDITIONS_A_QUESTION = 20;

const textList = z.string().transform((text, context) => {
  const parsed = z.array(z.string()).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  context.addIssue('no list of texts');
  return z.NEVER;
});
const marketSchema = z.object({
  slug: z.string(),
  conditionId: z.custom<ConditionId>(isConditionId),
  clobTokenIds: textList,
  outcomes: textList,
  endDate: z.string().optional(),
});
const tokenSchema = z.object({ condition_id: z.custom<ConditionId>(isConditionId) });

/** The window's market as Gamma lists it. */
export async function marketOfSlug(session: Session, slug: MarketSlug): Promise<Result<ListedMarket, string>> {
  const listed = await gammaMarkets(session, `slug=${slug}`);
  if (!listed.ok) return listed;
  const [market] = listed.value;
  return market === undefined ? err(`Gamma does not list ${slug}`) : ok(market);
}

/** Markets of conditions, open and closed. A condition that Gamma does not know is left out. */
export async function marketsOfConditions(
  session: Session,
  conditionIds: readonly ConditionId[],
): Promise<Result<readonly ListedMarket[], string>> {
  const found = new Map<ConditionId, ListedMarket>();
  for (let start = 0; start < conditionIds.length; start += CONDITIONS_A_QUESTION) {
    const named = conditionIds.slice(start, start + CONDITIONS_A_QUESTION).map((id) => `condition_ids=${id}`);
    // Without the word Gamma leaves closed markets out.
    for (const closed of ['false', 'true']) {
      const listed = await gammaMarkets(session, [...named, `closed=${closed}`].join('&'));
      if (!listed.ok) return listed;
      for (const market of listed.value) found.set(market.conditionId, market);
    }
  }
  return ok([...found.values()]);
}

/** The condition that a token belongs to. */
export async function conditionOfToken(session: Session, tokenId: TokenId): Promise<Result<ConditionId, string>> {
  const body = await get(session, `${session.settings.addresses.clobUrl}/markets-by-token/${tokenId}`);
  const parsed = tokenSchema.safeParse(body);
  return parsed.success ? ok(parsed.data.condition_id) : err(`the CLOB does not name the market of token ${tokenId}`);
}

async function gammaMarkets(session: Session, query: string): Promise<Result<readonly ListedMarket[], string>> {
  const body = await get(session, `${session.settings.addresses.gammaUrl}/markets?${query}`);
  const parsed = z.array(marketSchema).safeParse(body);
  if (!parsed.success) return err('Gamma does not answer as documented');
  return ok(
    parsed.data.map(({ slug, conditionId, clobTokenIds, outcomes, endDate }) => ({
      slug,
      conditionId,
      tokenIds: clobTokenIds.filter(isTokenId),
      outcomes: outcomes.map(outcomeOfLabel),
      endMs: endDate === undefined || Number.isNaN(Date.parse(endDate)) ? null : Date.parse(endDate),
    })),
  );
}

async function get(session: Session, url: string): Promise<unknown> {
  const answer = await session.http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
  return 'status' in answer && answer.status === 200 ? jsonOf(answer.body) : undefined;
}
