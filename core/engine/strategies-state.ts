/**
 * What the strategies remember over windows: part of the durable state, changed by recorded facts alone (matches, marks, results, calls),
 * so that recovery and replay leave the same.
 */
import type { Outcome } from '../model/window.ts';
import { matchesInOrder } from '../portfolio/window-book.ts';
import { type AccuracyState, NO_ACCURACY, scoreWindow } from '../strategy/directional/accuracy.ts';
import {
  createMarketMakerState,
  type EndedWindow,
  type MarketMakerState,
  noteFills,
  noteShadowWindowEnded,
  noteWindowEnded,
  type StopChange,
} from '../strategy/market-maker/market-maker-state.ts';
import { MARKET_MAKER } from '../strategy/market-maker/plan-sides.ts';
import type { WindowFill } from '../strategy/market-maker/unpaired-lots.ts';
import { raise } from './pending.ts';
import type { DurableState, EngineState, WindowState } from './state.ts';

export interface StrategiesState {
  accuracy: AccuracyState;
  marketMaker: MarketMakerState;
}

/** Millionths of a pUSD in one tick of a price. */
const MICRO_PER_TICK = 100;
/** Places of the marks at the fill and 30 s later among `MARK_HORIZONS_MS`. */
const AT_FILL = 0;
const AFTER_30_S = 3;

/** Strategies that have done nothing. */
export function createStrategies(): StrategiesState {
  return { accuracy: NO_ACCURACY, marketMaker: createMarketMakerState() };
}

/** The matches of a window have changed, or their marks: what waits for its other half follows. */
export function noteWindowFills({ strategies }: DurableState, window: WindowState): void {
  if (window.resolved === null) noteFills(strategies.marketMaker, window.window.startMs, fillsOf(window));
}

/** A window has its result: calls are scored, and quoting is judged. */
export function noteWindowOutcome(state: EngineState, window: WindowState, winner: Outcome): void {
  const { strategies, config, nowMs } = state.durable;
  const { startMs } = window.window;
  const before = strategies.accuracy;
  strategies.accuracy = scoreWindow(before, startMs, winner, config.directional.pause);
  if ((before.pausedSinceMs === null) !== (strategies.accuracy.pausedSinceMs === null)) {
    const paused = strategies.accuracy.pausedSinceMs !== null;
    const words = paused ? 'pauses: its calls win less often than their prices need' : 'goes on: its calls win again';
    raise(
      state,
      'warning',
      paused ? 'directional-paused' : 'directional-resumed',
      `The directional strategy ${words}.`,
    );
  }
  const ended: EndedWindow = { windowStartMs: startMs, endedMs: nowMs, fills: fillsOf(window), winner };
  tellStop(state, noteWindowEnded(strategies.marketMaker, ended, config.marketMaker));
}

/** What quotes that were not sent would have come to, while quoting is stopped. */
export function noteShadowWindow(state: EngineState, ended: EndedWindow): void {
  const { strategies, config } = state.durable;
  tellStop(state, noteShadowWindowEnded(strategies.marketMaker, ended, config.marketMaker));
}

function tellStop(state: EngineState, change: StopChange): void {
  if (change === null) return;
  const words =
    change === 'stopped' ? 'stops quoting: halves stay alone more often than pairs can pay for' : 'quotes again';
  raise(state, 'warning', `market-maker-${change}`, `The market maker ${words}.`);
}

/** All matches of a window that stand, oldest first, as the market maker reads them. */
function fillsOf({ matches, attributions }: WindowState): WindowFill[] {
  return matchesInOrder(matches)
    .filter(([, { settlement }]) => settlement !== 'failed')
    .map(([key, match]) => ({ match, mine: attributions[key] }))
    .map(({ match, mine }) => ({
      own: mine?.strategy === MARKET_MAKER,
      outcome: match.outcome,
      side: match.side,
      priceTicks: match.priceTicks,
      sizeMicro: match.sizeMicro,
      feeMicro: match.feeMicro,
      fairTicks: ticksOf(mine?.marksMicro[AT_FILL]),
      markTicks: ticksOf(mine?.marksMicro[AFTER_30_S]),
    }));
}

function ticksOf(markMicro: number | undefined): number | null {
  return markMicro === undefined ? null : markMicro / MICRO_PER_TICK;
}
