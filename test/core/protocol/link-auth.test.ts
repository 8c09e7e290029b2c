import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HelloProof,
  helloMac,
  isSameText,
  LINK_HEADERS,
  parseLinkKeys,
  signUpgrade,
  verifyHello,
  verifyUpgrade,
} from '../../../core/protocol/link-auth.ts';
import { assertProperty } from '../../support/assert-property.ts';

const KEY = { id: 'k1', secret: 'secret-one-of-the-link-0123456789' };
const NEXT = { id: 'k2', secret: 'secret-two-of-the-link-0123456789' };
const KEYS = [KEY, NEXT];
const WALL_MS = 1_795_392_000_000;
const NONCE = '0123456789abcdef0123456789abcdef';
const REQUEST = { method: 'GET', path: '/link/btc-updown-5m' };

const upgrade = (headers: Readonly<Record<string, string>>, request = REQUEST, wallMs = WALL_MS, keys = KEYS) =>
  verifyUpgrade(keys, request, (name) => headers[name] ?? null, wallMs);
const signed = signUpgrade(KEY, REQUEST, WALL_MS, NONCE);

describe('verifyUpgrade', () => {
  test('default', () => {
    expect(upgrade(signed)).toEqual({ ok: true, value: 'k1' });
    expect(upgrade(signUpgrade(NEXT, REQUEST, WALL_MS, NONCE))).toEqual({ ok: true, value: 'k2' });
  });

  test('behavior: the MAC is the one of RFC 2104 with SHA-256 over every part with its length', async () => {
    const encoder = new TextEncoder();
    const text = `poly-edge link 7:upgrade3:GET19:/link/btc-updown-5m13:${WALL_MS}32:${NONCE}`;
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', encoder.encode(KEY.secret), algorithm, false, ['sign']);
    const mac = await crypto.subtle.sign('HMAC', key, encoder.encode(text));
    expect(signed[LINK_HEADERS.mac]).toBe(Buffer.from(mac).toString('hex'));
  });

  test.each([
    ['no headers', {}, 'unsigned'],
    ['a header that is missing', { ...signed, [LINK_HEADERS.nonce]: undefined as never }, 'unsigned'],
    ['an unknown key', signUpgrade({ ...KEY, id: 'k3' }, REQUEST, WALL_MS, NONCE), 'unknown-key'],
    ['another secret', signUpgrade({ ...KEY, secret: NEXT.secret }, REQUEST, WALL_MS, NONCE), 'wrong-mac'],
    ['the other key’s id', { ...signed, [LINK_HEADERS.keyId]: 'k2' }, 'wrong-mac'],
    ['another time', { ...signed, [LINK_HEADERS.timeMs]: `${WALL_MS + 1}` }, 'wrong-mac'],
    ['another nonce', { ...signed, [LINK_HEADERS.nonce]: NONCE.replace('0', '1') }, 'wrong-mac'],
    ['a swapped path', signUpgrade(KEY, { ...REQUEST, path: '/link/eth-updown-5m' }, WALL_MS, NONCE), 'wrong-mac'],
    ['a swapped method', signUpgrade(KEY, { ...REQUEST, method: 'POST' }, WALL_MS, NONCE), 'wrong-mac'],
    ['a truncated MAC', { ...signed, [LINK_HEADERS.mac]: signed[LINK_HEADERS.mac]?.slice(0, 32) ?? '' }, 'malformed'],
    ['a short nonce', signUpgrade(KEY, REQUEST, WALL_MS, '01'), 'malformed'],
    ['a time that is none', { ...signed, [LINK_HEADERS.timeMs]: '1e12' }, 'malformed'],
    ['30.001 s ahead', signUpgrade(KEY, REQUEST, WALL_MS + 30_001, NONCE), 'clock'],
    ['30.001 s behind', signUpgrade(KEY, REQUEST, WALL_MS - 30_001, NONCE), 'clock'],
  ])('error: %s', (_, headers: Readonly<Record<string, string>>, error) => {
    expect(upgrade(headers)).toEqual({ ok: false, error });
  });

  test('behavior: 30 s of difference are allowed', () => {
    expect(upgrade(signed, REQUEST, WALL_MS + 30_000).ok).toBe(true);
    expect(upgrade(signed, REQUEST, WALL_MS - 30_000).ok).toBe(true);
  });

  test('error: without keys nobody is let in', () => {
    expect(upgrade(signed, REQUEST, WALL_MS, [])).toEqual({ ok: false, error: 'unknown-key' });
  });
});

