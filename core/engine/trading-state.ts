/** The trading state in force: the strictest of all restrictions. Active means that there is none. */
import type { TradingMode } from './outputs.ts';
import type { DurableState, Restriction } from './state.ts';

/** Restrictions of the runner's own carry its reason behind this. */
export const RUNNER_RESTRICTION_PREFIX = 'runner:';

/** Reasons that only facts lift: a person's word changes neither a clock nor a link. */
const LIFTED_BY_FACTS: readonly string[] = ['clock', 'runner-lost', 'not-reconciled', 'venue-mode'];

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

/** True when that reason restricts trading now. */
export function isRestricted(durable: DurableState, reason: string): boolean {
  return durable.restrictions.some((restriction) => restriction.reason === reason);
}

/** True for a restriction that a person's resume ends. */
export function isLiftedByPerson(reason: string): boolean {
  return !LIFTED_BY_FACTS.includes(reason) && !reason.startsWith(RUNNER_RESTRICTION_PREFIX);
}
