/** CRC-32 as in gzip and zlib (ISO-HDLC: reflected polynomial 0xEDB88320). Finds damage, not malice. */

/** Eight tables of 256 entries, flat: "slicing by eight" reads eight bytes a round. */
const TABLES = makeTables();

function makeTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    tables[byte] = remainder;
  }
  for (let entry = 256; entry < tables.length; entry++) {
    const previous = tables[entry - 256] as number;
    tables[entry] = (previous >>> 8) ^ (tables[previous & 0xff] as number);
  }
  return tables;
}

/**
 * CRC-32 of `bytes`, unsigned. `previous` is the CRC of what came before: `crc32(b, crc32(a))` is the CRC of a followed by b.
 * Source: RFC 1952 §8 (gzip file format specification 4.3), for the polynomial and the conditioning.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  const t = TABLES;
  const length = bytes.length;
  let crc = ~previous;
  let i = 0;
  // The casts state what the loop bounds guarantee: an index check in this loop would halve its speed.
  for (const end = length - 7; i < end; i += 8) {
    const low = crc ^ fourBytes(bytes, i);
    crc =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[i + 4] as number)] as number) ^
      (t[512 + (bytes[i + 5] as number)] as number) ^
      (t[256 + (bytes[i + 6] as number)] as number) ^
      (t[bytes[i + 7] as number] as number);
  }
  for (; i < length; i++) crc = (crc >>> 8) ^ (t[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}

function fourBytes(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
