import { describe, expect, test } from 'vitest';
import { LOCAL_LIMIT_BYTES } from '../../durable-objects/tape-gate.ts';
import { heartbeat, journalSeqs, openStores, runnerLinked, withDatabaseFile } from '../support/durable-stores.ts';

describe('update', () => {
  test('default: open below the limit, and that costs no row', () => {
    const { tapeGate, counter } = openStores();
    const before = counter.written;
    tapeGate.update(LOCAL_LIMIT_BYTES - 1, 10);
    expect(tapeGate.isSuspended()).toBe(false);
    expect(tapeGate.gaps()).toEqual([]);
    expect(counter.written).toBe(before);
  });

  test('behavior: closes at the limit, opens well below it, and records the gap', () => {
    const { tapeGate } = openStores();
    tapeGate.update(LOCAL_LIMIT_BYTES, 10);
    tapeGate.update(LOCAL_LIMIT_BYTES * 0.95, 15);
    expect(tapeGate.isSuspended()).toBe(true);
    expect(tapeGate.gaps()).toEqual([{ fromSeq: 10, toSeq: null }]);
    tapeGate.update(LOCAL_LIMIT_BYTES * 0.8, 21);
    expect(tapeGate.isSuspended()).toBe(false);
    expect(tapeGate.gaps()).toEqual([{ fromSeq: 10, toSeq: 20 }]);
  });

  test('behavior: an open gap is still open after a restart', async () => {
    await withDatabaseFile((path) => {
      const before = openStores(path);
      before.tapeGate.update(LOCAL_LIMIT_BYTES, 10);
      before.sql.close();
      const after = openStores(path);
      expect(after.tapeGate.isSuspended()).toBe(true);
      after.sql.close();
    });
  });

  test('behavior: the journal goes on without the tape', () => {
    const { tapeGate, writer, journal } = openStores();
    writer.append(heartbeat(1), []);
    writer.commit();
    tapeGate.update(LOCAL_LIMIT_BYTES, 2);
    writer.append(heartbeat(2), []);
    writer.append(runnerLinked(3), []);
    writer.commit();
    tapeGate.update(0, 4);
    writer.append(heartbeat(4), []);
    writer.commit();
    expect(journalSeqs(journal)).toEqual([1, 3, 4]);
    expect(tapeGate.gaps()).toEqual([{ fromSeq: 2, toSeq: 3 }]);
  });
});
