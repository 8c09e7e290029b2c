/** Binary bodies of the Polymarket book: one outcome token each. */
import {
  type ByteWriter,
  readNullableVarint,
  readText,
  readVarint,
  writeNullableVarint,
  writeText,
  writeVarint,
} from '../../model/bytes.ts';
import type { TokenId } from '../../model/identifiers.ts';
import type { Side } from '../../model/order.ts';
import type { EngineEvent } from '../events.ts';
import { type BodyReader, TAG_OF } from './event-tags.ts';
import { readIntegers, readLevels, writeIntegers, writeLevels } from './levels.ts';
import { readInterned, type StringInterner, writeInterned } from './string-table.ts';

/** Writes the body of one of these kinds; `false` for any other. */
export function writeBookBody(w: ByteWriter, strings: StringInterner, event: EngineEvent): boolean {
  switch (event.type) {
    case 'book-changed':
      writeInterned(w, strings, event.tokenId);
      writeIntegers(w, event.changes);
      writeNullableVarint(w, event.bestBidTicks);
      writeNullableVarint(w, event.bestAskTicks);
      return true;
    case 'book-received':
      writeInterned(w, strings, event.tokenId);
      writeLevels(w, event.bids);
      writeLevels(w, event.asks);
      writeNullableVarint(w, event.tickSizeTicks);
      writeNullableVarint(w, event.lastTradeTicks);
      writeText(w, event.hash);
      return true;
    case 'book-trade-received':
      writeInterned(w, strings, event.tokenId);
      writeVarint(w, event.priceTicks);
      writeVarint(w, event.sizeMicro);
      writeInterned(w, strings, event.takerSide);
      return true;
    case 'book-touch-received':
      writeInterned(w, strings, event.tokenId);
      writeNullableVarint(w, event.bestBidTicks);
      writeNullableVarint(w, event.bestAskTicks);
      return true;
    default:
      return false;
  }
}

const readBookChanged: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'book-changed',
  seq,
  tsEvent,
  tsInit,
  tokenId: readInterned(r, strings) as TokenId,
  changes: readIntegers(r),
  bestBidTicks: readNullableVarint(r),
  bestAskTicks: readNullableVarint(r),
});

const readBookReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'book-received',
  seq,
  tsEvent,
  tsInit,
  tokenId: readInterned(r, strings) as TokenId,
  bids: readLevels(r),
  asks: readLevels(r),
  tickSizeTicks: readNullableVarint(r),
  lastTradeTicks: readNullableVarint(r),
  hash: readText(r),
});

const readBookTradeReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'book-trade-received',
  seq,
  tsEvent,
  tsInit,
  tokenId: readInterned(r, strings) as TokenId,
  priceTicks: readVarint(r),
  sizeMicro: readVarint(r),
  takerSide: readInterned(r, strings) as Side,
});

const readBookTouchReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'book-touch-received',
  seq,
  tsEvent,
  tsInit,
  tokenId: readInterned(r, strings) as TokenId,
  bestBidTicks: readNullableVarint(r),
  bestAskTicks: readNullableVarint(r),
});

/** Readers of these kinds, by tag. */
export const BOOK_READERS: Readonly<Partial<Record<number, BodyReader>>> = {
  [TAG_OF['book-changed']]: readBookChanged,
  [TAG_OF['book-received']]: readBookReceived,
  [TAG_OF['book-trade-received']]: readBookTradeReceived,
  [TAG_OF['book-touch-received']]: readBookTouchReceived,
};
