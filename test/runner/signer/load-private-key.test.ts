import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KeyEnvironment, loadPrivateKey } from '../../../runner/signer/load-private-key.ts';
import { privateKeyBytes } from '../../../runner/signer/private-key.ts';
import { ANVIL_KEY } from '../../support/signing-fixtures.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'key-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function keyFile(text: string, mode: number): string {
  const file = join(folder, `${mode.toString(8)}-${text.length}`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

function bytesFrom(environment: KeyEnvironment): string {
  const key = loadPrivateKey(environment);
  if (!key.ok) throw new Error(key.error);
  return `0x${Buffer.from(privateKeyBytes(key.value)).toString('hex')}`;
}

function problemOf(environment: KeyEnvironment): string {
  const key = loadPrivateKey(environment);
  if (key.ok) throw new Error('accepted');
  expect(key.error).toMatch(/^[A-Z].*\.$/);
  expect(key.error).not.toContain(ANVIL_KEY.slice(2, 12));
  return key.error;
}

describe('loadPrivateKey', () => {
  test('default: from the variable, or from a file of the owner alone', () => {
    expect(bytesFrom({ POLY_PRIVATE_KEY: ANVIL_KEY })).toBe(ANVIL_KEY);
    expect(bytesFrom({ POLY_PRIVATE_KEY_FILE: keyFile(`${ANVIL_KEY}\n`, 0o600) })).toBe(ANVIL_KEY);
    expect(bytesFrom({ POLY_PRIVATE_KEY: '', POLY_PRIVATE_KEY_FILE: keyFile(ANVIL_KEY, 0o400) })).toBe(ANVIL_KEY);
  });

  test.each([0o640, 0o604, 0o644, 0o620, 0o601])('error: a file with the rights %o', (mode) => {
    expect(problemOf({ POLY_PRIVATE_KEY_FILE: keyFile(ANVIL_KEY, mode) })).toContain('chmod 600');
  });

  test('error: none, both, no such file, a folder, no key in it', () => {
    expect(problemOf({})).toContain('Set POLY_PRIVATE_KEY_FILE');
    expect(problemOf({ POLY_PRIVATE_KEY: ANVIL_KEY, POLY_PRIVATE_KEY_FILE: 'x' })).toContain('not both');
    expect(problemOf({ POLY_PRIVATE_KEY_FILE: join(folder, 'missing') })).toContain('ENOENT');
    expect(problemOf({ POLY_PRIVATE_KEY_FILE: folder })).toContain('is no file');
    expect(problemOf({ POLY_PRIVATE_KEY_FILE: keyFile('no key', 0o600) })).toContain('cannot be used');
    expect(problemOf({ POLY_PRIVATE_KEY: ANVIL_KEY.slice(0, -1) })).toContain('POLY_PRIVATE_KEY cannot be used');
  });
});
