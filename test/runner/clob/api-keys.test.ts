import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../core/venue/clob-outcome.ts';
import { bindApiKey, bindingsFor, createApiKeys } from '../../../runner/clob/api-keys.ts';
import type { KeyBinding } from '../../../runner/clob/auth.ts';
import type { HttpAnswer, HttpRequest } from '../../../runner/ports.ts';
import { createRunnerTime, createScriptedHttp, jsonAnswer } from '../../support/runner-ports.ts';
import { NOW_MS, vectorAuth } from './client-world.ts';

const KEY = { apiKey: 'a-key', secret: 'c2VjcmV0', passphrase: 'a passphrase' };
const WALLET = '0x3333333333333333333333333333333333333333';
const NO_KEY = jsonAnswer({ error: 'Could not derive api key!' }, 400);
const SIGNER_REFUSED = jsonAnswer({ error: 'the order signer address has to be the address of the API KEY' }, 400);

/** A log-in that says which binding it is for: its signature is the signer's business, tested there. */
const login = (binding: KeyBinding, timestampS: number) => ({
  POLY_ADDRESS: binding.kind === 'signer' ? '0xsigner' : binding.wallet,
  POLY_SIGNATURE: binding.kind,
  POLY_TIMESTAMP: `${timestampS}`,
  POLY_NONCE: '0',
});

function world(answer: (request: HttpRequest, number: number) => HttpAnswer) {
  const http = createScriptedHttp(answer);
  const { clock } = createRunnerTime(NOW_MS);
  const keys = createApiKeys({ http, clock, clobUrl: 'https://clob.test', login });
  const asked = () =>
    http.requests.map(({ method, url, body }) =>
      `${method} ${url.replace('https://clob.test', '')} ${body ?? ''}`.trim(),
    );
  return { keys, http, asked };
}

describe('createApiKeys', () => {
  test('default: the key that is there', async () => {
    const { keys, asked } = world(() => jsonAnswer(KEY));
    await expect(keys.deriveOrCreate({ kind: 'signer' })).resolves.toEqual({
      kind: 'accepted',
      value: { key: 'a-key', secret: 'c2VjcmV0', passphrase: 'a passphrase' },
    });
    expect(asked()).toEqual(['GET /auth/derive-api-key']);
  });

  test('behavior: made where there is none, and only then', async () => {
    const { keys, asked } = world(({ method }) => (method === 'POST' ? jsonAnswer(KEY) : NO_KEY));
    await expect(keys.deriveOrCreate({ kind: 'signer' })).resolves.toMatchObject({ kind: 'accepted' });
    expect(asked()).toEqual(['GET /auth/derive-api-key', 'POST /auth/api-key']);

    const down = world(() => ({ status: 500, headers: {}, body: '' }));
    await expect(down.keys.deriveOrCreate({ kind: 'signer' })).resolves.toMatchObject({ kind: 'ambiguous' });
    expect(down.asked()).toHaveLength(1);
  });

  test('behavior: lists, revocations, read-only keys', async () => {
    const { keys, http, asked } = world(({ method, url }) => {
      if (method === 'DELETE') return { status: 200, headers: {}, body: url.includes('readonly') ? '"OK"' : 'OK' };
      if (method === 'POST') return jsonAnswer({ apiKey: 'read-key' });
      return jsonAnswer(url.includes('readonly') ? { readonlyApiKeys: ['read-key'] } : { apiKeys: ['a-key'] });
    });
    const auth = vectorAuth();
    await expect(keys.list(auth)).resolves.toEqual({ kind: 'accepted', value: ['a-key'] });
    await expect(keys.createReadonly(auth)).resolves.toEqual({ kind: 'accepted', value: 'read-key' });
    await expect(keys.listReadonly(auth)).resolves.toEqual({ kind: 'accepted', value: ['read-key'] });
    await expect(keys.revokeReadonly(auth, 'read-key')).resolves.toEqual({ kind: 'accepted', value: undefined });
    await expect(keys.revoke(auth)).resolves.toEqual({ kind: 'accepted', value: undefined });
    expect(asked()).toEqual([
      'GET /auth/api-keys',
      'POST /auth/readonly-api-key',
      'GET /auth/readonly-api-keys',
      'DELETE /auth/readonly-api-key {"key":"read-key"}',
      'DELETE /auth/api-key',
    ]);
    for (const { headers } of http.requests) expect(headers).toHaveProperty('POLY_PASSPHRASE');
  });

  test('error: a key without its secret, and no detail that repeats a body', async () => {
    const { keys } = world(() => jsonAnswer({ ...KEY, secret: 7 }));
    const outcome = await keys.derive({ kind: 'signer' });
    expect(outcome).toMatchObject({ kind: 'ambiguous' });
    expect(JSON.stringify(outcome)).not.toContain(KEY.passphrase);
  });

  test('error: a revocation that was refused', async () => {
    const { keys } = world(() => jsonAnswer({ error: 'Unauthorized/Invalid api key' }, 401));
    await expect(keys.revoke(vectorAuth())).resolves.toMatchObject({ kind: 'unauthorised' });
  });
});

