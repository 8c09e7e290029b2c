/**
 * API credentials that `cli keys` has made, in the state folder, readable by this user alone: one file for trading, one for a key that
 * only reads. They are as confidential as the private key, and no sentence of a failure repeats them.
 */
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAddress } from '../core/model/address.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import type { ApiCredentials } from './clob/auth.ts';
import { jsonOf } from './clob/clob-questions.ts';

/** A key and the address that it is bound to, which every request signed with it has to name. */
export interface StoredCredentials {
  readonly credentials: ApiCredentials;
  readonly address: string;
}

/** Where `cli keys` keeps them unless it is told otherwise. */
export const credentialsPath = (stateFolder: string): string => join(stateFolder, 'api-credentials.json');
export const readOnlyCredentialsPath = (stateFolder: string): string =>
  join(stateFolder, 'api-credentials-read-only.json');

const VERSION = 1;
const OTHERS = 0o077;
const schema = z.strictObject({
  version: z.literal(VERSION),
  address: z.string().refine(isAddress),
  apiKey: z.string().min(1),
  secret: z.string().min(1),
  passphrase: z.string().min(1),
});

/** What is kept at `path`; `null` where there is nothing. The error is one sentence. */
export function readCredentialsFile(path: string): Result<StoredCredentials | null, string> {
  let text: string;
  try {
    if ((statSync(path).mode & OTHERS) !== 0) {
      return err(`The credentials file ${path} can be read by others: run chmod 600 on it.`);
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' ? ok(null) : err(`The credentials file ${path} cannot be read (${code}).`);
  }
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success)
    return err(`The credentials file ${path} is damaged: delete it, and run \`cli keys derive\` again.`);
  const { address, apiKey: key, secret, passphrase } = parsed.data;
  return ok({ credentials: { key, secret, passphrase }, address });
}

/** Replaces the file, whole or not at all, for this user alone. */
export function writeCredentialsFile(path: string, { credentials, address }: StoredCredentials): void {
  const { key: apiKey, secret, passphrase } = credentials;
  const body = { version: VERSION, address, apiKey, secret, passphrase };
  rmSync(`${path}.new`, { force: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(body, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  // The process's umask may have taken rights, and never gives any: said twice all the same.
  chmodSync(`${path}.new`, 0o600);
  renameSync(`${path}.new`, path);
}

/** Deletes the file, if it is there. */
export function removeCredentialsFile(path: string): void {
  rmSync(path, { force: true });
}
