/** Builders of what the market maker sees: a believable moment two minutes before the end, with only what a test is about spelled out. */
import { DEFAULT_MARKET_MAKER, type MarketMakerConfig } from '../../../../core/config/market-maker-config.ts';
import type { FairValue } from '../../../../core/model/fair-value.ts';
import type { ClientOrderId, StrategyId } from '../../../../core/model/identifiers.ts';
import { ok } from '../../../../core/model/result.ts';
import type { Outcome } from '../../../../core/model/window.ts';
import type { WindowFill } from '../../../../core/strategy/market-maker/unpaired-lots.ts';
import type { OutcomeBook, OwnOrder, StrategyView } from '../../../../core/strategy/view.ts';
import { aMarket, UNIT, WINDOW_MS, WINDOW_START_MS } from '../../../support/builders.ts';

/** The moment of the default view: 200 s before the end. */
export const NOW_MS = WINDOW_START_MS + 100_000;

export function aFairValue(upProbability = 0.5, more: Partial<FairValue> = {}): FairValue {
  return {
    phase: 'known',
    upProbability,
    lowProbability: Math.max(0, upProbability - 0.01),
    highProbability: Math.min(1, upProbability + 0.01),
    secondsLeft: 200,
    sigmaPerRootSecond: 5e-5,
    varianceSeconds: 160,
    pricedAtMs: NOW_MS - 1_000,
    ...more,
  };
}

/** A joint book: the same levels as either outcome sees them. `[ticks, shares, …]` of Up, best first. */
export function aJointBook(bids: readonly number[], asks: readonly number[]): Record<Outcome, OutcomeBook> {
  const micro = (levels: readonly number[]) => levels.map((value, at) => (at % 2 === 0 ? value : value * UNIT));
  const mirrored = (levels: readonly number[]) =>
    levels.map((value, at) => (at % 2 === 0 ? 10_000 - value : value * UNIT));
  return {
    up: { bids: micro(bids), asks: micro(asks) },
    down: { bids: mirrored(asks), asks: mirrored(bids) },
  };
}

/** Two hundred shares at 0.49 and 0.51, no position, no order, fast feeds. */
export function aView(more: Partial<StrategyView> = {}): StrategyView {
  return {
    nowMs: NOW_MS,
    window: { startMs: WINDOW_START_MS, endMs: WINDOW_START_MS + WINDOW_MS },
    market: aMarket(),
    tickSizeTicks: 100,
    takerDelayMs: 250,
    book: aJointBook([4_900, 200], [5_100, 200]),
    lastTradeTicks: null,
    fairValue: ok(aFairValue()),
    holdings: { up: { sizeMicro: 0, costMicro: 0 }, down: { sizeMicro: 0, costMicro: 0 } },
    orders: [],
    ordersSent: 0,
    equityMicro: 1_000 * UNIT,
    stakeMicro: 400 * UNIT,
    feedDelayMs: 100,
    cancelDelayMs: 100,
    ...more,
  };
}

/** Holdings by shares and what a share has cost. */
export function held(outcome: Outcome, shares: number, costTicks: number): StrategyView['holdings'] {
  const none = { sizeMicro: 0, costMicro: 0 };
  const some = { sizeMicro: shares * UNIT, costMicro: shares * costTicks * 100 };
  return outcome === 'up' ? { up: some, down: none } : { up: none, down: some };
}

/** A resting bid of the market maker for five shares, two seconds old. */
export function aQuote(outcome: Outcome, priceTicks: number, more: Partial<OwnOrder> = {}): OwnOrder {
  return {
    clientOrderId: `${outcome}-${priceTicks}` as ClientOrderId,
    strategy: 'market-maker' as StrategyId,
    outcome,
    side: 'buy',
    priceTicks,
    remainingMicro: 5 * UNIT,
    status: 'resting',
    postOnly: true,
    createdMs: NOW_MS - 2_000,
    ...more,
  };
}

export function aFill(outcome: Outcome, priceTicks: number, shares = 5, more: Partial<WindowFill> = {}): WindowFill {
  return {
    own: true,
    outcome,
    side: 'buy',
    priceTicks,
    sizeMicro: shares * UNIT,
    feeMicro: 0,
    fairTicks: null,
    markTicks: null,
    ...more,
  };
}

/** The defaults without what moves a quote from its half-spread: no adverse selection, no buffer. */
export function aMaker(more: Partial<MarketMakerConfig> = {}): MarketMakerConfig {
  return { ...DEFAULT_MARKET_MAKER, adverseSelectionTicks: 0, requoteBufferTicks: 0, ...more };
}
