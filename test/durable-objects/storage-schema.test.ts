import { describe, expect, test } from 'vitest';
import { createRowCounter } from '../../durable-objects/row-counter.ts';
import { MIGRATIONS, migrateStorage } from '../../durable-objects/storage-schema.ts';
import { createNodeSql } from '../support/node-ports.ts';

const ADDED = { id: 1_000, name: 'added', statement: 'CREATE TABLE IF NOT EXISTS added (id INTEGER PRIMARY KEY)' };

function migrated() {
  const sql = createNodeSql();
  migrateStorage(sql, createRowCounter());
  return sql;
}

describe('migrateStorage', () => {
  test('default: makes every table and counts its rows', () => {
    const counter = createRowCounter();
    const sql = createNodeSql();
    expect(migrateStorage(sql, counter)).toEqual({ ok: true, value: undefined });
    expect(counter.written).toBe(MIGRATIONS.length);
    for (const table of ['journal', 'meta', 'snapshot', 'snapshot_chunk', 'checkpoint', 'tape_gap']) {
      expect(sql.exec(`SELECT COUNT(*) AS total FROM ${table}`)).toEqual([{ total: 0 }]);
    }
  });

  test('behavior: the second time there is nothing to do', () => {
    const sql = migrated();
    const counter = createRowCounter();
    expect(migrateStorage(sql, counter).ok).toBe(true);
    expect(counter.written).toBe(0);
  });

  test('behavior: an older object gets what was added', () => {
    const sql = migrated();
    expect(migrateStorage(sql, createRowCounter(), [...MIGRATIONS, ADDED]).ok).toBe(true);
    expect(sql.exec('SELECT COUNT(*) AS total FROM added')).toEqual([{ total: 0 }]);
  });

  test('behavior: a crash at any statement is repaired by the next start', () => {
    for (let statements = 0; statements < 2 * MIGRATIONS.length + 2; statements++) {
      const sql = createNodeSql();
      sql.crashAfter(statements);
      expect(() => migrateStorage(sql, createRowCounter())).toThrow('');
      sql.crashAfter(null);
      expect(migrateStorage(sql, createRowCounter()).ok).toBe(true);
    }
  });

  test('error: storage of a newer release', () => {
    const sql = migrated();
    migrateStorage(sql, createRowCounter(), [...MIGRATIONS, ADDED]);
    expect(migrateStorage(sql, createRowCounter())).toMatchObject({ ok: false, error: { kind: 'newer' } });
  });

  test.each(['name', 'statement'] as const)('error: a history with another %s', (field) => {
    const sql = migrated();
    const [first, ...rest] = MIGRATIONS;
    const changed = {
      ...(first as (typeof MIGRATIONS)[number]),
      [field]: 'CREATE TABLE IF NOT EXISTS other (id INTEGER)',
    };
    expect(migrateStorage(sql, createRowCounter(), [changed, ...rest])).toMatchObject({
      ok: false,
      error: { kind: 'history-differs' },
    });
    expect(() => sql.exec('SELECT * FROM other')).toThrow('no such table');
  });
});
