/**
 * Both quotes by one joint rule: first which standing bids stay, then where new ones go, with everything counted that may still fill.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { StrategyId } from '../../model/identifiers.ts';
import type { FeeSchedule } from '../../model/market.ts';
import { MAX_SIZE_MICRO, type SizeMicro } from '../../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { type Outcome, oppositeOutcome } from '../../model/window.ts';
import type { DesiredQuote, OwnOrder, StrategyView } from '../view.ts';
import { floorToStep } from './completion.ts';
import { addsTo, excessMicro } from './inventory.ts';
import { capOf, heldOtherTicks, locksInLoss, otherHalfTicks } from './joint-rule.ts';
import type { QuotePricing } from './quote-pricing.ts';
import { type QuoteTarget, reasonToReplace } from './requote.ts';
import { ownMicro, type UnpairedLots } from './unpaired-lots.ts';

export const MARKET_MAKER = 'market-maker' as StrategyId;

const OUTCOMES = ['up', 'down'] as const;

export interface PlannedSides {
  readonly quotes: readonly DesiredQuote[];
  /** A side waits until a quote of ours on the other one is gone. */
  readonly waiting: boolean;
}

/** What both sides are planned with. */
export interface SideContext {
  readonly view: StrategyView;
  readonly config: MarketMakerConfig;
  readonly fees: FeeSchedule;
  readonly pricing: QuotePricing;
  readonly unpaired: UnpairedLots;
  /** An outcome that is bought at once in this decision, and what a share costs at most: no bid is wanted there besides. */
  readonly taking: { readonly outcome: Outcome; readonly costTicks: PriceTicks } | null;
  /** Money for new quotes. */
  readonly stakeMicro: number;
}

/** The quotes that are wanted now, those that stand and stay included. */
export function planSides(context: SideContext): PlannedSides {
  const { view } = context;
  const kept: Record<Outcome, OwnOrder | null> = { up: null, down: null };
  // What stays on both sides stays below both limits, which are two half-spreads short of 1.
  for (const outcome of OUTCOMES) kept[outcome] = keptQuote(context, outcome);
  const quotes: DesiredQuote[] = [];
  let waiting = false;
  let { stakeMicro } = context;
  for (const outcome of OUTCOMES) {
    const standing = kept[outcome];
    if (standing !== null) {
      quotes.push({ outcome, priceTicks: standing.priceTicks, sizeMicro: standing.remainingMicro });
      continue;
    }
    const target = targetOf(context, outcome);
    if (target === null) continue;
    const cap = capByOrders(context, outcome, kept);
    const priceTicks = toGrid(Math.min(target.priceTicks, cap.firm), view.tickSizeTicks);
    if (priceTicks === null) continue;
    const sizeMicro = sizeOf(context, outcome, priceTicks, stakeMicro);
    if (sizeMicro === null) continue;
    if (priceTicks > cap.leaving) {
      waiting = true;
      continue;
    }
    stakeMicro -= Math.ceil((priceTicks * sizeMicro) / TICKS_PER_PUSD);
    quotes.push({ outcome, priceTicks, sizeMicro });
  }
  return { quotes, waiting };
}

/** True for a quote of this strategy that nobody has asked to leave. */
function isStandingQuote({ strategy, side, postOnly, status }: OwnOrder): boolean {
  return strategy === MARKET_MAKER && side === 'buy' && postOnly && status !== 'cancel-pending';
}

/** The standing quote of a side that stays as it is: the first that is neither too high, nor too far off, nor too old, nor too much. */
function keptQuote(context: SideContext, outcome: Outcome): OwnOrder | null {
  const { view, config } = context;
  const target = targetOf(context, outcome);
  if (target === null) return null;
  for (const order of view.orders) {
    if (order.outcome !== outcome || !isStandingQuote(order)) continue;
    if (reasonToReplace(order, target, view.nowMs, config) !== null) continue;
    if (worstExcess(context, outcome, null) > config.maxInventoryMicro) continue;
    if (losesWithOthers(context, order)) continue;
    return order;
  }
  return null;
}

/** True where a standing quote would lose together with an order that is no quote of ours (those stand below their limits). */
function losesWithOthers({ view, fees }: SideContext, quote: OwnOrder): boolean {
  return view.orders.some((other) => !isStandingQuote(other) && locksInLoss(quote, other, fees));
}

