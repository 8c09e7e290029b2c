/** Binary bodies of the frequent events: a few bytes where JSON needs hundreds. Every other event is JSON. */
import type { ByteReader, ByteWriter } from '../../model/bytes.ts';
import type { EngineEvent } from '../events.ts';
import { BOOK_READERS, writeBookBody } from './book-body.ts';
import type { BodyReader, EventPlace } from './event-tags.ts';
import { EXCHANGE_READERS, writeExchangeBody } from './exchange-body.ts';
import { SIGNAL_READERS, writeSignalBody } from './signal-body.ts';
import type { StringInterner } from './string-table.ts';

const READERS: Readonly<Partial<Record<number, BodyReader>>> = {
  ...EXCHANGE_READERS,
  ...BOOK_READERS,
  ...SIGNAL_READERS,
};

/** Writes what an event holds beyond its header. Raises `writer.failed` when a value has no exact binary form. */
export function writeBody(w: ByteWriter, strings: StringInterner, event: EngineEvent): void {
  const written =
    writeBookBody(w, strings, event) || writeExchangeBody(w, strings, event) || writeSignalBody(w, strings, event);
  if (!written) w.failed = true;
}

/** Reads the body of a tag. `null` for a tag that this format does not have. */
export function readBody(r: ByteReader, strings: string[], tag: number, place: EventPlace): EngineEvent | null {
  return READERS[tag]?.(r, strings, place) ?? null;
}
