import { describe, expect, test } from 'vitest';
import { openSubmissionLog, SUBMISSION_LOG_FILE } from '../../runner/submission-log.ts';
import { SERIES } from '../support/account-world.ts';
import { createMemoryDisk } from '../support/memory-disk.ts';

const tombstone = (clientOrderId: string) =>
  ({ kind: 'tombstone', series: SERIES, clientOrderId: clientOrderId as never, notAfterMs: 5, unsent: true }) as const;
const born = { kind: 'born', atMs: 1, carriedLossMicro: 0 };

describe('openSubmissionLog', () => {
  test('behavior: what was appended is there again, in order', () => {
    const disk = createMemoryDisk();
    const log = openSubmissionLog(disk, 1);
    log.append(tombstone('a'));
    log.append(tombstone('b'));
    expect(log.entries).toEqual([born, tombstone('a'), tombstone('b')]);
    expect(openSubmissionLog(disk, 9).entries).toEqual(log.entries);
  });

  test('behavior: a torn last line is cut off, and does not run into the next', () => {
    const disk = createMemoryDisk();
    openSubmissionLog(disk, 1).append(tombstone('a'));
    disk.files.set(SUBMISSION_LOG_FILE, `${disk.read(SUBMISSION_LOG_FILE)}{"kind":"tom`);
    const next = openSubmissionLog(disk, 1);
    expect(next.damagedLines).toBe(1);
    next.append(tombstone('b'));
    const last = openSubmissionLog(disk, 1);
    expect(last.damagedLines).toBe(0);
    expect(last.entries).toEqual([born, tombstone('a'), tombstone('b')]);
  });

  test('behavior: compacting replaces the whole', () => {
    const disk = createMemoryDisk();
    const log = openSubmissionLog(disk, 1);
    log.append(tombstone('a'));
    log.compact([{ kind: 'born', atMs: 1, carriedLossMicro: 7 }]);
    log.append(tombstone('c'));
    expect(openSubmissionLog(disk, 1).entries).toEqual([{ ...born, carriedLossMicro: 7 }, tombstone('c')]);
  });

  test('behavior: a power cut takes what was not synced, and nothing else', () => {
    const disk = createMemoryDisk();
    const log = openSubmissionLog(disk, 1);
    log.append(tombstone('a'));
    log.sync();
    log.append(tombstone('b'));
    disk.cutPower();
    expect(openSubmissionLog(disk, 1).entries).toEqual([born, tombstone('a')]);
  });
});
