/** Numbers of the kinds that have a binary body. A tag stands in stored rows: it is never changed and never used again. */
import type { ByteReader } from '../../model/bytes.ts';
import type { UnixMs } from '../../model/time.ts';
import type { EngineEvent, EngineEventType } from '../events.ts';

/** The tag of an event that is written as JSON. */
export const JSON_TAG = 0;
/** Tags fit the low bits of a record's first byte. */
export const TAG_MASK = 0x3f;

export const TAG_OF = {
  'depth-received': 1,
  'depth-changed': 2,
  'trade-received': 3,
  'ticker-received': 4,
  'mark-price-received': 5,
  'heartbeat-received': 6,
  'book-received': 7,
  'book-changed': 8,
  'book-trade-received': 9,
  'book-touch-received': 10,
  'reference-price-received': 11,
  'volatility-index-received': 12,
  'timer-fired': 13,
} as const satisfies Partial<Record<EngineEventType, number>>;

/** The tag under which an event's body is written: `JSON_TAG` for every kind that has no binary body. */
export function tagOf(type: EngineEventType): number {
  return (TAG_OF as Partial<Record<EngineEventType, number>>)[type] ?? JSON_TAG;
}

/** Where an event stands, as its record states it. */
export interface EventPlace {
  seq: number;
  tsEvent: UnixMs;
  tsInit: UnixMs;
}

/** Reads one kind's body. Fields are read in the order in which they were written: the order of the literal's lines. */
export type BodyReader = (r: ByteReader, strings: string[], place: EventPlace) => EngineEvent;
