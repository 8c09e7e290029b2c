import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askRunner, listenForControl } from '../../runner/control-socket.ts';
import { createNodeDisk, createNodeLog, nodeRandom } from '../../runner/node-ports.ts';
import { controlSocketPath, openStateFolder, StateFolderProblem } from '../../runner/state-folder.ts';

let parent = '';
let path = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'runner-state-'));
  path = join(parent, 'state');
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = () =>
  openStateFolder(path, nodeRandom, (error) => {
    throw error;
  });

describe('openStateFolder', () => {
  test('behavior: the same folder is the same runner; only its user can look into it', () => {
    const first = open();
    const { runnerId } = first;
    expect(runnerId).toMatch(/^runner-[0-9a-f]{16}$/);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    first.release();
    const second = open();
    expect(second.runnerId).toBe(runnerId);
    second.release();
  });

  test('error: one process at a time', () => {
    const first = open();
    expect(open).toThrow(StateFolderProblem);
    first.release();
    open().release();
  });

  test('behavior: a dead owner does not count, nor a number that belongs to another process by now', () => {
    open().release();
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    for (const owner of [`${pid} 1`, `${process.ppid} 1`, 'nonsense']) {
      writeFileSync(join(path, 'owner'), owner);
      open().release();
    }
  });

  test('error: a folder that cannot be made is one sentence', () => {
    writeFileSync(path, 'a file');
    expect(open).toThrow(/set STATE_FOLDER to another\.$/);
  });
});

describe('createNodeDisk', () => {
  test('behavior: appends, replaces, removes; nothing is readable by others', () => {
    const disk = createNodeDisk(path, (error) => {
      throw error;
    });
    expect(disk.read('log')).toBeNull();
    disk.append('log', 'one');
    disk.append('log', 'two');
    disk.sync('log');
    expect(disk.read('log')).toBe('one\ntwo\n');
    disk.write('log', 'new\n');
    disk.append('log', 'three');
    expect(disk.read('log')).toBe('new\nthree\n');
    expect(statSync(join(path, 'log')).mode & 0o077).toBe(0);
    disk.remove('log');
    expect(existsSync(join(path, 'log'))).toBe(false);
    disk.append('log', 'again');
    disk.close();
    expect(readFileSync(join(path, 'log'), 'utf8')).toBe('again\n');
  });
});

describe('createNodeLog', () => {
  test('behavior: JSON lines with allowed fields alone, above the level', () => {
    const lines: string[] = [];
    const log = createNodeLog(
      'info',
      () => 5,
      (line) => void lines.push(line),
    );
    log.log('warn', 'It happened.', { series: 'btc-updown-5m', secret: 'canary', detail: 'x'.repeat(900) });
    log.log('debug', 'Not this.');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'warn', time: 5, message: 'It happened.', series: 'btc-updown-5m' });
    expect(line['secret']).toBeUndefined();
    expect(String(line['detail'])).toHaveLength(500);
  });
});

describe('listenForControl', () => {
  test('behavior: one question, one answer; for this user alone; a dead process’s socket is taken over', async () => {
    open().release();
    const socket = controlSocketPath(path);
    expect(await askRunner(socket, { command: 'status' })).toEqual({ ok: false, error: 'no-runner' });
    writeFileSync(socket, '');
    const control = await listenForControl(socket, (request) => {
      if (request.command === 'redeem') return Promise.reject(new Error('The chain does not answer.'));
      return Promise.resolve({ asked: request });
    });
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const request = { command: 'latch', verb: 'kill', series: null, commandId: 'k1' } as const;
    expect(await askRunner(socket, request)).toEqual({ ok: true, value: { asked: request } });
    expect(await askRunner(socket, { command: 'redeem' })).toEqual({ ok: false, error: 'The chain does not answer.' });
    const nonsense = await askRunner(socket, { command: 'transfer' } as never);
    expect(nonsense.ok).toBe(false);
    control.close();
    expect(await askRunner(socket, { command: 'status' })).toEqual({ ok: false, error: 'no-runner' });
  });
});
