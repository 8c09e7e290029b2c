import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { describe, expect, test } from 'vitest';
import * as schema from '../../db/schema.ts';

const ROOT = new URL('../../migrations/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

interface MigrationEntry {
  readonly idx: number;
  readonly tag: string;
}

const { entries } = JSON.parse(read('meta/_journal.json')) as { entries: readonly MigrationEntry[] };

describe('migrations', () => {
  test('behavior: they lead to the schema of db/schema.ts', async () => {
    const last = String(entries.at(-1)?.idx).padStart(4, '0');
    const committed = JSON.parse(read(`meta/${last}_snapshot.json`)) as Parameters<typeof generateSQLiteMigration>[0];
    const wanted = await generateSQLiteDrizzleJson(schema, committed.id, 'snake_case');
    // Else: `npx drizzle-kit generate --name <what changed>`.
    expect(await generateSQLiteMigration(committed, wanted)).toEqual([]);
  });

  test('behavior: a difference would be seen', async () => {
    const { markets: _, ...without } = schema;
    const committed = await generateSQLiteDrizzleJson(without, undefined, 'snake_case');
    const wanted = await generateSQLiteDrizzleJson(schema, committed.id, 'snake_case');
    expect((await generateSQLiteMigration(committed, wanted)).join('\n')).toContain('CREATE TABLE `markets`');
  });

  test('behavior: their SQL runs, in order, on an empty database', () => {
    const database = new DatabaseSync(':memory:');
    for (const { tag } of entries) database.exec(read(`${tag}.sql`));
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1").all();
    expect(tables.map((table) => table['name'])).toEqual([
      'audit',
      'daily_pnl',
      'fills',
      'ledger_entries',
      'markets',
      'markouts',
      'orders',
      'positions',
      'series',
      'strategy_pnl',
      'windows',
    ]);
  });

  test('behavior: writing a row is one row written: no second index, no rowid beside the key', () => {
    const sql = entries.map(({ tag }) => read(`${tag}.sql`)).join('\n');
    expect(sql.match(/CREATE (UNIQUE )?INDEX `\w+`/g)).toBeNull();
    expect(sql.match(/^\) WITHOUT ROWID;/gm)).toHaveLength(sql.match(/CREATE TABLE/g)?.length ?? 0);
  });
});
