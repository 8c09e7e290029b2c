/** D1 through drizzle. One place, because the casing must be the one the migrations were made with. */
import { drizzle } from 'drizzle-orm/d1';

/** The typed database of a D1 binding. */
export function openDatabase(d1: D1Database) {
  return drizzle(d1, { casing: 'snake_case' });
}
