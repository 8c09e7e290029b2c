/**
 * The history of a series as a byte stream: what `GET /series/{slug}/history` answers and `cli replay` reads.
 *
 * ```
 * stream  = magic "PEH1" · frame… · end frame
 * frame   = kind u8 · length u32 (big-endian, of payload) · payload · crc32 u32 (of kind, length and payload)
 * kind 1  = snapshot: seq varint · stateVersion varint · createdMs varint · buildId text · bytes
 * kind 2  = row: seq varint · bytes (the journal's blob as stored)
 * kind 3  = end: rows varint (how many row frames came before)
 * ```
 *
 * At most one snapshot, before every row. Rows come in ascending order. A stream without its end frame was cut: HTTP itself does
 * not tell a broken transfer from a finished one through every proxy. Varint and text are those of `core/model/bytes.ts`.
 */
import {
  type ByteReader,
  type ByteWriter,
  createByteReader,
  createByteWriter,
  readText,
  readVarint,
  reserve,
  writeByte,
  writeText,
  writeVarint,
  writtenBytes,
} from '../model/bytes.ts';
import { crc32 } from '../model/crc32.ts';
import { invariant } from '../model/errors.ts';
import { err, ok, type Result } from '../model/result.ts';
import type { UnixMs } from '../model/time.ts';

/** One commit of the journal. `seq` is the row's key; the blob says which events it holds. */
export interface HistoryRow {
  readonly seq: number;
  readonly bytes: ArrayBuffer;
}

/** Engine state to start a replay from: state after `seq`. */
export interface HistorySnapshot {
  readonly seq: number;
  readonly stateVersion: number;
  readonly createdMs: UnixMs;
  readonly buildId: string;
  readonly bytes: ArrayBuffer;
}

export type HistoryFrame =
  | ({ readonly type: 'snapshot' } & HistorySnapshot)
  | ({ readonly type: 'row' } & HistoryRow)
  | { readonly type: 'end'; readonly rows: number };

export const HISTORY_CONTENT_TYPE = 'application/vnd.poly-edge.history';

/** "PEH1". */
const MAGIC = [0x50, 0x45, 0x48, 0x31] as const;
const KIND = { snapshot: 1, row: 2, end: 3 } as const;
const HEADER_BYTES = 5;
const CRC_BYTES = 4;
/** A row of SQLite in an object holds 2 MB at most; a snapshot is several rows together. More than this is damage. */
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** The first bytes of every stream. */
export function historyMagic(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(MAGIC);
}

/** One frame as bytes. Throws `InvariantError` on a value that no frame can carry. */
export function encodeHistoryFrame(frame: HistoryFrame): Uint8Array<ArrayBuffer> {
  const writer = createByteWriter();
  writeByte(writer, KIND[frame.type]);
  for (let place = 1; place < HEADER_BYTES; place++) writeByte(writer, 0);
  switch (frame.type) {
    case 'snapshot':
      writeVarint(writer, frame.seq);
      writeVarint(writer, frame.stateVersion);
      writeVarint(writer, frame.createdMs);
      writeText(writer, frame.buildId);
      writeBytes(writer, frame.bytes);
      break;
    case 'row':
      writeVarint(writer, frame.seq);
      writeBytes(writer, frame.bytes);
      break;
    case 'end':
      writeVarint(writer, frame.rows);
      break;
  }
  invariant(!writer.failed, 'a history frame carries whole, non-negative numbers', { type: frame.type });
  reserve(writer, CRC_BYTES);
  writer.view.setUint32(1, writer.length - HEADER_BYTES);
  writer.view.setUint32(writer.length, crc32(writer.buffer.subarray(0, writer.length)));
  writer.length += CRC_BYTES;
  return writtenBytes(writer);
}

function writeBytes(writer: ByteWriter, bytes: ArrayBuffer): void {
  reserve(writer, bytes.byteLength);
  writer.buffer.set(new Uint8Array(bytes), writer.length);
  writer.length += bytes.byteLength;
}

