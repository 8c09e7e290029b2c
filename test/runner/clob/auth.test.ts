import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { type Hex, hashTypedData, recoverAddress } from 'viem';
import { describe, expect, test } from 'vitest';
import { createL2Auth, type KeyBinding, type L2Request, l1Headers } from '../../../runner/clob/auth.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';
import {
  ANVIL_ADDRESS,
  anvilSigner,
  type LoginFixture,
  loginFixtures,
  type RequestFixture,
  requestFixtures,
} from '../../support/signing-fixtures.ts';

const WALLET = '0x3333333333333333333333333333333333333333';
const credentials = { key: 'a-key', secret: 'c2VjcmV0', passphrase: 'a passphrase' };
const get = (more: Partial<L2Request> = {}): L2Request => ({
  timestampS: 1_795_435_200,
  method: 'GET',
  path: '/data/orders',
  body: null,
  ...more,
});
const bindingOf = (address: string | null): KeyBinding =>
  address === null || address === ANVIL_ADDRESS ? { kind: 'signer' } : { kind: 'wallet', wallet: address };

async function expectLogin({ chainId, timestamp, nonce, address, headers }: LoginFixture): Promise<void> {
  const signer = await anvilSigner();
  expect(l1Headers(signer, { chainId, timestampS: timestamp, nonce, binding: bindingOf(address) })).toEqual(headers);
}

function signatureOf({ secret, timestamp, method, path, body }: Omit<RequestFixture, 'headers' | 'spelling'>): string {
  const auth = createL2Auth({ ...credentials, secret }, ANVIL_ADDRESS);
  if (!auth.ok) throw new Error(auth.error);
  return auth.value.headers({ timestampS: timestamp, method, path, body }).POLY_SIGNATURE;
}

describe('l1Headers', () => {
  test.each(loginFixtures())(
    'default: as the official client, chain $chainId, nonce $nonce, address $address',
    expectLogin,
  );

  test('behavior: wrapped for a deposit wallet, the inner signature is of the wrapped log-in', async () => {
    const signer = await anvilSigner();
    const request = { chainId: 137, timestampS: 1_795_435_200, nonce: 3 };
    const headers = l1Headers(signer, { ...request, binding: { kind: 'wallet-wrapped', wallet: WALLET } });
    expect(headers).toMatchObject({ POLY_ADDRESS: WALLET, POLY_TIMESTAMP: '1795435200', POLY_NONCE: '3' });
    const fields = [
      { name: 'address', type: 'address' },
      { name: 'timestamp', type: 'string' },
      { name: 'nonce', type: 'uint256' },
      { name: 'message', type: 'string' },
    ];
    const type = `ClobAuth(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`;
    const hash = hashTypedData({
      domain: { name: 'ClobAuthDomain', version: '1', chainId: 137 },
      types: {
        ClobAuth: fields,
        TypedDataSign: [
          { name: 'contents', type: 'ClobAuth' },
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
          { name: 'verifyingContract', type: 'address' },
          { name: 'salt', type: 'bytes32' },
        ],
      },
      primaryType: 'TypedDataSign',
      message: {
        contents: {
          address: WALLET,
          timestamp: '1795435200',
          nonce: 3n,
          message: 'This message attests that I control the given wallet',
        },
        name: 'DepositWallet',
        version: '1',
        chainId: 137n,
        verifyingContract: WALLET,
        salt: `0x${'0'.repeat(64)}`,
      },
    } as never);
    const signature = headers.POLY_SIGNATURE;
    expect(await recoverAddress({ hash, signature: signature.slice(0, 132) as Hex })).toBe(ANVIL_ADDRESS);
    expect(Buffer.from(signature.slice(132 + 128), 'hex').toString('latin1')).toBe(
      `${type}\0${String.fromCharCode(type.length)}`,
    );
  });
});

