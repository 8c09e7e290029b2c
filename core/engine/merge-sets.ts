/** Complete sets into money: asked of the runner, and in simulated execution a matter of time. */
import type { Market } from '../model/market.ts';
import type { SizeMicro } from '../model/money.ts';
import { SECOND_MS } from '../model/time.ts';
import { MERGE_TIMER_PREFIX } from './apply-account.ts';
import { type DecideContext, emit } from './decide-context.ts';
import type { WindowState } from './state.ts';

/** In simulated execution a merge takes as long as a transaction of a few blocks through the relayer. */
const SIMULATED_MERGE_MS = 10 * SECOND_MS;

/** Asks for a merge. The caller has seen to it that none is under way for this market, and that so many sets are held. */
export function mergeSets(context: DecideContext, window: WindowState, market: Market, sizeMicro: SizeMicro): void {
  const { conditionId } = market;
  const { durable } = context.state;
  emit(context, { type: 'merge-complete-sets', windowStartMs: window.window.startMs, conditionId, sizeMicro });
  if (durable.config.execution !== 'simulated') return;
  const key = `${MERGE_TIMER_PREFIX}${conditionId}`;
  const generation = durable.timerGeneration + 1;
  emit(context, { type: 'schedule-timer', key, dueMs: context.nowMs + SIMULATED_MERGE_MS, generation });
}
