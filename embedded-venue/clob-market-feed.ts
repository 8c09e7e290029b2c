/**
 * The CLOB market channel, `/clob/ws/market`: initial books, changes, trades, tick sizes, and behind the custom flag the touch and
 * the announcements. Frames are single objects, but for the initial books, which come as an array. Source: CLOB market channel docs
 * and recorded frames, venue notes of 2026-11-23 §5.1.
 */
import { assertNever } from '../core/model/errors.ts';
import { complementTicks } from '../core/model/price.ts';
import type { UnixMs } from '../core/model/time.ts';
import type { Outcome } from '../core/model/window.ts';
import type { BookActivity, BookShown, LevelsChanged } from '../core/simulation/book-activity.ts';
import { createActivityConflation } from './activity-conflation.ts';
import {
  bestBidAskMessage,
  bookMessage,
  lastTradeMessage,
  marketResolvedMessage,
  newMarketMessage,
  priceChangeMessage,
  type Touch,
  tickSizeChangeMessage,
} from './clob-market-messages.ts';
import { createClobSubscriptions, type MarketClient } from './clob-subscriptions.ts';
import type { VenueFeed } from './connection.ts';
import { LISTED_AHEAD_MS, type MarketDirectory, type ShownBook, type VenueMarket } from './venue-market.ts';

/** The books that the channel shows. */
export interface BookSource {
  /** What happened up to `nowMs`, in time order. */
  advanceTo(nowMs: UnixMs): BookActivity[];
  bookOf(windowStartMs: UnixMs, outcome: Outcome): ShownBook;
}

export interface ClobMarketFeedOptions {
  readonly path: string;
  readonly directory: MarketDirectory;
  readonly books: BookSource;
  /** The market of the window that starts then. */
  readonly marketAt: (windowStartMs: UnixMs, nowMs: UnixMs) => VenueMarket | null;
  /** Simulated over wall time: from a few times on, activity is thinned so that one client gets at most ~800 frames a second. */
  readonly speed: number;
  /** Frames of a recording, passed on as they are to who listens to a token in them. */
  readonly recorded?: RecordedFrames;
}

export interface RecordedFrames {
  /** Frames that came up to `nowMs` and were not taken yet. */
  take(nowMs: UnixMs): readonly { readonly tokenIds: readonly string[]; readonly frame: string }[];
}

const OUTCOMES: readonly Outcome[] = ['up', 'down'];
/** Up to this speed every message goes out: about a hundred a second at speed 1. */
const UNTHINNED_SPEED = 5;
/** Beyond it one batch of at most some fifteen messages this often, in wall milliseconds. */
const BATCH_WALL_MS = 25;
/** Results come within two minutes of a window's end. */
const RESOLUTION_HORIZON_MS = 120_000;

interface WindowView {
  /** The touch that was last told. */
  touch: Touch;
}

/** The market channel over books and a directory of markets. */
export function createClobMarketFeed(options: ClobMarketFeedOptions): VenueFeed {
  const { directory, books } = options;
  const subscriptions = createClobSubscriptions();
  const conflation = createActivityConflation(options.speed <= UNTHINNED_SPEED ? 0 : options.speed * BATCH_WALL_MS);
  const views = new Map<UnixMs, WindowView>();
  let nowMs = Number.NaN;
  let sequence = 0;

  const listeners = (market: VenueMarket): MarketClient[] =>
    [...subscriptions.clients.values()].filter(
      (client) => client.tokens.has(market.tokens.up) || client.tokens.has(market.tokens.down),
    );

  const publish = (happened: BookActivity): void => {
    const market = options.marketAt(happened.windowStartMs, nowMs);
    if (market === null) return;
    const clients = listeners(market);
    if (clients.length === 0) return;
    const touch = touchAfter(happened);
    const touchMoved = touch !== null && moveTouch(views, happened.windowStartMs, touch);
    for (const client of clients) {
      const outcomes = OUTCOMES.filter((outcome) => client.tokens.has(market.tokens[outcome]));
      for (const message of messagesOf(market, outcomes, happened, sequence)) client.connection.send(message);
      if (!client.custom || !touchMoved) continue;
      for (const outcome of outcomes) {
        client.connection.send(JSON.stringify(bestBidAskMessage(market, outcome, touch, happened.atMs)));
      }
    }
    sequence++;
  };

  return {
    path: options.path,
    onConnect: (connection) => subscriptions.open(connection),
    onClose: (connection) => subscriptions.close(connection),
    onMessage: (connection, frame) => {
      const added = subscriptions.handle(connection, frame);
      if (added === null || Number.isNaN(nowMs)) return;
      const dump = added.flatMap((tokenId) => dumpOf(directory, books, tokenId, nowMs));
      connection.send(JSON.stringify(dump));
    },
    advanceTo: (toMs) => {
      const fromMs = Number.isNaN(nowMs) ? toMs : nowMs;
      nowMs = Math.max(fromMs, toMs);
      for (const happened of conflation.take(books.advanceTo(nowMs), nowMs)) publish(happened);
      for (const { tokenIds, frame } of options.recorded?.take(nowMs) ?? []) {
        for (const client of subscriptions.clients.values()) {
          if (tokenIds.some((tokenId) => client.tokens.has(tokenId))) client.connection.send(frame);
        }
      }
      if (nowMs > fromMs) announce(directory, subscriptions.clients.values(), fromMs, nowMs);
      for (const startMs of views.keys()) if (startMs < nowMs - LISTED_AHEAD_MS) views.delete(startMs);
    },
  };
}

