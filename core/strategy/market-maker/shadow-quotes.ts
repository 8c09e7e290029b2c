/**
 * Quotes that are not sent: what the market maker would have done, scored on the same books. While quoting is stopped this is how it finds
 * out that it may go on. A shadow quote counts as filled, whole, when others offer at its price or below: the fills of a quote that the
 * price runs through, which are the ones that stay alone. Those that a patient seller would have made are not seen, so the score errs on
 * the hard side.
 */
import type { MarketMakerConfig } from '../../config/market-maker-config.ts';
import type { ClientOrderId } from '../../model/identifiers.ts';
import { costRoundedUp } from '../../model/money.ts';
import { type PriceTicks, TICKS_PER_PUSD } from '../../model/price.ts';
import { SECOND_MS, type UnixMs } from '../../model/time.ts';
import type { Outcome } from '../../model/window.ts';
import type { Holding, OwnOrder, StrategyView } from '../view.ts';
import { decideMarketMaker } from './decide-market-maker.ts';
import { createMarketMakerState, type MarketMakerState, noteFills } from './market-maker-state.ts';
import { MARKET_MAKER } from './plan-sides.ts';
import type { WindowFill } from './unpaired-lots.ts';

/** A fill is marked so long after it: what the price knew at the fill has shown by then. */
const MARK_AFTER_MS = 30 * SECOND_MS;

interface ShadowQuote {
  readonly order: OwnOrder;
  /** It stands from here on, and is gone from there on. */
  readonly liveFromMs: UnixMs;
  goneAtMs: UnixMs | null;
}

interface ShadowFill {
  fill: WindowFill;
  readonly atMs: UnixMs;
}

/** The shadow of one window: plain data, forgotten with the scratch of the engine. */
export interface ShadowWindow {
  quotes: ShadowQuote[];
  fills: ShadowFill[];
  sent: number;
}

/** A window in which nothing was shadowed yet. */
export function createShadowWindow(): ShadowWindow {
  return { quotes: [], fills: [], sent: 0 };
}

/** What the shadow's fills were so far, oldest first: for `noteShadowWindowEnded`. */
export function shadowFills({ fills }: ShadowWindow): WindowFill[] {
  return fills.map(({ fill }) => fill);
}

/** Moves the shadow to the present view, in place: fills what was run through, marks old fills, quotes again. */
export function stepShadow(
  shadow: ShadowWindow,
  view: StrategyView,
  config: MarketMakerConfig,
  state: MarketMakerState,
): void {
  const { nowMs } = view;
  markFills(shadow, view);
  fillQuotes(shadow, view);
  shadow.quotes = shadow.quotes.filter(({ goneAtMs }) => goneAtMs === null || nowMs < goneAtMs);
  const orders = shadow.quotes.map(
    ({ order, goneAtMs }): OwnOrder => (goneAtMs === null ? order : { ...order, status: 'cancel-pending' }),
  );
  const own = createMarketMakerState();
  own.adverse = state.adverse;
  noteFills(own, view.window.startMs, shadowFills(shadow));
  const { quotes } = decideMarketMaker({ ...view, orders, holdings: holdingsOf(shadow) }, config, own);
  const delayMs = Math.max(0, view.cancelDelayMs);
  for (const quote of shadow.quotes) {
    const { outcome, priceTicks } = quote.order;
    const named = quotes.some((other) => other.outcome === outcome && other.priceTicks === priceTicks);
    if (!named) quote.goneAtMs ??= nowMs + delayMs;
  }
  for (const { outcome, priceTicks, sizeMicro } of quotes) {
    if (shadow.quotes.some(({ order }) => order.outcome === outcome)) continue;
    shadow.sent += 1;
    const order: OwnOrder = {
      clientOrderId: `shadow-${shadow.sent}` as ClientOrderId,
      strategy: MARKET_MAKER,
      outcome,
      side: 'buy',
      priceTicks,
      remainingMicro: sizeMicro,
      status: 'resting',
      postOnly: true,
      createdMs: nowMs,
    };
    shadow.quotes.push({ order, liveFromMs: nowMs + delayMs, goneAtMs: null });
  }
}

function fillQuotes(shadow: ShadowWindow, view: StrategyView): void {
  shadow.quotes = shadow.quotes.filter(({ order, liveFromMs }) => {
    const ask = view.book[order.outcome].asks[0];
    if (ask === undefined || ask > order.priceTicks || view.nowMs < liveFromMs) return true;
    const { outcome, priceTicks, remainingMicro: sizeMicro } = order;
    const fairTicks = fairTicksOf(view, outcome);
    shadow.fills.push({
      atMs: view.nowMs,
      fill: { own: true, outcome, side: 'buy', priceTicks, sizeMicro, feeMicro: 0, fairTicks, markTicks: null },
    });
    return false;
  });
}

function markFills(shadow: ShadowWindow, view: StrategyView): void {
  for (const entry of shadow.fills) {
    if (entry.fill.markTicks !== null || view.nowMs - entry.atMs < MARK_AFTER_MS) continue;
    entry.fill = { ...entry.fill, markTicks: fairTicksOf(view, entry.fill.outcome) };
  }
}

function fairTicksOf({ fairValue }: StrategyView, outcome: Outcome): PriceTicks | null {
  if (!fairValue.ok || !Number.isFinite(fairValue.value.upProbability)) return null;
  const { upProbability: up } = fairValue.value;
  return (outcome === 'up' ? up : 1 - up) * TICKS_PER_PUSD;
}

function holdingsOf({ fills }: ShadowWindow): Record<Outcome, Holding> {
  const held = { up: { sizeMicro: 0, costMicro: 0 }, down: { sizeMicro: 0, costMicro: 0 } };
  for (const { fill } of fills) {
    held[fill.outcome].sizeMicro += fill.sizeMicro;
    held[fill.outcome].costMicro += costRoundedUp(fill.priceTicks, fill.sizeMicro);
  }
  return held;
}
