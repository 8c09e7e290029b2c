/** L1 and L2 as the venue checks them, against what the official client signed. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { type ApiKey, createApiKeys } from '../../../embedded-venue/clob/api-keys.ts';
import { type AuthOptions, readKeyProof, readWalletProof } from '../../../embedded-venue/clob/request-auth.ts';
import { createWalletRegistry } from '../../../embedded-venue/clob/wallet-registry.ts';
import type { VenueRequest } from '../../../embedded-venue/connection.ts';
import { hasSharedData, sharedVectorPath } from '../../support/shared-data.ts';

const OPTIONS: AuthOptions = { chainId: 137, keyBinding: 'eoa', toleranceMs: 30_000 };
const NOW_MS = 1_795_405_200_000;
/** The publicly known second account of every local test chain. */
const account = privateKeyToAccount('0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d');
const owner = account.address.toLowerCase();
const wallet = '0x3333333333333333333333333333333333333333';

const vectors = <T>(name: string): T => JSON.parse(readFileSync(sharedVectorPath('polymarket', name), 'utf8')) as T;
const request = (headers: Record<string, string>, method = 'GET', path = '/', body = ''): VenueRequest => ({
  method,
  path,
  body,
  query: new URLSearchParams(),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
});

interface AuthCase {
  readonly chainId: number;
  readonly timestamp: number;
  readonly nonce: number;
  readonly address: string;
  readonly headers: Record<string, string>;
}

describe.skipIf(!hasSharedData)('readWalletProof, vectors', () => {
  test('behavior: every header set of the official client proves its address and nonce', () => {
    const { cases } = vectors<{ readonly cases: readonly AuthCase[] }>('clob-auth.json');
    expect(cases.length).toBe(7);
    for (const { chainId, timestamp, nonce, address, headers } of cases) {
      const wallets = createWalletRegistry();
      const isWallet = address.toLowerCase() !== owner;
      if (isWallet) wallets.register({ wallet: address.toLowerCase(), owner, type: 'deposit' });
      const options: AuthOptions = { ...OPTIONS, chainId, keyBinding: isWallet ? 'wallet' : 'eoa' };
      const proof = readWalletProof(request(headers), timestamp * 1_000, wallets, options);
      expect(proof).toEqual({ address: address.toLowerCase(), nonce: String(nonce) });
    }
  });
});

/** Headers signed by the account for `address`, in the plain form. */
async function signed(address: string, changed: { readonly seconds?: number; readonly nonce?: number } = {}) {
  const seconds = changed.seconds ?? NOW_MS / 1_000;
  const nonce = changed.nonce ?? 0;
  const signature = await account.signTypedData({
    domain: { name: 'ClobAuthDomain', version: '1', chainId: 137 },
    primaryType: 'ClobAuth',
    types: {
      ClobAuth: [
        { name: 'address', type: 'address' },
        { name: 'timestamp', type: 'string' },
        { name: 'nonce', type: 'uint256' },
        { name: 'message', type: 'string' },
      ],
    },
    message: {
      address: address as `0x${string}`,
      timestamp: String(seconds),
      nonce: BigInt(nonce),
      message: 'This message attests that I control the given wallet',
    },
  });
  return {
    POLY_ADDRESS: address,
    POLY_SIGNATURE: signature,
    POLY_TIMESTAMP: String(seconds),
    POLY_NONCE: String(nonce),
  };
}

describe('readWalletProof', () => {
  test('behavior: time, nonce and address are part of what is proven', async () => {
    const wallets = createWalletRegistry();
    const headers = await signed(owner);
    expect(readWalletProof(request(headers), NOW_MS, wallets, OPTIONS)).toEqual({ address: owner, nonce: '0' });
    expect(readWalletProof(request(headers), NOW_MS + 30_000, wallets, OPTIONS)).not.toBeNull();
    expect(readWalletProof(request(headers), NOW_MS + 31_000, wallets, OPTIONS)).toBeNull();
    expect(readWalletProof(request(headers), NOW_MS - 31_000, wallets, OPTIONS)).toBeNull();
    for (const change of [{ POLY_NONCE: '1' }, { POLY_TIMESTAMP: '1795405201' }, { POLY_ADDRESS: wallet }]) {
      expect(readWalletProof(request({ ...headers, ...change }), NOW_MS, wallets, OPTIONS)).toBeNull();
    }
    for (const missing of ['POLY_ADDRESS', 'POLY_SIGNATURE', 'POLY_TIMESTAMP'] as const) {
      expect(readWalletProof(request({ ...headers, [missing]: '' }), NOW_MS, wallets, OPTIONS)).toBeNull();
    }
  });

  test.each([
    ['eoa', 'deposit', false],
    ['wallet', 'deposit', true],
    ['wrapped', 'deposit', false],
    ['wallet', 'proxy', false],
    ['wallet', 'safe', false],
  ] as const)('args: binding %s, a %s wallet, the plain form: %s', async (keyBinding, type, isProof) => {
    const wallets = createWalletRegistry();
    wallets.register({ wallet, owner, type });
    const proof = readWalletProof(request(await signed(wallet)), NOW_MS, wallets, { ...OPTIONS, keyBinding });
    expect(proof !== null).toBe(isProof);
  });
});

