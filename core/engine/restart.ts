/**
 * What a restart forgets, as a pure function: everything that hung on a connection or on decisions that were not recorded.
 * The shell calls it at boot, the replayer at the same record, so that both go on from the same state.
 */
import { createFeedHealth } from '../market-data/feed-health.ts';
import { clearBook } from '../market-data/order-book.ts';
import { createScratch, type EngineState } from './state.ts';

/** Forgets books and feed ages (the sockets are gone) and all scratch (recovery never decides). Durable state stays. */
export function restart(state: EngineState): void {
  for (const book of Object.values(state.market.books)) clearBook(book);
  state.market.health = createFeedHealth();
  state.market.recovered = false;
  const { decisions } = state.scratch;
  state.scratch = createScratch();
  state.scratch.decisions = decisions;
}
