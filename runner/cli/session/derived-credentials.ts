/** The API key that an account has already, found by its private key: whoever has that needs no file. */

import { err, ok, type Result } from '../../../core/model/result.ts';
import { type ApiKeys, type BoundKey, bindingsFor, createApiKeys } from '../../clob/api-keys.ts';
import { l1Headers } from '../../clob/auth.ts';
import type { StoredCredentials } from '../../credentials-file.ts';
import { clobFailureText } from './failure-text.ts';
import type { Session } from './session.ts';
import type { AccountWallet } from './wallet-access.ts';

/** A deposit wallet has type 3; every other key is bound to its signer. */
const DEPOSIT_WALLET = 3;

/** The bindings that the venue may have for this account, in the order in which they are tried. */
export function accountBindings(session: Session, wallet: AccountWallet) {
  return bindingsFor(session.settings.signatureType === DEPOSIT_WALLET ? wallet.address : null);
}

/** The key calls of the account. */
export function accountKeys(session: Session, { signer, trading }: AccountWallet): ApiKeys {
  const { http, clock, settings } = session;
  return createApiKeys({
    http,
    clock,
    clobUrl: settings.addresses.clobUrl,
    login: (binding, timestampS) => l1Headers(signer, { chainId: trading.chainId, timestampS, nonce: 0, binding }),
  });
}

/** A key with the address that its binding means. */
export function storedFrom({ signer }: AccountWallet, { credentials, binding }: BoundKey): StoredCredentials {
  return { credentials, address: binding.kind === 'signer' ? signer.address : binding.wallet };
}

/** Asks for each binding in turn. The failure is one clause. */
export async function deriveCredentials(session: Session, wallet: AccountWallet): Promise<Result<BoundKey, string>> {
  const keys = accountKeys(session, wallet);
  let failure = 'it has none: run `cli keys create`';
  for (const binding of accountBindings(session, wallet)) {
    const derived = await keys.derive(binding);
    if (derived.kind === 'accepted') {
      session.out.hide(derived.value.secret);
      session.out.hide(derived.value.passphrase);
      return ok({ credentials: derived.value, binding });
    }
    if (derived.kind !== 'rejected') failure = clobFailureText(derived);
  }
  return err(failure);
}
