/**
 * What `cli cashout` has to do, worked out of what the account has now. Nothing is remembered from an earlier run: whoever starts it again
 * goes on where the money is.
 */
import { DEFAULT_ENGINE_CONFIG } from '../../core/config/defaults.ts';
import type { ConditionId } from '../../core/model/identifiers.ts';
import { isMarketSlug } from '../../core/model/identifiers.ts';
import { formatMicro, type MoneyMicro, type SizeMicro } from '../../core/model/money.ts';
import { TICKS_PER_PUSD } from '../../core/model/price.ts';
import { SECOND_MS } from '../../core/model/time.ts';
import { type Outcome, oppositeOutcome } from '../../core/model/window.ts';
import { type Exit, planExits } from '../../core/strategy/exit.ts';
import { fetchMarketRules, type MarketRules } from '../account/market-rules.ts';
import type { ClobClient } from '../clob/clob-client.ts';
import type { AccountBalance, HeldShares } from './account-balance.ts';
import { bestOf, readBook } from './read-book.ts';
import type { Session } from './session/session.ts';

export interface Merge {
  readonly conditionId: ConditionId;
  readonly slug: string;
  readonly sizeMicro: SizeMicro;
}

export interface Leave {
  readonly rules: MarketRules;
  readonly outcome: Outcome;
  readonly sizeMicro: SizeMicro;
  /** The better way first. */
  readonly exits: readonly Exit[];
}

export interface CashoutPlan {
  readonly orders: number;
  readonly redeem: readonly {
    readonly conditionId: ConditionId;
    readonly slug: string;
    readonly payoutMicro: MoneyMicro;
  }[];
  readonly merges: readonly Merge[];
  readonly leaves: readonly Leave[];
  /** What stays, and why. */
  readonly held: readonly { readonly name: string; readonly sizeMicro: SizeMicro; readonly reason: string }[];
  /** Shares of less than a hundredth, which no order can have: worth less than a cent. */
  readonly dustMicro: SizeMicro;
  readonly pusdMicro: MoneyMicro;
  readonly usdceMicro: MoneyMicro;
}

/** No order leaves later than this before a window's end, as for a flatten of the engine. */
const LEAVE_BEFORE_END_MS = 20 * SECOND_MS;
/** Sizes are sent in hundredths of a share (venue notes of 2026-11-23, polymarket §2). */
const SIZE_STEP_MICRO: SizeMicro = 10_000;

/** Works it out. Asks for rules and books, and sends nothing. */
export async function planCashout(session: Session, clob: ClobClient, balance: AccountBalance): Promise<CashoutPlan> {
  const redeem = new Map<ConditionId, { conditionId: ConditionId; slug: string; payoutMicro: MoneyMicro }>();
  const byCondition = new Map<ConditionId, HeldShares[]>();
  const held: CashoutPlan['held'][number][] = [];
  for (const one of balance.shares) {
    const { market, payoutMicro, sizeMicro } = one;
    if (market === null) {
      held.push({ name: `token ${one.tokenId.slice(0, 12)}…`, sizeMicro, reason: 'its market is not known' });
    } else if (payoutMicro === null) {
      byCondition.set(market.conditionId, [...(byCondition.get(market.conditionId) ?? []), one]);
    } else if (payoutMicro > 0) {
      const { conditionId } = market;
      const before = redeem.get(conditionId)?.payoutMicro ?? 0;
      redeem.set(conditionId, { conditionId, slug: market.slug ?? conditionId, payoutMicro: before + payoutMicro });
    }
  }
  const merges: Merge[] = [];
  const leaves: Leave[] = [];
  let dustMicro: SizeMicro = 0;
  for (const [conditionId, shares] of byCondition) {
    const sets = setsOf(shares);
    const slug = shares[0]?.market?.slug ?? conditionId;
    if (sets > 0) merges.push({ conditionId, slug, sizeMicro: sets });
    for (const one of shares) {
      const leftMicro = one.sizeMicro - sets;
      if (leftMicro <= 0) continue;
      if (leftMicro < SIZE_STEP_MICRO) {
        dustMicro += leftMicro;
        continue;
      }
      const leave = await planLeave(session, clob, one, leftMicro);
      if (typeof leave === 'string')
        held.push({ name: `${slug} ${one.outcome ?? ''}`.trim(), sizeMicro: leftMicro, reason: leave });
      else leaves.push(leave);
    }
  }
  return {
    orders: balance.openOrders.length,
    redeem: [...redeem.values()],
    merges,
    leaves,
    held,
    dustMicro,
    pusdMicro: balance.pusdMicro,
    usdceMicro: balance.usdceMicro,
  };
}

