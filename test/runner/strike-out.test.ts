import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createStrikeOut, secretsOfUrl } from '../../runner/strike-out.ts';
import { allNamedFrames } from '../fixtures/venue/load.ts';
import { assertProperty } from '../support/assert-property.ts';

const SECRET = 'c2VjcmV0/c2VjcmV0+c2VjcmV0c2VjcmV0c2VjcmV0cw==';
const PASSPHRASE = '6b1f0e9d8c7a5b4f3e2d1c0b9a8f7e6d5c4b3a291807f6e5d4c3b2a1908f7e6d';

/** Texts that the venue says day by day. */
const ORDINARY = [
  ...allNamedFrames('polymarket-errors').map(([, frame]) => JSON.stringify(frame)),
  '{"success":true,"errorMsg":"","orderID":"0xb816482a5187a3d3db49cbaf6fe3ddf24f53e6c712b5a4bf5e01d0ec7b11dabc","status":"matched","tradeIDs":[]}',
  '{"data":[{"id":"0x1","asset_id":"21742633143463906290569050155826241533067272736897614950488156847949938836455","price":"0.57","size_matched":"123456"}],"next_cursor":"LTE="}',
];

describe('createStrikeOut', () => {
  test('default', () => {
    const clean = createStrikeOut([SECRET, PASSPHRASE]);
    expect(clean(`{"error":"bad passphrase ${PASSPHRASE}, ${PASSPHRASE}"}`)).toBe(
      '{"error":"bad passphrase [secret], [secret]"}',
    );
  });

  test.each([
    ['as it is', SECRET],
    ['with the slashes of some JSON writers', SECRET.replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent(SECRET)],
  ])('behavior: finds it %s', (_how, spelt) => {
    expect(createStrikeOut([SECRET])(`<${spelt}>`)).toBe('<[secret]>');
  });

  test('behavior: quotes and backslashes of a passphrase are found as JSON writes them', () => {
    const odd = 'a "phrase" with a \\ in it';
    const cleaned = createStrikeOut([odd])(JSON.stringify({ error: odd }));
    expect(JSON.parse(cleaned)).toEqual({ error: '[secret]' });
  });

  test('behavior: of two secrets that begin alike nothing is left of the longer', () => {
    expect(createStrikeOut([PASSPHRASE.slice(0, 32), PASSPHRASE])(PASSPHRASE)).toBe('[secret]');
  });

  test.each(['', 'live', 'status', '123456', 'matched', '0.57', '"id"', '21742633143463'])(
    'behavior: a short secret, %j, corrupts no ordinary answer',
    (secret) => {
      const clean = createStrikeOut([secret]);
      for (const text of ORDINARY) expect(clean(text)).toBe(text);
    },
  );

  test('property: no secret of the venue’s length is left, and what has none stays as it is', () => {
    const secret = fc.base64String({ minLength: 44, maxLength: 64 });
    assertProperty(
      fc.property(secret, fc.constantFrom(...ORDINARY), fc.nat(), (given, text, at) => {
        const clean = createStrikeOut([given]);
        expect(clean(text)).toBe(text);
        const cut = at % text.length;
        expect(clean(`${text.slice(0, cut)}${given}${text.slice(cut)}`)).not.toContain(given);
      }),
    );
  });
});

describe('secretsOfUrl', () => {
  test.each([
    ['a key in the path', 'https://node.test/v2/0123456789abcdef0123456789abcdef'],
    ['a key in the query', 'https://node.test/rpc?key=0123456789abcdef0123456789abcdef'],
    ['a password', 'https://user:0123456789abcdef0123456789abcdef@node.test/'],
    ['no URL at all', '0123456789abcdef0123456789abcdef'],
  ])('behavior: %s', (_what, url) => {
    const clean = createStrikeOut(secretsOfUrl(url));
    expect(clean('your key 0123456789abcdef0123456789abcdef is exhausted')).toBe('your key [secret] is exhausted');
    expect(clean(`cannot serve ${url}`)).toBe('cannot serve [secret]');
  });

  test('behavior: the host is no secret', () => {
    const clean = createStrikeOut(secretsOfUrl('https://a-node-with-a-long-name.test/v2/0123456789abcdef'));
    expect(clean('no route to a-node-with-a-long-name.test')).toBe('no route to a-node-with-a-long-name.test');
  });
});
