import { describe, expect, test } from 'vitest';
import { LATCH_FILE, openStopLatch } from '../../../runner/account/stop-latch.ts';
import { SERIES } from '../../support/account-world.ts';
import { createMemoryDisk } from '../../support/memory-disk.ts';

const latch = (verb: 'pause' | 'flatten' | 'kill', commandId: string = verb) => ({ verb, commandId, confirmed: false });

describe('openStopLatch', () => {
  test('default: nothing holds', () => {
    expect(openStopLatch(createMemoryDisk()).restrictionOf(SERIES)).toEqual({ mode: 'active', detail: '' });
  });

  test('behavior: survives the process; series and account hold each by itself, the stronger wins', () => {
    const disk = createMemoryDisk();
    const first = openStopLatch(disk);
    first.set(SERIES, latch('pause'));
    first.set(null, latch('kill'));
    const next = openStopLatch(disk);
    expect(next.restrictionOf(SERIES).mode).toBe('halted');
    next.lift(null);
    expect(openStopLatch(disk).restrictionOf(SERIES).mode).toBe('reducing');
    next.lift(SERIES);
    expect(openStopLatch(disk).all()).toEqual([]);
  });

  test('behavior: a weaker verb does not replace a stronger one', () => {
    const held = openStopLatch(createMemoryDisk());
    held.set(null, latch('kill', 'k'));
    expect(held.set(null, latch('pause', 'p'))).toMatchObject({ verb: 'kill', commandId: 'k' });
  });

  test('error: a file that cannot be read holds everything', () => {
    const disk = createMemoryDisk(new Map([[LATCH_FILE, '{']]));
    expect(openStopLatch(disk).restrictionOf(SERIES).mode).toBe('halted');
  });
});