function setsOf(shares: readonly HeldShares[]): SizeMicro {
  if (shares.length < 2) return 0;
  return Math.min(...shares.map(({ sizeMicro }) => sizeMicro));
}

/** The ways out of one position, or why it is held to its resolution. */
async function planLeave(
  session: Session,
  clob: ClobClient,
  { market, outcome }: HeldShares,
  leftMicro: SizeMicro,
): Promise<Leave | string> {
  const slug = market?.slug ?? '';
  const series = session.settings.series.find((one) => slug.startsWith(`${one.slug}-`));
  if (market === null || outcome === null || series === undefined || !isMarketSlug(slug)) {
    return 'it belongs to no series of these settings: name it in SERIES, or wait for its resolution';
  }
  const nowMs = session.clock.now();
  if (market.endMs !== null && nowMs >= market.endMs)
    return 'it waits for its resolution: run this again in some minutes';
  if (market.endMs !== null && nowMs >= market.endMs - LEAVE_BEFORE_END_MS) return 'its window is about to end';
  const { http, settings } = session;
  const rules = await fetchMarketRules({ http, clob, gammaUrl: settings.addresses.gammaUrl }, series, slug);
  if (!rules.ok) return rules.error;
  const sizeMicro = Math.floor(leftMicro / SIZE_STEP_MICRO) * SIZE_STEP_MICRO;
  const { minSizeMicro, fees, tokens } = rules.value.market;
  if (sizeMicro < minSizeMicro) return `fewer than the venue's minimum of ${formatMicro(minSizeMicro)} shares`;
  if (fees === null) return 'its fees are not stated';
  const [own, other] = await Promise.all([
    readBook(session, tokens[outcome]),
    readBook(session, tokens[oppositeOutcome(outcome)]),
  ]);
  if (!own.ok) return own.error;
  if (!other.ok) return other.error;
  const { bidTicks, askTicks } = bestOf(own.value);
  const otherAskTicks = bestOf(other.value).askTicks;
  if (bidTicks === null || askTicks === null) return 'its book has one side only: nobody says what it is worth';
  const exitMarket = {
    outcome,
    tickSizeTicks: rules.value.tickSizeTicks,
    fairTwiceTicks: Math.min(bidTicks + askTicks, 2 * TICKS_PER_PUSD),
    bidTicks,
    otherAskTicks,
  };
  const exits = planExits(exitMarket, fees, sizeMicro, DEFAULT_ENGINE_CONFIG.flatten.maxCostPpm);
  if (exits.length === 0) return 'no way out is near enough to what it is worth';
  return { rules: rules.value, outcome, sizeMicro, exits };
}

/** Whether shares are left that something can be done about now. */
export function hasPositionSteps({ merges, leaves, redeem }: CashoutPlan): boolean {
  return merges.length + leaves.length + redeem.length > 0;
}

/** The plan for a person, amounts first. */
export function describePlan(plan: CashoutPlan, destination: string): string[] {
  const lines: string[] = [];
  if (plan.orders > 0) lines.push(`cancel     ${plan.orders} open orders`);
  for (const { slug, payoutMicro } of plan.redeem) lines.push(`redeem     ${formatMicro(payoutMicro)} pUSD   ${slug}`);
  for (const { slug, sizeMicro } of plan.merges)
    lines.push(`merge      ${formatMicro(sizeMicro)} pUSD   complete sets of ${slug}`);
  for (const { rules, outcome, sizeMicro, exits } of plan.leaves) {
    const [exit] = exits;
    const how = exit?.side === 'sell' ? 'sold' : 'by buying the other side and merging';
    lines.push(`leave      ${formatMicro(sizeMicro)} ${outcome} of ${rules.market.slug}   ${how}`);
  }
  for (const { name, sizeMicro, reason } of plan.held)
    lines.push(`hold       ${formatMicro(sizeMicro)} of ${name}   ${reason}`);
  if (plan.dustMicro > 0) lines.push(`forget     ${formatMicro(plan.dustMicro)} shares   less than an order can have`);
  const returnsMicro = knownReturns(plan);
  const more = plan.leaves.length > 0 ? ' and what the sales bring' : '';
  lines.push(`unwrap     ${formatMicro(plan.pusdMicro + returnsMicro)} pUSD${more}`);
  lines.push(
    `send       ${formatMicro(plan.usdceMicro + plan.pusdMicro + returnsMicro)} USDC.e${more} to ${destination}`,
  );
  return lines;
}

function knownReturns({ redeem, merges }: CashoutPlan): MoneyMicro {
  return (
    redeem.reduce((sum, { payoutMicro }) => sum + payoutMicro, 0) +
    merges.reduce((sum, { sizeMicro }) => sum + sizeMicro, 0)
  );
}