interface HmacCase {
  readonly secret: string;
  readonly timestamp: number;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly signature: string;
}

/** A store that holds exactly this key. */
function holding(key: ApiKey) {
  const keys = createApiKeys(1);
  keys.restore({ keys: [key], made: 1 });
  return keys;
}

const KEY: ApiKey = {
  apiKey: '11111111-2222-3333-4444-555555555555',
  secret: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  passphrase: '0123456789abcdef',
  address: owner,
  nonce: '0',
  readOnly: false,
};

describe.skipIf(!hasSharedData)('readKeyProof, vectors', () => {
  test('behavior: every signature of the official client proves its key', () => {
    const { cases } = vectors<{ readonly cases: readonly HmacCase[] }>('hmac.json');
    expect(cases.length).toBe(24);
    for (const { secret, timestamp, method, path, body, signature } of cases) {
      const key = { ...KEY, secret };
      const headers = headersOf(key, timestamp, signature);
      const asked = request(headers, method, path, body ?? '');
      expect(readKeyProof(asked, path, timestamp * 1_000, holding(key), 0)).toEqual(key);
    }
  });

  test('behavior: so does every authenticated request that it sent', () => {
    const { cases } = vectors<{ readonly cases: readonly RequestCase[] }>('http-requests.json');
    let checked = 0;
    for (const { requests, nowMs } of cases) {
      for (const { url, method, headers, body } of requests) {
        if (headers['poly_api_key'] === undefined) continue;
        const { pathname } = new URL(url, 'http://venue');
        expect(readKeyProof(request(headers, method, pathname, body), pathname, nowMs, holding(KEY), 1_000)).toEqual(
          KEY,
        );
        checked++;
      }
    }
    expect(checked).toBe(18);
  });
});

interface RequestCase {
  readonly nowMs: number;
  readonly requests: readonly {
    readonly url: string;
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }[];
}

function headersOf(key: ApiKey, timestamp: number, signature: string): Record<string, string> {
  return {
    POLY_ADDRESS: key.address,
    POLY_API_KEY: key.apiKey,
    POLY_PASSPHRASE: key.passphrase,
    POLY_TIMESTAMP: String(timestamp),
    POLY_SIGNATURE: signature,
  };
}

describe('readKeyProof', () => {
  const seconds = NOW_MS / 1_000;
  const body = '{"orderID":"0xab"}';
  const signature = createHmac('sha256', Buffer.from(KEY.secret, 'base64'))
    .update(`${seconds}DELETE/order${body}`)
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  const headers = headersOf(KEY, seconds, signature);
  const prove = (
    changed: Record<string, string>,
    method = 'DELETE',
    path = '/order',
    sent = body,
    nowMs = NOW_MS,
  ): ApiKey | null =>
    readKeyProof(request({ ...headers, ...changed }, method, path, sent), path, nowMs, holding(KEY), 30_000);

  test('default', () => {
    expect(prove({})).toEqual(KEY);
    expect(prove({ POLY_ADDRESS: account.address })).toEqual(KEY);
  });

  test('behavior: method, path, body, time, passphrase, address and the padding are all exact', () => {
    expect(prove({}, 'POST')).toBeNull();
    expect(prove({}, 'DELETE', '/orders')).toBeNull();
    expect(prove({}, 'DELETE', '/order', `${body} `)).toBeNull();
    expect(prove({}, 'DELETE', '/order', body, NOW_MS + 31_000)).toBeNull();
    expect(prove({ POLY_TIMESTAMP: String(seconds + 1) })).toBeNull();
    expect(prove({ POLY_PASSPHRASE: 'other' })).toBeNull();
    expect(prove({ POLY_ADDRESS: wallet })).toBeNull();
    expect(prove({ POLY_API_KEY: 'other' })).toBeNull();
    expect(prove({ POLY_SIGNATURE: signature.replace('=', '') })).toBeNull();
  });
});
