/**
 * Text to UTF-8 and back without a platform's encoder. Half a surrogate pair is kept as its own three bytes (WTF-8), so that every
 * string comes back as it was.
 */

/** UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(text.length * 3);
  return buffer.slice(0, encodeUtf8Into(text, buffer, 0));
}

/** Writes the text's bytes from `start` on and returns where they end. The buffer must hold three bytes for each UTF-16 unit. */
export function encodeUtf8Into(text: string, buffer: Uint8Array, start: number): number {
  let at = start;
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      buffer[at++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00) {
      const low = text.charCodeAt(index + 1);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + (code - 0xd800) * 0x400 + (low - 0xdc00);
        index++;
      }
    }
    if (code < 0x800) {
      buffer[at++] = 0xc0 | (code >>> 6);
    } else {
      if (code < 0x10000) {
        buffer[at++] = 0xe0 | (code >>> 12);
      } else {
        buffer[at++] = 0xf0 | (code >>> 18);
        buffer[at++] = 0x80 | ((code >>> 12) & 0x3f);
      }
      buffer[at++] = 0x80 | ((code >>> 6) & 0x3f);
    }
    buffer[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/** Characters joined at a time: far below any engine's limit of arguments. */
const TEXT_CHUNK = 4_096;

/** The text of bytes that `encodeUtf8` made. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = '';
  let units: number[] = [];
  let at = start;
  while (at < end) {
    const first = bytes[at++] as number;
    let code = first;
    if (first >= 0x80) {
      const extra = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
      code = first & (0x3f >>> extra);
      for (let index = 0; index < extra; index++) code = (code << 6) | ((bytes[at++] ?? 0) & 0x3f);
    }
    if (code < 0x10000) units.push(code);
    else units.push(0xd800 + ((code - 0x10000) >>> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    if (units.length >= TEXT_CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}
