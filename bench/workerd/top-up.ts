/**
 * Fills the venue's messages up to a stated rate: half of what is missing are trades of the exchange, which are never conflated, half
 * changes of a book's last level, which have to be parsed and applied and move no touch.
 */
import type { VenueConnection } from '../../embedded-venue/connection.ts';

export interface TopUp {
  /** A frame leaves at `nowMs`: it counts, and shows what a frame of its kind looks like. */
  note(connection: VenueConnection, frame: string, nowMs: number): void;
  /** The frames that are missing by now. */
  missing(nowMs: number): readonly { readonly connection: VenueConnection; readonly frame: string }[];
  /** A socket has closed. */
  forget(connection: VenueConnection): void;
  /** Frames sent so far, its own included. */
  readonly frames: number;
  /** When price changes left that moved a touch. */
  readonly touchMovesMs: readonly number[];
}

interface Touch {
  readonly best_bid: string;
  readonly best_ask: string;
}

interface PriceChange {
  readonly market: string;
  readonly price_changes: readonly ({ readonly asset_id: string } & Touch)[];
}

/** A late start of the sockets is not made up for in one burst. */
const MOST_AT_ONCE = 20;
/** The last level: it is the touch only when a window is all but decided. */
const LAST_BID = '0.01';
const NO_HASH = '0'.repeat(40);

/** `rate` is messages a second over all sockets. */
export function createTopUp(rate: number): TopUp {
  const books = new Map<VenueConnection, { readonly market: string; readonly touch: Map<string, Touch> }>();
  const trades = new Map<VenueConnection, string>();
  const touchMovesMs: number[] = [];
  let frames = 0;
  let second = { fromMs: Number.NEGATIVE_INFINITY, frames: 0 };
  let sequence = 0;

  function noteChange(connection: VenueConnection, { market, price_changes }: PriceChange, nowMs: number): void {
    const known = books.get(connection);
    const touch = known?.market === market ? known.touch : new Map<string, Touch>();
    let moved = false;
    for (const { asset_id, best_bid, best_ask } of price_changes) {
      const before = touch.get(asset_id);
      if (before?.best_bid !== best_bid || before.best_ask !== best_ask) moved = true;
      touch.set(asset_id, { best_bid, best_ask });
    }
    if (moved) touchMovesMs.push(nowMs);
    books.set(connection, { market, touch });
  }

  /** The next frame: sockets take turns. */
  function next(nowMs: number): { readonly connection: VenueConnection; readonly frame: string } | null {
    sequence++;
    const deep = sequence % 2 === 0;
    const sockets = deep ? [...books.keys()] : [...trades.keys()];
    const connection = sockets[(sequence >> 1) % sockets.length];
    if (connection === undefined) return null;
    const book = books.get(connection);
    const frame = deep && book !== undefined ? deepChange(book, sequence, nowMs) : (trades.get(connection) ?? null);
    return frame === null ? null : { connection, frame };
  }

  return {
    note(connection, frame, nowMs) {
      frames++;
      if (frame.startsWith('{"event_type":"price_change"')) {
        noteChange(connection, JSON.parse(frame) as PriceChange, nowMs);
      } else if (frame.includes('"aggTrade"')) trades.set(connection, frame);
    },
    missing(nowMs) {
      if (nowMs - second.fromMs > 1_000) second = { fromMs: nowMs, frames };
      const due = Math.floor(((nowMs - second.fromMs) * rate) / 1_000) - (frames - second.frames);
      const missing = [];
      for (let index = 0; index < Math.min(due, MOST_AT_ONCE); index++) {
        const made = next(nowMs);
        if (made !== null) missing.push(made);
      }
      return missing;
    },
    forget(connection) {
      books.delete(connection);
      trades.delete(connection);
    },
    get frames() {
      return frames;
    },
    touchMovesMs,
  };
}

function deepChange(
  { market, touch }: { readonly market: string; readonly touch: ReadonlyMap<string, Touch> },
  sequence: number,
  nowMs: number,
): string | null {
  const size = String(1_000 + (sequence % 500));
  const changes = [...touch]
    .filter(([, { best_bid: bid }]) => Number(bid) > Number(LAST_BID))
    .map(([asset_id, stated]) => ({ asset_id, price: LAST_BID, size, side: 'BUY', hash: NO_HASH, ...stated }));
  if (changes.length === 0) return null;
  return JSON.stringify({ event_type: 'price_change', market, timestamp: String(nowMs), price_changes: changes });
}
