import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MIN_TOKEN_CHARS } from '../../core/protocol/admin-api.ts';
import { RunProblem } from '../../scripts/run/problem.ts';
import { openRunFolder, readTokens } from '../../scripts/run/run-folder.ts';

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
