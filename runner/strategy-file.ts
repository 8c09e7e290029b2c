/** The file of strategy and risk, read from disk: TOML for people, plain data for everybody else. */
import { existsSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { err, ok, type Result } from '../core/model/result.ts';

/** Its name where nobody says another; without it everything has its default. */
export const STRATEGY_FILE = 'poly-edge.toml';

export type StrategyFile = Readonly<Record<string, unknown>>;

/** What the file says, or one sentence that names file and line. */
export function readStrategyFile(path: string): Result<StrategyFile, string> {
  if (!existsSync(path)) return err(`${path} does not exist: give the name of a file, or CONFIG_FILE.`);
  try {
    return parseStrategyToml(readFileSync(path, 'utf8'), path);
  } catch (error) {
    return err(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** The same of a text; `name` is what a sentence calls it. */
export function parseStrategyToml(text: string, name: string): Result<StrategyFile, string> {
  try {
    return ok(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Its message goes on with an excerpt; the first line says what is wrong.
    const [what = 'it is no TOML'] = error.message.split('\n');
    return err(`${name} line ${error.line}, column ${error.column}: ${what.replace(/^Invalid TOML document: /, '')}.`);
  }
}
