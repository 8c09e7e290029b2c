/**
 * API keys of the CLOB: made or derived with a signature of the private key (L1), listed and deleted with a key (L2). Secrets are in the
 * answers only; no detail of a failure repeats a body. Source: venue notes of 2026-11-23, polymarket §3.1; official client 1.1.0.
 */
import { SECOND_MS } from '../../core/model/time.ts';
import { readApiKey, readApiKeyIds } from '../../core/venue/clob-account-answers.ts';
import { accepted, ambiguous, type ClobFailure, type Outcome } from '../../core/venue/clob-outcome.ts';
import { isRecord } from '../../core/venue/frame-collector.ts';
import { readClobAnswer } from '../../core/venue/polymarket-error.ts';
import type { ClockPort, HttpPort } from '../ports.ts';
import type { ApiCredentials, KeyBinding, L1Headers, L2Auth } from './auth.ts';
import { jsonOf } from './clob-questions.ts';
import {
  apiKeysRequest,
  type ClobRequest,
  createReadonlyKeyRequest,
  deleteApiKeyRequest,
  deleteReadonlyKeyRequest,
  headersOf,
  readonlyKeysRequest,
  signedHeaders,
} from './clob-requests.ts';

export interface ApiKeysDeps {
  readonly http: HttpPort;
  readonly clock: ClockPort;
  /** Of the CLOB's API, without a slash at its end. */
  readonly clobUrl: string;
  /** The L1 log-in of the private key for a binding, at a time in unix seconds. */
  readonly login: (binding: KeyBinding, timestampS: number) => L1Headers;
}

/** A key and the address that it is bound to, which L2 requests have to name. */
export interface BoundKey {
  readonly credentials: ApiCredentials;
  readonly binding: KeyBinding;
}

export interface ApiKeys {
  /** A new key. Refused where the address has one already ("Could not create api key"). */
  create(binding: KeyBinding): Promise<Outcome<ApiCredentials>>;
  /** The key that the address has. Refused where it has none ("Could not derive api key!"). */
  derive(binding: KeyBinding): Promise<Outcome<ApiCredentials>>;
  /** The address's key, made where there is none. */
  deriveOrCreate(binding: KeyBinding): Promise<Outcome<ApiCredentials>>;
  list(auth: L2Auth): Promise<Outcome<readonly string[]>>;
  /** Revokes the key that signs the request. */
  revoke(auth: L2Auth): Promise<Outcome<void>>;
  /** The id of a new key that can only read. */
  createReadonly(auth: L2Auth): Promise<Outcome<string>>;
  /** The same with what it takes to sign with it, where the venue tells that; the official client reads the id alone. */
  createReadonlyCredentials(
    auth: L2Auth,
  ): Promise<Outcome<{ readonly id: string; readonly credentials: ApiCredentials | null }>>;
  listReadonly(auth: L2Auth): Promise<Outcome<readonly string[]>>;
  revokeReadonly(auth: L2Auth, key: string): Promise<Outcome<void>>;
}

const TIMEOUT_MS = 10_000;

