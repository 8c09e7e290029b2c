/** A whole window as the directional strategy sees it, with only what a test is about spelled out. */
import { DEFAULT_DIRECTIONAL_CONFIG, type DirectionalConfig } from '../../../../core/config/directional-config.ts';
import type { FairValue } from '../../../../core/model/fair-value.ts';
import type { ClientOrderId, StrategyId } from '../../../../core/model/identifiers.ts';
import { ok } from '../../../../core/model/result.ts';
import { NO_ACCURACY } from '../../../../core/strategy/directional/accuracy.ts';
import type { DirectionalState, DirectionalView } from '../../../../core/strategy/directional/decide-directional.ts';
import type { OwnOrder } from '../../../../core/strategy/view.ts';
import { aMarket, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';

export const DIRECTIONAL = 'directional' as StrategyId;
export const MARKET_MAKER = 'market-maker' as StrategyId;
export const END_MS = WINDOW_START_MS + WINDOW_MS;

/** The defaults with the whole weight on the model: what the market thinks moves nothing. */
export function aDirectionalConfig(more: Partial<DirectionalConfig> = {}): DirectionalConfig {
  return { ...DEFAULT_DIRECTIONAL_CONFIG, modelWeightPpm: 1_000_000, ...more };
}

/** A fair value of `up`, with an error bar of two points to each side. */
export function aFairValue(up: number, more: Partial<FairValue> = {}): FairValue {
  return {
    phase: 'known',
    upProbability: up,
    lowProbability: Math.max(0, up - 0.02),
    highProbability: Math.min(1, up + 0.02),
    secondsLeft: 100,
    sigmaPerRootSecond: 0.00005,
    varianceSeconds: 60,
    pricedAtMs: END_MS - 100_000,
    ...more,
  };
}

/** Both outcomes' books from bids and asks on the Up axis, `[ticks, shares, …]`. */
export function aBookPair(bids: readonly number[], asks: readonly number[]): DirectionalView['book'] {
  const sized = (levels: readonly number[]) => levels.map((value, index) => (index % 2 === 0 ? value : value * UNIT));
  const mirrored = (levels: readonly number[]) =>
    levels.map((value, index) => (index % 2 === 0 ? 10_000 - value : value * UNIT));
  return { up: { bids: sized(bids), asks: sized(asks) }, down: { bids: mirrored(asks), asks: mirrored(bids) } };
}

/** 100 s before the end, at 0.69 to 0.71, 1,000 pUSD. */
export function aDirectionalView(
  more: Partial<DirectionalView> & { readonly up?: number; readonly msToEnd?: number } = {},
): DirectionalView {
  const { up = 0.8, msToEnd = 100_000, ...rest } = more;
  const market = rest.market ?? aMarket();
  return {
    nowMs: END_MS - msToEnd,
    strategy: DIRECTIONAL,
    window: market.window,
    market,
    tickSizeTicks: market.tickSizeTicks,
    takerDelayMs: 250,
    book: aBookPair([6_900, 1_000, 6_800, 1_000], [7_100, 1_000, 7_200, 1_000]),
    lastTradeTicks: null,
    fairValue: ok(aFairValue(up, { secondsLeft: msToEnd / 1_000 })),
    holdings: { up: { sizeMicro: 0, costMicro: 0 }, down: { sizeMicro: 0, costMicro: 0 } },
    orders: [],
    ordersSent: 0,
    filledOrders: 0,
    equityMicro: 1_000 * UNIT,
    stakeMicro: 600 * UNIT,
    feedDelayMs: 200,
    cancelDelayMs: 100,
    ...rest,
  };
}

/** Nothing seen and nothing scored yet. */
export const FRESH: DirectionalState = { scratch: null, accuracy: NO_ACCURACY };

/** A resting bid of the directional strategy for 10 Up shares at 0.70. */
export function anOwnOrder(more: Partial<OwnOrder> = {}): OwnOrder {
  return {
    clientOrderId: 'own-1' as ClientOrderId,
    strategy: DIRECTIONAL,
    outcome: 'up',
    side: 'buy',
    priceTicks: 7_000,
    remainingMicro: 10 * UNIT,
    status: 'resting',
    postOnly: true,
    createdMs: WINDOW_START_MS,
    ...more,
  };
}
