/**
 * Secrets struck out of what others say: a far end that repeats what it was sent would else bring them into logs, facts and rows.
 *
 * It is done to whole answers, before anything is read of them, so that no way around it exists; therefore nothing may be struck out that
 * an ordinary answer can contain.
 */

/**
 * A shorter text can be a word, a number or a piece of a token id: striking it out would make an ordinary answer unreadable. The venue's
 * own secrets have 44 characters and more (venue notes of 2026-11-23, polymarket §3.1), keys of RPC providers 32.
 */
const SHORTEST_SECRET = 16;
const STRUCK_OUT = '[secret]';

/** A function that returns a text without these secrets, however JSON or a URL spells them. */
export function createStrikeOut(secrets: readonly string[]): (text: string) => string {
  const known = new Set(secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(spellingsOf));
  // What contains another goes first: a piece that is left of it would still tell the rest.
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  return (text) => {
    let cleaned = text;
    for (const secret of longestFirst) {
      if (cleaned.includes(secret)) cleaned = cleaned.replaceAll(secret, STRUCK_OUT);
    }
    return cleaned;
  };
}

/** What of an address is secret: a provider's key stands in its path, in its query or before its host. */
export function secretsOfUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const { username, password, pathname, searchParams } = new URL(url);
  return [url, decoded(username), decoded(password), ...pathname.split('/').map(decoded), ...searchParams.values()];
}

/** As it is, inside a JSON string (some writers escape the slashes of base64), and inside a URL. */
function spellingsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(secret)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // No URL-encoded text: it is what it is.
    return part;
  }
}
