/** Columns as what they are. A column of another type is a bug of ours, not data from outside. */
import { InvariantError } from '../core/model/errors.ts';
import type { SqlRow } from './ports.ts';

export function blobColumn(row: SqlRow, name: string): Uint8Array {
  const value = row[name];
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new InvariantError('column is not a blob', { name });
}

export function numberColumn(row: SqlRow, name: string): number {
  const value = row[name];
  if (typeof value === 'number') return value;
  throw new InvariantError('column is not a number', { name });
}

export function textColumn(row: SqlRow, name: string): string {
  const value = row[name];
  if (typeof value === 'string') return value;
  throw new InvariantError('column is not a text', { name });
}

/** The bytes as SQLite takes them: an ArrayBuffer that holds nothing else. */
export function toBlob(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? buffer : new Uint8Array(bytes).buffer;
}
