/** The embedded world with a stated rate of messages, stamps of sending, as many series as wanted, and an echo to compare with. */
import type { VenueConnection, VenueFeed } from '../../embedded-venue/connection.ts';
import { CLOB_MARKET_PATH, createPolymarketWorld } from '../../embedded-venue/polymarket-world.ts';
import type { VenueSeries } from '../../embedded-venue/venue-market.ts';
import { createWorld, type World } from '../../embedded-venue/world.ts';
import { createFlippingBooks } from './flipping-books.ts';
import { type OutgoingFrame, type Restamp, restampedFeed } from './restamped-feed.ts';
import { createTopUp } from './top-up.ts';

export interface BenchWorldOptions {
  readonly series: readonly VenueSeries[];
  /** `natural`: the generated books. `flips`: books that move by two cents five times a second. */
  readonly books: 'natural' | 'flips';
  /** Messages a simulated second over all sockets of all series; 0: only what the books make. */
  readonly rate: number;
  readonly originMs: number;
  readonly startMs: number;
  /** Simulated over wall time. */
  readonly speed: number;
  /** Simulated time, whole milliseconds. */
  readonly now: () => number;
}

export interface BenchWorld extends World {
  readonly frames: () => number;
  /** When price changes left that moved a touch. */
  readonly touchMovesMs: () => readonly number[];
}

const SEED = 1;
export const ECHO_PATH = '/bench/echo';

export function createBenchWorld(options: BenchWorldOptions): BenchWorld {
  const { originMs, startMs, now, speed } = options;
  // Where the shown books are made, no real one may meet an order: what is measured is its way, not its fate.
  const participants = options.books === 'flips' ? 'none' : 'simulated';
  const base = createWorld({ seed: SEED, originMs, startMs, speed, participants });
  const venues = options.series.map((series) =>
    createPolymarketWorld({ path: base.path, series, seed: SEED, speed, originMs }),
  );
  const topUp = createTopUp(options.rate);
  // A socket writes when the turn ends that gave it frames: stamped when they are made, they would be older by the whole turn.
  const waiting: OutgoingFrame[] = [];
  const restamps = new Map<VenueConnection, Restamp>();
  const send = ({ connection, frame, restamp }: OutgoingFrame): void => {
    const nowMs = now();
    const stamped = restamp(frame, nowMs);
    connection.send(stamped);
    topUp.note(connection, stamped, nowMs);
  };
  const flush = (): void => {
    for (const outgoing of waiting.splice(0)) send(outgoing);
  };
  const tapped = (feed: VenueFeed): VenueFeed => {
    const inner = restampedFeed(feed, (outgoing) => {
      restamps.set(outgoing.connection, outgoing.restamp);
      // What answers a client's frame goes out when its turn ends.
      if (waiting.push(outgoing) === 1) queueMicrotask(flush);
    });
    return {
      ...inner,
      onClose(connection) {
        topUp.forget(connection);
        restamps.delete(connection);
        inner.onClose(connection);
      },
    };
  };
  const books = venues.flatMap(({ feeds, directory }) =>
    options.books === 'flips' ? [createFlippingBooks(CLOB_MARKET_PATH, directory)] : feeds,
  );
  const market = tapped(joined(CLOB_MARKET_PATH, books));
  const others = base.feeds.filter(({ path }) => path !== CLOB_MARKET_PATH).map(tapped);
  return {
    path: base.path,
    feeds: [...others, market, createEcho()],
    routes: [...venues.flatMap(({ routes }) => routes), ...base.routes],
    exchange: base.exchange,
    frames: () => topUp.frames,
    touchMovesMs: () => topUp.touchMovesMs,
    dump: base.dump,
    advanceTo(nowMs) {
      base.advanceTo(nowMs);
      market.advanceTo(nowMs);
      for (const { catchUp } of venues) catchUp?.(nowMs);
      const movesBefore = topUp.touchMovesMs.length;
      flush();
      // No other price change shares the stamp of one that moves a touch: by that stamp it is known.
      if (topUp.touchMovesMs.length > movesBefore) return;
      for (const { connection, frame } of topUp.missing(nowMs)) {
        const restamp = restamps.get(connection);
        if (restamp !== undefined) send({ connection, frame, restamp });
      }
    },
  };
}

/** Several feeds on one path: each answers for its own tokens. */
function joined(path: string, feeds: readonly VenueFeed[]): VenueFeed {
  return {
    path,
    onConnect: (connection, query, subPath) => {
      for (const feed of feeds) feed.onConnect(connection, query, subPath);
    },
    onMessage: (connection, frame) => {
      // One answer to a ping.
      for (const feed of frame === 'PING' ? feeds.slice(0, 1) : feeds) feed.onMessage(connection, frame);
    },
    onClose: (connection) => {
      for (const feed of feeds) feed.onClose(connection);
    },
    advanceTo: (nowMs) => {
      for (const feed of feeds) feed.advanceTo(nowMs);
    },
  };
}

function createEcho(): VenueFeed {
  return {
    path: ECHO_PATH,
    onConnect: () => undefined,
    onMessage: (connection, frame) => connection.send(frame),
    onClose: () => undefined,
    advanceTo: () => undefined,
  };
}
