/** Binary bodies of the sparse signals: reference price, volatility index, heartbeats, timers. */
import {
  type ByteWriter,
  readBigint,
  readByte,
  readDouble,
  readSigned,
  readVarint,
  writeBigint,
  writeByte,
  writeDouble,
  writeSigned,
  writeVarint,
} from '../../model/bytes.ts';
import type { ReferencePriceReceived } from '../../model/market-data.ts';
import type { Source } from '../../model/source.ts';
import type { EngineEvent } from '../events.ts';
import { type BodyReader, TAG_OF } from './event-tags.ts';
import { readInterned, type StringInterner, writeInterned } from './string-table.ts';

/** Writes the body of one of these kinds; `false` for any other. */
export function writeSignalBody(w: ByteWriter, strings: StringInterner, event: EngineEvent): boolean {
  switch (event.type) {
    case 'reference-price-received':
      writeInterned(w, strings, event.source);
      writeInterned(w, strings, event.provider);
      writeInterned(w, strings, event.symbol);
      writeVarint(w, event.lookbackSeconds);
      writeBigint(w, event.priceE18);
      writeByte(w, event.snapshot ? 1 : 0);
      return true;
    case 'volatility-index-received':
      writeInterned(w, strings, event.source);
      writeDouble(w, event.volatilityPercent);
      return true;
    case 'heartbeat-received':
      writeInterned(w, strings, event.source);
      writeSigned(w, event.counter);
      return true;
    case 'timer-fired':
      writeInterned(w, strings, event.key);
      writeSigned(w, event.generation);
      return true;
    default:
      return false;
  }
}

const readReferencePriceReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'reference-price-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as ReferencePriceReceived['source'],
  provider: readInterned(r, strings) as ReferencePriceReceived['provider'],
  symbol: readInterned(r, strings),
  lookbackSeconds: readVarint(r),
  priceE18: readBigint(r),
  snapshot: readByte(r) === 1,
});

const readVolatilityIndexReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'volatility-index-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as 'deribit',
  volatilityPercent: readDouble(r),
});

const readHeartbeatReceived: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'heartbeat-received',
  seq,
  tsEvent,
  tsInit,
  source: readInterned(r, strings) as Source,
  counter: readSigned(r),
});

const readTimerFired: BodyReader = (r, strings, { seq, tsEvent, tsInit }) => ({
  type: 'timer-fired',
  seq,
  tsEvent,
  tsInit,
  key: readInterned(r, strings),
  generation: readSigned(r),
});

/** Readers of these kinds, by tag. */
export const SIGNAL_READERS: Readonly<Partial<Record<number, BodyReader>>> = {
  [TAG_OF['reference-price-received']]: readReferencePriceReceived,
  [TAG_OF['volatility-index-received']]: readVolatilityIndexReceived,
  [TAG_OF['heartbeat-received']]: readHeartbeatReceived,
  [TAG_OF['timer-fired']]: readTimerFired,
};
