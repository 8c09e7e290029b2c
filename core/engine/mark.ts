/**
 * What a share is worth at this moment, by the one rule that markouts use: the middle of the joint book. Where one token's message is
 * newer than the other's the middle of the two still lies between the old and the new price, so it counts; a book with one side says
 * nothing. Integers, so that every replay takes the same marks.
 */
import { jointView } from '../market-data/joint-book.ts';
import { MICRO_PER_UNIT, type MoneyMicro } from '../model/money.ts';
import type { Outcome } from '../model/window.ts';
import { markOfPrice } from '../portfolio/markout.ts';
import type { EngineState, WindowState } from './state.ts';

/** Millionths of a pUSD for a share of `outcome`, or `null` when nobody can say, as after the window's end. */
export function markOf({ market, durable }: EngineState, state: WindowState, outcome: Outcome): MoneyMicro | null {
  if (state.market === null || durable.nowMs >= state.window.endMs) return null;
  const up = market.books[state.market.tokens.up];
  const down = market.books[state.market.tokens.down];
  if (up === undefined || down === undefined || up.status !== 'live' || down.status !== 'live') return null;
  const { midTwiceTicks } = jointView(up, down);
  if (midTwiceTicks === null) return null;
  const upMicro = markOfPrice(midTwiceTicks) / 2;
  return outcome === 'up' ? upMicro : MICRO_PER_UNIT - upMicro;
}
