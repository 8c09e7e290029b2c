/** Where the runner's private key comes from: a variable, or a file that nobody else can read (DESIGN §3.14, §6). */
import { readFileSync, statSync } from 'node:fs';
import { err, type Result } from '../../core/model/result.ts';
import { type PrivateKey, parsePrivateKey } from './private-key.ts';

export interface KeyEnvironment {
  readonly POLY_PRIVATE_KEY?: string | undefined;
  /** Path of a file with the key alone in it. */
  readonly POLY_PRIVATE_KEY_FILE?: string | undefined;
}

/** Rights of anybody but the owner. */
const RIGHTS_OF_OTHERS = 0o077;

/** The key, or one sentence that says what to change. The sentence never has the key in it. */
export function loadPrivateKey(environment: KeyEnvironment): Result<PrivateKey, string> {
  const text = environment.POLY_PRIVATE_KEY ?? '';
  const file = environment.POLY_PRIVATE_KEY_FILE ?? '';
  if (text !== '' && file !== '') return err('Set POLY_PRIVATE_KEY or POLY_PRIVATE_KEY_FILE, not both.');
  if (text === '' && file === '') return err('Set POLY_PRIVATE_KEY_FILE to the file that holds the private key.');
  return file === '' ? named('POLY_PRIVATE_KEY', parsePrivateKey(text)) : fromFile(file);
}

function fromFile(file: string): Result<PrivateKey, string> {
  let text: string;
  try {
    const status = statSync(file);
    if (!status.isFile()) return err(`The key file ${file} is no file.`);
    if ((status.mode & RIGHTS_OF_OTHERS) !== 0) {
      return err(`The key file ${file} can be read by others: chmod 600 it.`);
    }
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    return err(`The key file ${file} cannot be read (${code}).`);
  }
  return named(`The key file ${file}`, parsePrivateKey(text));
}

function named(what: string, key: Result<PrivateKey, string>): Result<PrivateKey, string> {
  return key.ok ? key : err(`${what} cannot be used: ${key.error}.`);
}
