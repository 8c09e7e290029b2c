/**
 * Strings that repeat within a row (77-digit token ids, sources, timer keys) are written once, where they first appear, and by
 * number afterwards: 0 announces a new string, n + 1 means the nth.
 */
import {
  type ByteReader,
  type ByteWriter,
  readText,
  readVarint,
  writeByte,
  writeText,
  writeVarint,
} from '../../model/bytes.ts';

export interface StringInterner {
  readonly indexOf: Map<string, number>;
  readonly strings: string[];
}

export function createStringInterner(): StringInterner {
  return { indexOf: new Map(), strings: [] };
}

/** Forgets every string from the `count`-th on: what was written since then is taken back. */
export function truncateInterner(interner: StringInterner, count: number): void {
  while (interner.strings.length > count) interner.indexOf.delete(interner.strings.pop() as string);
}

export function writeInterned(writer: ByteWriter, interner: StringInterner, text: string): void {
  const index = interner.indexOf.get(text);
  if (index !== undefined) {
    writeVarint(writer, index + 1);
    return;
  }
  interner.indexOf.set(text, interner.strings.length);
  interner.strings.push(text);
  writeByte(writer, 0);
  writeText(writer, text);
}

/** Reads a string; `strings` collects the row's strings in the order of their first appearance. */
export function readInterned(reader: ByteReader, strings: string[]): string {
  const reference = readVarint(reader);
  if (reference === 0) {
    const text = readText(reader);
    strings.push(text);
    return text;
  }
  const text = strings[reference - 1];
  if (text !== undefined) return text;
  reader.failed = true;
  return '';
}
