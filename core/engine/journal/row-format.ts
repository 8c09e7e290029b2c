/**
 * The frame around a sequence of records: what one row of the journal and one object of the archive hold. A header of fixed length
 * (little-endian), then the payload. Magic and version keep their places for ever; everything else belongs to its version.
 *
 *  0  magic "PEJR"        4  version u8     5  flags u8     6  zero u16     8  record count u32
 * 12  first seq f64      20  last seq f64  28  first tsInit f64            36  last tsInit f64
 * 44  stored length u32  48  raw length u32                                52  CRC-32 u32 of bytes 0–51 and the stored payload
 */
import { crc32 } from '../../model/crc32.ts';
import { err, ok, type Result } from '../../model/result.ts';
import type { UnixMs } from '../../model/time.ts';

/** Raised when an older release could not read what this one writes (RUNTIME §4: read N−1 and N). */
export const JOURNAL_FORMAT_VERSION = 1;
export const ROW_HEADER_BYTES = 56;

const MAGIC = 0x524a4550;
const FLAG_GZIP = 1;
const FLAG_GAPS = 2;
const CRC_AT = 52;
/** A payload beyond this is damage, not data: rows hold 1 MB and archive objects some 4 MB before compression. */
const LARGEST_PAYLOAD_BYTES = 64 * 1024 * 1024;

/** Compression is the shell's: gzip in one member. `gunzip` throws when the bytes are damaged. */
export interface Compression {
  gzip(bytes: Uint8Array): Uint8Array;
  gunzip(bytes: Uint8Array): Uint8Array;
}

export type JournalError =
  | { readonly kind: 'newer-format'; readonly version: number }
  | { readonly kind: 'damaged'; readonly detail: string };

export interface RowHeader {
  /** First and last seq that the row answers for. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Receive times of the first and the last record. */
  readonly firstMs: UnixMs;
  readonly lastMs: UnixMs;
  readonly count: number;
  /** Market data between first and last seq was left out on purpose. */
  readonly gaps: boolean;
}

/** Puts the header before `payload`; `rawBytes` is the payload's length before compression, `null` when it is not compressed. */
export function frameRow(header: RowHeader, payload: Uint8Array, rawBytes: number | null): Uint8Array<ArrayBuffer> {
  const row = new Uint8Array(ROW_HEADER_BYTES + payload.length);
  const view = new DataView(row.buffer);
  view.setUint32(0, MAGIC, true);
  row[4] = JOURNAL_FORMAT_VERSION;
  row[5] = (rawBytes === null ? 0 : FLAG_GZIP) | (header.gaps ? FLAG_GAPS : 0);
  view.setUint32(8, header.count, true);
  view.setFloat64(12, header.firstSeq, true);
  view.setFloat64(20, header.lastSeq, true);
  view.setFloat64(28, header.firstMs, true);
  view.setFloat64(36, header.lastMs, true);
  view.setUint32(44, payload.length, true);
  view.setUint32(48, rawBytes ?? payload.length, true);
  row.set(payload, ROW_HEADER_BYTES);
  view.setUint32(CRC_AT, checksum(row), true);
  return row;
}

/** Reads the header alone, from the row or from its first `ROW_HEADER_BYTES` bytes. The checksum is not looked at. */
export function readRowHeader(bytes: Uint8Array): Result<RowHeader, JournalError> {
  if (bytes.length < ROW_HEADER_BYTES) return damaged('shorter than a header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return damaged('not a journal row');
  const version = view.getUint8(4);
  if (version > JOURNAL_FORMAT_VERSION) return err({ kind: 'newer-format', version });
  if (version < 1) return damaged('format version 0');
  const header: RowHeader = {
    count: view.getUint32(8, true),
    firstSeq: view.getFloat64(12, true),
    lastSeq: view.getFloat64(20, true),
    firstMs: view.getFloat64(28, true),
    lastMs: view.getFloat64(36, true),
    gaps: (view.getUint8(5) & FLAG_GAPS) !== 0,
  };
  if (!isSeqRange(header)) return damaged('first and last seq are no range');
  return ok(header);
}

export interface OpenRow {
  readonly header: RowHeader;
  readonly payload: Uint8Array;
}

/** Checks the whole row and uncompresses its payload. */
export function openRow(bytes: Uint8Array, compression: Compression): Result<OpenRow, JournalError> {
  const header = readRowHeader(bytes);
  if (!header.ok) return header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rawLength = view.getUint32(48, true);
  if (view.getUint32(44, true) !== bytes.length - ROW_HEADER_BYTES) return damaged('cut off, or something follows');
  if (rawLength > LARGEST_PAYLOAD_BYTES) return damaged('payload is too long to be true');
  if (view.getUint32(CRC_AT, true) !== checksum(bytes)) return damaged('checksum differs');
  const stored = bytes.subarray(ROW_HEADER_BYTES);
  if ((view.getUint8(5) & FLAG_GZIP) === 0) return ok({ header: header.value, payload: stored });
  const payload = uncompress(stored, compression);
  if (typeof payload === 'string') return damaged(payload);
  if (payload.length !== rawLength) return damaged('payload has another length than the header says');
  return ok({ header: header.value, payload });
}

/** The error value of a row that is not what was written. */
export function damaged(detail: string): { readonly ok: false; readonly error: JournalError } {
  return err({ kind: 'damaged', detail });
}

function uncompress(stored: Uint8Array, compression: Compression): Uint8Array | string {
  try {
    return compression.gunzip(stored);
  } catch (error) {
    return `payload cannot be uncompressed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function checksum(row: Uint8Array): number {
  return crc32(row.subarray(ROW_HEADER_BYTES), crc32(row.subarray(0, CRC_AT)));
}

function isSeqRange(header: RowHeader): boolean {
  const { firstSeq, lastSeq } = header;
  return Number.isSafeInteger(firstSeq) && Number.isSafeInteger(lastSeq) && firstSeq >= 0 && firstSeq <= lastSeq;
}
