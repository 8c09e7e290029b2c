/**
 * The router: what all strategies want in one window becomes what the account may want. Nobody trades with us but others: a wish that
 * would meet an order of ours waits until that order is gone, and of two wishes that would meet each other the one of lower priority
 * gives way. What a strategy may stake is kept to. For each strategy it says what it took away, and why.
 */
import { type RouterConfig, TRADING_STRATEGIES, type TradingStrategy } from '../../config/router-config.ts';
import { invariant } from '../../model/errors.ts';
import type { StrategyId } from '../../model/identifiers.ts';
import type { Market } from '../../model/market.ts';
import { costRoundedUp, formatMicro, type MoneyMicro, type SizeMicro } from '../../model/money.ts';
import type { OrderIntent, Side } from '../../model/order.ts';
import { formatPriceTicks, type PriceTicks } from '../../model/price.ts';
import type { Outcome } from '../../model/window.ts';
import { cashNeededMicro } from '../../risk/exposure.ts';
import { exposureOf } from '../../risk/order-exposure.ts';
import type { DesiredQuote, DesiredTake, OwnOrder, StrategyDecision } from '../view.ts';
import { quoteIntent, takeIntent } from './order-intents.ts';
import type { RouterRule } from './rules.ts';
import { canMatch, ownOrderInTheWay, type PricedSide } from './self-trade.ts';

export interface RouterRequest {
  readonly market: Market;
  /** Decisions of the strategies that may trade in this window, at most one of each. */
  readonly decisions: Readonly<Partial<Record<TradingStrategy, StrategyDecision>>>;
  /** What each may stake, from `allocateCapital`. */
  readonly stakesMicro: Readonly<Record<TradingStrategy, MoneyMicro>>;
  /** Every order of ours in this window that may still trade. */
  readonly orders: readonly OwnOrder[];
  /** Complete sets that are held and for which no merge is under way. */
  readonly mergeableMicro: SizeMicro;
}

export interface Removal {
  readonly what: 'quote' | 'take' | 'merge';
  readonly rule: RouterRule;
  /** What was taken away; of a merge the sets. */
  readonly outcome: Outcome | null;
  readonly side: Side | null;
  readonly priceTicks: PriceTicks | null;
  readonly mergeMicro: SizeMicro;
  /** The strategy or the order of ours that it would have met. */
  readonly against: string | null;
}

/** What is left of one strategy's decision. Its `rule` stays the strategy's own; its `inputs` say what was taken away. */
export interface RoutedDecision {
  readonly strategy: TradingStrategy;
  readonly decision: StrategyDecision;
  readonly removals: readonly Removal[];
}

interface Claim extends PricedSide {
  readonly strategy: TradingStrategy;
}

/** The id under which a strategy's orders go. */
export function strategyIdOf(strategy: TradingStrategy): StrategyId {
  return strategy as string as StrategyId;
}

/** Routes all decisions of one window, in order of priority. Pure: it remembers nothing, what waits is wished again. */
export function routeDecisions(request: RouterRequest, config: RouterConfig): readonly RoutedDecision[] {
  invariant(config.priority.length === TRADING_STRATEGIES.length, 'each strategy has a priority', {});
  const claims: Claim[] = [];
  const routed: RoutedDecision[] = [];
  let mergeableMicro = request.mergeableMicro;
  for (const strategy of config.priority) {
    const decision = request.decisions[strategy];
    if (decision === undefined) continue;
    const one = routeOne(strategy, decision, request, claims, mergeableMicro);
    mergeableMicro -= one.decision.mergeMicro;
    routed.push(one);
  }
  return routed;
}

function routeOne(
  strategy: TradingStrategy,
  decision: StrategyDecision,
  request: RouterRequest,
  claims: Claim[],
  mergeableMicro: SizeMicro,
): RoutedDecision {
  const removals: Removal[] = [];
  const purse = { leftMicro: request.stakesMicro[strategy], standingMicro: standingCashMicro(strategy, request) };
  const takes = decision.takes.filter((take) => {
    const removal = removalOfTake(strategy, take, request, claims, purse);
    if (removal !== null) removals.push(removal);
    return removal === null;
  });
  const quotes = decision.quotes.filter((quote) => {
    const removal = removalOfQuote(strategy, quote, request, claims, purse);
    if (removal !== null) removals.push(removal);
    return removal === null;
  });
  const mergeMicro = Math.max(0, Math.min(decision.mergeMicro, mergeableMicro));
  if (mergeMicro < decision.mergeMicro) removals.push(removalOfMerge(decision.mergeMicro - mergeMicro));
  if (removals.length === 0) return { strategy, decision, removals };
  const inputs = { ...decision.inputs, router: removals.map(describeRemoval).join('; ') };
  return { strategy, decision: { ...decision, quotes, takes, mergeMicro, inputs }, removals };
}