describe('createL2Auth', () => {
  test.each(requestFixtures())('default: as the official client, $method $path, secret $spelling', (fixture) => {
    const { secret, timestamp, method, path, body, headers } = fixture;
    const auth = createL2Auth(
      { key: headers['POLY_API_KEY'] ?? '', secret, passphrase: headers['POLY_PASSPHRASE'] ?? '' },
      ANVIL_ADDRESS,
    );
    expect(auth.ok && auth.value.headers({ timestampS: timestamp, method, path, body })).toEqual(headers);
  });

  test('behavior: the query string is not signed', () => {
    const auth = createL2Auth(credentials, WALLET);
    if (!auth.ok) throw new Error(auth.error);
    expect(auth.value.headers(get({ path: '/data/orders?market=0x1&next_cursor=MA==' }))).toEqual(
      auth.value.headers(get()),
    );
    expect(auth.value.headers(get()).POLY_ADDRESS).toBe(WALLET);
  });

  test('behavior: an empty body is no body', () => {
    const auth = createL2Auth(credentials, ANVIL_ADDRESS);
    if (!auth.ok) throw new Error(auth.error);
    const empty = get({ method: 'DELETE', path: '/cancel-all', body: '' });
    expect(auth.value.headers(empty)).toEqual(auth.value.headers({ ...empty, body: null }));
  });

  test.each(['', 'with space', 'c2Vjc', 'täglich', 'c2Vj=cmV0', 'c2VjcmV0==='])(
    'error: %j is no secret, and the sentence does not repeat it',
    (secret) => {
      const auth = createL2Auth({ ...credentials, secret }, ANVIL_ADDRESS);
      if (auth.ok) throw new Error('accepted');
      if (secret !== '') expect(auth.error).not.toContain(secret);
    },
  );

  test('behavior: secret and passphrase cannot be seen in it', () => {
    const auth = createL2Auth(credentials, ANVIL_ADDRESS);
    const seen = inspect(auth, { depth: null, showHidden: true });
    expect(seen).not.toContain(credentials.secret);
    expect(seen).not.toContain(credentials.passphrase);
  });
});

function vectors<T>(name: string): readonly T[] {
  if (!hasSharedData) return [];
  return (JSON.parse(readFileSync(sharedVectorPath('polymarket', name), 'utf8')) as { readonly cases: readonly T[] })
    .cases;
}

interface RecordedRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

describe.skipIf(!hasSharedData)('vectors of the official client', () => {
  test('default: all 24 request signatures of the shared data', () => {
    const cases = vectors<RequestFixture & { readonly signature: string }>('hmac.json');
    expect(cases).toHaveLength(24);
    for (const fixture of cases) {
      expect(signatureOf({ ...fixture, body: fixture.body ?? null }), `${fixture.path}`).toBe(fixture.signature);
    }
  });

  test('default: the headers of every recorded request that carries some', async () => {
    const signer = await anvilSigner();
    const file = JSON.parse(readFileSync(sharedVectorPath('polymarket', 'http-requests.json'), 'utf8')) as {
      readonly creds: { readonly key: string; readonly secret: string; readonly passphrase: string };
      readonly cases: readonly { readonly requests: readonly RecordedRequest[] }[];
    };
    const auth = createL2Auth(file.creds, ANVIL_ADDRESS);
    if (!auth.ok) throw new Error(auth.error);
    let checked = 0;
    for (const { method, url, headers, body } of file.cases.flatMap((recorded) => recorded.requests)) {
      const timestampS = Number(headers['poly_timestamp']);
      if (headers['poly_signature'] === undefined) continue;
      const own =
        headers['poly_nonce'] === undefined
          ? auth.value.headers({ timestampS, method, path: url, body: body ?? null })
          : l1Headers(signer, {
              chainId: 137,
              timestampS,
              nonce: Number(headers['poly_nonce']),
              binding: { kind: 'signer' },
            });
      for (const [name, value] of Object.entries(own))
        expect(headers[name.toLowerCase()], `${method} ${url}`).toBe(value);
      checked++;
    }
    expect(checked).toBe(20);
  });

  test('default: all 7 log-ins of the shared data', async () => {
    const cases = vectors<LoginFixture>('clob-auth.json');
    expect(cases).toHaveLength(7);
    for (const fixture of cases) await expectLogin(fixture);
  });
});
