/** The file of strategy and risk as the Worker gets it: one line of JSON. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ok, type Result } from '../../core/model/result.ts';
import { readStrategyFile, STRATEGY_FILE } from '../../runner/strategy-file.ts';

/** `file` as `CONFIG_FILE` names it; empty: the usual one, and nothing where that is not there. */
export function strategyConfig(file: string, root: string): Result<string, string> {
  const path = resolve(root, file === '' ? STRATEGY_FILE : file);
  if (file === '' && !existsSync(path)) return ok('');
  const document = readStrategyFile(path);
  return document.ok ? ok(JSON.stringify(document.value)) : document;
}
