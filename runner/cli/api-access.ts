/** Where the API is and with which token: what the options say, else what the last `make run` left in `.run/current.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CliProblem } from './cli-problem.ts';

export interface AccessOptions {
  readonly url?: string | undefined;
  readonly tokenFile?: string | undefined;
}

export interface ApiAccess {
  readonly url: string;
  readonly token: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8787';
const CURRENT_RUN = resolve(import.meta.dirname, '../../.run/current.json');

const currentSchema = z.object({ url: z.string(), tokensFile: z.string() });
const tokensSchema = z.object({ operator: z.string().min(1) });

/** The operator's access. `ADMIN_TOKEN_OPERATOR` in the environment wins over every file. Throws `CliProblem`. */
export function operatorAccess(options: AccessOptions, environment: NodeJS.ProcessEnv): ApiAccess {
  const current = existsSync(CURRENT_RUN) ? currentSchema.parse(readJson(CURRENT_RUN)) : null;
  const url = (options.url ?? current?.url ?? DEFAULT_URL).replace(/\/+$/, '');
  const given = environment['ADMIN_TOKEN_OPERATOR'];
  if (given !== undefined && given !== '' && options.tokenFile === undefined) return { url, token: given };
  const file = options.tokenFile ?? current?.tokensFile;
  if (file === undefined) {
    throw new CliProblem('No token: start `make run`, or give --token-file, or set ADMIN_TOKEN_OPERATOR.');
  }
  return { url, token: readToken(file) };
}

/** `tokens.json` of a run folder, or a file with the token alone. */
function readToken(file: string): string {
  if (!existsSync(file)) throw new CliProblem(`The token file ${file} does not exist: give --token-file.`);
  const text = readFileSync(file, 'utf8').trim();
  if (!text.startsWith('{')) return text;
  const parsed = tokensSchema.safeParse(readJson(file));
  if (!parsed.success) throw new CliProblem(`${file} holds no operator token: give another --token-file.`);
  return parsed.data.operator;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new CliProblem(`${file} is not JSON: delete it, or give --url and --token-file.`, { cause });
  }
}
