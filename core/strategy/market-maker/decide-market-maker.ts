/**
 * The market maker: a bid on each token, half a spread below what it is worth. Bidding for Down at 1 − p is offering Up at p, so two bids
 * are a two-sided quote, and a filled pair costs less than the 1 pUSD that it pays. It completes halves, merges sets, and stands aside
 * wherever an input is missing, old, or says that quoting does not pay.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { PricingPhase } from '../../model/fair-value.ts';
import type { FeeSchedule } from '../../model/market.ts';
import { TICKS_PER_PUSD } from '../../model/price.ts';
import { oppositeOutcome } from '../../model/window.ts';
import type { DesiredQuote, DesiredTake, StrategyDecision, StrategyView } from '../view.ts';
import { adverseTicks } from './adverse-selection.ts';
import { planCompletion, setsToMerge } from './completion.ts';
import { addsTo, excessMicro } from './inventory.ts';
import { capOf, heldOtherTicks, otherHalfTicks, takerFeeTicks } from './joint-rule.ts';
import { type MarketMakerState, unpairedOf } from './market-maker-state.ts';
import { isStopped } from './one-sided-stop.ts';
import { MARKET_MAKER, type PlannedSides, planSides, type SideContext } from './plan-sides.ts';
import { type PricingRefused, priceQuotes, type QuotePricing } from './quote-pricing.ts';
import type { MarketMakerRule } from './rules.ts';
import { ownMicro, type UnpairedLots } from './unpaired-lots.ts';

/** What the market maker decided: a `StrategyDecision` whose rule is one of `MARKET_MAKER_RULES`. */
export interface MarketMakerDecision extends StrategyDecision {
  readonly rule: MarketMakerRule;
}

type Inputs = Record<string, number | string | null>;

const PPM = 1_000_000;
const NO_QUOTES: readonly DesiredQuote[] = [];
const NO_TAKES: readonly DesiredTake[] = [];
const KNOWN: readonly PricingPhase[] = ['known'];
const KNOWN_OR_PENDING: readonly PricingPhase[] = ['known', 'strike-pending'];
const PRE_OPEN: readonly PricingPhase[] = ['pre-open'];
/** Nothing is quoted by these, but the book is there and a complete set is worth 1 whatever we think. */
const COMPLETING_RULES: readonly MarketMakerRule[] = ['spread-too-wide', 'disagreement', 'book-wide'];

/**
 * Decides for a window that runs. Pure: the engine's gates (trading state, rule guard, stale streams, books that are just settling) were
 * asked before. Quotes are the whole wish of this strategy; a take is named again at each look until an order of it stands in the view.
 */
export function decideMarketMaker(
  view: StrategyView,
  config: MarketMakerConfig,
  state: MarketMakerState,
): MarketMakerDecision {
  const { nowMs, window } = view;
  if (!config.enabled) return nothing('disabled', 0, {});
  if (nowMs < window.startMs) return nothing('window-not-open', 0, {});
  if (nowMs >= window.endMs) return nothing('window-closed', 0, {});
  const phases = config.quoteStrikePending ? KNOWN_OR_PENDING : KNOWN;
  return decide(view, config, state, phases);
}

/** Decides for a window that has not begun: off unless configured, and then on the fair value of its first phase only. */
export function decidePrePlacement(
  view: StrategyView,
  config: MarketMakerConfig,
  state: MarketMakerState,
): MarketMakerDecision {
  const { nowMs, window } = view;
  if (!config.enabled) return nothing('disabled', 0, {});
  if (!config.prePlacement.enabled) return nothing('pre-placement-off', 0, {});
  if (nowMs >= window.startMs) return nothing('window-open', 0, {});
  if (window.startMs - nowMs > config.prePlacement.leadMs) return nothing('too-early', 0, {});
  return decide(view, config, state, PRE_OPEN);
}

function decide(
  view: StrategyView,
  config: MarketMakerConfig,
  state: MarketMakerState,
  phases: readonly PricingPhase[],
): MarketMakerDecision {
  const mergeMicro = setsToMerge(view, config);
  const msToEnd = view.window.endMs - view.nowMs;
  if (msToEnd <= config.leaveBeforeEndMs) return nothing('leaving', mergeMicro, { msToEnd });
  const { fees, minSizeMicro } = view.market;
  if (fees === null) return nothing('no-fee-schedule', mergeMicro, { msToEnd });
  if (!fees.takerOnly) return nothing('makers-pay', mergeMicro, { msToEnd });
  if (config.orderSizeMicro < minSizeMicro) {
    return nothing('order-below-minimum', mergeMicro, { orderSizeMicro: config.orderSizeMicro, minSizeMicro });
  }

  const pricing = priceQuotes(view, phases, adverseTicks(state.adverse, config), config);
  const unpaired = unpairedOf(state, view.window.startMs);
  const inputs = inputsOf(view, unpaired);
  if (pricing.ok) notePricing(inputs, pricing.value);
  else noteRefusal(inputs, pricing.error);
  const completes = config.completion.enabled && (pricing.ok || COMPLETING_RULES.includes(pricing.error.rule));
  const take = completes ? completionOf(view, config, fees, unpaired, inputs) : null;
  const takes = take === null ? NO_TAKES : [take];
  if (!pricing.ok) {
    const rule = take === null ? pricing.error.rule : 'completing';
    return { rule, quotes: NO_QUOTES, takes, mergeMicro, inputs };
  }
  if (isStopped(state.stop, view.nowMs, config)) {
    inputs['oneSidedPpm'] = state.stop.ratePpm;
    inputs['breakEvenPpm'] = state.stop.breakEvenPpm;
    return { rule: take === null ? 'one-sided-stop' : 'completing', quotes: NO_QUOTES, takes, mergeMicro, inputs };
  }
  const context: SideContext = {
    view,
    config,
    fees,
    pricing: pricing.value,
    unpaired,
    taking: take === null ? null : takingOf(take, fees),
    stakeMicro: view.stakeMicro - (take === null ? 0 : spendOf(take, fees)),
  };
  const sides = planSides(context);
  return { rule: ruleOf(take, sides), quotes: sides.quotes, takes, mergeMicro, inputs };
}

