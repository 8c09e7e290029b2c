/**
 * Reads `.env`: lines `NAME=value`, empty lines and `#` comments; a value may stand in quotes, and ` #` ends one that does not.
 * Stricter than most readers, because a line that is skipped in silence is a setting that is not in force.
 */
import { err, ok, type Result } from '../../core/model/result.ts';

export interface DotEnvEntry {
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;
const QUOTED = /^(?:"([^"]*)"|'([^']*)')\s*(?:#.*)?$/;

/** The entries by name, or one sentence about the first line that cannot be read. */
export function parseDotEnv(text: string, file: string): Result<ReadonlyMap<string, DotEnvEntry>, string> {
  const entries = new Map<string, DotEnvEntry>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const where = `${file} line ${index + 1}`;
    const [, name, rest] = ASSIGNMENT.exec(content) ?? [];
    if (name === undefined || rest === undefined) return err(`${where} is not of the form NAME=value: write it so.`);
    const value = parseValue(rest);
    if (value === null) return err(`${where} has a quote that is not closed: close it.`);
    const earlier = entries.get(name);
    if (earlier !== undefined) return err(`${where} sets ${name} again, after line ${earlier.line}: keep one of them.`);
    entries.set(name, { value, line: index + 1 });
  }
  return ok(entries);
}

function parseValue(text: string): string | null {
  const quoted = QUOTED.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? '';
  if (/^["']/.test(text)) return null;
  return text.replace(/(^|\s)#.*$/, '').trim();
}
