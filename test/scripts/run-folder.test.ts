import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MIN_TOKEN_CHARS } from '../../core/protocol/admin-api.ts';
import { RunProblem } from '../../scripts/run/problem.ts';
import { announceRun, openRunFolder, readTokens } from '../../scripts/run/run-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'run-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('openRunFolder', () => {
  test('default', () => {
    const folder = openRunFolder(join(root, 'run'));
    expect(readFileSync(join(folder.path, 'supervisor.pid'), 'utf8')).toBe(`${process.pid}\n`);
    folder.release();
    expect(existsSync(join(folder.path, 'supervisor.pid'))).toBe(false);
  });

  test('behavior: a dead owner is none', () => {
    writeFileSync(join(root, 'supervisor.pid'), '4194305\n');
    expect(openRunFolder(root).path).toBe(root);
  });

  test('error: another process has it', () => {
    writeFileSync(join(root, 'supervisor.pid'), `${process.ppid}\n`);
    expect(() => openRunFolder(root)).toThrow(RunProblem);
    expect(() => openRunFolder(root)).toThrow(`in use by process ${process.ppid}`);
  });

  test('error: it cannot be made', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => openRunFolder(join(root, 'file', 'run'))).toThrow('set RUN_FOLDER to another');
  });
});

describe('readTokens', () => {
  test('default', () => {
    const folder = openRunFolder(root);
    const tokens = readTokens(folder, null);
    expect(tokens.viewer).not.toBe(tokens.operator);
    expect(Math.min(tokens.viewer.length, tokens.operator.length)).toBeGreaterThanOrEqual(MIN_TOKEN_CHARS);
    expect(statSync(folder.tokensFile).mode & 0o777).toBe(0o600);
    expect(readTokens(folder, null)).toEqual(tokens);
  });

  test('behavior: tokens that were given are used', () => {
    const given = { viewer: 'v'.repeat(24), operator: 'o'.repeat(24) };
    expect(readTokens(openRunFolder(root), given)).toEqual(given);
  });

  test('error: a damaged file', () => {
    const folder = openRunFolder(root);
    writeFileSync(folder.tokensFile, '{');
    expect(() => readTokens(folder, null)).toThrow(
      `${folder.tokensFile} is damaged: delete it, and new tokens are made.`,
    );
  });
});

describe('announceRun', () => {
  const announced = (runner: Readonly<Record<string, string>> | null): string => {
    announceRun(openRunFolder(join(root, 'run')), 'http://127.0.0.1:8787', runner);
    return readFileSync(join(root, 'current.json'), 'utf8');
  };

  test('behavior: what the runner was told is kept, but for the secrets, whose names are', () => {
    const secrets = {
      SOCKS5_URL: 'socks5h://user:of-the-proxy@127.0.0.1',
      RPC_URL: 'https://node.test/key-of-the-node',
      RELAYER_API_KEY: 'key-of-the-relayer',
      POLY_BUILDER_API_KEY: 'key-of-the-builder',
      POLY_BUILDER_SECRET: 'secret-of-the-builder',
      POLY_BUILDER_PASSPHRASE: 'passphrase-of-the-builder',
    };
    const text = announced({ MODE: 'sim', STATE_FOLDER: '/state', ...secrets });
    expect(JSON.parse(text)).toMatchObject({
      runner: { MODE: 'sim', STATE_FOLDER: '/state' },
      withheld: Object.keys(secrets),
    });
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    expect(statSync(join(root, 'current.json')).mode & 0o777).toBe(0o600);
  });

  test('behavior: a run without a runner says so', () => {
    expect(JSON.parse(announced(null))).toMatchObject({ runner: null, withheld: [] });
  });
});
