/**
 * A feed of the embedded venue that says of each frame when it was sent, in place of when it happened: latency is then measured from
 * the venue's send. Reference prices keep their stamps: those name the second that was observed.
 */
import type { VenueConnection, VenueFeed } from '../../embedded-venue/connection.ts';

/** Gives a frame its time of sending. */
export type Restamp = (frame: string, nowMs: number) => string;

export interface OutgoingFrame {
  readonly connection: VenueConnection;
  readonly frame: string;
  /** The connection's own. */
  readonly restamp: Restamp;
}

/** The same feed; what it sends is handed to `send`, which gives it to the socket when it is stamped. */
export function restampedFeed(feed: VenueFeed, send: (frame: OutgoingFrame) => void): VenueFeed {
  const tapped = new Map<VenueConnection, VenueConnection>();
  const outer = (connection: VenueConnection): VenueConnection => {
    const known = tapped.get(connection);
    if (known !== undefined) return known;
    const restamp = restampOf(feed.path);
    const made: VenueConnection = {
      id: connection.id,
      send: (frame) => send({ connection, frame, restamp }),
      close: (code, reason) => connection.close(code, reason),
    };
    tapped.set(connection, made);
    return made;
  };
  return {
    path: feed.path,
    onConnect: (connection, query, subPath) => feed.onConnect(outer(connection), query, subPath),
    onMessage: (connection, frame) => feed.onMessage(outer(connection), frame),
    onClose(connection) {
      feed.onClose(outer(connection));
      tapped.delete(connection);
    },
    advanceTo: (nowMs) => feed.advanceTo(nowMs),
  };
}

function restampOf(path: string): Restamp {
  if (path.startsWith('/clob/')) return (frame, nowMs) => frame.replace(/"timestamp":"\d+"/g, `"timestamp":"${nowMs}"`);
  return path.startsWith('/binance/') ? restampBinance() : (frame) => frame;
}

/** Trades are numbered anew, one by one, since more of them are sent than the world makes. */
function restampBinance(): Restamp {
  let tradeId = 0;
  return (frame, nowMs) => {
    // The T of a mark price is the next funding.
    if (frame.includes('"markPriceUpdate"')) return frame;
    const stamped = frame.replace(/"(E|T)":\d+/g, `"$1":${nowMs}`);
    return frame.includes('"aggTrade"') ? stamped.replace(/"a":\d+/, `"a":${++tradeId}`) : stamped;
  };
}
