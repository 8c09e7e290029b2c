/**
 * What a command says: lines for people, or one JSON object with `--json`. Secrets that the program holds are struck out of everything,
 * whoever put them there.
 */

export interface CliOutput {
  readonly json: boolean;
  /** A line of the result for people; nothing with `--json`. */
  line(text: string): void;
  /** Progress, for people, beside the result. */
  note(text: string): void;
  /** The result for programs; nothing without `--json`. */
  result(value: object): void;
  /** From now on this text is struck out. */
  hide(secret: string): void;
  /** A text without what is hidden: for sentences that go another way. */
  clean(text: string): string;
}

/** Shorter texts would strike out words of the language. */
const SHORTEST_SECRET = 6;
const STRUCK_OUT = '[secret]';

/** The output of one command. */
export function createCliOutput(
  json: boolean,
  write: (line: string) => void,
  writeNote: (line: string) => void,
): CliOutput {
  const secrets = new Set<string>();
  const clean = (text: string): string => {
    let cleaned = text;
    for (const secret of secrets) cleaned = cleaned.replaceAll(secret, STRUCK_OUT);
    return cleaned;
  };
  return {
    json,
    clean,
    line: (text) => {
      if (!json) write(clean(text));
    },
    note: (text) => writeNote(clean(text)),
    result: (value) => {
      if (json) write(clean(JSON.stringify(value)));
    },
    hide: (secret) => {
      if (secret.length >= SHORTEST_SECRET) secrets.add(secret);
    },
  };
}

/** Columns, each as wide as its widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
