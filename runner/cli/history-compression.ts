/** Gzip of the history's rows, by the platform: the same in Node and, with nodejs_compat, in workerd. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Compression } from '../../core/engine/journal/row-format.ts';

/** Beyond this a row is damage: the format's own limit of a payload. */
const LARGEST_OUTPUT_BYTES = 64 * 1024 * 1024;

export const historyCompression: Compression = {
  gzip: (bytes) => plain(gzipSync(bytes)),
  gunzip: (bytes) => plain(gunzipSync(bytes, { maxOutputLength: LARGEST_OUTPUT_BYTES })),
};

/** The same bytes as a Uint8Array: a Buffer's `slice` does not copy, and nothing that core defines is a Buffer. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
