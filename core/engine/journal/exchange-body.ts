/** Binary bodies of an exchange: trades, tops of the book and their changes, mark prices. */
import {
  type ByteWriter,
  readByte,
  readNullableVarint,
  readSigned,
  writeByte,
  writeNullableVarint,
  writeSigned,
} from '../../model/bytes.ts';
import type { ExchangeSource } from '../../model/market-data.ts';
import type { Side } from '../../model/order.ts';
import type { EngineEvent } from '../events.ts';
import { type BodyReader, TAG_OF } from './event-tags.ts';
import { readLevels, writeLevels } from './levels.ts';
import { readInterned, type StringInterner, writeInterned } from './string-table.ts';

/** Writes the body of one of these kinds; `false` for any other. */
export function writeExchangeBody(w: ByteWriter, strings: StringInterner, event: EngineEvent): boolean {
  switch (event.type) {
    case 'trade-received':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.tradeId);
      writeByte(w, event.aggregated ? 1 : 0);
      writeSigned(w, event.priceE8);
      writeSigned(w, event.quantityE8);
      writeInterned(w, strings, event.aggressor);
      return true;
    case 'depth-received':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.updateId);
      writeLevels(w, event.bidsE8);
      writeLevels(w, event.asksE8);
      return true;
    case 'depth-changed':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.firstUpdateId);
      writeSigned(w, event.updateId);
      writeNullableVarint(w, event.previousUpdateId);
      writeLevels(w, event.bidsE8);
      writeLevels(w, event.asksE8);
      return true;
    case 'ticker-received':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.updateId);
      writeSigned(w, event.bidE8);
      writeSigned(w, event.bidQuantityE8);
      writeSigned(w, event.askE8);
      writeSigned(w, event.askQuantityE8);
      return true;
    case 'mark-price-received':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.markE8);
      writeSigned(w, event.indexE8);
      writeSigned(w, event.fundingRateE8);
      writeSigned(w, event.nextFundingMs);
      return true;
    default:
      return false;
  }
}

const readTradeReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'trade-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ExchangeSource,
  tradeId: readSigned(r),
  aggregated: readByte(r) === 1,
  priceE8: readSigned(r),
  quantityE8: readSigned(r),
  aggressor: readInterned(r, strings) as Side,
});

const readDepthReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'depth-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ExchangeSource,
  updateId: readSigned(r),
  bidsE8: readLevels(r),
  asksE8: readLevels(r),
});

const readDepthChanged: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'depth-changed',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ExchangeSource,
  firstUpdateId: readSigned(r),
  updateId: readSigned(r),
  previousUpdateId: readNullableVarint(r),
  bidsE8: readLevels(r),
  asksE8: readLevels(r),
});

const readTickerReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'ticker-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ExchangeSource,
  updateId: readSigned(r),
  bidE8: readSigned(r),
  bidQuantityE8: readSigned(r),
  askE8: readSigned(r),
  askQuantityE8: readSigned(r),
});

const readMarkPriceReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'mark-price-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ExchangeSource,
  markE8: readSigned(r),
  indexE8: readSigned(r),
  fundingRateE8: readSigned(r),
  nextFundingMs: readSigned(r),
});

/** Readers of these kinds, by tag. */
export const EXCHANGE_READERS: Readonly<Partial<Record<number, BodyReader>>> = {
  [TAG_OF['trade-received']]: readTradeReceived,
  [TAG_OF['depth-received']]: readDepthReceived,
  [TAG_OF['depth-changed']]: readDepthChanged,
  [TAG_OF['ticker-received']]: readTickerReceived,
  [TAG_OF['mark-price-received']]: readMarkPriceReceived,
};
