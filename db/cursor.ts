/**
 * Cursors of a listing: the key of the last row of a page, as opaque text. A cursor says where to go on and nothing else, so rows
 * that are written between two pages are neither skipped nor seen twice.
 */

export type CursorKey = readonly [windowStartMs: number, ...tiebreaks: string[]];

const URL_SAFE: Readonly<Record<string, string>> = { '+': '-', '/': '_', '=': '' };
const PLAIN: Readonly<Record<string, string>> = { '-': '+', _: '/' };

/** The key as text for a query string. Keys are ASCII: slugs, hashes and our own identifiers. */
export function encodeCursor(key: CursorKey): string {
  return btoa(JSON.stringify(key)).replace(/[+/=]/g, (character) => URL_SAFE[character] ?? character);
}

/** The key with `tiebreaks` texts that a cursor holds, or `null` for a text that no listing gave out. */
export function decodeCursor(text: string, tiebreaks: number): CursorKey | null {
  const key = parse(text);
  if (!Array.isArray(key) || key.length !== tiebreaks + 1) return null;
  const [start, ...texts] = key as readonly unknown[];
  if (typeof start !== 'number' || !Number.isSafeInteger(start)) return null;
  return texts.every((part) => typeof part === 'string') ? [start, ...(texts as string[])] : null;
}

function parse(text: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
  try {
    return JSON.parse(atob(text.replace(/[-_]/g, (character) => PLAIN[character] ?? character)));
  } catch {
    // Not base64 or not JSON: a cursor that somebody made up, which `null` says.
    return null;
  }
}
