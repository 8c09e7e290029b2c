/** The Polymarket books of a tape: frames to pass on, and the last book of each token for who comes later or asks by REST. */
import type { BookReceived } from '../core/model/market-data.ts';
import { COARSE_TICK_TICKS } from '../core/simulation/simulated-makers.ts';
import { parsePolymarketMarketFrame } from '../core/venue/polymarket-market.ts';
import type { RecordedFrames } from './clob-market-feed.ts';
import type { TapeReel } from './tape-reel.ts';
import type { ShownBook } from './venue-market.ts';

export interface RecordedBooks extends RecordedFrames {
  /** The last complete book that was seen of a token; `null` before the first. */
  bookOf(tokenId: string): ShownBook | null;
}

const ASSET_ID = /"asset_id":\s*"(\d+)"/g;

/** Books as the reel brings them. */
export function createRecordedBooks(reel: TapeReel): RecordedBooks {
  const lastFrames = new Map<string, string>();
  let waiting: { readonly tokenIds: readonly string[]; readonly frame: string }[] = [];
  reel.listen('polymarket-clob', 'market', ({ frame }) => {
    const tokenIds = tokensIn(frame);
    waiting.push({ tokenIds, frame });
    if (frame.includes('"bids"')) for (const tokenId of tokenIds) lastFrames.set(tokenId, frame);
  });
  return {
    take: (nowMs) => {
      reel.advanceTo(nowMs);
      const taken = waiting;
      waiting = [];
      return taken;
    },
    bookOf: (tokenId) => {
      const frame = lastFrames.get(tokenId);
      if (frame === undefined) return null;
      const book = parsePolymarketMarketFrame(frame).events.find(
        (event): event is BookReceived => event.type === 'book-received' && event.tokenId === tokenId,
      );
      if (book === undefined) return null;
      const { bids, asks, tickSizeTicks, lastTradeTicks } = book;
      return { bids, asks, tickSizeTicks: tickSizeTicks ?? COARSE_TICK_TICKS, lastTradeTicks };
    },
  };
}

/** Every token that a frame speaks of, once. */
export function tokensIn(frame: string): string[] {
  return [...new Set([...frame.matchAll(ASSET_ID)].flatMap((match) => match[1] ?? []))];
}