function ruleOf(take: DesiredTake | null, { quotes, waiting }: PlannedSides): MarketMakerRule {
  if (take !== null) return 'completing';
  if (quotes.length > 0) return 'quoting';
  return waiting ? 'waiting-for-cancel' : 'no-room';
}

/** The order for our own missing half, if there is one to be had. Other strategies' positions are their own affair. */
function completionOf(
  view: StrategyView,
  config: MarketMakerConfig,
  fees: FeeSchedule,
  unpaired: UnpairedLots,
  inputs: Inputs,
): DesiredTake | null {
  const held = excessMicro('up', view.holdings) > 0 ? 'up' : 'down';
  const sizeMicro = Math.min(ownMicro(unpaired[held]), excessMicro(held, view.holdings));
  if (sizeMicro <= 0) return null;
  const outcome = oppositeOutcome(held);
  inputs['missing'] = outcome;
  inputs['missingMicro'] = sizeMicro;
  if (sizeMicro < view.market.minSizeMicro) {
    inputs['missingBelowMinimum'] = view.market.minSizeMicro;
    return null;
  }
  // Everything that may still fill is counted: the dearest half that waits, and bids for more of it.
  let otherTicks = heldOtherTicks(outcome, view.holdings, unpaired) ?? TICKS_PER_PUSD;
  let worstMicro = -excessMicro(held, view.holdings) + sizeMicro;
  for (const order of view.orders) {
    const other = otherHalfTicks(order, outcome, fees);
    if (other !== null) otherTicks = Math.max(otherTicks, other);
    if (!addsTo(outcome, order)) continue;
    // One is under way already.
    if (order.strategy === MARKET_MAKER && !order.postOnly) return null;
    worstMicro += order.remainingMicro;
  }
  const maxCostTicks = capOf(otherTicks);
  inputs['completeAtMostTicks'] = maxCostTicks;
  if (worstMicro > config.maxInventoryMicro) return null;
  return planCompletion({ outcome, sizeMicro, maxCostTicks }, view, fees, config);
}

/** The purchase as the quotes besides it have to count it: with its fee, at its limit price. */
function takingOf({ outcome, priceTicks }: DesiredTake, fees: FeeSchedule): NonNullable<SideContext['taking']> {
  return { outcome, costTicks: priceTicks + takerFeeTicks(fees, priceTicks) };
}

function spendOf({ amount, priceTicks }: DesiredTake, fees: FeeSchedule): number {
  if (amount.unit === 'shares') return (amount.sizeMicro * priceTicks) / TICKS_PER_PUSD;
  return amount.spendMicro + Math.ceil((amount.spendMicro * fees.ratePpm) / PPM);
}

function nothing(rule: MarketMakerRule, mergeMicro: number, inputs: Inputs): MarketMakerDecision {
  return { rule, quotes: NO_QUOTES, takes: NO_TAKES, mergeMicro, inputs };
}

function inputsOf(view: StrategyView, unpaired: UnpairedLots): Inputs {
  const { nowMs, window, holdings } = view;
  return {
    msToEnd: window.endMs - nowMs,
    upMicro: holdings.up.sizeMicro,
    downMicro: holdings.down.sizeMicro,
    ownOrders: view.orders.length,
    stakeMicro: view.stakeMicro,
    feedDelayMs: finiteOrNull(view.feedDelayMs),
    cancelDelayMs: finiteOrNull(view.cancelDelayMs),
    heldUpTicks: heldOtherTicks('down', holdings, unpaired),
    heldDownTicks: heldOtherTicks('up', holdings, unpaired),
  };
}

function notePricing(inputs: Inputs, pricing: QuotePricing): void {
  const { fair, centre, bidTicks, askTicks, halfTicks, moveTicks, adverseTicks: adverse, limitTicks } = pricing;
  inputs['phase'] = fair.phase;
  inputs['fairPpm'] = Math.round(fair.upProbability * PPM);
  inputs['centrePpm'] = Math.round(centre * PPM);
  inputs['bidTicks'] = bidTicks;
  inputs['askTicks'] = askTicks;
  inputs['halfTicks'] = halfTicks;
  inputs['moveTicks'] = Math.ceil(moveTicks);
  inputs['adverseTicks'] = Math.round(adverse);
  inputs['upLimitTicks'] = limitTicks.up;
  inputs['downLimitTicks'] = limitTicks.down;
}

function noteRefusal(inputs: Inputs, { bidTicks, askTicks, half }: PricingRefused): void {
  if (bidTicks !== undefined) inputs['bidTicks'] = bidTicks;
  if (askTicks !== undefined) inputs['askTicks'] = askTicks;
  if (half === undefined) return;
  inputs['halfTicks'] = finiteOrNull(half.halfTicks);
  inputs['moveTicks'] = finiteOrNull(Math.ceil(half.moveTicks));
}

/** Records are JSON, which knows no NaN. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