const PROOF: HelloProof = {
  protocol: 2,
  series: 'btc-updown-5m',
  epoch: 7,
  nonce: NONCE,
  timeMs: WALL_MS,
  keyId: 'k1',
  runnerId: 'folder-1',
};

describe('verifyHello', () => {
  test('default', () => {
    expect(verifyHello(KEYS, PROOF, 7, helloMac(KEY, PROOF), WALL_MS)).toEqual({ ok: true, value: 'k1' });
  });

  test.each([
    ['another nonce: a replay', { nonce: NONCE.replace('0', '1') }],
    ['another epoch', { epoch: 8 }],
    ['another series', { series: 'eth-updown-5m' }],
    ['another runner', { runnerId: 'folder-2' }],
    ['another version', { protocol: 3 }],
    ['another time', { timeMs: WALL_MS + 1 }],
  ])('error: a MAC over %s', (_, change) => {
    const mac = helloMac(KEY, { ...PROOF, ...change });
    expect(verifyHello(KEYS, PROOF, 7, mac, WALL_MS)).toEqual({ ok: false, error: 'wrong-mac' });
  });

  test('error: an upgrade’s MAC is no hello’s, an old epoch, a wrong clock, an unknown key', () => {
    const mac = helloMac(KEY, PROOF);
    expect(verifyHello(KEYS, PROOF, 7, signed[LINK_HEADERS.mac] ?? '', WALL_MS)).toMatchObject({ error: 'wrong-mac' });
    expect(verifyHello(KEYS, PROOF, 6, mac, WALL_MS)).toMatchObject({ error: 'other-epoch' });
    expect(verifyHello(KEYS, PROOF, 7, mac, WALL_MS + 30_001)).toMatchObject({ error: 'clock' });
    expect(verifyHello([NEXT], PROOF, 7, mac, WALL_MS)).toMatchObject({ error: 'unknown-key' });
  });

  test('property: parts never run into each other', () => {
    const word = fc.string({ maxLength: 6 });
    assertProperty(
      fc.property(word, word, word, word, (series, nonce, otherSeries, otherNonce) => {
        fc.pre(series !== otherSeries || nonce !== otherNonce);
        const one = helloMac(KEY, { ...PROOF, series, nonce });
        expect(helloMac(KEY, { ...PROOF, series: otherSeries, nonce: otherNonce })).not.toBe(one);
      }),
    );
  });
});

describe('parseLinkKeys', () => {
  test('default', () => {
    expect(parseLinkKeys(`k1:${KEY.secret},k2:${NEXT.secret}`)).toEqual({ ok: true, value: KEYS });
    expect(parseLinkKeys('k1:secret:with:colons-0123456789abcdefgh')).toMatchObject({
      ok: true,
      value: [{ secret: 'secret:with:colons-0123456789abcdefgh' }],
    });
    expect(parseLinkKeys('')).toEqual({ ok: true, value: [] });
  });

  test.each([
    ['no id', KEY.secret],
    ['an empty id', `:${KEY.secret}`],
    ['an id in capitals', `K1:${KEY.secret}`],
    ['31 characters', `k1:${'x'.repeat(31)}`],
    ['a space', `k1:${'x '.repeat(20)}`],
    ['an end with a comma', `k1:${KEY.secret},`],
    ['three keys', `k1:${KEY.secret},k2:${NEXT.secret},k3:${'x'.repeat(32)}`],
    ['one id twice', `k1:${KEY.secret},k1:${NEXT.secret}`],
    ['one secret twice', `k1:${KEY.secret},k2:${KEY.secret}`],
  ])('error: %s, in words that hold no secret', (_, text) => {
    const parsed = parseLinkKeys(text);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).toMatch(/RUNNER_LINK_KEYS must/);
    expect(JSON.stringify(parsed)).not.toContain('xxxx');
    expect(JSON.stringify(parsed)).not.toContain(KEY.secret);
  });
});

describe('isSameText', () => {
  test('property: as ===', () => {
    const short = fc.string({ maxLength: 3 });
    assertProperty(
      fc.property(short, short, (a, b) => {
        expect([isSameText(a, b), isSameText(a, a)]).toEqual([a === b, true]);
      }),
    );
  });
});
