import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../core/model/errors.ts';
import { openStores, withDatabaseFile } from '../support/durable-stores.ts';

describe('set', () => {
  test('default: writes one row, none when nothing changes', () => {
    const { meta, counter } = openStores();
    const before = counter.written;
    meta.set('build-id', 'a');
    meta.set('build-id', 'a');
    meta.set('build-id', 'b');
    expect(counter.written - before).toBe(2);
    expect(meta.get('build-id')).toBe('b');
    expect(meta.get('settings')).toBeNull();
  });
});

describe('nextEpoch', () => {
  test('default: rises with each boot', async () => {
    await withDatabaseFile((path) => {
      const epochs: number[] = [];
      for (let boot = 0; boot < 3; boot++) {
        const { sql, meta } = openStores(path);
        epochs.push(meta.epoch(), meta.nextEpoch());
        sql.close();
      }
      expect(epochs).toEqual([0, 1, 1, 2, 2, 3]);
    });
  });

  test.each(['', 'x', '-1', '1.5'])('error: a stored epoch of "%s"', (text) => {
    const { meta } = openStores();
    meta.set('epoch', text);
    expect(() => meta.nextEpoch()).toThrow(InvariantError);
  });
});
