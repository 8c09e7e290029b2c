/** The CLOB with a key of the account: one that only reads where that is enough and there is one, else the one that trades. */
import { createL2Auth, type L2Auth } from '../../clob/auth.ts';
import type { ClobClient } from '../../clob/clob-client.ts';
import { createClobClient } from '../../clob/create-clob-client.ts';
import {
  credentialsPath,
  readCredentialsFile,
  readOnlyCredentialsPath,
  type StoredCredentials,
} from '../../credentials-file.ts';
import type { HttpPort } from '../../ports.ts';
import { CliProblem } from '../cli-problem.ts';
import { deriveCredentials, storedFrom } from './derived-credentials.ts';
import type { Session } from './session.ts';
import { accountAddress, loadSigner, openWallet } from './wallet-access.ts';

export interface ClobAccess {
  readonly clob: ClobClient;
  readonly auth: L2Auth;
  readonly stored: StoredCredentials;
  readonly access: 'read-only' | 'full';
}

/** The key that may trade. Throws `CliProblem` where there is none. */
export async function openClob(session: Session, http: HttpPort = session.http): Promise<ClobAccess> {
  const stored = await fullCredentials(session);
  if (stored === null)
    throw new CliProblem('There is no API key yet: run `cli keys create`, or set POLY_API_KEY and its two companions.');
  return clobWith(session, stored, 'full', await accountAddress(session), http);
}

/** For what only reads: the read-only key is tried first, and left where the venue refuses it. */
export async function openReadingClob(session: Session): Promise<ClobAccess> {
  const address = await accountAddress(session);
  const readOnly = storedIn(session, readOnlyCredentialsPath);
  if (readOnly !== null) {
    const reading = clobWith(session, readOnly, 'read-only', address, session.http);
    const tried = await reading.clob.collateral(false);
    if (tried.kind !== 'unauthorised') return reading;
    session.out.note('The venue refuses the read-only key: the trading key reads in its place.');
  }
  return openClob(session);
}

/** Any client of public questions: no key is asked for, and none is sent. */
export function openPublicClob(session: Session): ClobClient {
  const nobody = '0x0000000000000000000000000000000000000000';
  const credentials = { key: 'none', secret: 'bm9uZQ==', passphrase: 'none' };
  return clobWith(session, { credentials, address: nobody }, 'read-only', nobody, session.http).clob;
}

/**
 * The trading key: of the environment, else of the state folder, else the one that the private key finds at the venue; `null` where there
 * is none. Asked for once in a session.
 */
export function fullCredentials(session: Session): Promise<StoredCredentials | null> {
  const known = found.get(session);
  if (known !== undefined) return known;
  const finding = findCredentials(session);
  found.set(session, finding);
  return finding;
}

const found = new WeakMap<Session, Promise<StoredCredentials | null>>();

async function findCredentials(session: Session): Promise<StoredCredentials | null> {
  const { credentials, credentialsAddress, key } = session.settings;
  if (credentials !== null) {
    return { credentials, address: credentialsAddress ?? (await loadSigner(session)).address };
  }
  const stored = storedIn(session, credentialsPath);
  if (stored !== null) return stored;
  if ((key.POLY_PRIVATE_KEY ?? '') === '' && (key.POLY_PRIVATE_KEY_FILE ?? '') === '') return null;
  const wallet = await openWallet(session);
  const derived = await deriveCredentials(session, wallet);
  return derived.ok ? storedFrom(wallet, derived.value) : null;
}

function storedIn(session: Session, pathOf: (folder: string) => string): StoredCredentials | null {
  const { stateFolder } = session.settings;
  if (stateFolder === null) return null;
  const stored = readCredentialsFile(pathOf(stateFolder));
  if (!stored.ok) throw new CliProblem(stored.error);
  return stored.value;
}

/** A client with this key. */
export function clobWith(
  session: Session,
  stored: StoredCredentials,
  access: ClobAccess['access'],
  funderAddress: string,
  http: HttpPort,
): ClobAccess {
  const { settings, out, clock, timers, random } = session;
  out.hide(stored.credentials.secret);
  out.hide(stored.credentials.passphrase);
  const auth = createL2Auth(stored.credentials, stored.address);
  if (!auth.ok) throw new CliProblem(auth.error);
  const clob = createClobClient({
    http,
    clock,
    timers,
    random,
    auth: auth.value,
    clobUrl: settings.addresses.clobUrl,
    geoblockUrl: settings.addresses.geoblockUrl,
    identity: { apiKey: stored.credentials.key, funderAddress },
    signatureType: settings.signatureType,
  });
  return { clob, auth: auth.value, stored, access };
}