/** What makes a stream unreadable. After one of these nothing more can be read from it. */
export type HistoryStreamError =
  | 'not-a-history-stream'
  | 'damaged-frame'
  | 'unknown-frame'
  | 'out-of-order'
  | 'rows-missing'
  | 'data-after-end'
  | 'cut-off';

export interface HistoryDecoder {
  /** Takes the next bytes, however they were cut, and gives the frames that are now complete. */
  push(chunk: Uint8Array): Result<readonly HistoryFrame[], HistoryStreamError>;
  /** Says whether the stream was whole. To be called when the bytes have ended. */
  finish(): Result<{ readonly rows: number }, HistoryStreamError>;
}

/** An incremental reader of one stream. */
export function createHistoryDecoder(): HistoryDecoder {
  let buffered = new Uint8Array(0);
  let started = false;
  let ended = false;
  let failure: HistoryStreamError | null = null;
  let rows = 0;
  let lastSeq = -1;

  function accept(frame: HistoryFrame): HistoryStreamError | null {
    if (ended) return 'data-after-end';
    if (frame.type === 'end') {
      ended = true;
      return frame.rows === rows ? null : 'rows-missing';
    }
    if (frame.seq <= lastSeq || (frame.type === 'snapshot' && rows > 0)) return 'out-of-order';
    lastSeq = frame.seq;
    if (frame.type === 'row') rows++;
    return null;
  }

  function push(chunk: Uint8Array): Result<readonly HistoryFrame[], HistoryStreamError> {
    if (failure !== null) return err(failure);
    buffered = concatenate(buffered, chunk);
    const frames: HistoryFrame[] = [];
    let at = 0;
    if (!started && buffered.length >= MAGIC.length) {
      if (!MAGIC.every((byte, index) => buffered[index] === byte)) failure = 'not-a-history-stream';
      started = true;
      at = MAGIC.length;
    }
    while (started && failure === null) {
      const parsed = decodeFrame(buffered, at);
      if (parsed === 'incomplete') break;
      failure = parsed.ok ? accept(parsed.value.frame) : parsed.error;
      if (!parsed.ok || failure !== null) break;
      frames.push(parsed.value.frame);
      at = parsed.value.next;
    }
    buffered = buffered.slice(at);
    return failure === null ? ok(frames) : err(failure);
  }

  function finish(): Result<{ readonly rows: number }, HistoryStreamError> {
    if (failure !== null) return err(failure);
    return ended && buffered.length === 0 ? ok({ rows }) : err('cut-off');
  }

  return { push, finish };
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

type DecodedFrame = { readonly frame: HistoryFrame; readonly next: number };

function decodeFrame(bytes: Uint8Array, at: number): 'incomplete' | Result<DecodedFrame, HistoryStreamError> {
  if (bytes.length - at < HEADER_BYTES) return 'incomplete';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at + 1);
  if (length > MAX_PAYLOAD_BYTES) return err('damaged-frame');
  const end = at + HEADER_BYTES + length;
  if (bytes.length < end + CRC_BYTES) return 'incomplete';
  if (crc32(bytes.subarray(at, end)) !== view.getUint32(end)) return err('damaged-frame');
  const reader = createByteReader(bytes.subarray(at + HEADER_BYTES, end));
  const frame = readFrame(bytes[at], reader);
  if (frame === null) return err('unknown-frame');
  if (reader.failed) return err('damaged-frame');
  return ok({ frame, next: end + CRC_BYTES });
}

function readFrame(kind: number | undefined, reader: ByteReader): HistoryFrame | null {
  switch (kind) {
    case KIND.snapshot: {
      const seq = readVarint(reader);
      const stateVersion = readVarint(reader);
      const createdMs = readVarint(reader);
      const buildId = readText(reader);
      return { type: 'snapshot', seq, stateVersion, createdMs, buildId, bytes: rest(reader) };
    }
    case KIND.row: {
      const seq = readVarint(reader);
      return { type: 'row', seq, bytes: rest(reader) };
    }
    case KIND.end:
      return { type: 'end', rows: readVarint(reader) };
    default:
      return null;
  }
}

function rest(reader: ByteReader): ArrayBuffer {
  return reader.bytes.slice(reader.position, reader.end).buffer as ArrayBuffer;
}
