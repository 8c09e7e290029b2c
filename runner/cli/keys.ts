/**
 * `cli keys create|derive|revoke`: API keys, kept in files that only this user can read and never printed. A deposit wallet's key is
 * bound by trying: the venue's rule has changed more than once (venue notes of 2026-11-23, polymarket §3.1).
 */
import { resolve } from 'node:path';
import { accepted, type Outcome } from '../../core/venue/clob-outcome.ts';
import { type ApiKeys, type BoundKey, bindApiKey } from '../clob/api-keys.ts';
import { createL2Auth, type KeyBinding } from '../clob/auth.ts';
import {
  credentialsPath,
  readCredentialsFile,
  readOnlyCredentialsPath,
  removeCredentialsFile,
  type StoredCredentials,
  writeCredentialsFile,
} from '../credentials-file.ts';
import { CliProblem } from './cli-problem.ts';
import { clobWith, fullCredentials, openPublicClob } from './session/clob-access.ts';
import { accountBindings, accountKeys, deriveCredentials, storedFrom } from './session/derived-credentials.ts';
import { clobFailureText } from './session/failure-text.ts';
import type { Session } from './session/session.ts';
import { windowRules } from './session/venue-windows.ts';
import { type AccountWallet, openWallet } from './session/wallet-access.ts';
import { planFarOrder, signFarOrder } from './test-order.ts';

export interface KeysOptions {
  /** Where the credentials are kept, in place of the state folder. */
  readonly file?: string | undefined;
  readonly yes?: boolean | undefined;
}

/** Makes the account's key, or finds the one that it has, and one that only reads beside it. Throws `CliProblem`. */
export async function keysCreate(session: Session, options: KeysOptions): Promise<boolean> {
  const wallet = await openWallet(session);
  const keys = accountKeys(session, wallet);
  const path = pathOf(session, options);
  const bindings = accountBindings(session, wallet);
  // Of one binding there is nothing to find out.
  const isTried = bindings.length > 1;
  const bound = await bindApiKey(keys, bindings, (key) =>
    isTried ? probe(session, wallet, key) : Promise.resolve(accepted(null)),
  );
  if (bound.kind !== 'accepted') throw new CliProblem(`No API key was made: ${clobFailureText(bound)}.`);
  const stored = storedFrom(wallet, bound.value);
  writeCredentialsFile(path, stored);
  const readOnly = await createReadOnly(session, keys, wallet, stored, options);
  report(session, path, stored, bound.value.binding, readOnly);
  return true;
}

/** The key that the account has already, for any of the bindings. Throws `CliProblem`. */
export async function keysDerive(session: Session, options: KeysOptions): Promise<boolean> {
  const wallet = await openWallet(session);
  const path = pathOf(session, options);
  const derived = await deriveCredentials(session, wallet);
  if (!derived.ok) throw new CliProblem(`The account’s key cannot be derived: ${derived.error}.`);
  const stored = storedFrom(wallet, derived.value);
  writeCredentialsFile(path, stored);
  report(session, path, stored, derived.value.binding, null);
  return true;
}

/** Revokes the account's keys at the venue and deletes their files. Throws `CliProblem`. */
export async function keysRevoke(session: Session, options: KeysOptions): Promise<boolean> {
  const { out } = session;
  const path = pathOf(session, options);
  const kept = readCredentialsFile(path);
  if (!kept.ok) throw new CliProblem(kept.error);
  const stored = kept.value ?? (await fullCredentials(session));
  if (stored === null)
    throw new CliProblem('There is no API key to revoke: `cli keys derive` finds the one that the account has.');
  const question = `Revoke the API key ${stored.credentials.key}? A runner that uses it can neither trade nor cancel any more.`;
  if (!(await session.agree(question, options.yes === true))) return false;
  const { auth } = clobWith(session, stored, 'full', stored.address, session.http);
  const keys = accountKeys(session, await openWallet(session));
  const listed = await keys.listReadonly(auth);
  const readOnly = listed.kind === 'accepted' ? listed.value : [];
  for (const key of readOnly) {
    const gone = await keys.revokeReadonly(auth, key);
    if (gone.kind !== 'accepted') throw new CliProblem(`The read-only key ${key} stands: ${clobFailureText(gone)}.`);
  }
  const revoked = await keys.revoke(auth);
  if (revoked.kind !== 'accepted') throw new CliProblem(`The API key stands: ${clobFailureText(revoked)}.`);
  removeCredentialsFile(path);
  if (session.settings.stateFolder !== null)
    removeCredentialsFile(readOnlyCredentialsPath(session.settings.stateFolder));
  out.result({ done: true, revoked: stored.credentials.key, readOnlyRevoked: readOnly });
  out.line(
    `revoked    ${stored.credentials.key}${readOnly.length === 0 ? '' : ` and ${readOnly.length} that only read`}`,
  );
  return true;
}

