/** `/auth/…`: API keys and what an account may do. Source: official clients, venue notes of 2026-11-23 §3.1. */
import type { UnixMs } from '../../core/model/time.ts';
import type { VenueRequest, VenueResponse } from '../connection.ts';
import { json } from '../http.ts';
import { parseJsonObject } from '../json-frame.ts';
import type { Accounts } from './accounts.ts';
import type { ApiKey } from './api-keys.ts';
import { type AuthOptions, readWalletProof } from './request-auth.ts';

/** What proves itself by a wallet's signature: making and finding keys. `null`: not such a route. */
export function walletSignedRoute(
  request: VenueRequest,
  path: string,
  nowMs: UnixMs,
  accounts: Accounts,
  options: AuthOptions,
): VenueResponse | null {
  const route = `${request.method} ${path}`;
  if (route !== 'POST /auth/api-key' && route !== 'GET /auth/derive-api-key') return null;
  const proof = readWalletProof(request, nowMs, accounts.wallets, options);
  if (proof === null) return json(401, { error: 'Invalid L1 Request headers' });
  const { address, nonce } = proof;
  if (request.method === 'POST') {
    const created = accounts.keys.create(address, nonce);
    return created === null ? json(400, { error: 'Could not create api key' }) : credentials(created);
  }
  const derived = accounts.keys.derive(address, nonce);
  return derived === null ? json(400, { error: 'Could not derive api key!' }) : credentials(derived);
}

/** The key routes that an API key signs; `null`: not such a route. A read-only key may not change keys. */
export function keyRoute(
  request: VenueRequest,
  path: string,
  key: ApiKey,
  accounts: Accounts,
  closedOnly: ReadonlySet<string>,
): VenueResponse | null {
  const { keys } = accounts;
  const own = (readOnly: boolean): string[] =>
    keys
      .listOf(key.address)
      .filter((listed) => listed.readOnly === readOnly)
      .map(({ apiKey }) => apiKey);
  switch (`${request.method} ${path}`) {
    case 'GET /auth/api-keys':
      return json(200, { apiKeys: own(false) });
    case 'DELETE /auth/api-key':
      keys.remove(key.apiKey);
      return json(200, 'OK');
    case 'POST /auth/readonly-api-key':
      // The official client reads `apiKey` only; without secret and passphrase nothing could be signed with it.
      return credentials(keys.createReadOnly(key.address));
    case 'GET /auth/readonly-api-keys':
      return json(200, own(true));
    case 'DELETE /auth/readonly-api-key': {
      const asked = parseJsonObject(request.body)?.['key'];
      const found = typeof asked === 'string' && own(true).includes(asked);
      if (found) keys.remove(asked);
      return found ? json(200, true) : json(404, { error: 'api key not found' });
    }
    case 'GET /auth/ban-status/closed-only':
      return json(200, { closed_only: accounts.addressesOf(key).some((address) => closedOnly.has(address)) });
    default:
      return null;
  }
}

function credentials({ apiKey, secret, passphrase }: ApiKey): VenueResponse {
  return json(200, { apiKey, secret, passphrase });
}
