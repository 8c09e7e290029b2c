/** Unpacks the records of a row, exactly as they were written. */
import { type ByteReader, createByteReader, readByte, readSigned, readText } from '../../model/bytes.ts';
import { ok, type Result } from '../../model/result.ts';
import { decodeTaggedJson } from '../../model/tagged-json.ts';
import type { EngineEvent } from '../events.ts';
import type { Output } from '../outputs.ts';
import { readBody } from './event-body.ts';
import { type EventPlace, JSON_TAG, TAG_MASK } from './event-tags.ts';
import { type JournalRecord, NO_OUTPUTS } from './record.ts';
import { HAS_OUTPUTS, SEQ_STATED } from './record-writer.ts';
import { type Compression, damaged, type JournalError, openRow, type RowHeader } from './row-format.ts';

/** All records of a row. */
export function decodeRow(bytes: Uint8Array, compression: Compression): Result<JournalRecord[], JournalError> {
  const records: JournalRecord[] = [];
  const read = forEachRecord(bytes, compression, (event, outputs) => records.push({ event, outputs }));
  return read.ok ? ok(records) : read;
}

/**
 * Calls `visit` for each record of a row, in order, and returns the row's header. The checksum is compared before the first call; a
 * row that is damaged in spite of it (written by a bug) may have been visited in part.
 */
export function forEachRecord(
  bytes: Uint8Array,
  compression: Compression,
  visit: (event: EngineEvent, outputs: readonly Output[]) => void,
): Result<RowHeader, JournalError> {
  const opened = openRow(bytes, compression);
  if (!opened.ok) return opened;
  const { header, payload } = opened.value;
  const reader = createByteReader(payload);
  const strings: string[] = [];
  const place: EventPlace = { seq: 0, tsEvent: 0, tsInit: 0 };
  for (let index = 0; index < header.count; index++) {
    const head = readByte(reader);
    const event = readEvent(reader, strings, head, place);
    if (event === null) return damaged(`record ${index} cannot be read`);
    const outputs = (head & HAS_OUTPUTS) === 0 ? NO_OUTPUTS : readOutputs(reader);
    if (outputs === null || reader.failed) return damaged(`record ${index} cannot be read`);
    if (place.seq < header.firstSeq || place.seq > header.lastSeq) return damaged(`record ${index} is out of range`);
    visit(event, outputs);
  }
  return reader.position === reader.end ? ok(header) : damaged('something follows the last record');
}

function readEvent(reader: ByteReader, strings: string[], head: number, place: EventPlace): EngineEvent | null {
  const tag = head & TAG_MASK;
  if (tag === JSON_TAG) {
    const event = readJson(reader) as EngineEvent | null;
    if (event === null || typeof event !== 'object' || typeof event.type !== 'string') return null;
    place.seq = event.seq;
    place.tsInit = Number.isSafeInteger(event.tsInit) ? event.tsInit : 0;
    return event;
  }
  place.seq += (head & SEQ_STATED) === 0 ? 1 : readSigned(reader);
  place.tsInit += readSigned(reader);
  place.tsEvent = place.tsInit - readSigned(reader);
  return readBody(reader, strings, tag, place);
}

function readOutputs(reader: ByteReader): readonly Output[] | null {
  const outputs = readJson(reader);
  return Array.isArray(outputs) ? (outputs as Output[]) : null;
}

/** The next text as a value; `null` when it is none. */
function readJson(reader: ByteReader): unknown {
  const text = readText(reader);
  if (reader.failed) return null;
  try {
    return decodeTaggedJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
