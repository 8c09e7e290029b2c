/**
 * What a restart forgets, as a pure function: everything that hung on a connection or on decisions that were not recorded.
 * The shell calls it at boot, the replayer at the same record, so that both go on from the same state.
 */
import { createFeedHealth } from '../market-data/feed-health.ts';
import { clearBook, createBook } from '../market-data/order-book.ts';
import { createScratch, type EngineState } from './state.ts';

/** Forgets books and feed ages (the sockets are gone) and all scratch (recovery never decides). Durable state stays. */
export function restart(state: EngineState): void {
  const { books } = state.market;
  for (const book of Object.values(books)) clearBook(book);
  // A checkpoint keeps that we listen to a market, not its books.
  for (const { subscribed, market } of Object.values(state.durable.windows)) {
    if (!subscribed || market === null) continue;
    for (const tokenId of [market.tokens.up, market.tokens.down]) books[tokenId] ??= createBook(tokenId);
  }
  state.market.health = createFeedHealth();
  state.market.recovered = false;
  const { decisions } = state.scratch;
  state.scratch = createScratch();
  state.scratch.decisions = decisions;
}