describe('bindApiKey', () => {
  const refused = (answer: HttpAnswer): Outcome<unknown> => ({
    kind: 'unauthorised',
    detail: (JSON.parse(answer.body) as { error: string }).error,
    geoblocked: false,
  });

  /** Tries all bindings where orders are taken with one of them; returns the outcome and the log-ins that were made. */
  async function bind(good: KeyBinding['kind'] | null, loginRefused: readonly KeyBinding['kind'][] = []) {
    const { keys, http } = world(({ headers }) =>
      loginRefused.includes(headers['POLY_SIGNATURE'] as KeyBinding['kind'])
        ? jsonAnswer({ error: 'Invalid L1 Request headers' }, 401)
        : jsonAnswer(KEY),
    );
    const probed: string[] = [];
    const outcome = await bindApiKey(keys, bindingsFor(WALLET), ({ binding }) => {
      probed.push(binding.kind);
      return Promise.resolve(binding.kind === good ? { kind: 'accepted', value: null } : refused(SIGNER_REFUSED));
    });
    return { outcome, probed, addresses: http.requests.map(({ headers }) => headers['POLY_ADDRESS']) };
  }

  test('default: the signer’s own key is tried first', async () => {
    const { outcome, probed } = await bind('signer');
    expect(outcome).toMatchObject({ kind: 'accepted', value: { binding: { kind: 'signer' } } });
    expect(probed).toEqual(['signer']);
  });

  test('behavior: then the wallet, plain, then wrapped; the log-in names the address that the key is bound to', async () => {
    const { outcome, probed, addresses } = await bind('wallet-wrapped');
    expect(outcome).toMatchObject({ kind: 'accepted', value: { binding: { kind: 'wallet-wrapped', wallet: WALLET } } });
    expect(probed).toEqual(['signer', 'wallet', 'wallet-wrapped']);
    expect(addresses).toEqual(['0xsigner', WALLET, WALLET]);
  });

  test('behavior: a log-in that is refused is followed by the next', async () => {
    const { outcome, probed } = await bind('wallet-wrapped', ['wallet']);
    expect(outcome).toMatchObject({ kind: 'accepted' });
    expect(probed).toEqual(['signer', 'wallet-wrapped']);
  });

  test('error: none of them', async () => {
    const { outcome } = await bind(null);
    expect(outcome).toMatchObject({ kind: 'unauthorised', detail: expect.stringContaining('API KEY') });
  });

  test.each([
    [
      'refused for another reason: the address was believed',
      { kind: 'rejected', code: 'insufficient-balance', detail: '', duplicated: false },
      'accepted',
    ],
    ['not known: nothing follows', { kind: 'ambiguous', detail: '' }, 'ambiguous'],
    [
      'refused for another address’s reason',
      { kind: 'unauthorised', detail: 'address banned', geoblocked: false },
      'unauthorised',
    ],
  ] as const)('behavior: a probe that was %s', async (_name, probed, kind) => {
    const { keys, http } = world(() => jsonAnswer(KEY));
    const outcome = await bindApiKey(keys, bindingsFor(WALLET), () => Promise.resolve(probed));
    expect(outcome.kind).toBe(kind);
    expect(http.requests).toHaveLength(1);
  });

  test('args: without a wallet there is one binding', () => {
    expect(bindingsFor(null)).toEqual([{ kind: 'signer' }]);
  });
});
