/** `drizzle-kit generate --name <what changed>` writes the migrations that bring D1 to `db/schema.ts`. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'sqlite', schema: './db/schema.ts', out: './migrations', casing: 'snake_case' });
