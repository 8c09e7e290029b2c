/** The trading state in force: the strictest of all restrictions. Active means that there is none. */
import type { TradingMode } from './outputs.ts';
import type { DurableState, Restriction } from './state.ts';

/** The strictest restriction, or `null` when trading is active. */
export function strictestRestriction(durable: DurableState): Restriction | null {
  let strictest: Restriction | null = null;
  for (const restriction of durable.restrictions) {
    if (strictest === null || (strictest.mode === 'reducing' && restriction.mode === 'halted')) strictest = restriction;
  }
  return strictest;
}

/** active, reducing or halted. */
export function tradingMode(durable: DurableState): TradingMode {
  return strictestRestriction(durable)?.mode ?? 'active';
}
