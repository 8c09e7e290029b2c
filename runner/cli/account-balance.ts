/**
 * What the account has: money and shares as the chain states them at one block, open orders as the CLOB lists them. Which tokens there
 * may be shares of is found out from the account's matches, its orders, the indexer, and the windows of now.
 */
import * as z from 'zod';
import { type ConditionId, isTokenId, type TokenId } from '../../core/model/identifiers.ts';
import { costRoundedUp, type MoneyMicro, type SizeMicro } from '../../core/model/money.ts';
import { DAY_MS, type UnixMs } from '../../core/model/time.ts';
import { marketSlugOf, type Outcome, windowAt } from '../../core/model/window.ts';
import type { ChainReader } from '../chain/chain-reader.ts';
import type { ClobClient, VenueFill, VenueOrder } from '../clob/clob-client.ts';
import { jsonOf } from '../clob/clob-questions.ts';
import { CliProblem } from './cli-problem.ts';
import { conditionOfToken, type ListedMarket, marketOfSlug, marketsOfConditions } from './market-lookup.ts';
import { clobFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import { firstSeries } from './session/venue-windows.ts';

export interface HeldShares {
  readonly tokenId: TokenId;
  readonly sizeMicro: SizeMicro;
  readonly market: ListedMarket | null;
  readonly outcome: Outcome | null;
  /** In pUSD; `null` while the window is not resolved on the chain. */
  readonly payoutMicro: MoneyMicro | null;
}

export interface AccountBalance {
  readonly address: string;
  readonly blockNumber: number;
  readonly pusdMicro: MoneyMicro;
  readonly usdceMicro: MoneyMicro;
  readonly polWei: bigint;
  readonly shares: readonly HeldShares[];
  readonly openOrders: readonly VenueOrder[];
  /** What open BUYs may still take, without fees: makers pay none. */
  readonly reservedMicro: MoneyMicro;
  readonly redeemableMicro: MoneyMicro;
  readonly fills: readonly VenueFill[];
  /** What could not be asked: tokens may be missing. */
  readonly gaps: readonly string[];
}

/** Matches older than this are of windows that the account has long redeemed; the indexer knows those, too. */
const FILLS_BACK_MS = 7 * DAY_MS;
/** Windows before now that are looked at even where no match tells of them: shares can come from a split. */
const WINDOWS_BACK = 3;
/** ConditionalTokens answers for many tokens at once; nodes limit what one call may cost. */
const TOKENS_A_CALL = 100;
const TIMEOUT_MS = 5_000;

/** Collects it. Throws `CliProblem` where money or open orders cannot be read at all. */
export async function readAccountBalance(
  session: Session,
  clob: ClobClient,
  chain: ChainReader,
  address: string,
): Promise<AccountBalance> {
  const gaps: string[] = [];
  const nowMs = session.clock.now();
  const [orders, fills] = await Promise.all([clob.openOrders({}), clob.fills({ afterMs: nowMs - FILLS_BACK_MS })]);
  if (orders.kind !== 'accepted') throw new CliProblem(`Open orders cannot be listed: ${clobFailureText(orders)}.`);
  if (fills.kind !== 'accepted') gaps.push(`matches: ${clobFailureText(fills)}`);
  const matched = fills.kind === 'accepted' ? fills.value : [];
  const markets = await knownMarkets(session, nowMs, [...matched, ...orders.value], address, gaps);
  const tokenIds = [...markets.keys()];
  const { money, sizes } = await readChain(chain, tokenIds);
  const shares = await Promise.all(
    tokenIds
      .filter((tokenId) => (sizes.get(tokenId) ?? 0) > 0)
      .map((tokenId) => heldShares(chain, tokenId, sizes.get(tokenId) ?? 0, markets.get(tokenId) ?? null, gaps)),
  );
  return {
    address,
    ...money,
    shares,
    openOrders: orders.value,
    reservedMicro: orders.value.reduce((sum, order) => sum + reservedOf(order), 0),
    redeemableMicro: shares.reduce((sum, { payoutMicro }) => sum + (payoutMicro ?? 0), 0),
    fills: matched,
    gaps,
  };
}

function reservedOf({ side, priceTicks, originalMicro, matchedMicro }: VenueOrder): MoneyMicro {
  return side === 'buy' ? costRoundedUp(priceTicks, Math.max(0, originalMicro - matchedMicro)) : 0;
}

async function readChain(chain: ChainReader, tokenIds: readonly TokenId[]) {
  const sizes = new Map<TokenId, SizeMicro>();
  let money: Pick<AccountBalance, 'blockNumber' | 'pusdMicro' | 'usdceMicro' | 'polWei'> | null = null;
  for (let start = 0; money === null || start < tokenIds.length; start += TOKENS_A_CALL) {
    const read = await chain.balances(tokenIds.slice(start, start + TOKENS_A_CALL));
    if (!read.ok) throw new CliProblem(`The chain cannot be read (${read.error}): check RPC_URL.`);
    const { shares, blockNumber, pusdMicro, usdceMicro, polWei } = read.value;
    money = { blockNumber, pusdMicro, usdceMicro, polWei };
    for (const [tokenId, size] of shares) sizes.set(tokenId, size);
  }
  return { money, sizes };
}

async function heldShares(
  chain: ChainReader,
  tokenId: TokenId,
  sizeMicro: SizeMicro,
  market: ListedMarket | null,
  gaps: string[],
): Promise<HeldShares> {
  const index = market === null ? -1 : market.tokenIds.indexOf(tokenId);
  const outcome = market?.outcomes[index] ?? null;
  if (market === null) return { tokenId, sizeMicro, market, outcome, payoutMicro: null };
  const payouts = await chain.payouts(market.conditionId);
  if (!payouts.ok) gaps.push(`the payouts of ${market.slug ?? market.conditionId}: ${payouts.error}`);
  if (!payouts.ok || payouts.value === null) return { tokenId, sizeMicro, market, outcome, payoutMicro: null };
  const [first, second] = payouts.value;
  const part = BigInt((index === 0 ? first : second) ?? 0);
  const payoutMicro = Number((BigInt(sizeMicro) * part) / BigInt(first + second));
  return { tokenId, sizeMicro, market, outcome, payoutMicro };
}

/** Every token that the account may hold, with its market where that is known. */
async function knownMarkets(
  session: Session,
  nowMs: UnixMs,
  seen: readonly { readonly tokenId: TokenId }[],
  address: string,
  gaps: string[],
): Promise<Map<TokenId, ListedMarket | null>> {
  const markets = new Map<TokenId, ListedMarket | null>();
  const add = (market: ListedMarket): void => {
    for (const tokenId of market.tokenIds) markets.set(tokenId, market);
  };
  const { slug, durationMs } = firstSeries(session);
  const { startMs } = windowAt(nowMs, durationMs);
  const recent = await Promise.all(
    Array.from({ length: WINDOWS_BACK + 2 }, (_, index) =>
      marketOfSlug(session, marketSlugOf(slug, startMs + (1 - index) * durationMs)),
    ),
  );
  for (const market of recent) {
    if (market.ok) add(market.value);
    else gaps.push(market.error);
  }
  const tokens = new Set([...seen.map(({ tokenId }) => tokenId), ...(await indexedTokens(session, address, gaps))]);
  const conditions = new Set<ConditionId>();
  for (const tokenId of tokens) {
    if (markets.has(tokenId)) continue;
    markets.set(tokenId, null);
    const condition = await conditionOfToken(session, tokenId);
    if (condition.ok) conditions.add(condition.value);
    else gaps.push(condition.error);
  }
  const listed = await marketsOfConditions(session, [...conditions]);
  if (!listed.ok) gaps.push(listed.error);
  else listed.value.forEach(add);
  return markets;
}

const indexedSchema = z.object({ data: z.array(z.object({ token_id: z.string() })) });

/** What the indexer has of the account; it lags, so its amounts are not asked for. */
async function indexedTokens(session: Session, address: string, gaps: string[]): Promise<readonly TokenId[]> {
  const { dataApiUrl } = session.settings.addresses;
  if (dataApiUrl === null) return [];
  const url = `${dataApiUrl}/v2/positions?user=${address}`;
  const answer = await session.http.request({ method: 'GET', url, headers: {}, body: null, timeoutMs: TIMEOUT_MS });
  const parsed = 'status' in answer && answer.status === 200 ? indexedSchema.safeParse(jsonOf(answer.body)) : null;
  if (parsed?.success !== true) {
    gaps.push('the indexer does not tell older positions');
    return [];
  }
  return parsed.data.data.map(({ token_id }) => token_id).filter(isTokenId);
}