/**
 * Where a new quote of one side goes, and how high a standing one may be, before orders of ours cap it; `null` where there is no such price.
 * Inventory moves only the side that adds to it away; the side that takes it off, at most up to its limit.
 */
function targetOf(context: SideContext, outcome: Outcome): QuoteTarget | null {
  const { view, config, pricing, unpaired, taking } = context;
  if (taking?.outcome === outcome) return null;
  const asks = view.book[outcome].asks;
  const belowAsk = asks.length === 0 ? TICKS_PER_PUSD : (asks[0] as PriceTicks) - view.tickSizeTicks;
  const held = heldOtherTicks(outcome, view.holdings, unpaired);
  const limitTicks = Math.min(pricing.limitTicks[outcome], held === null ? TICKS_PER_PUSD : capOf(held));
  // A half of a pair is worth more to us than a new start: where one waits, this side gives no buffer away.
  const completes = ownMicro(unpaired[oppositeOutcome(outcome)]) > 0;
  const wanted =
    pricing.limitTicks[outcome] - (completes ? 0 : config.requoteBufferTicks) - skewTicks(context, outcome);
  const priceTicks = Math.min(wanted, limitTicks, belowAsk);
  return priceTicks < view.tickSizeTicks ? null : { priceTicks, limitTicks };
}

/** How far a side backs off for what is held of it: the full skew at the inventory's limit; below 0 for the side that takes it off. */
function skewTicks({ view, config }: SideContext, outcome: Outcome): PriceTicks {
  if (config.maxInventoryMicro === 0) return 0;
  const share = excessMicro(outcome, view.holdings) / config.maxInventoryMicro;
  return Math.ceil(config.maxSkewTicks * Math.max(-1, Math.min(1, share)));
}

/** The highest price that loses with no order of ours: with what stays, and with what is about to leave. */
function capByOrders(
  { view, fees, taking }: SideContext,
  outcome: Outcome,
  kept: Readonly<Record<Outcome, OwnOrder | null>>,
): { readonly firm: PriceTicks; readonly leaving: PriceTicks } {
  let firm: PriceTicks = TICKS_PER_PUSD;
  let leaving: PriceTicks = TICKS_PER_PUSD;
  if (taking !== null && taking.outcome !== outcome) firm = capOf(taking.costTicks);
  for (const order of view.orders) {
    const other = otherHalfTicks(order, outcome, fees);
    if (other === null) continue;
    const leaves = order.strategy === MARKET_MAKER && order.postOnly && order !== kept[order.outcome];
    // Of an unknown order nobody knows when it is gone: it is no use waiting.
    if (leaves && order.status !== 'unknown') leaving = Math.min(leaving, capOf(other));
    else firm = Math.min(firm, capOf(other));
  }
  return { firm, leaving };
}

/**
 * Shares of a new quote: the configured order, as far as inventory and money reach; `null` below the venue's minimum. Orders of this
 * strategy on the same side are gone before it is placed, all others may fill besides it.
 */
function sizeOf(context: SideContext, outcome: Outcome, priceTicks: PriceTicks, stakeMicro: number): SizeMicro | null {
  const { view, config } = context;
  const roomMicro = config.maxInventoryMicro - worstExcess(context, outcome, outcome);
  const affordableMicro = Math.floor((stakeMicro * TICKS_PER_PUSD) / priceTicks);
  const sizeMicro = floorToStep(Math.min(config.orderSizeMicro, roomMicro, affordableMicro, MAX_SIZE_MICRO));
  return sizeMicro > 0 && sizeMicro >= view.market.minSizeMicro ? sizeMicro : null;
}

/** The excess of `outcome` if all that adds to it fills and nothing else does; without our own quotes on `replaced`. */
function worstExcess({ view }: SideContext, outcome: Outcome, replaced: Outcome | null): SizeMicro {
  let worst = excessMicro(outcome, view.holdings);
  for (const order of view.orders) {
    if (!addsTo(outcome, order)) continue;
    const isReplaced = order.outcome === replaced && order.side === 'buy' && order.strategy === MARKET_MAKER;
    if (!(isReplaced && order.postOnly)) worst += order.remainingMicro;
  }
  return worst;
}

function toGrid(priceTicks: PriceTicks, tickSizeTicks: PriceTicks): PriceTicks | null {
  const price = Math.floor(priceTicks / tickSizeTicks) * tickSizeTicks;
  return price >= tickSizeTicks && price <= TICKS_PER_PUSD - tickSizeTicks ? price : null;
}