interface Purse {
  /** What may still be staked anew. */
  leftMicro: MoneyMicro;
  /** What the strategy's standing bids have put aside: a wish that replaces or keeps them uses it first. */
  standingMicro: MoneyMicro;
}

/**
 * A take that waits for an order of ours to go still has its claim: what would be placed into its way, now or next, is taken away from
 * those who come after, so that the order in the way is cancelled and none takes its place.
 */
function removalOfTake(
  strategy: TradingStrategy,
  take: DesiredTake,
  { market, orders }: RouterRequest,
  claims: Claim[],
  purse: Purse,
): Removal | null {
  const rival = claims.find((claim) => canMatch(take, claim));
  if (rival !== undefined) return removalOf('take', take, 'opposite-intent', rival.strategy);
  const costMicro = cashOf(takeIntent(market, strategyIdOf(strategy), take), market);
  if (costMicro > purse.leftMicro) return removalOf('take', take, 'over-stake', null);
  claims.push({ strategy, outcome: take.outcome, side: take.side, priceTicks: take.priceTicks });
  purse.leftMicro -= costMicro;
  const standing = ownOrderInTheWay(take, orders);
  return standing === null ? null : removalOf('take', take, 'own-order-in-the-way', standing.clientOrderId);
}

/** Among a strategy's own standing quotes the order manager sees to it that none is placed that meets another. */
function removalOfQuote(
  strategy: TradingStrategy,
  quote: DesiredQuote,
  { market, orders }: RouterRequest,
  claims: Claim[],
  purse: Purse,
): Removal | null {
  const bid = { outcome: quote.outcome, side: 'buy', priceTicks: quote.priceTicks } as const;
  const rival = claims.find((claim) => canMatch(bid, claim));
  if (rival !== undefined) return removalOf('quote', bid, 'opposite-intent', rival.strategy);
  const costMicro = cashOf(quoteIntent(market, strategyIdOf(strategy), quote), market);
  const newMicro = Math.max(0, costMicro - purse.standingMicro);
  if (newMicro > purse.leftMicro) return removalOf('quote', bid, 'over-stake', null);
  claims.push({ strategy, ...bid });
  purse.standingMicro -= costMicro - newMicro;
  purse.leftMicro -= newMicro;
  const ownStrategy = strategyIdOf(strategy);
  const inTheWay = orders.find((order) => (order.strategy !== ownStrategy || !order.postOnly) && canMatch(bid, order));
  return inTheWay === undefined ? null : removalOf('quote', bid, 'own-order-in-the-way', inTheWay.clientOrderId);
}

function removalOf(what: 'quote' | 'take', wish: PricedSide, rule: RouterRule, against: string | null): Removal {
  const { outcome, side, priceTicks } = wish;
  return { what, rule, outcome, side, priceTicks, mergeMicro: 0, against };
}

function removalOfMerge(mergeMicro: SizeMicro): Removal {
  return {
    what: 'merge',
    rule: 'over-holdings',
    outcome: null,
    side: null,
    priceTicks: null,
    mergeMicro,
    against: null,
  };
}

/** Cash that a wish could take, its largest fee included: as risk reckons it. */
function cashOf(intent: OrderIntent, market: Market): MoneyMicro {
  return cashNeededMicro(exposureOf(intent, market.fees));
}

function standingCashMicro(strategy: TradingStrategy, { orders }: RouterRequest): MoneyMicro {
  let micro = 0;
  for (const order of orders) {
    if (order.strategy !== strategyIdOf(strategy) || order.side !== 'buy' || !order.postOnly) continue;
    micro += costRoundedUp(order.priceTicks, order.remainingMicro);
  }
  return micro;
}

/** "take buy up 0.55: own-order-in-the-way (mm-12)", for the decision record. */
export function describeRemoval({ what, rule, outcome, side, priceTicks, mergeMicro, against }: Removal): string {
  const wish = what === 'merge' ? formatMicro(mergeMicro) : `${side} ${outcome} ${formatPriceTicks(priceTicks ?? 0)}`;
  return `${what} ${wish}: ${rule}${against === null ? '' : ` (${against})`}`;
}