function pathOf(session: Session, { file }: KeysOptions): string {
  return file === undefined ? credentialsPath(session.folder()) : resolve(file);
}

/**
 * Shows whether the venue takes this key's orders for the wallet: the far order, cancelled at once where it was taken. Whatever else it
 * is refused for (no money yet, a place that is not served) says nothing against the key.
 */
async function probe(session: Session, wallet: AccountWallet, key: BoundKey): Promise<Outcome<unknown>> {
  const stored = storedFrom(wallet, key);
  const { clob } = clobWith(session, stored, 'full', wallet.address, session.http);
  const rules = await windowRules(session, openPublicClob(session), 1);
  const order = await planFarOrder(session, rules);
  session.out.note(`Trying a key bound to the ${key.binding.kind} with one order far from the market.`);
  const signed = signFarOrder(session, wallet, key.credentials.key, rules, order);
  const placed = await clob.place(signed);
  if (placed.kind !== 'accepted' && placed.kind !== 'ambiguous') return placed;
  const cancelled = await clob.cancel(signed.orderHash);
  if (cancelled.kind !== 'accepted') {
    session.out.note(`The order ${signed.orderHash} may rest at the venue: run \`cli cancel\`.`);
  }
  return placed.kind === 'accepted' || (cancelled.kind === 'accepted' && cancelled.value.canceled.length > 0)
    ? accepted(null)
    : placed;
}

/** A key that only reads, where the venue gives one with what it takes to sign with it. Its lack is no failure: the other one reads, too. */
async function createReadOnly(
  session: Session,
  keys: ApiKeys,
  wallet: AccountWallet,
  stored: StoredCredentials,
  { file }: KeysOptions,
): Promise<string | null> {
  const { stateFolder } = session.settings;
  if (stateFolder === null || file !== undefined) return null;
  const path = readOnlyCredentialsPath(stateFolder);
  const kept = readCredentialsFile(path);
  if (kept.ok && kept.value !== null && kept.value.address === stored.address) return kept.value.credentials.key;
  const auth = createL2Auth(stored.credentials, stored.address);
  if (!auth.ok) throw new CliProblem(auth.error);
  const made = await keys.createReadonlyCredentials(auth.value);
  if (made.kind !== 'accepted' || made.value.credentials === null) {
    session.out.note('The venue gives no read-only key that could sign: the trading key reads in its place.');
    return null;
  }
  const reading: StoredCredentials = { credentials: made.value.credentials, address: stored.address };
  const tried = await clobWith(session, reading, 'read-only', wallet.address, session.http).clob.collateral(false);
  if (tried.kind !== 'accepted') return null;
  writeCredentialsFile(path, reading);
  return reading.credentials.key;
}

function report(
  { out }: Session,
  file: string,
  { credentials, address }: StoredCredentials,
  binding: KeyBinding,
  readOnlyKey: string | null,
): void {
  out.result({ done: true, apiKey: credentials.key, boundTo: address, binding: binding.kind, file, readOnlyKey });
  out.line(`API key    ${credentials.key}`);
  out.line(`bound to   ${address} (${binding.kind})`);
  out.line(`kept in    ${file}, readable by this user alone`);
  if (readOnlyKey !== null) out.line(`read-only  ${readOnlyKey}`);
}
