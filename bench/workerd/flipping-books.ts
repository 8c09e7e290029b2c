/**
 * A market channel whose books move by four cents every so often, and not otherwise: each move makes the market maker take its two
 * quotes away, so that there are enough intents to measure. The spread of eight cents lets no quote be crossed: nothing fills.
 */
import { complementTicks } from '../../core/model/price.ts';
import type { Outcome } from '../../core/model/window.ts';
import type { LevelChange } from '../../core/simulation/book-activity.ts';
import { bookMessage, priceChangeMessage } from '../../embedded-venue/clob-market-messages.ts';
import { createClobSubscriptions } from '../../embedded-venue/clob-subscriptions.ts';
import type { VenueFeed } from '../../embedded-venue/connection.ts';
import type { MarketDirectory, ShownBook, VenueMarket } from '../../embedded-venue/venue-market.ts';

/** A side is quoted again once a second at most: each move then finds one of ours too high. */
const FLIP_EVERY_MS = 500;
const LEVELS = 20;
const CENT = 100;
const SIZE_MICRO = 500_000_000;
const OUTCOMES: readonly Outcome[] = ['up', 'down'];

/** Best bids of the two states, on the Up axis. */
const BEST_BIDS = [4_600, 5_000] as const;
const SPREAD = 800;

export function createFlippingBooks(path: string, directory: MarketDirectory): VenueFeed {
  const subscriptions = createClobSubscriptions();
  let nowMs = 0;
  let state: 0 | 1 = 0;
  let flippedMs = 0;
  return {
    path,
    onConnect: (connection) => subscriptions.open(connection),
    onClose: (connection) => subscriptions.close(connection),
    onMessage(connection, frame) {
      const added = subscriptions.handle(connection, frame) ?? [];
      const dump = added.flatMap((tokenId) => {
        const market = directory.byToken(tokenId, nowMs);
        if (market === null) return [];
        const outcome: Outcome = market.tokens.up === tokenId ? 'up' : 'down';
        return [bookMessage(market, outcome, bookOf(state, outcome), nowMs)];
      });
      if (dump.length > 0) connection.send(JSON.stringify(dump));
    },
    advanceTo(toMs) {
      nowMs = toMs;
      if (toMs - flippedMs < FLIP_EVERY_MS) return;
      flippedMs = toMs;
      state = state === 0 ? 1 : 0;
      const changes = changesTo(state);
      const bestBidTicks = BEST_BIDS[state];
      const touch = { bestBidTicks, bestAskTicks: bestBidTicks + SPREAD };
      for (const { connection, tokens } of subscriptions.clients.values()) {
        const markets = new Set<VenueMarket>();
        for (const tokenId of tokens) {
          const market = directory.byToken(tokenId, nowMs);
          if (market !== null) markets.add(market);
        }
        for (const market of markets) {
          const outcomes = OUTCOMES.filter((outcome) => tokens.has(market.tokens[outcome]));
          connection.send(JSON.stringify(priceChangeMessage(market, outcomes, changes, touch, nowMs)));
        }
      }
    },
  };
}

/** The ladder of one token, best first. */
function bookOf(state: 0 | 1, outcome: Outcome): ShownBook {
  const bids: number[] = [];
  const asks: number[] = [];
  for (let level = 0; level < LEVELS; level++) {
    bids.push(BEST_BIDS[state] - level * CENT, SIZE_MICRO);
    asks.push(BEST_BIDS[state] + SPREAD + level * CENT, SIZE_MICRO);
  }
  const shown = { tickSizeTicks: CENT, lastTradeTicks: null };
  return outcome === 'up' ? { bids, asks, ...shown } : { bids: mirrored(asks), asks: mirrored(bids), ...shown };
}

function mirrored(flat: readonly number[]): number[] {
  return flat.map((value, index) => (index % 2 === 0 ? complementTicks(value) : value));
}

/** Levels that have to change on the way to a state: four on each side. */
function changesTo(state: 0 | 1): LevelChange[] {
  const [low, high] = BEST_BIDS;
  const upwards = state === 1;
  const changes: LevelChange[] = [];
  for (let ticks = low + CENT; ticks <= high; ticks += CENT) {
    changes.push({ side: 'bid', priceTicks: ticks, sizeMicro: upwards ? SIZE_MICRO : 0 });
  }
  for (let ticks = low + SPREAD; ticks < high + SPREAD; ticks += CENT) {
    changes.push({ side: 'ask', priceTicks: ticks, sizeMicro: upwards ? 0 : SIZE_MICRO });
  }
  return changes;
}
