/**
 * Writing and reading bytes in plain arithmetic: varints, doubles, text, big integers. A writer grows and can be reused; neither
 * side throws on data: what cannot be written or read raises `failed`, and the caller looks at it once for each record.
 */
import { decodeUtf8, encodeUtf8Into } from './utf8.ts';

export interface ByteWriter {
  buffer: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  length: number;
  /** A value could not be written exactly. */
  failed: boolean;
}

export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position: number;
  readonly end: number;
  /** The bytes ended too early or do not make a value. */
  failed: boolean;
}

/** A varint of a safe integer takes 8 bytes at most; a double takes 8. */
const LARGEST_NUMBER_BYTES = 8;
/** Low part of a varint that bit operations can hold: four groups of seven bits. */
const LOW_RANGE = 0x10000000;
/** Bits of a big integer that are written together: a safe integer's worth. */
const LIMB_BITS = 48n;
const LIMB_MASK = (1n << LIMB_BITS) - 1n;

/** An empty writer. */
export function createByteWriter(capacity = 1024): ByteWriter {
  const buffer = new Uint8Array(capacity);
  return { buffer, view: new DataView(buffer.buffer), length: 0, failed: false };
}

/** A reader of `bytes` from its start to its end. */
export function createByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes, view, position: 0, end: bytes.length, failed: false };
}

/** A copy of what was written so far. */
export function writtenBytes(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  return writer.buffer.slice(0, writer.length);
}

/** Makes room for `count` more bytes. */
export function reserve(writer: ByteWriter, count: number): void {
  const needed = writer.length + count;
  if (needed <= writer.buffer.length) return;
  const grown = new Uint8Array(Math.max(needed, writer.buffer.length * 2));
  grown.set(writer.buffer.subarray(0, writer.length));
  writer.buffer = grown;
  writer.view = new DataView(grown.buffer);
}

export function writeByte(writer: ByteWriter, value: number): void {
  reserve(writer, 1);
  writer.buffer[writer.length++] = value;
}

export function readByte(reader: ByteReader): number {
  if (reader.position >= reader.end) return fail(reader);
  return reader.bytes[reader.position++] as number;
}

/** A safe integer ≥ 0, seven bits a byte, lowest first. Anything else raises `failed`. */
export function writeVarint(writer: ByteWriter, value: number): void {
  reserve(writer, LARGEST_NUMBER_BYTES);
  const buffer = writer.buffer;
  let at = writer.length;
  let rest = value >>> 0;
  if (rest !== value) {
    if (!Number.isSafeInteger(value) || value < 0) {
      writer.failed = true;
      return;
    }
    const high = Math.floor(value / LOW_RANGE);
    const low = value - high * LOW_RANGE;
    buffer[at++] = (low & 0x7f) | 0x80;
    buffer[at++] = ((low >>> 7) & 0x7f) | 0x80;
    buffer[at++] = ((low >>> 14) & 0x7f) | 0x80;
    buffer[at++] = (low >>> 21) | 0x80;
    rest = high;
  }
  while (rest > 0x7f) {
    buffer[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[at++] = rest;
  writer.length = at;
}

/** Reads what `writeVarint` wrote. */
export function readVarint(reader: ByteReader): number {
  const bytes = reader.bytes;
  const end = reader.end;
  let at = reader.position;
  let value = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (at >= end) return fail(reader);
    const byte = bytes[at++] as number;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      reader.position = at;
      return value;
    }
  }
  let high = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    if (at >= end) return fail(reader);
    const byte = bytes[at++] as number;
    high |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      reader.position = at;
      value += high * LOW_RANGE;
      return value <= Number.MAX_SAFE_INTEGER ? value : fail(reader);
    }
  }
  return fail(reader);
}

/** A safe integer of either sign: the sign stands in the first byte, beside the lowest six bits. */
export function writeSigned(writer: ByteWriter, value: number): void {
  const magnitude = value < 0 ? -value : value;
  const sign = value < 0 ? 0x40 : 0;
  if (magnitude < 0x40 && magnitude >>> 0 === magnitude) {
    writeByte(writer, magnitude | sign);
    return;
  }
  if (!Number.isSafeInteger(value)) {
    writer.failed = true;
    return;
  }
  writeByte(writer, (magnitude % 0x40) | sign | 0x80);
  writeVarint(writer, Math.floor(magnitude / 0x40));
}

/** Reads what `writeSigned` wrote. */
export function readSigned(reader: ByteReader): number {
  const first = readByte(reader);
  const magnitude = first < 0x80 ? first & 0x3f : (first & 0x3f) + readVarint(reader) * 0x40;
  if (magnitude > Number.MAX_SAFE_INTEGER) return fail(reader);
  return (first & 0x40) !== 0 ? -magnitude : magnitude;
}

/** A safe integer ≥ 0 or `null`. */
export function writeNullableVarint(writer: ByteWriter, value: number | null): void {
  if (value === null) writeByte(writer, 0);
  else if (value >= 0) writeVarint(writer, value + 1);
  else writer.failed = true;
}

export function readNullableVarint(reader: ByteReader): number | null {
  const value = readVarint(reader);
  return value === 0 ? null : value - 1;
}

/** Any double, bit for bit, little-endian. */
export function writeDouble(writer: ByteWriter, value: number): void {
  reserve(writer, LARGEST_NUMBER_BYTES);
  writer.view.setFloat64(writer.length, value, true);
  writer.length += 8;
}

export function readDouble(reader: ByteReader): number {
  const at = reader.position;
  if (at + 8 > reader.end) return fail(reader);
  reader.position = at + 8;
  return reader.view.getFloat64(at, true);
}

/** Any big integer: limb count and sign, then 48 bits at a time, lowest first. */
export function writeBigint(writer: ByteWriter, value: bigint): void {
  let rest = value < 0n ? -value : value;
  const limbs: number[] = [];
  while (rest > 0n) {
    limbs.push(Number(rest & LIMB_MASK));
    rest >>= LIMB_BITS;
  }
  writeVarint(writer, limbs.length * 2 + (value < 0n ? 1 : 0));
  for (const limb of limbs) writeVarint(writer, limb);
}

export function readBigint(reader: ByteReader): bigint {
  const head = readVarint(reader);
  const count = Math.floor(head / 2);
  if (count > reader.end - reader.position) return BigInt(fail(reader));
  let value = 0n;
  for (let index = 0; index < count; index++) value |= BigInt(readVarint(reader)) << (BigInt(index) * LIMB_BITS);
  return head % 2 === 1 ? -value : value;
}

/** Length and text in UTF-8. Every string comes back as it was, half surrogate pairs too. */
export function writeText(writer: ByteWriter, text: string): void {
  const units = text.length;
  // Three bytes hold any UTF-16 unit; the length is written once it is known, so the text is encoded first and then moved.
  reserve(writer, units * 3 + LARGEST_NUMBER_BYTES);
  const start = writer.length;
  const from = start + LARGEST_NUMBER_BYTES;
  const to = encodeUtf8Into(text, writer.buffer, from);
  writeVarint(writer, to - from);
  writer.buffer.copyWithin(writer.length, from, to);
  writer.length += to - from;
}

export function readText(reader: ByteReader): string {
  const length = readVarint(reader);
  const from = reader.position;
  if (length > reader.end - from) {
    fail(reader);
    return '';
  }
  reader.position = from + length;
  return decodeUtf8(reader.bytes, from, from + length);
}

function fail(reader: ByteReader): number {
  reader.failed = true;
  reader.position = reader.end;
  return 0;
}