/** Tells who asked for it which markets were resolved and which were listed in (fromMs, toMs]. */
function announce(directory: MarketDirectory, clients: Iterable<MarketClient>, fromMs: UnixMs, toMs: UnixMs): void {
  const custom = [...clients].filter((client) => client.custom);
  if (custom.length === 0) return;
  const send = (message: object): void => {
    const frame = JSON.stringify(message);
    for (const client of custom) client.connection.send(frame);
  };
  for (const market of directory.endingBetween(fromMs - RESOLUTION_HORIZON_MS, toMs, toMs)) {
    const { resolvedMs } = market.schedule;
    const { outcome } = directory.publishedResult(market, toMs);
    if (resolvedMs > fromMs && resolvedMs <= toMs && outcome !== null) {
      send(marketResolvedMessage(market, outcome, resolvedMs));
    }
  }
  for (const market of directory.endingBetween(fromMs + LISTED_AHEAD_MS, toMs + 2 * LISTED_AHEAD_MS, toMs)) {
    const { listedMs } = market.schedule;
    if (listedMs > fromMs && listedMs <= toMs) send(newMarketMessage(market, listedMs));
  }
}

/** The books of a client's new token; nothing for a token of no market. */
function dumpOf(directory: MarketDirectory, books: BookSource, tokenId: string, nowMs: UnixMs): object[] {
  const market = directory.byToken(tokenId, nowMs);
  if (market === null) return [];
  const outcome: Outcome = market.tokens.up === tokenId ? 'up' : 'down';
  return [bookMessage(market, outcome, books.bookOf(market.window.startMs, outcome), nowMs)];
}

function messagesOf(
  market: VenueMarket,
  outcomes: readonly Outcome[],
  happened: BookActivity,
  sequence: number,
): string[] {
  const { atMs } = happened;
  switch (happened.kind) {
    case 'levels-changed':
      return [JSON.stringify(priceChangeMessage(market, outcomes, happened.changes, happened, atMs))];
    case 'traded':
      if (!outcomes.includes(happened.outcome)) return [];
      return [JSON.stringify(lastTradeMessage(market, happened, sequence, atMs))];
    case 'book-shown':
      return outcomes.map((outcome) =>
        JSON.stringify(bookMessage(market, outcome, ladderFor(happened, outcome), atMs)),
      );
    case 'tick-size-switched':
      return outcomes.map((outcome) =>
        JSON.stringify(
          tickSizeChangeMessage(market, outcome, happened.oldTickSizeTicks, happened.newTickSizeTicks, atMs),
        ),
      );
    default:
      return assertNever(happened, 'book activity');
  }
}

/** What a token shows of the ladder of Up: its own levels, or their mirror image. */
function ladderFor(shown: BookShown, outcome: Outcome): ShownBook {
  const { bids, asks, tickSizeTicks, lastTradeUpTicks } = shown;
  if (outcome === 'up') return { bids, asks, tickSizeTicks, lastTradeTicks: lastTradeUpTicks };
  const lastTradeTicks = lastTradeUpTicks === null ? null : complementTicks(lastTradeUpTicks);
  return { bids: mirrored(asks), asks: mirrored(bids), tickSizeTicks, lastTradeTicks };
}

function mirrored(flat: readonly number[]): number[] {
  return flat.map((value, index) => (index % 2 === 0 ? complementTicks(value) : value));
}

/** The touch of Up that activity leaves, `null` where it says nothing of it. */
function touchAfter(happened: BookActivity): Touch | null {
  if (happened.kind === 'levels-changed') return touchOfChange(happened);
  if (happened.kind !== 'book-shown') return null;
  return { bestBidTicks: happened.bids[0] ?? null, bestAskTicks: happened.asks[0] ?? null };
}

function touchOfChange({ bestBidTicks, bestAskTicks }: LevelsChanged): Touch {
  return { bestBidTicks, bestAskTicks };
}

/** Remembers a window's touch; true when it is another than before. */
function moveTouch(views: Map<UnixMs, WindowView>, windowStartMs: UnixMs, touch: Touch): boolean {
  const view = views.get(windowStartMs);
  if (view === undefined) {
    views.set(windowStartMs, { touch });
    return true;
  }
  const moved = view.touch.bestBidTicks !== touch.bestBidTicks || view.touch.bestAskTicks !== touch.bestAskTicks;
  view.touch = touch;
  return moved;
}
