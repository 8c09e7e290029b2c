/**
 * Looks for secrets in texts, files, databases and folders: as they are, in the usual encodings, and inside what is compressed. What it
 * finds it names, and never shows.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { constants, inflateRawSync } from 'node:zlib';

/** A secret by the name that a finding calls it. */
export type Secrets = Readonly<Record<string, string>>;

export interface SecretScan {
  /** Where secrets are in this text or these bytes: "private key (base64) in {where}". */
  scan(where: string, content: string | Buffer): readonly string[];
  /**
   * The same of every file below a folder, but those whose path `isKept` says is where a secret belongs. Of a database that nobody has
   * open any more every row is read as well: in the file a long value lies in pieces.
   */
  scanFolder(folder: string, isKept: (path: string) => boolean): readonly string[];
  /** Files that were looked at, and values of rows. */
  readonly files: number;
  readonly values: number;
}

/** Magic, deflate, and no optional fields (RFC 1952 §2.3): what Node and workerd write. */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const GZIP_HEAD_BYTES = 10;
const DATABASE = '.sqlite';
const HEX_KEY = /^(0x)?[0-9a-f]{64}$/i;

/** A scan for these secrets. */
export function createSecretScan(secrets: Secrets): SecretScan {
  const needles = Object.entries(secrets).flatMap(([name, secret]) =>
    [...formsOf(secret)].map(([form, text]) => ({ name: `${name} (${form})`, text: Buffer.from(text) })),
  );
  let files = 0;
  let values = 0;

  const search = (where: string, content: Buffer): string[] =>
    needles.filter(({ text }) => content.includes(text)).map(({ name }) => `${name} in ${where}`);

  const scan: SecretScan['scan'] = (where, given) => {
    const content = Buffer.isBuffer(given) ? given : Buffer.from(given);
    const found = search(where, content);
    for (let at = content.indexOf(GZIP_HEAD); at >= 0; at = content.indexOf(GZIP_HEAD, at + 1)) {
      const inner = inflated(content.subarray(at + GZIP_HEAD_BYTES));
      if (inner !== null) found.push(...search(`${where}, compressed at ${at}`, inner));
    }
    return found;
  };

  const scanRows = (entry: string, path: string): string[] => {
    const found: string[] = [];
    const database = new DatabaseSync(path);
    try {
      for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
        const rows = database.prepare(`SELECT * FROM "${String(name)}"`);
        rows.setReadBigInts(true);
        for (const row of rows.iterate()) {
          for (const [column, value] of Object.entries(row)) {
            if (value === null) continue;
            values++;
            const content = value instanceof Uint8Array ? Buffer.from(value) : String(value);
            found.push(...scan(`${entry}, ${String(name)}.${column}`, content));
          }
        }
      }
    } finally {
      database.close();
    }
    return found;
  };

  return {
    scan,
    scanFolder(folder, isKept) {
      const found: string[] = [];
      const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        (entry) => statSync(join(folder, entry)).isFile() && !isKept(entry),
      );
      for (const entry of entries) {
        files++;
        found.push(...scan(entry, readFileSync(join(folder, entry))));
      }
      // Only now: whoever opens a database may tidy up the files beside it.
      for (const entry of entries) if (entry.endsWith(DATABASE)) found.push(...scanRows(entry, join(folder, entry)));
      return found;
    },
    get files() {
      return files;
    },
    get values() {
      return values;
    },
  };
}

/** The forms in which a secret may stray: each at least as long as the secret, so that chance finds none. */
function formsOf(secret: string): ReadonlyMap<string, string> {
  const forms = new Map([
    ['raw', secret],
    ['base64', Buffer.from(secret).toString('base64').replace(/=+$/, '')],
    ['base64url', Buffer.from(secret).toString('base64url')],
    ['hex', Buffer.from(secret).toString('hex')],
    ['url-encoded', encodeURIComponent(secret)],
  ]);
  if (HEX_KEY.test(secret)) {
    const digits = secret.replace(/^0x/i, '');
    const bytes = Buffer.from(digits, 'hex');
    forms.set('digits', digits.toLowerCase());
    forms.set('large digits', digits.toUpperCase());
    forms.set('bytes in base64', bytes.toString('base64').replace(/=+$/, ''));
    forms.set('bytes in base64url', bytes.toString('base64url'));
    forms.set('a number', BigInt(`0x${digits}`).toString());
  }
  return forms;
}

/** What begins here, as far as it goes; `null` where nothing compressed begins. */
function inflated(bytes: Buffer): Buffer | null {
  try {
    // Whatever follows the stream, or is missing of it, is of no interest.
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // Four bytes that look like a beginning, and are none.
    return null;
  }
}
