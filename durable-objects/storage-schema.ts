/**
 * Tables of the object's SQLite. The list only grows: a migration that has run anywhere is never changed. No second index and no
 * AUTOINCREMENT anywhere: each would be one more row written (RUNTIME §2). Large values stand in rowid tables, key/value pairs in one
 * without, so that every insert writes one row.
 */
import { crc32 } from '../core/model/crc32.ts';
import { err, ok, type Result } from '../core/model/result.ts';
import { encodeUtf8 } from '../core/model/utf8.ts';
import type { SqlPort } from './ports.ts';
import type { RowCounter } from './row-counter.ts';
import { numberColumn, textColumn } from './sql-values.ts';

export interface Migration {
  readonly id: number;
  readonly name: string;
  /** May be repeated: a crash can fall between it and the record that it ran. */
  readonly statement: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'journal',
    statement: 'CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY, blob BLOB NOT NULL)',
  },
  {
    id: 2,
    name: 'meta',
    statement: 'CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID',
  },
  {
    id: 3,
    name: 'snapshot',
    statement: 'CREATE TABLE IF NOT EXISTS snapshot (slot INTEGER PRIMARY KEY, header TEXT NOT NULL)',
  },
  {
    id: 4,
    name: 'snapshot-chunk',
    statement: 'CREATE TABLE IF NOT EXISTS snapshot_chunk (id INTEGER PRIMARY KEY, blob BLOB NOT NULL)',
  },
  {
    id: 5,
    name: 'checkpoint',
    statement:
      'CREATE TABLE IF NOT EXISTS checkpoint (seq INTEGER PRIMARY KEY, version INTEGER NOT NULL, at_ms INTEGER NOT NULL, json TEXT NOT NULL)',
  },
  {
    id: 6,
    name: 'tape-gap',
    statement: 'CREATE TABLE IF NOT EXISTS tape_gap (from_seq INTEGER PRIMARY KEY, to_seq INTEGER)',
  },
];

export type SchemaError =
  /** A newer release has been here: this one does not understand what it stored. */
  | { readonly kind: 'newer'; readonly detail: string }
  /** What ran here is not what the list says: somebody changed the past. */
  | { readonly kind: 'history-differs'; readonly detail: string };

/** Brings the tables up to date. Changes nothing when the history is not a beginning of the list. */
export function migrateStorage(
  sql: SqlPort,
  counter: RowCounter,
  migrations: readonly Migration[] = MIGRATIONS,
): Result<void, SchemaError> {
  sql.exec(
    'CREATE TABLE IF NOT EXISTS schema_migration (id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest INTEGER NOT NULL)',
  );
  const applied = sql.exec('SELECT id, name, digest FROM schema_migration ORDER BY id');
  for (const [index, row] of applied.entries()) {
    const known = migrations[index];
    const id = numberColumn(row, 'id');
    const name = textColumn(row, 'name');
    if (known === undefined) return err({ kind: 'newer', detail: `storage has migration ${id} ${name}` });
    if (known.id !== id || known.name !== name || digestOf(known) !== numberColumn(row, 'digest')) {
      return err({
        kind: 'history-differs',
        detail: `storage ran ${id} ${name}, the list has ${known.id} ${known.name}`,
      });
    }
  }
  for (const migration of migrations.slice(applied.length)) {
    const { id, name, statement } = migration;
    sql.exec(statement);
    sql.exec('INSERT INTO schema_migration (id, name, digest) VALUES (?, ?, ?)', id, name, digestOf(migration));
    counter.written++;
  }
  return ok(undefined);
}

function digestOf(migration: Migration): number {
  return crc32(encodeUtf8(migration.statement));
}
