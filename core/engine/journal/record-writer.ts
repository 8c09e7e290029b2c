/** Packs records into one row: a growing buffer that is filled, finished and used again. */
import { type ByteWriter, createByteWriter, writeByte, writeSigned, writeText } from '../../model/bytes.ts';
import { invariant } from '../../model/errors.ts';
import { encodeTaggedJson } from '../../model/tagged-json.ts';
import type { EngineEvent } from '../events.ts';
import type { Output } from '../outputs.ts';
import { writeBody } from './event-body.ts';
import { JSON_TAG, tagOf } from './event-tags.ts';
import { encodeOutputs } from './record.ts';
import { type Compression, frameRow } from './row-format.ts';
import { createStringInterner, type StringInterner, truncateInterner } from './string-table.ts';

/** In a record's first byte: outputs follow the event. */
export const HAS_OUTPUTS = 0x40;
/** In a record's first byte: the seq is not the one after the record before, and is stated. */
export const SEQ_STATED = 0x80;

/** Smaller payloads gain nothing from compression that would pay for the call. */
const COMPRESS_FROM_BYTES = 2_048;

export interface RecordWriter {
  /** Adds a record. Its seq must be higher than every seq before. */
  append(event: EngineEvent, outputs: readonly Output[]): void;
  /** Says that the record of this seq is left out on purpose: the row answers for it, without holding it. */
  skip(seq: number, tsInit: number): void;
  /** Says that the row comes from one with such gaps. */
  markGaps(): void;
  /** Payload so far, before compression. */
  readonly byteLength: number;
  /** Records held. */
  readonly count: number;
  /** Seqs that the row answers for, or `null` while it is empty. */
  readonly range: { readonly firstSeq: number; readonly lastSeq: number } | null;
  /** The row of everything since the last `reset`. `null` compression leaves the payload as it is. */
  finish(compression: Compression | null): Uint8Array<ArrayBuffer>;
  /** Starts over, keeping the buffer. */
  reset(): void;
}

interface WriterState {
  readonly out: ByteWriter;
  readonly strings: StringInterner;
  count: number;
  gaps: boolean;
  firstSeq: number;
  firstMs: number;
  /** Last seq answered for, and its receive time. */
  lastSeq: number;
  lastMs: number;
  /** Seq and receive time that the next record is written relative to. */
  previousSeq: number;
  previousMs: number;
}

export function createRecordWriter(): RecordWriter {
  const state: WriterState = { out: createByteWriter(64 * 1024), strings: createStringInterner(), ...emptyRow() };
  return {
    append: (event, outputs) => appendRecord(state, event, outputs),
    skip(seq, tsInit) {
      requireOrder(state, seq);
      cover(state, seq, tsInit);
      state.gaps = true;
    },
    markGaps() {
      state.gaps = true;
    },
    get byteLength() {
      return state.out.length;
    },
    get count() {
      return state.count;
    },
    get range() {
      return state.firstSeq < 0 ? null : { firstSeq: state.firstSeq, lastSeq: state.lastSeq };
    },
    finish: (compression) => finishRow(state, compression),
    reset() {
      state.out.length = 0;
      truncateInterner(state.strings, 0);
      Object.assign(state, emptyRow());
    },
  };
}

function emptyRow() {
  const start = { firstSeq: -1, firstMs: 0, lastSeq: -1, lastMs: 0 };
  return { count: 0, gaps: false, ...start, previousSeq: 0, previousMs: 0 };
}

function requireOrder(state: WriterState, seq: number): void {
  invariant(Number.isSafeInteger(seq) && seq > state.lastSeq, 'records are written in the order of their seq', {
    seq,
    lastSeq: state.lastSeq,
  });
}

function cover(state: WriterState, seq: number, tsInit: number): void {
  if (state.firstSeq < 0) {
    state.firstSeq = seq;
    state.firstMs = tsInit;
  }
  state.lastSeq = seq;
  state.lastMs = tsInit;
}

function appendRecord(state: WriterState, event: EngineEvent, outputs: readonly Output[]): void {
  const { out, strings } = state;
  const { seq, tsEvent, tsInit } = event;
  requireOrder(state, seq);
  // Encoded before anything is written: what cannot be encoded must not leave half a record behind.
  const outputsText = outputs.length === 0 ? null : encodeOutputs(outputs);
  const start = out.length;
  const knownStrings = strings.strings.length;
  const tag = tagOf(event.type);
  const outputsFlag = outputsText === null ? 0 : HAS_OUTPUTS;
  let compact = tag !== JSON_TAG;
  if (compact) {
    const followsOn = seq === state.previousSeq + 1;
    writeByte(out, tag | outputsFlag | (followsOn ? 0 : SEQ_STATED));
    if (!followsOn) writeSigned(out, seq - state.previousSeq);
    writeSigned(out, tsInit - state.previousMs);
    writeSigned(out, tsInit - tsEvent);
    writeBody(out, strings, event);
    compact = !out.failed;
  }
  if (!compact) {
    out.failed = false;
    out.length = start;
    truncateInterner(strings, knownStrings);
    const text = encodeTaggedJson(event);
    writeByte(out, JSON_TAG | outputsFlag);
    writeText(out, text);
  }
  if (outputsText !== null) writeText(out, outputsText);
  cover(state, seq, tsInit);
  state.count++;
  state.previousSeq = seq;
  state.previousMs = Number.isSafeInteger(tsInit) ? tsInit : 0;
}

function finishRow(state: WriterState, compression: Compression | null): Uint8Array<ArrayBuffer> {
  invariant(state.firstSeq >= 0, 'an empty row is not written');
  const { count, gaps, firstSeq, lastSeq, firstMs, lastMs } = state;
  const header = { count, gaps, firstSeq, lastSeq, firstMs, lastMs };
  const raw = state.out.buffer.subarray(0, state.out.length);
  if (compression !== null && raw.length >= COMPRESS_FROM_BYTES) {
    const packed = compression.gzip(raw);
    if (packed.length < raw.length) return frameRow(header, packed, raw.length);
  }
  return frameRow(header, raw, null);
}
