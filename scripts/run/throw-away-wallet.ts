/** A signing key for the embedded venue: made once for a run folder, worth nothing anywhere else. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateKeyToAddress } from 'viem/accounts';
import { RunProblem } from './problem.ts';

export interface ThrowAwayWallet {
  readonly keyFile: string;
  /** Of the key, and of the pUSD: the embedded venue trades with plain accounts. */
  readonly address: string;
}

const KEY_BYTES = 32;
const KEY = /^0x[0-9a-f]{64}$/;

/** The wallet of the run folder, made where there is none. Only this user can read its key. */
export function throwAwayWallet(runFolder: string): ThrowAwayWallet {
  const keyFile = join(runFolder, 'wallet.key');
  if (!existsSync(keyFile)) writeFileSync(keyFile, `0x${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600 });
  chmodSync(keyFile, 0o600);
  const key = readFileSync(keyFile, 'utf8').trim();
  if (!KEY.test(key)) throw new RunProblem(`${keyFile} is damaged: delete it, and a new throw-away key is made.`);
  return { keyFile, address: privateKeyToAddress(key as `0x${string}`) };
}