/** The key calls. They are rare and a person waits for them: no queue, no retries. */
export function createApiKeys({ http, clock, clobUrl, login }: ApiKeysDeps): ApiKeys {
  const send = async (
    method: ClobRequest['method'],
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
    bodyMayBeText: boolean,
    clean: L2Auth['clean'] = (text) => text,
  ): Promise<Outcome<unknown>> => {
    const answer = await http.request({ method, url: `${clobUrl}${path}`, headers, body, timeoutMs: TIMEOUT_MS });
    if (!('status' in answer)) {
      return answer.sent ? ambiguous(answer.detail) : { kind: 'not-sent', detail: answer.detail };
    }
    const result = { ...answer, body: clean(answer.body) };
    const isDone = result.status >= 200 && result.status < 300;
    // A deletion is answered with a bare OK.
    if (isDone && bodyMayBeText && !isRecord(jsonOf(result.body))) return accepted(null);
    return readClobAnswer(result, clock.now());
  };
  const timestampS = (): number => Math.floor(clock.now() / SECOND_MS);
  const withLogin = async (
    method: ClobRequest['method'],
    path: string,
    binding: KeyBinding,
  ): Promise<Outcome<ApiCredentials>> => {
    const headers = signedHeaders({ ...login(binding, timestampS()) });
    return readWith(await send(method, path, headers, null, false), (value) => {
      const key = readApiKey(value);
      return key === null ? null : { key: key.apiKey, secret: key.secret, passphrase: key.passphrase };
    });
  };
  const withKey = (auth: L2Auth, request: ClobRequest, bodyMayBeText = false): Promise<Outcome<unknown>> =>
    send(request.method, request.path, headersOf(request, auth, timestampS()), request.body, bodyMayBeText, auth.clean);
  const done = (outcome: Outcome<unknown>): Outcome<void> =>
    outcome.kind === 'accepted' ? accepted(undefined) : outcome;

  const create = (binding: KeyBinding) => withLogin('POST', '/auth/api-key', binding);
  const derive = (binding: KeyBinding) => withLogin('GET', '/auth/derive-api-key', binding);
  return {
    create,
    derive,
    async deriveOrCreate(binding) {
      const derived = await derive(binding);
      return derived.kind === 'rejected' && /could not derive/i.test(derived.detail) ? create(binding) : derived;
    },
    list: async (auth) => readWith(await withKey(auth, apiKeysRequest()), readApiKeyIds),
    revoke: async (auth) => done(await withKey(auth, deleteApiKeyRequest(), true)),
    createReadonly: async (auth) => readWith(await withKey(auth, createReadonlyKeyRequest()), readKeyId),
    createReadonlyCredentials: async (auth) =>
      readWith(await withKey(auth, createReadonlyKeyRequest()), (value) => {
        const id = readKeyId(value);
        const key = readApiKey(value);
        const credentials = key === null ? null : { key: key.apiKey, secret: key.secret, passphrase: key.passphrase };
        return id === null ? null : { id, credentials };
      }),
    listReadonly: async (auth) => readWith(await withKey(auth, readonlyKeysRequest()), readApiKeyIds),
    revokeReadonly: async (auth, key) => done(await withKey(auth, deleteReadonlyKeyRequest(key), true)),
  };
}

function readWith<T>(outcome: Outcome<unknown>, readValue: (value: unknown) => T | null): Outcome<T> {
  if (outcome.kind !== 'accepted') return outcome;
  const value = readValue(outcome.value);
  return value === null ? ambiguous('the answer has not the documented form') : accepted(value);
}

function readKeyId(value: unknown): string | null {
  const id = isRecord(value) ? value['apiKey'] : null;
  return typeof id === 'string' && id !== '' ? id : null;
}

/** The order in which bindings are tried: the venue's rule for deposit wallets has changed more than once (§3.1). */
export function bindingsFor(wallet: string | null): readonly KeyBinding[] {
  if (wallet === null) return [{ kind: 'signer' }];
  return [{ kind: 'signer' }, { kind: 'wallet', wallet }, { kind: 'wallet-wrapped', wallet }];
}

/** True when the venue says that the key belongs to another address than the one that signs orders. */
export function isBindingRefusal(failure: ClobFailure): boolean {
  return (
    failure.kind === 'unauthorised' && /order signer address has to be the address of the api key/i.test(failure.detail)
  );
}

/**
 * Finds the binding with which orders are taken: a key for each in turn, and the next one where `probe`, which sends an order, is refused
 * because of the key's address, or where the venue does not take the log-in itself.
 *
 * Ends with the first key whose probe is not refused so, or with the last failure.
 */
export async function bindApiKey(
  apiKeys: Pick<ApiKeys, 'deriveOrCreate'>,
  bindings: readonly KeyBinding[],
  probe: (key: BoundKey) => Promise<Outcome<unknown>>,
): Promise<Outcome<BoundKey>> {
  let last: ClobFailure = { kind: 'malformed', detail: 'no binding to try' };
  for (const binding of bindings) {
    const credentials = await apiKeys.deriveOrCreate(binding);
    if (credentials.kind !== 'accepted') {
      last = credentials;
      // Another way to log in cannot help against anything but a refused log-in.
      if (credentials.kind === 'unauthorised' && !credentials.geoblocked) continue;
      return credentials;
    }
    const key: BoundKey = { credentials: credentials.value, binding };
    const probed = await probe(key);
    if (probed.kind === 'accepted' || !isBindingRefusal(probed)) {
      return probed.kind === 'accepted' || probed.kind === 'rejected' ? accepted(key) : probed;
    }
    last = probed;
  }
  return last;
}
