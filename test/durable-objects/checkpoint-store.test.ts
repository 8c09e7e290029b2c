import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../core/model/errors.ts';
import { openStores, START_MS } from '../support/durable-stores.ts';

const checkpoint = (seq: number) => ({ seq, version: 1, atMs: START_MS + seq, json: `{"n":${seq}}` });

function withCheckpoints(...seqs: number[]) {
  const stores = openStores();
  for (const seq of seqs) stores.checkpoints.write(checkpoint(seq));
  return stores;
}

describe('newest', () => {
  test('default', () => {
    expect(openStores().checkpoints.newest()).toBeNull();
    expect(withCheckpoints(5, 20, 10).checkpoints.newest()).toEqual(checkpoint(20));
  });

  test('behavior: the same seq again replaces', () => {
    const { checkpoints } = withCheckpoints(5);
    checkpoints.write({ ...checkpoint(5), json: '{}' });
    expect(checkpoints.newest()?.json).toBe('{}');
  });
});

describe('nextAfter', () => {
  test('default: in order, then null', () => {
    const { checkpoints } = withCheckpoints(5, 20, 10);
    expect([0, 5, 12, 20].map((seq) => checkpoints.nextAfter(seq)?.seq ?? null)).toEqual([5, 10, 20, null]);
  });
});

describe('deleteThrough', () => {
  test('default: never the newest; deletions are counted', () => {
    const { checkpoints, counter } = withCheckpoints(5, 10, 20);
    const before = counter.written;
    expect(checkpoints.deleteThrough(20, 500)).toBe(2);
    expect(counter.written - before).toBe(2);
    expect(checkpoints.newest()?.seq).toBe(20);
  });

  test('args: seq and limitRows', () => {
    const { checkpoints } = withCheckpoints(5, 10, 20, 30);
    expect(checkpoints.deleteThrough(10, 1)).toBe(1);
    expect(checkpoints.deleteThrough(10, 500)).toBe(1);
    expect(checkpoints.nextAfter(0)?.seq).toBe(20);
  });
});

describe('write', () => {
  test('error: more than a row holds', () => {
    const { checkpoints } = openStores();
    expect(() => checkpoints.write({ ...checkpoint(1), json: 'x'.repeat(700_000) })).toThrow(InvariantError);
  });
});
