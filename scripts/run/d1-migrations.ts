/** Brings D1 to the committed schema. Applied files are kept in a table, so that a start applies only what is new. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What this needs of a D1 database. */
export interface MigratedDatabase {
  prepare(statement: string): { bind(...values: string[]): unknown; all(): Promise<{ results: unknown[] }> };
  batch(statements: never[]): Promise<unknown>;
}

const TABLE = 'applied_migrations';
const BREAKPOINT = '--> statement-breakpoint';

/** Applies the files of `folder` that are missing, each whole or not at all, in order of name. Returns how many were. */
export async function applyMigrations(database: MigratedDatabase, folder: string): Promise<number> {
  await database.prepare(`CREATE TABLE IF NOT EXISTS ${TABLE} (name TEXT PRIMARY KEY NOT NULL)`).all();
  const { results } = await database.prepare(`SELECT name FROM ${TABLE}`).all();
  const applied = new Set(results.map((row) => (row as { readonly name: string }).name));
  const missing = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .sort();
  for (const name of missing) {
    const statements = readFileSync(join(folder, name), 'utf8')
      .split(BREAKPOINT)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '');
    // One batch is one transaction: a file that stops half-way leaves nothing.
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare(`INSERT INTO ${TABLE} (name) VALUES (?)`).bind(name),
    ] as never[]);
  }
  return missing.length;
}
