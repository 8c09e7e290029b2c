import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parsePrivateKey, privateKeyBytes } from '../../../runner/signer/private-key.ts';
import { ANVIL_KEY, keyOf } from '../../support/signing-fixtures.ts';

const DIGITS = ANVIL_KEY.slice(2);

describe('parsePrivateKey', () => {
  test.each([ANVIL_KEY, DIGITS, ` ${ANVIL_KEY}\n`, DIGITS.toUpperCase()])('default: 64 hex digits, %#', (text) => {
    expect(Buffer.from(privateKeyBytes(keyOf(text))).toString('hex')).toBe(DIGITS);
  });

  test.each([
    ['', 'hex digits'],
    ['0x', 'hex digits'],
    [DIGITS.slice(1), 'hex digits'],
    [`${DIGITS}0`, 'hex digits'],
    [`${DIGITS.slice(1)}g`, 'hex digits'],
    ['0'.repeat(64), 'range'],
    ['f'.repeat(64), 'range'],
    // The order of the curve itself.
    ['fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'range'],
  ])('error: no key, and the sentence does not repeat the text (%#)', (text, says) => {
    const key = parsePrivateKey(text);
    if (key.ok) throw new Error('accepted');
    expect(key.error).toContain(says);
    if (text.length > 2) expect(key.error).not.toContain(text);
  });

  test('behavior: nothing prints it', () => {
    const key = keyOf(ANVIL_KEY);
    const printed = [
      String(key),
      `${key}`,
      JSON.stringify({ key }),
      inspect(key),
      inspect({ deep: { key } }, { depth: null, showHidden: true, getters: true }),
      format('%s %o %j', key, key, key),
      JSON.stringify(Object.getOwnPropertyDescriptors(key)),
    ];
    for (const text of printed) {
      expect(text.toLowerCase()).not.toContain(DIGITS.slice(0, 8));
      expect(text).not.toContain(`${Buffer.from(DIGITS, 'hex')[0]}, ${Buffer.from(DIGITS, 'hex')[1]}`);
    }
    expect(printed.slice(0, 4)).toEqual(['[private key]', '[private key]', '{"key":"[private key]"}', '[private key]']);
  });

  test('error: bytes are given for a key of its own only', () => {
    expect(() => privateKeyBytes({ toString: () => '[private key]', toJSON: () => '[private key]' })).toThrow(
      'no private key',
    );
  });
});
